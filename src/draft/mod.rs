//! Drafts: bytes → canonical text and blocks, and the way back. One file per format.

mod docx;
mod encoding;
mod front_matter;
mod html;
mod mark;
mod markdown;
mod plain;

use std::borrow::Cow;
use std::path::Path;

use crate::block::{Block, recognise};
use crate::edit::{EditSet, Note};
use crate::error::{Error, Result};
use crate::text::{Locator, Span};
use encoding::Encoded;

pub use encoding::Encoding;
pub use mark::Mark;

/// A format of drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Plain text: a line is a paragraph.
    Plain,
    /// Markdown (CommonMark with the extensions of GitHub).
    Markdown,
    /// HTML.
    Html,
    /// Word (.docx).
    Word,
}

impl Format {
    /// The endings of each format's files.
    const ENDINGS: [(Format, &'static [&'static str]); 4] = [
        (Format::Plain, &["txt"]),
        (Format::Markdown, &["md", "markdown"]),
        (Format::Html, &["html", "htm"]),
        (Format::Word, &["docx", "docm"]),
    ];

    /// The format that a file's ending tells; `None` for a file that a walk passes over.
    pub fn of_path(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?;
        let is_known = |endings: &[&str]| endings.iter().any(|known| known.eq_ignore_ascii_case(ending));
        Format::ENDINGS.into_iter().find(|(_, endings)| is_known(endings)).map(|(format, _)| format)
    }

    /// The endings of drafts as they are told to a user: `.txt、.md`.
    pub fn endings() -> String {
        let endings = Format::ENDINGS.into_iter().flat_map(|(_, endings)| endings);
        endings.map(|ending| format!(".{ending}")).collect::<Vec<_>>().join("、")
    }
}

/// In bytes. No draft has such a line; a dump of a data base has.
const LONGEST_LINE: usize = 16 << 20;

/// A draft that has been read.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The text as decoded, without a BOM; line ends as they are. All offsets count in it.
    text: String,
    blocks: Vec<Block>,
    marks: Vec<Mark>,
    format: Format,
    original: Original,
}

/// The file that a draft was read from, as far as its text does not tell it: the way back.
#[derive(Debug, Clone)]
enum Original {
    /// Text in some encoding.
    Text(Encoded),
    /// A Word file.
    Word(Box<docx::Document>),
}

impl Draft {
    /// Reads a draft whose encoding is to be found out.
    ///
    /// # Errors
    /// Bytes that are no text, and lines longer than any draft's (more than 16 MiB).
    pub fn open(bytes: Vec<u8>, format: Format) -> Result<Draft> {
        Draft::open_in(bytes, format, None)
    }

    /// Reads a draft in that encoding, if one is said.
    ///
    /// # Errors
    /// Bytes that are no text in that encoding, and lines longer than any draft's (more than 16 MiB).
    pub fn open_in(bytes: Vec<u8>, format: Format, encoding: Option<Encoding>) -> Result<Draft> {
        if let Some(refusal) = docx::foreign(&bytes) {
            return Err(refusal);
        }
        if format == Format::Word {
            let (document, text, fragments) = docx::Document::open(bytes)?;
            let original = Original::Word(Box::new(document));
            let marks = mark::marks(&text, format);
            return Ok(Draft { blocks: recognise(&text, fragments), marks, text, format, original });
        }
        let (text, encoded) = encoding::decode(bytes, encoding)?;
        refuse_long_lines(&text)?;
        let marks = mark::marks(&text, format);
        let fragments = match format {
            Format::Plain => plain::fragments(&text, &marks),
            Format::Markdown => markdown::fragments(&text),
            Format::Html => html::fragments(&text, Span::new(0, text.len())),
            Format::Word => Vec::new(),
        };
        Ok(Draft { blocks: recognise(&text, fragments), marks, text, format, original: Original::Text(encoded) })
    }

    /// Reads what this draft was rewritten to, in its format and encoding.
    ///
    /// # Errors
    /// Those of [`Draft::open_in`].
    pub fn reopen(&self, bytes: Vec<u8>) -> Result<Draft> {
        match &self.original {
            Original::Text(encoded) => Draft::open_in(bytes, self.format, Some(encoded.encoding())),
            Original::Word(_) => Draft::open(bytes, self.format),
        }
    }

    /// The canonical text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The blocks in reading order; those of one article stand together.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The marks that let findings stand, in order.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// `text` as it is to be written in this draft.
    ///
    /// # Errors
    /// Its encoding lacks a character of it: the message says which.
    pub fn spell<'s>(&self, text: &'s str) -> std::result::Result<Cow<'s, str>, String> {
        if let Original::Text(encoded) = &self.original
            && let Some(lacking) = text.chars().find(|c| !encoded.can_hold(c.encode_utf8(&mut [0; 4])))
        {
            let encoding = encoded.encoding().name();
            return Err(format!("原稿的 {encoding} 编码里没有“{lacking}”，不能代改。"));
        }
        Ok(match self.format {
            Format::Html => html::escape(text),
            Format::Plain | Format::Markdown | Format::Word => Cow::Borrowed(text),
        })
    }

    /// The file's bytes with the edits made, and not one byte else changed.
    pub fn rewrite(&self, edits: &EditSet) -> Vec<u8> {
        match &self.original {
            Original::Text(encoded) => encoded.rewrite(&self.text, edits),
            Original::Word(document) => document.rewrite(edits),
        }
    }

    /// Is it a Word file? Its lines are paragraphs, and it can hold tracked changes and comments.
    pub fn is_word(&self) -> bool {
        self.format == Format::Word
    }

    /// The file with the edits as tracked changes and the notes as comments, all of `date` (`2023-11-01T08:00:00Z`);
    /// where the format has none of these, with the edits made.
    pub fn track(&self, edits: &EditSet, notes: &[Note], date: &str) -> Vec<u8> {
        match &self.original {
            Original::Text(_) => self.rewrite(edits),
            Original::Word(document) => document.track(&self.text, edits, notes, date),
        }
    }
}

/// Does text go on across the end of a line without a blank, as Chinese does, where these characters stand at its
/// sides? Nothing is parted from nothing.
fn joins(left: Option<char>, right: Option<char>) -> bool {
    let is_chinese = |c: Option<char>| c.is_none_or(|c| c >= '\u{2E80}');
    is_chinese(left) || is_chinese(right)
}

fn refuse_long_lines(text: &str) -> Result<()> {
    if text.len() > LONGEST_LINE {
        let mut locator = Locator::new(text);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let length = line.trim_end_matches(['\r', '\n']).len();
            if length > LONGEST_LINE {
                let position = locator.position(start);
                let what = format!("第 {} 行长 {} 字节，超过每行 16 MiB 的上限。", position.line, length);
                return Err(Error::new(what).at(position).help("请确认这是文稿，并将过长的行分段后再校对。"));
            }
            start += line.len();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::Edit;

    #[test]
    fn what_is_no_utf8_is_refused_with_its_place() {
        let error = Draft::open("一行\n二".bytes().chain([0xD6, 0xD0]).collect(), Format::Plain).unwrap_err();
        let told = error.in_file("稿.txt").to_string();
        assert!(told.starts_with("稿.txt:2:2：") && told.contains("另存为 UTF-8"), "{told}");
    }

    #[test]
    fn a_line_of_more_than_16_mib_is_refused() {
        let line = "\r\n".to_owned() + &"a".repeat(LONGEST_LINE + 1) + "\n";
        let told = Draft::open(line.into_bytes(), Format::Plain).unwrap_err().to_string();
        assert!(told.contains("第 2 行长 16777217 字节"), "{told}");
        assert!(Draft::open(vec![b'a'; LONGEST_LINE], Format::Plain).is_ok());
    }

    #[test]
    fn edits_leave_bom_and_line_ends_alone() {
        let draft = Draft::open("\u{FEFF}甲,乙\r\n丙 \n".into(), Format::Plain).unwrap();
        let mut edits = EditSet::default();
        edits.push(Edit { span: Span::new(3, 4), text: "，".to_owned() }).unwrap();
        assert_eq!(draft.rewrite(&edits), "\u{FEFF}甲，乙\r\n丙 \n".as_bytes());
    }

    /// Lines of copy, markup and odd characters.
    fn drafts() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "甲乙丙丁",
            "，",
            "。",
            "“",
            "”",
            "（",
            "）",
            "\n",
            "\r\n",
            "\r",
            "\n\n",
            "  \n",
            "\u{3000}\u{3000}",
            "    ",
            "\t",
            "# ",
            "- ",
            "1. ",
            "> ",
            "**",
            "*",
            "_",
            "`",
            "```\n",
            "|",
            "|-|-|\n",
            "[",
            "](",
            ")",
            "![",
            "<",
            ">",
            "<br>",
            "<code>",
            "</code>",
            "<div>",
            "<h1>",
            "</h1>",
            "<li>",
            "<td>",
            "<img alt=\"",
            "\">",
            "<meta name=description content='",
            "'>",
            "</",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "&lt",
            "&",
            "&amp;",
            "&#0;",
            "\\",
            "~~",
            "---\n",
            "===\n",
            "+++\n",
            "[^1]",
            "[^1]: ",
            "$",
            "https://a.cn/b",
            "www.a.cn",
            "a@b.cn",
            "abc",
            "12",
            "▲",
            "本报讯（记者 王某）",
            "记者 王某",
            "（上接1版）",
            "一、",
            "：",
            "——",
            "\0",
            "\u{FEFF}",
            "\u{FFFC}",
            "😀",
        ];
        proptest::collection::vec(proptest::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_draft_comes_back_and_its_blocks_map_to_it(
            source in drafts().boxed().prop_union(any::<String>().boxed()),
            format in proptest::sample::select(&[Format::Plain, Format::Markdown, Format::Html][..]),
        ) {
            let draft = Draft::open(source.clone().into_bytes(), format).unwrap();
            prop_assert_eq!(draft.rewrite(&EditSet::default()), source.into_bytes());

            let canonical = draft.text();
            let mut last = 0;
            for block in draft.blocks() {
                let text = block.text(canonical);
                prop_assert!(!text.is_empty() && text == text.trim());
                prop_assert!(text.is_char_boundary(block.dateline as usize));
                if block.kind != crate::block::BlockKind::Caption {
                    prop_assert!(block.extent().start >= last, "{:?} is out of order", text);
                    last = block.extent().start;
                }
                for (at, c) in text.char_indices() {
                    let span = Span::new(at, at + c.len_utf8());
                    let placed = block.body.locate(span);
                    prop_assert!(canonical.get(placed.span.range()).is_some() && placed.rest.is_empty());
                    // What can be edited is the draft's own text.
                    if let Some(edit) = block.body.edit(span, "", canonical) {
                        prop_assert_eq!(edit.span.of(canonical), span.of(text));
                    }
                }
            }
        }
    }
}
