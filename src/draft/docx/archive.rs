//! The zip archive of a Word file: reads parts within size limits and replaces parts.

use std::io::{Cursor, Read, Write};

use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::draft::unsupported::encrypted;
use crate::error::{Error, Result};

/// The longest part that is read, in bytes. It is ten times the text of a thick book.
const MAX_PART_SIZE: u64 = 32 << 20;
/// The limit for all parts of one file together, in bytes.
const MAX_TOTAL_SIZE: u64 = 48 << 20;
/// The highest accepted compression ratio. XML text shrinks to a twentieth; more than this indicates a zip bomb.
const MAX_RATIO: u64 = 200;
/// The ratio of parts up to this size, in bytes, is not checked: a nearly empty header compresses very well too.
const MIN_SIZE_FOR_RATIO: u64 = 1 << 20;
/// The maximum number of entries. A book with thousands of pictures has fewer.
const MAX_ENTRIES: usize = 20_000;

/// The archive of a Word file.
pub struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// How many bytes of parts have been read.
    total_read: u64,
}

impl<'b> Archive<'b> {
    /// Opens an archive.
    ///
    /// # Errors
    /// The bytes are not a zip archive, the archive is damaged, or it has too many entries.
    pub fn open(bytes: &'b [u8]) -> Result<Archive<'b>> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
        if zip.len() > MAX_ENTRIES { Err(oversized()) } else { Ok(Archive { zip, total_read: 0 }) }
    }

    /// Returns whether the archive contains a part of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Returns the text of the part of that name, or `None` if there is no such part.
    ///
    /// # Errors
    /// The part is damaged, encrypted or not UTF-8, or exceeds a size limit.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let entry = self.zip.by_index(index).map_err(|error| unreadable(&error))?;
        let limit_by_ratio = (entry.compressed_size() * MAX_RATIO).max(MIN_SIZE_FOR_RATIO);
        let limit = MAX_PART_SIZE.min(MAX_TOTAL_SIZE - self.total_read).min(limit_by_ratio);
        // The uncompressed size in the archive's directory can be wrong, so the bytes are counted while reading.
        let mut bytes = Vec::new();
        entry.take(limit + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
        let length = bytes.len() as u64;
        if length > limit {
            return Err(oversized());
        }
        self.total_read += length;
        String::from_utf8(bytes).map(Some).map_err(|_| damaged())
    }
}

/// Returns the archive `original` with `parts` (name and content) replaced, or added at the end if they are new. Other
/// entries are copied without being decompressed.
///
/// # Errors
/// An entry cannot be copied.
pub fn replace_parts(original: &[u8], parts: &[(String, String)]) -> Result<Vec<u8>> {
    write(original, parts).map_err(|error| unreadable(&error))
}

fn write(original: &[u8], parts: &[(String, String)]) -> ZipResult<Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(original))?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(original.len() + original.len() / 8)));
    let indices: Vec<Option<usize>> = parts.iter().map(|(name, _)| zip.index_for_name(name)).collect();
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        match indices.iter().position(|replaced| *replaced == Some(index)) {
            None => out.raw_copy_file(entry)?,
            Some(part) => {
                let (name, content) = &parts[part];
                let options = entry.last_modified().map_or(deflated, |date| deflated.last_modified_time(date));
                out.start_file(name.as_str(), options)?;
                out.write_all(content.as_bytes())?;
            }
        }
    }
    for ((name, content), _) in parts.iter().zip(&indices).filter(|(_, index)| index.is_none()) {
        out.start_file(name.as_str(), deflated)?;
        out.write_all(content.as_bytes())?;
    }
    out.set_raw_comment(zip.comment().into())?;
    Ok(out.finish()?.into_inner())
}

/// Returns the error for a damaged file, or one that is not a Word file.
pub fn damaged() -> Error {
    Error::new("这个 Word 文件已损坏，或者不是 .docx 文件，无法读取。")
        .help("请用 Word 或 WPS 打开检查，另存为 .docx 后再校对。")
}

/// Returns the error for a file that is too large when decompressed or too deeply nested.
pub fn oversized() -> Error {
    Error::new("这个 Word 文件解压后过大，或者嵌套过深，不像正常的文稿，没有读取。")
        .help("请确认文件来源；若确是文稿，请拆成几个文件后再校对。")
}

fn unreadable(error: &ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => encrypted(),
        _ => damaged(),
    }
}
