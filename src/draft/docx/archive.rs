//! The zip archive that a Word file is: reading parts within bounds, and putting parts in place of others.

use std::io::{Cursor, Read, Write};

use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::error::{Error, Result};

/// The longest part that is read, in bytes: ten times the text of a thick book.
const LONGEST_PART: u64 = 32 << 20;
/// The most that is read of one file, in bytes.
const LONGEST_TOTAL: u64 = 48 << 20;
/// Text with markup shrinks to a twentieth; what shrinks more than this was made to burst.
const GREATEST_RATIO: u64 = 200;
/// Below this many bytes the ratio says nothing: an empty header shrinks well, too.
const HARMLESS: u64 = 1 << 20;
/// The most entries: a book with thousands of pictures has fewer.
const MOST_ENTRIES: usize = 20_000;

/// A Word file's archive.
pub struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    read: u64,
}

impl<'b> Archive<'b> {
    /// Opens an archive.
    ///
    /// # Errors
    /// It is none, or one that is damaged.
    pub fn open(bytes: &'b [u8]) -> Result<Archive<'b>> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
        if zip.len() > MOST_ENTRIES { Err(oversized()) } else { Ok(Archive { zip, read: 0 }) }
    }

    /// Is there a part of that name?
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The part of that name as text; `None` where there is none.
    ///
    /// # Errors
    /// It is damaged, encrypted, no UTF-8, or longer than any draft.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let entry = self.zip.by_index(index).map_err(|error| unreadable(&error))?;
        let packed = entry.compressed_size();
        let most = LONGEST_PART.min(LONGEST_TOTAL - self.read).min((packed * GREATEST_RATIO).max(HARMLESS));
        // What the archive says of the length is not believed.
        let mut bytes = Vec::new();
        entry.take(most + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
        let length = bytes.len() as u64;
        if length > most {
            return Err(oversized());
        }
        self.read += length;
        String::from_utf8(bytes).map(Some).map_err(|_| damaged())
    }
}

/// The archive `original` with `parts` (name and content) in place of those of the same name, and behind all others
/// where there is none. What is not replaced is copied without being unpacked.
///
/// # Errors
/// An entry that cannot be copied.
pub fn replace(original: &[u8], parts: &[(String, String)]) -> Result<Vec<u8>> {
    write(original, parts).map_err(|error| unreadable(&error))
}

fn write(original: &[u8], parts: &[(String, String)]) -> ZipResult<Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(original))?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(original.len() + original.len() / 8)));
    let places: Vec<Option<usize>> = parts.iter().map(|(name, _)| zip.index_for_name(name)).collect();
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        match places.iter().position(|place| *place == Some(index)) {
            None => out.raw_copy_file(entry)?,
            Some(part) => {
                let (name, content) = &parts[part];
                let dated = entry.last_modified().map_or(deflated, |date| deflated.last_modified_time(date));
                out.start_file(name.as_str(), dated)?;
                out.write_all(content.as_bytes())?;
            }
        }
    }
    for ((name, content), _) in parts.iter().zip(&places).filter(|(_, place)| place.is_none()) {
        out.start_file(name.as_str(), deflated)?;
        out.write_all(content.as_bytes())?;
    }
    out.set_raw_comment(zip.comment().into())?;
    Ok(out.finish()?.into_inner())
}

/// The file cannot be what Word wrote.
pub fn damaged() -> Error {
    Error::new("这个 Word 文件已损坏，或者不是 .docx 文件，无法读取。")
        .help("请用 Word 或 WPS 打开检查，另存为 .docx 后再校对。")
}

/// The file bursts when it is unpacked.
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

fn encrypted() -> Error {
    Error::new("这个文件加了密，无法读取。").help("请用 Word 或 WPS 打开，取消密码后另存为 .docx。")
}

/// Why a file is refused that is no `.docx` although a word processor wrote it; `None` for all others.
pub fn foreign(bytes: &[u8]) -> Option<Error> {
    /// The head of the containers of Office 97, of WPS and of encrypted files.
    const CONTAINER: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    if bytes.starts_with(CONTAINER) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Some(if memchr::memmem::find(bytes, &name).is_some() {
            encrypted()
        } else {
            old("这是旧版 Word（.doc）或 WPS（.wps）的文件")
        });
    }
    bytes.starts_with(b"{\\rtf").then(|| old("这是 RTF 文件"))
}

fn old(what: &str) -> Error {
    Error::new(format!("{what}，无法读取。")).help("请用 Word 或 WPS 打开，另存为 .docx 后再校对。")
}
