//! Drafts: bytes → canonical text and blocks, and the way back. One file per format.

mod markdown;
mod plain;

use std::path::Path;

use crate::block::{Block, recognise};
use crate::edit::EditSet;
use crate::error::{Error, Result};
use crate::text::Locator;

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
        let fragments = match format {
            Format::Plain => plain::fragments(&text),
            Format::Markdown => markdown::fragments(&text),
        };
        Ok(Draft { blocks: recognise(&text, fragments), bom: content.is_some(), text })
    }

    /// The canonical text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The blocks in reading order; those of one article stand together.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
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
