//! The zip archive of a Word file: reads parts within size limits and replaces parts.

use std::collections::HashSet;
use std::io::{Cursor, Read, Write};

use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::draft::content::encrypted;
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

/// The content of a part that is XML.
#[derive(Debug, Clone)]
pub struct Xml {
    /// The text, with the byte order mark if there is one.
    pub text: String,
    encoding: XmlEncoding,
}

/// The encodings of parts. Packages of ISO/IEC 29500-2 allow no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum XmlEncoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Xml {
    /// Returns a new part in UTF-8.
    pub fn utf8(text: String) -> Xml {
        Xml { text, encoding: XmlEncoding::Utf8 }
    }

    /// Decodes a part. UTF-16 is known by the byte order mark, or by the zero byte next to the `<` at the beginning.
    fn decode(bytes: Vec<u8>) -> Result<Xml> {
        let encoding = match bytes.as_slice() {
            [0xFF, 0xFE, ..] | [b'<', 0, ..] => XmlEncoding::Utf16Le,
            [0xFE, 0xFF, ..] | [0, b'<', ..] => XmlEncoding::Utf16Be,
            _ => XmlEncoding::Utf8,
        };
        let text = match encoding {
            XmlEncoding::Utf8 => String::from_utf8(bytes).map_err(|_| damaged())?,
            XmlEncoding::Utf16Le => decode_utf16(&bytes, u16::from_le_bytes)?,
            XmlEncoding::Utf16Be => decode_utf16(&bytes, u16::from_be_bytes)?,
        };
        Ok(Xml { text, encoding })
    }

    /// Returns another text in the same encoding.
    pub fn with_text(&self, text: String) -> Xml {
        Xml { text, encoding: self.encoding }
    }

    /// Returns the bytes of the part.
    pub fn into_bytes(self) -> Vec<u8> {
        match self.encoding {
            XmlEncoding::Utf8 => self.text.into_bytes(),
            XmlEncoding::Utf16Le => self.text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            XmlEncoding::Utf16Be => self.text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let (units, rest) = bytes.as_chunks::<2>();
    let decoded = String::from_utf16(&units.iter().map(|pair| unit(*pair)).collect::<Vec<_>>());
    decoded.ok().filter(|_| rest.is_empty()).ok_or_else(damaged)
}

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
    /// The bytes are not a zip archive, the archive is damaged, or it has too many entries or two of the same name.
    pub fn open(bytes: &'b [u8]) -> Result<Archive<'b>> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
        if zip.len() > MAX_ENTRIES {
            return Err(oversized());
        }
        let directory = usize::try_from(zip.central_directory_start()).ok().and_then(|start| bytes.get(start..));
        match first_duplicate(directory.unwrap_or_default()) {
            Some(name) => Err(ambiguous(&String::from_utf8_lossy(name))),
            None => Ok(Archive { zip, total_read: 0 }),
        }
    }

    /// Returns the names of the entries, in order, each with the checksum and the length of its content.
    pub fn entries(&mut self) -> Vec<(Vec<u8>, u32, u64)> {
        let count = self.zip.len();
        let read = |index| {
            let entry = self.zip.by_index_raw(index).ok()?;
            Some((entry.name_raw().to_owned(), entry.crc32(), entry.size()))
        };
        (0..count).filter_map(read).collect()
    }

    /// Returns whether the archive contains a part of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Returns the content of the part of that name, or `None` if there is no such part.
    ///
    /// # Errors
    /// The part is damaged, encrypted or neither UTF-8 nor UTF-16, or exceeds a size limit.
    pub fn xml(&mut self, name: &str) -> Result<Option<Xml>> {
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
        Xml::decode(bytes).map(Some)
    }
}

/// Returns the first name that occurs twice in `directory`, the central directory of a zip archive and what follows it.
/// The reader of archives keeps only one of such entries.
fn first_duplicate(directory: &[u8]) -> Option<&[u8]> {
    /// The length of a record without the name, the extra field and the comment (APPNOTE.TXT, 4.3.12).
    const FIXED_LENGTH: usize = 46;
    let mut names = HashSet::new();
    let mut rest = directory;
    while rest.starts_with(b"PK\x01\x02") {
        let length_at = |at: usize| Some(usize::from(u16::from_le_bytes(*rest.get(at..)?.first_chunk()?)));
        let (name, extra, comment) = (length_at(28)?, length_at(30)?, length_at(32)?);
        let name = rest.get(FIXED_LENGTH..)?.get(..name)?;
        if !names.insert(name) {
            return Some(name);
        }
        rest = rest.get(FIXED_LENGTH + name.len() + extra + comment..)?;
    }
    None
}

/// Returns the archive `original` with `parts` (name and content) replaced, or added at the end if they are new. Other
/// entries are copied without being decompressed.
///
/// # Errors
/// An entry cannot be copied.
pub fn replace_parts(original: &[u8], parts: &[(String, Vec<u8>)]) -> Result<Vec<u8>> {
    write(original, parts).map_err(|error| unreadable(&error))
}

fn write(original: &[u8], parts: &[(String, Vec<u8>)]) -> ZipResult<Vec<u8>> {
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
                out.write_all(content)?;
            }
        }
    }
    for ((name, content), _) in parts.iter().zip(&indices).filter(|(_, index)| index.is_none()) {
        out.start_file(name.as_str(), deflated)?;
        out.write_all(content)?;
    }
    out.set_raw_comment(zip.comment().into())?;
    Ok(out.finish()?.into_inner())
}

/// Returns the error for a damaged file, or one that is not a Word file.
pub fn damaged() -> Error {
    Error::new("这个 Word 文件已损坏，或者不是 .docx 文件，无法读取。")
        .help("请用 Word 或 WPS 打开检查，另存为 .docx 后再校对。")
}

/// Returns the error for a file with two parts of the name `part`.
fn ambiguous(part: &str) -> Error {
    Error::new(format!("这个 Word 文件里有两份“{part}”，分不清哪一份是正文，没有读取。"))
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
