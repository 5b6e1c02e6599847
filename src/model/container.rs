//! The file format of models: named sections of bytes, with a version and a checksum.
//!
//! A file is: the eight bytes of [`MAGIC`], the version, the number of sections, the checksum of the table that follows;
//! for each section its name in sixteen bytes, its length, and the checksum of its content; then the contents. Numbers
//! are little endian.

use crate::error::{Error, ErrorKind, Result};

/// How a model file begins.
const MAGIC: &[u8; 8] = b"\x89zhubi\r\n";
/// The version of the format that this program writes and reads.
const VERSION: u32 = 2;
/// The number of bytes before the table of sections.
const HEADER: usize = 24;
/// The number of bytes of an entry in the table of sections.
const ENTRY: usize = 32;
/// The largest number of bytes of a section's name.
const NAME: usize = 16;

/// The sections of a model file, borrowed from its bytes.
#[derive(Debug, Clone)]
pub struct Sections<'a> {
    sections: Vec<Section<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Section<'a> {
    name: &'a str,
    content: &'a [u8],
    checksum: u64,
}

impl<'a> Sections<'a> {
    /// Reads the sections of a model file. What they contain is not looked at; [`verify`](Sections::verify) does that.
    ///
    /// # Errors
    /// The bytes are not those of a model file, are of another version, or their number is not right.
    pub fn read(bytes: &'a [u8]) -> Result<Sections<'a>> {
        let foreign = || invalid("这不是 zhubi 的模型文件。").help("模型文件由 zhubi model train 写出。");
        let header = bytes.get(..HEADER).filter(|header| header.starts_with(MAGIC)).ok_or_else(foreign)?;
        let version = u32_at(header, 8);
        if version != VERSION {
            let message = format!("模型文件的格式是第 {version} 版，这个程序读第 {VERSION} 版。");
            return Err(invalid(message).help("请用同一版本的程序重新训练，或者换用配套的模型。"));
        }
        let table_len = (u32_at(header, 12) as usize).checked_mul(ENTRY).ok_or_else(damaged)?;
        let (table, mut rest) = bytes[HEADER..].split_at_checked(table_len).ok_or_else(damaged)?;
        if checksum(table) != u64_at(header, 16) {
            return Err(damaged());
        }
        let mut sections = Vec::with_capacity(table_len / ENTRY);
        for entry in table.chunks(ENTRY) {
            let name = std::str::from_utf8(&entry[..NAME]).map_err(|_| damaged())?.trim_end_matches('\0');
            let length = usize::try_from(u64_at(entry, 16)).map_err(|_| damaged())?;
            let (content, after) = rest.split_at_checked(length).ok_or_else(damaged)?;
            sections.push(Section { name, content, checksum: u64_at(entry, 24) });
            rest = after;
        }
        if rest.is_empty() { Ok(Sections { sections }) } else { Err(damaged()) }
    }

    /// Checks the contents of all sections.
    ///
    /// # Errors
    /// One is not what was written.
    pub fn verify(self) -> Result<Sections<'a>> {
        let is_whole = self.sections.iter().all(|section| checksum(section.content) == section.checksum);
        if is_whole { Ok(self) } else { Err(damaged()) }
    }

    /// Returns a section.
    ///
    /// # Errors
    /// There is no such section.
    pub fn get(&self, name: &str) -> Result<&'a [u8]> {
        self.find(name).ok_or_else(|| invalid(format!("模型文件里没有“{name}”这一部分。")))
    }

    /// Returns a section that may be missing.
    pub fn find(&self, name: &str) -> Option<&'a [u8]> {
        self.sections.iter().find(|section| section.name == name).map(|section| section.content)
    }

    /// Returns names and contents of all sections.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + '_ {
        self.sections.iter().map(|section| (section.name, section.content))
    }
}

/// Returns the bytes of a model file with these sections. Names have at most sixteen bytes.
pub fn to_bytes(sections: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut table = Vec::with_capacity(sections.len() * ENTRY);
    for (name, content) in sections {
        let mut padded = [0; NAME];
        let len = name.len().min(NAME);
        padded[..len].copy_from_slice(&name.as_bytes()[..len]);
        table.extend(padded);
        table.extend((content.len() as u64).to_le_bytes());
        table.extend(checksum(content).to_le_bytes());
    }
    let size: usize = sections.iter().map(|(_, content)| content.len()).sum();
    let mut bytes = Vec::with_capacity(HEADER + table.len() + size);
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((sections.len() as u32).to_le_bytes());
    bytes.extend(checksum(&table).to_le_bytes());
    bytes.extend(table);
    sections.iter().for_each(|(_, content)| bytes.extend(content));
    bytes
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(message).of_kind(ErrorKind::InvalidFile)
}

fn damaged() -> Error {
    invalid("模型文件损坏了。").help("请重新下载或重新训练。")
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// A checksum against damage, not against forgery. Four sums run side by side, so it is as fast as memory.
fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let word = |part: &[u8]| part.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
    let mut sums = [1_u64, 2, 3, 4];
    let (blocks, rest) = bytes.as_chunks::<32>();
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        for (sum, part) in sums.iter_mut().zip(words) {
            *sum = (*sum ^ u64::from_le_bytes(*part)).wrapping_mul(FACTOR).rotate_left(29);
        }
    }
    for part in rest.chunks(8) {
        sums[0] = (sums[0] ^ word(part)).wrapping_mul(FACTOR).rotate_left(29);
    }
    let all = sums.iter().fold(bytes.len() as u64, |all, sum| (all ^ sum).wrapping_mul(FACTOR).rotate_left(31));
    all ^ (all >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote() {
        let sections = [("a".to_owned(), vec![1, 2, 3]), ("sixteen-letters-".to_owned(), vec![4; 100])];
        let bytes = to_bytes(&sections);
        let read = Sections::read(&bytes).unwrap();
        let owned: Vec<_> = read.iter().map(|(name, section)| (name.to_owned(), section.to_vec())).collect();
        assert_eq!(owned, sections);
        assert!(read.get("b").is_err() && read.find("b").is_none());
    }

    #[test]
    fn refuses_foreign_and_damaged_files() {
        let bytes = to_bytes(&[("a".to_owned(), (0..200).collect())]);
        let message = |bytes: &[u8]| Sections::read(bytes).unwrap_err().message().to_owned();
        assert!(message(b"").contains("不是"));
        assert!(message(b"PK\x03\x04 and so on, longer than a header").contains("不是"));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(Sections::read(&damaged).and_then(Sections::verify).is_err(), "{at}");
            assert!(Sections::read(&bytes[..at]).is_err(), "{at}");
        }
    }
}
