//! Blocks: the headlines, paragraphs, captions and other units of a draft, each as one text with a mapping back to the
//! draft.
//!
//! The code that reads a format produces [`Fragment`]s in reading order. [`recognise`] determines the kind of each,
//! rejoins paragraphs that a column break has split, and assigns the blocks to the articles of the page.

mod chars;
mod credit;
mod line;
mod map;
mod prose;
mod recognise;
mod wrap;

use serde::{Deserialize, Serialize};

use crate::text::Span;
pub use chars::is_common_han;
pub use credit::is_family_name;
pub use line::{is_date, marks_show_continuation, starts_mid_clause};
pub use map::{Body, BodyBuilder, DraftSpans};
pub use prose::NonProseLines;
pub use recognise::{Fragment, Shape, recognise};

/// The kind of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A headline (标题), a kicker (引题) or a subheading.
    Headline,
    /// A byline (署名), such as `记者 姜晓凤 文/图`.
    Byline,
    /// The dateline (电头) of a report: `本报讯（记者 姜晓凤）`, `新华社北京11月1日电`. It is never a block by itself, but
    /// part of the text of a paragraph (see [`Block::dateline`]).
    Dateline,
    /// Running text.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// The text under a picture.
    Caption,
    /// A jump line (转接行), which refers to another page: `（上接1版）`, `（下转2版）`.
    JumpLine,
    /// A cell of a table.
    TableCell,
}

impl BlockKind {
    /// All kinds, each with its name in rule files and the Chinese name shown to users.
    pub const ALL: [(BlockKind, &'static str, &'static str); 8] = [
        (BlockKind::Headline, "headline", "标题"),
        (BlockKind::Byline, "byline", "署名"),
        (BlockKind::Dateline, "dateline", "电头"),
        (BlockKind::Paragraph, "paragraph", "正文"),
        (BlockKind::ListItem, "list-item", "列表项"),
        (BlockKind::Caption, "caption", "图片说明"),
        (BlockKind::JumpLine, "jump-line", "转接行"),
        (BlockKind::TableCell, "table-cell", "表格"),
    ];

    /// Returns the Chinese name shown to users.
    pub fn chinese(self) -> &'static str {
        BlockKind::ALL[self as usize].2
    }
}

/// A set of block kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockKinds(u8);

impl BlockKinds {
    /// The set of all kinds.
    pub const ALL: BlockKinds = BlockKinds(u8::MAX);
    /// The empty set.
    pub const NONE: BlockKinds = BlockKinds(0);

    /// Returns the set as one bit for each kind.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Returns the set that [`BlockKinds::bits`] has returned.
    #[inline]
    pub fn from_bits(bits: u8) -> BlockKinds {
        BlockKinds(bits)
    }

    /// Returns the set with `kind` added.
    pub fn with(self, kind: BlockKind) -> BlockKinds {
        BlockKinds(self.0 | 1 << kind as u8)
    }

    /// Returns whether the set contains `kind`.
    #[inline]
    pub fn has(self, kind: BlockKind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }
}

/// One unit of a draft, such as a headline, a paragraph or a caption.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Block {
    /// The kind of the block.
    pub kind: BlockKind,
    /// The number of the article on the page, counted from 0 in reading order.
    pub article: u32,
    /// The length in bytes of the dateline at the start of the text, or 0 if there is none.
    pub dateline: u32,
    /// Whether the lines of the draft are broken at a certain width, so that the ends of its lines say nothing.
    pub is_wrapped: bool,
    /// Whether the markup sets the text off as a quotation.
    pub is_quotation: bool,
    /// The text, with the mapping back to the draft.
    pub body: Body,
}

impl Block {
    /// Returns the text of the block. `canonical` is the canonical text of the draft.
    #[inline]
    pub fn text<'t>(&'t self, canonical: &'t str) -> &'t str {
        self.body.text(canonical)
    }

    /// Returns the kind of the text at byte `at` of the block: [`BlockKind::Dateline`] inside the dateline, otherwise the
    /// kind of the block.
    #[inline]
    pub fn kind_at(&self, at: usize) -> BlockKind {
        if at < self.dateline as usize { BlockKind::Dateline } else { self.kind }
    }

    /// Returns the same block of a canonical text that lacks the first `by` bytes, which must be before the block.
    pub fn moved_back(&self, by: usize) -> Block {
        Block { body: self.body.moved_back(by), ..*self }
    }

    /// Returns the span of the canonical text from the first to the last character of the block.
    pub fn extent(&self) -> Span {
        self.body.extent()
    }
}
