//! Paths of files, and names of files.

use super::cursor::{Cursor, after_unclosed, leading, trailing, up_to_unopened, without_trailing_points};
use crate::text::Span;

/// A path of Windows: `C:\甲\乙.docx`, `\\server\甲`, `..\甲`, `%TEMP%\甲`. The cursor is at its first `\`. Where a path
/// without a root begins is not certain, and there is nothing to protect before its first `\`.
pub fn of_windows(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let root = root_length(before).or_else(|| is_server(rest).then_some(0));
    let path = &rest[..windows_path_length(rest, root.is_some())];
    let is_path = root.is_some() || is_relative_path(path);
    is_path.then(|| cursor.token(root.unwrap_or(0), whole_path_length(path, '\\')))
}

/// Returns whether `path`, which begins with `\`, has a further part or the name of a file. One `\` between words is a mark
/// of a sentence (文\图), and one before letters begins a command of TeX.
fn is_relative_path(path: &str) -> bool {
    let ends_with_file = || path.match_indices('.').any(|(at, _)| is_known(&path[at..]));
    let names = &path[1..];
    names.starts_with(char::is_alphanumeric)
        && (ends_with_file() || names.contains('\\') && !names.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Returns the length of the drive, the variable or the dots at the end of `before`, to which a path is relative.
fn root_length(before: &str) -> Option<usize> {
    if let Some(name) = before.strip_suffix('%') {
        let length = trailing(name, |c| c.is_ascii_alphanumeric() || "_()".contains(c));
        return name[..name.len() - length].ends_with('%').then_some(length + "%%".len());
    }
    if let Some(drive) = before.strip_suffix(':') {
        return drive.ends_with(|c: char| c.is_ascii_alphabetic()).then_some("C:".len());
    }
    let dots = trailing(before, |c| c == '.' || c == '~');
    (1..=2).contains(&dots).then_some(dots)
}

/// Returns whether `rest` begins with the name of a server: `\\server\`.
fn is_server(rest: &str) -> bool {
    let Some(name) = rest.strip_prefix("\\\\") else { return false };
    let length = leading(name, |c| c.is_alphanumeric() || "._-$".contains(c));
    length > 0 && name[length..].starts_with('\\')
}

/// Returns the length of the text that may belong to a path of Windows: up to a character that names of files cannot have,
/// or a mark of a sentence. With `blanks`, a blank belongs to it where a further `\` follows.
fn windows_path_length(rest: &str, blanks: bool) -> usize {
    let mut end = 0;
    loop {
        end += leading(&rest[end..], |c| c != ' ' && is_of_file_name(c) || c == '\\');
        let Some(after) = rest[end..].strip_prefix(' ').filter(|_| blanks) else { return end };
        let next = leading(after, |c| is_of_file_name(c) && !",;".contains(c));
        if next == 0 || !after[next..].starts_with('\\') {
            return end;
        }
        end += " ".len() + next;
    }
}

/// Returns whether the name of a file may have the character, as far as a sentence does not end with it.
fn is_of_file_name(c: char) -> bool {
    c.is_alphanumeric() || " .-_(),;&'!@#$%^+=[]{}~（）·".contains(c)
}

/// A path of Unix: `/var/log/甲.log`, `~/甲`, `src/甲/乙.md`. The cursor is at its first `/`.
///
/// A `/` also stands between words of a sentence: 文/图, TCP/IP. So a path has a root, or the name of a file at its end, or
/// more parts than a sentence puts together.
pub fn of_unix(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let path = &rest[..leading(rest, |c| c != ' ' && is_of_file_name(c) || "/:*?".contains(c))];
    let path = &path[..whole_path_length(path, '/')];
    let name = trailing(before, |c| c.is_ascii_alphanumeric() || "._-~@+".contains(c));
    // Three dots are an ellipsis before the path.
    let start = if before.ends_with("...") { 0 } else { name };
    let first = leading(&path[1..], |c| c.is_ascii_alphanumeric() || "._-@+".contains(c));
    let is_path = match &before[before.len() - start..] {
        "" => first >= 2 && path[1 + first..].starts_with('/'),
        "." | ".." | "~" => path[1..].starts_with(char::is_alphanumeric),
        name => {
            let separators = path.matches('/').count();
            let ends_with_file = path.match_indices('.').any(|(at, _)| is_known(&path[at..]));
            name.contains(|c: char| c.is_ascii_alphabetic()) && (ends_with_file || separators > 2)
        }
    };
    (is_path && !before[..before.len() - start].ends_with(['/', ')', '<'])).then(|| cursor.token(start, path.len()))
}

/// Returns the length of a path in the text `path`, which may have the beginning of the next clause at its end. It ends
/// after the extension of the last name, if that has one, because a name seldom goes on after it.
fn whole_path_length(path: &str, separator: char) -> usize {
    let path = &path[..up_to_unopened(path)];
    let name = path.rfind(separator).map_or(0, |at| at + separator.len_utf8());
    let mut extensions =
        path[name..].match_indices('.').filter_map(|(at, _)| Some(name + at + extension_length(&path[name + at..])?));
    extensions.next_back().unwrap_or_else(|| without_trailing_points(path))
}

/// Returns the length of the extension at the start of `text`, with its dot.
fn extension_length(text: &str) -> Option<usize> {
    /// The longest extension, in characters.
    const LONGEST_EXTENSION: usize = 6;
    let extension = text.strip_prefix('.')?;
    let length = leading(extension, |c| c.is_ascii_alphanumeric());
    let has_letter = extension[..length].contains(|c: char| c.is_ascii_alphabetic());
    (has_letter && length <= LONGEST_EXTENSION).then_some(".".len() + length)
}

/// The extensions of files that are named in prose, without those that are also words (`.js`, `.net`).
const EXTENSIONS: &[&str] = &[
    "7z", "ai", "apk", "avi", "bat", "bmp", "conf", "csv", "dll", "doc", "docm", "docx", "dps", "dwg", "epub", "et",
    "exe", "gif", "gz", "htm", "html", "ini", "iso", "jpeg", "jpg", "json", "log", "md", "mov", "mp3", "mp4", "msi",
    "odp", "ods", "odt", "ofd", "pdf", "png", "ppt", "pptx", "psd", "py", "rar", "rtf", "sh", "sql", "svg", "tar",
    "tex", "tif", "tiff", "toml", "txt", "wav", "webp", "wps", "xls", "xlsm", "xlsx", "xml", "yaml", "yml", "zip",
];

/// Returns whether `text` begins with one of the known extensions, with its dot.
fn is_known(text: &str) -> bool {
    let Some(length) = extension_length(text) else { return false };
    EXTENSIONS.binary_search(&text[".".len()..length].to_ascii_lowercase().as_str()).is_ok()
}

/// The name of a file by its extension, from its first half-width mark on: the `(终稿).docx` of `报表(终稿).docx`. Where
/// the name begins is not certain, and there is nothing to protect before its first mark. The cursor is at the `.`.
pub fn file_name(cursor: Cursor) -> Option<Span> {
    /// The longest part of a name that is looked at, in characters.
    const LONGEST_NAME: usize = 40;
    let (before, rest) = (cursor.before(), cursor.rest());
    let extension = extension_length(rest)?;
    let near = before.char_indices().rev().nth(LONGEST_NAME).map_or(before, |(at, c)| &before[at + c.len_utf8()..]);
    let name = &near[near.len() - trailing(near, |c| c != ' ' && is_of_file_name(c))..];
    let name = &name[after_unclosed(name)..];
    if !is_known(rest) || name.is_empty() {
        return None;
    }
    let first_mark = name.find(|c: char| c.is_ascii_punctuation()).unwrap_or(name.len());
    Some(cursor.token(name.len() - first_mark, extension))
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_found;
    use super::EXTENSIONS;

    #[test]
    fn extensions_are_sorted() {
        assert!(EXTENSIONS.is_sorted());
    }

    #[test]
    fn finds_paths_of_windows() {
        assert_found(&[
            "文件在⟦C:\\报表\\2024年\\一月(终),稿.docx⟧,请查收。",
            "共享目录⟦\\\\server\\共享,文件\\甲(一)⟧，请看。",
            "打开⟦D:\\Program Files (x86)\\甲,乙\\a.exe⟧，再看⟦..\\甲,乙⟧。",
            "放在⟦%TEMP%\\甲,乙⟧。",
            "见报表⟦\\2024年\\甲,乙⟧，和附件⟦\\甲,乙.xlsx⟧,记者 姜晓凤 文\\图",
        ]);
    }

    #[test]
    fn finds_paths_of_unix() {
        assert_found(&[
            "日志在⟦/var/log/应用,日志/a(1).log⟧,请看。",
            "在⟦~/报表,终稿⟧。",
            "(⟦./甲,乙.md⟧),见:⟦/etc/甲,乙⟧，⟦src/块/甲,乙.md⟧。",
            "每天/每周/每月，A/B/C，80km/h，TCP/IP/UDP。",
        ]);
    }

    #[test]
    fn finds_names_of_files_from_their_first_mark_on() {
        assert_found(&[
            "附件是报表⟦,终稿.docx⟧,请查收。",
            "附件是报表⟦(终稿).docx⟧，请查收。",
            "打开报表⟦.XLSX⟧，修改3.5km的文件。",
            "用Vue,Node.js开发，原图(a⟦.png⟧ 由25帧组成)。",
        ]);
    }
}
