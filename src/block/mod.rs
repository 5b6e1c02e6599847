//! Blocks: what a reader sees as one unit, as text, with a map back to the draft.
//!
//! A format's reader hands over [`Fragment`]s in reading order; [`recognise`] says what each of them
//! is on a newspaper page, puts paragraphs that a column break cut in two together again, and tells
//! the articles of the page apart.

mod credit;
mod line;
mod map;
mod prose;
mod recognise;

use serde::{Deserialize, Serialize};

use crate::text::Span;
pub use credit::is_family_name;
pub use map::{Body, BodyBuilder, Placed};
pub use prose::not_prose;
pub use recognise::{Fragment, Shape, recognise};

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A headline, an eyebrow (引题), a subheading.
    Headline,
    /// `记者 姜晓凤 文/图`
    Byline,
    /// The head of a report: `本报讯（记者 姜晓凤）`, `新华社北京11月1日电`. It is a part of a paragraph's text
    /// (see [`Block::dateline`]), never a block.
    Dateline,
    /// Running text.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// The text under a picture.
    Caption,
    /// `（上接1版）`, `（下转2版）`
    JumpLine,
    /// A cell of a table.
    TableCell,
}

impl BlockKind {
    /// Every kind with its name in rule files and its name for readers.
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

    /// The name for readers.
    pub fn chinese(self) -> &'static str {
        BlockKind::ALL[self as usize].2
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockKinds(u8);

impl BlockKinds {
    /// Every kind.
    pub const ALL: BlockKinds = BlockKinds(u8::MAX);
    /// No kind.
    pub const NONE: BlockKinds = BlockKinds(0);

    /// This set and `kind`.
    pub fn with(self, kind: BlockKind) -> BlockKinds {
        BlockKinds(self.0 | 1 << kind as u8)
    }

    /// Is `kind` in the set?
    #[inline]
    pub fn has(self, kind: BlockKind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }
}

/// What a reader sees as one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// The article of the page that it belongs to, counted from 0 in reading order.
    pub article: u32,
    /// How much of its text is the dateline of a report, in bytes; 0 where there is none.
    pub dateline: u32,
    /// Its text and the map back to the draft.
    pub body: Body,
}

impl Block {
    /// The block's text. `canonical` is the canonical text of the draft that the block is of.
    #[inline]
    pub fn text<'t>(&'t self, canonical: &'t str) -> &'t str {
        self.body.text(canonical)
    }

    /// What the block is at byte `at` of its text: its kind, or the dateline at its head.
    #[inline]
    pub fn kind_at(&self, at: usize) -> BlockKind {
        if at < self.dateline as usize { BlockKind::Dateline } else { self.kind }
    }

    /// The span of the canonical text from the block's first character to its last.
    pub fn extent(&self) -> Span {
        self.body.extent()
    }
}
