//! What the content of a file is, as far as its first bytes make it certain.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE};
use memchr::memmem;
use serde::de::IgnoredAny;

use super::kinds::Kind;
use crate::error::Error;

/// The first bytes of files that are not text, and the extension of their kind.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"{\\rtf", "rtf"),
    (b"%PDF-", "pdf"),
    (b"%!PS-", "ps"),
    (b"AT&TFORM", "djvu"),
    (b"\x06\x06\xED\xF5\xD8\x1D\x46\xE5", "indd"),
    (b"\x89PNG\r\n\x1A\n", "png"),
    (b"\xFF\xD8\xFF", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"8BPS", "psd"),
    (b"\x1F\x8B", "gz"),
    (b"7z\xBC\xAF\x27\x1C", "7z"),
    (b"Rar!\x1A\x07", "rar"),
    (b"\xFD7zXZ\0", "xz"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\x7FELF", "so"),
];

/// The first bytes of zip archives, among them those without entries.
const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Names of entries or content types that tell what a zip archive is, and the extension of its kind.
const ZIP_CONTENTS: &[(&[u8], &str)] = &[
    (b"xl/workbook", "xlsx"),
    (b"ppt/presentation.xml", "pptx"),
    (b"application/vnd.oasis.opendocument.text", "odt"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "ods"),
    (b"application/vnd.oasis.opendocument.presentation", "odp"),
    (b"application/epub+zip", "epub"),
    (b"application/hwp+zip", "hwpx"),
    (b"OFD.xml", "ofd"),
    (b"designmap.xml", "idml"),
    (b"Index/Document.iwa", "pages"),
    (b"FixedDocSeq.fdseq", "xps"),
];

/// The first bytes of compound files: documents of Office 97 and WPS, and encrypted ones.
const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Names of streams that tell what a compound file is, and the extension of its kind.
const COMPOUND_CONTENTS: &[(&str, &str)] =
    &[("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint Document", "ppt"), ("FileHeader", "hwp")];

/// Returns whether the file is a zip archive.
pub fn is_zip(bytes: &[u8]) -> bool {
    ZIP.iter().any(|signature| bytes.starts_with(signature))
}

/// Returns whether the file is a Word document (.docx).
pub fn is_word(bytes: &[u8]) -> bool {
    is_zip(bytes) && contains(bytes, b"[Content_Types].xml") && contains(bytes, b"word/document")
}

/// Returns whether the file is an encrypted document of Office or WPS.
fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(COMPOUND_FILE) && contains(bytes, &utf16("EncryptedPackage"))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memmem::find(bytes, part).is_some()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Returns the kind of a file that is no text; `None` if it may be text. A zip archive counts as one that cannot be
/// read, even if it is a Word document.
pub fn binary_kind(bytes: &[u8]) -> Option<&'static Kind> {
    let extension = if bytes.starts_with(COMPOUND_FILE) {
        let known = COMPOUND_CONTENTS.iter().find(|(name, _)| contains(bytes, &utf16(name)));
        known.map_or("doc", |(_, extension)| extension)
    } else if is_zip(bytes) {
        let known = ZIP_CONTENTS.iter().find(|(name, _)| contains(bytes, name));
        known.map_or("zip", |(_, extension)| extension)
    } else {
        SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature))?.1
    };
    Kind::with_extension(extension)
}

/// Returns the error for a file that is no text.
pub fn binary_error(bytes: &[u8]) -> Option<Error> {
    if is_encrypted(bytes) { Some(encrypted()) } else { binary_kind(bytes).map(Kind::error) }
}

/// Returns the error for an encrypted document.
pub fn encrypted() -> Error {
    Error::new("这个文件加了密，无法读取。").help("请用 Word 或 WPS 打开，取消密码后另存为 .docx。")
}

/// What a text is for certain, by how it begins.
pub enum TextContent {
    Html,
    /// Data, which is not read.
    Data(&'static Kind),
    /// Nothing that its beginning makes certain.
    Unknown,
}

impl TextContent {
    /// Returns what a file is that is known to be text.
    pub fn of(bytes: &[u8]) -> TextContent {
        let text = text_after_bom(bytes);
        let data = |extension| Kind::with_extension(extension).map_or(TextContent::Unknown, TextContent::Data);
        match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'<') if begins_html(&text) => TextContent::Html,
            Some(b'<') if text.trim_ascii_start().starts_with(b"<?xml") => data("xml"),
            Some(b'{' | b'[') if is_json(&text) => data("json"),
            _ => TextContent::Unknown,
        }
    }
}

/// Returns the bytes after the byte order mark, those of UTF-16 in UTF-8.
fn text_after_bom(bytes: &[u8]) -> Cow<'_, [u8]> {
    let utf16 = |encoding: &'static encoding_rs::Encoding, bytes| match encoding.decode_without_bom_handling(bytes).0 {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => utf16(UTF_16BE, rest),
        _ => Cow::Borrowed(bytes),
    }
}

/// Returns whether the text is HTML by its beginning: a document type or a tag of the document's frame, after an XML
/// declaration and comments.
fn begins_html(text: &[u8]) -> bool {
    const FRAME: [&[u8]; 5] = [b"<!doctype html", b"<html", b"<head", b"<body", b"<meta"];
    let mut rest = text.trim_ascii_start();
    while let Some(after) = skip_between(rest, b"<!--", b"-->").or_else(|| skip_between(rest, b"<?", b">")) {
        rest = after.trim_ascii_start();
    }
    FRAME.iter().any(|tag| {
        rest.split_at_checked(tag.len()).is_some_and(|(start, after)| {
            start.eq_ignore_ascii_case(tag) && after.first().is_none_or(|byte| !byte.is_ascii_alphanumeric())
        })
    })
}

/// Returns what follows the first `end` if the text begins with `start`.
fn skip_between<'t>(text: &'t [u8], start: &[u8], end: &[u8]) -> Option<&'t [u8]> {
    let inside = text.strip_prefix(start)?;
    Some(&inside[memmem::find(inside, end)? + end.len()..])
}

/// Returns whether the text is JSON with a string in it, or a sequence of such values, as in a file of JSON lines.
fn is_json(text: &[u8]) -> bool {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    text.contains(&b'"') && values.all(|value| value.is_ok())
}
