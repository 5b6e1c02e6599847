//! Drafts: bytes → canonical text and blocks, and the way back. One file per format.

mod mark;
mod markdown;
mod plain;

use std::path::Path;

use crate::block::{Block, recognise};
use crate::edit::EditSet;
use crate::error::{Error, Result};
use crate::text::Locator;
pub use mark::Mark;

/// A format of drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Plain text: a line is a paragraph.
    Plain,
    /// Markdown (CommonMark with the extensions of GitHub).
    Markdown,
}

impl Format {
    /// The format that a file's ending tells; `None` for a file that a walk passes over.
    pub fn of_path(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "txt" => Some(Format::Plain),
            "md" | "markdown" => Some(Format::Markdown),
            _ => None,
        }
    }
}

const BOM: &[u8] = "\u{FEFF}".as_bytes();

/// In bytes. No draft has such a line; a dump of a data base has.
const LONGEST_LINE: usize = 16 << 20;

/// A draft that has been read.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The text as decoded, without a BOM; line ends as they are. All offsets count in it.
    text: String,
    blocks: Vec<Block>,
    marks: Vec<Mark>,
    bom: bool,
}

impl Draft {
    /// Reads a draft.
    ///
    /// # Errors
    /// Bytes that are not UTF-8, and lines longer than any draft's (more than 16 MiB).
    pub fn open(bytes: Vec<u8>, format: Format) -> Result<Draft> {
        let content = bytes.strip_prefix(BOM);
        let text = decode(content.unwrap_or(&bytes))?.to_owned();
        let marks = mark::marks(&text, format);
        let fragments = match format {
            Format::Plain => plain::fragments(&text, &marks),
            Format::Markdown => markdown::fragments(&text),
        };
        Ok(Draft { blocks: recognise(&text, fragments), marks, bom: content.is_some(), text })
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

    /// The file's bytes with the edits made, and not one byte else changed.
    pub fn rewrite(&self, edits: &EditSet) -> Vec<u8> {
        let mut bytes = if self.bom { BOM.to_vec() } else { Vec::new() };
        bytes.extend_from_slice(edits.apply(&self.text).as_bytes());
        bytes
    }
}

fn decode(bytes: &[u8]) -> Result<&str> {
    let text = simdutf8::compat::from_utf8(bytes).map_err(|bad| {
        let good = std::str::from_utf8(&bytes[..bad.valid_up_to()]).unwrap_or_default();
        Error::new("这里的字节不是 UTF-8 编码，无法读取。")
            .at(Locator::new(good).position(good.len()))
            .help("请用编辑器打开原稿，另存为 UTF-8 编码后再校对。")
    })?;
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
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::Edit;
    use crate::text::Span;

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
            markdown: bool,
        ) {
            let format = if markdown { Format::Markdown } else { Format::Plain };
            let draft = Draft::open(source.clone().into_bytes(), format).unwrap();
            prop_assert_eq!(draft.rewrite(&EditSet::default()), source.into_bytes());

            let canonical = draft.text();
            let mut last = 0;
            for block in draft.blocks() {
                let text = block.text(canonical);
                prop_assert!(!text.is_empty() && text == text.trim());
                prop_assert!(text.is_char_boundary(block.dateline as usize));
                if block.kind != crate::block::Kind::Caption {
                    prop_assert!(block.extent().start >= last, "{:?} is out of order", text);
                    last = block.extent().start;
                }
                for (at, c) in text.char_indices() {
                    let span = Span::new(at, at + c.len_utf8());
                    let placed = block.body.place(span);
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
