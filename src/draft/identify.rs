//! Which format a file has: by its name and, where the name says nothing or the content is certain, by its content.
//!
//! What is known not to be a draft is refused. Fixing marks in data, programs or markup that is not read would damage
//! them, so a file is a draft only if something says that it is one.

use std::ffi::OsStr;
use std::path::Path;

use super::content::{TextContent, binary_error, binary_kind, is_word};
use super::encoding::{Encoding, decode};
use super::kinds::{Kind, significant_name};
use super::{Format, prose};
use crate::error::{Error, ErrorKind, Result};

/// What the name of a file says.
enum Name {
    /// The file is a draft in this format.
    Draft(Format),
    /// The file is not a draft.
    Other(&'static Kind),
    /// Nothing: there is no extension, or an unknown one.
    Unknown,
}

impl Name {
    fn of(path: &Path) -> Name {
        let Some(name) = significant_name(path) else { return Name::Unknown };
        if let Some(format) = Format::of_path(Path::new(name)) {
            return Name::Draft(format);
        }
        let extension = name.rsplit_once('.').and_then(|(_, extension)| Kind::with_extension(extension));
        Kind::with_name(name).or(extension).map_or(Name::Unknown, Name::Other)
    }
}

/// Returns the format of a file with the name `path`. Text without a name, such as that of standard input, is taken for
/// plain text. `encoding` is that of text, if it is known.
///
/// # Errors
/// The file is not a draft, or nothing says that it is one. The error is of the kind [`ErrorKind::NotADraft`].
pub fn identify(path: Option<&Path>, bytes: &[u8], encoding: Option<Encoding>) -> Result<Format> {
    find_format(path, bytes, encoding).map_err(|error| error.of_kind(ErrorKind::NotADraft))
}

fn find_format(path: Option<&Path>, bytes: &[u8], encoding: Option<Encoding>) -> Result<Format> {
    #[cfg(feature = "word")]
    if is_word(bytes) {
        return Ok(Format::Word);
    }
    match path.map_or(Name::Draft(Format::Plain), Name::of) {
        Name::Draft(Format::Plain) => plain_or_certain(bytes),
        Name::Draft(format) if format.is_document() && is_html(bytes) => Ok(Format::Html),
        Name::Draft(format) => Ok(format),
        Name::Other(kind) if kind.may_hold_copy() && is_html(bytes) => Ok(Format::Html),
        Name::Other(kind) => Err(refusal(kind, bytes)),
        Name::Unknown => match plain_or_certain(bytes)? {
            Format::Plain if !reads_as_prose(bytes, encoding)? => Err(unknown()),
            format => Ok(format),
        },
    }
}

/// Returns plain text, unless the content is certain to be something else.
fn plain_or_certain(bytes: &[u8]) -> Result<Format> {
    if let Some(error) = binary_error(bytes) {
        return Err(error);
    }
    match TextContent::of(bytes) {
        TextContent::Html => Ok(Format::Html),
        TextContent::Data(kind) => Err(kind.error()),
        TextContent::Unknown => Ok(Format::Plain),
    }
}

/// Returns the error for a file whose name says that it is of `kind`. If the content is certain to be of a kind with
/// another remedy, the error is about that one.
fn refusal(kind: &Kind, bytes: &[u8]) -> Error {
    match binary_kind(bytes) {
        Some(found) if !found.is_like(kind) => found.error(),
        None if memchr::memchr(0, bytes).is_none() => kind.error_by_name(),
        _ => kind.error(),
    }
}

fn is_html(bytes: &[u8]) -> bool {
    matches!(TextContent::of(bytes), TextContent::Html)
}

fn reads_as_prose(bytes: &[u8], encoding: Option<Encoding>) -> Result<bool> {
    let (text, _) = decode(bytes.to_vec(), encoding).map_err(|error| error.of_kind(ErrorKind::InvalidDraft))?;
    Ok(prose::reads_as_prose(&text))
}

fn unknown() -> Error {
    let help = format!("是文稿的，请把扩展名改成 {} 之一，或用 --as 指明格式，例如 --as text。", Format::extensions());
    Error::new("从文件名看不出格式，内容也不像文稿，没有读。").help(help)
}

/// Returns the kind of the file at `path` if it is no draft by its name, but often copy that somebody wants to have
/// checked.
pub fn unread_copy(path: &Path) -> Option<&'static Kind> {
    match Name::of(path) {
        Name::Other(kind) => Some(kind).filter(|kind| kind.may_hold_copy()),
        Name::Draft(_) | Name::Unknown => None,
    }
}

/// Returns whether the file is one that Word keeps next to a document while it is open: `~$稿件.docx`.
pub fn is_owner_file(path: &Path) -> bool {
    path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with("~$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "两地携手,共建联盟。\n";

    fn identified(name: &str, content: &[u8]) -> std::result::Result<Format, String> {
        let name = Some(name).filter(|name| !name.is_empty());
        identify(name.map(Path::new), content, None).map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::NotADraft, "{error}");
            error.to_string()
        })
    }

    #[test]
    fn goes_by_the_name() {
        for (name, format) in [
            ("稿.txt", Format::Plain),
            ("稿.TXT", Format::Plain),
            ("稿.txt.bak", Format::Plain),
            ("稿.md", Format::Markdown),
            ("稿.html.orig", Format::Html),
            ("", Format::Plain),
        ] {
            assert_eq!(identified(name, b"x = {1}"), Ok(format), "{name}");
        }
        for (name, kind) in [
            ("a.json", "JSON"),
            ("a.csv.bak", "CSV"),
            ("a.PY", "Python"),
            ("a.yaml~", "YAML"),
            ("a.rst", "reStructuredText"),
            ("a.doc", "按扩展名，这是旧版 Word 文档"),
            ("a.icml", "InCopy"),
            ("a.html.j2", "网页模板"),
            ("CMakeLists.txt", "程序"),
            ("a.png", "图片"),
        ] {
            let error = identified(name, PROSE.as_bytes()).unwrap_err();
            assert!(error.contains(kind), "{name}: {error}");
        }
    }

    #[test]
    fn goes_by_the_content_if_the_name_says_nothing() {
        for name in ["稿", "稿.定稿", "c", "第1.5版", ".稿"] {
            assert_eq!(identified(name, PROSE.as_bytes()), Ok(Format::Plain), "{name}");
            assert_eq!(identified(name, b"<!doctype html>\n<p>"), Ok(Format::Html), "{name}");
            for content in ["{\"a\": \"甲,乙\"}", "# 注释,说明\nprint(\"甲\")\n", "<p>甲,乙</p>", "甲\t乙\n丙,丁\t戊\n"]
            {
                assert!(identified(name, content.as_bytes()).is_err(), "{name}: {content}");
            }
        }
    }

    #[test]
    fn goes_by_the_content_where_it_is_certain() {
        let pages: [&[u8]; 5] = [
            b"<html>\n<p>",
            b"\xEF\xBB\xBF \n<!DOCTYPE HTML PUBLIC \"\">",
            b"<?xml version='1.0'?>\n<!-- a --><html xmlns='b'>",
            b"<meta charset=gbk>",
            b"\xFF\xFE<\0h\0t\0m\0l\0>\0",
        ];
        for page in pages {
            for name in ["a.doc", "a.txt", "", "a.xls", "a.wps", "a"] {
                assert_eq!(identified(name, page), Ok(Format::Html), "{name}");
            }
            for name in ["a.php", "a.vue", "a.xml", "a.tpl", "a.js"] {
                assert!(identified(name, page).is_err(), "{name}");
            }
        }
        for (content, kind) in [
            (&b"{\"a\": [1, \"b\"]}"[..], "JSON"),
            (b"{\"a\": 1}\n{\"a\": 2}\n", "JSON"),
            (b"[\"a\"]", "JSON"),
            (b"<?xml version='1.0'?><rss>", "XML"),
            (b"{\\rtf1 a}", "RTF"),
            (b"%PDF-1.7", "PDF"),
            (b"PK\x03\x04....xl/workbook.xml", "Excel"),
            (b"PK\x03\x04", "压缩文件"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....W\0o\0r\0k\0b\0o\0o\0k\0", "Excel"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "旧版 Word"),
            (b"\x89PNG\r\n\x1A\n", "图片"),
        ] {
            for name in ["a.txt", "", "a"] {
                let error = identified(name, content).unwrap_err();
                assert!(error.contains(kind), "{name}: {error}");
            }
        }
        assert!(identified("a.doc", b"%PDF-1.7").unwrap_err().contains("PDF"));
        assert!(identified("a.wps", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").unwrap_err().contains("WPS 文档"));
        for text in ["[注]\"甲\"", "[1]", "{甲}", "<本报讯>", "<htmlx>", "<?xml"] {
            assert_eq!(identified("a.txt", text.as_bytes()).is_ok(), text != "<?xml", "{text}");
        }
    }

    #[cfg(feature = "word")]
    #[test]
    fn reads_word_documents_whatever_their_name() {
        let document = include_bytes!("../../tests/documents/page.docx");
        for name in ["a.docx", "a.doc", "a.txt", "a.zip", "a", ""] {
            assert_eq!(identified(name, document), Ok(Format::Word), "{name}");
        }
        assert_eq!(identified("a.docx", b"<html>"), Ok(Format::Html));
    }

    #[test]
    fn knows_files_that_are_only_counted() {
        for name in ["a.doc", "a.PDF", "a.odt", "a.xlsx", "a.indd", "a.pdf.bak"] {
            assert!(unread_copy(Path::new(name)).is_some(), "{name}");
        }
        for name in ["a.txt", "a.py", "a.png", "a.json", "a", "a.zip", "a.adoc"] {
            assert!(unread_copy(Path::new(name)).is_none(), "{name}");
        }
        assert!(is_owner_file(Path::new("a/~$稿.docx")) && !is_owner_file(Path::new("~$/稿.docx")));
    }
}
