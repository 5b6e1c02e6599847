//! Plain text (.txt): every line is a unit of its own, such as a headline or a paragraph.

use memchr::memchr3_iter;

use super::{FormatDefinition, Reader, StetMark, mark, without_escaping};
use crate::block::{Body, Fragment, NonProseLines, Shape, is_common_han};
use crate::text::{Span, is_numeral, numeral_value};

pub const FORMAT: FormatDefinition =
    FormatDefinition { extensions: &["txt"], reader: Reader::Text(read), escape: without_escaping };

/// Returns the lines of plain text without its stet marks, and the marks.
fn read(text: &str) -> (Vec<Fragment>, Vec<StetMark>) {
    // Nearly no draft has marks, so they are looked for only if a line ends like one.
    let Lines { fragments, may_have_marks } = read_lines(text, &[]);
    let marks = if may_have_marks { mark::line_end_marks(text) } else { Vec::new() };
    let fragments = if marks.is_empty() { fragments } else { read_lines(text, &marks).fragments };
    (fragments, marks)
}

/// The lines of a plain text.
struct Lines {
    fragments: Vec<Fragment>,
    /// Whether a line ends with the closing delimiter of a stet mark.
    may_have_marks: bool,
}

/// Reads the lines of plain text without the stet `marks` at their ends. A form feed, which ends a page, also ends a
/// line. Page labels are left out.
fn read_lines(text: &str, marks: &[StetMark]) -> Lines {
    let mut lines = Lines { fragments: Vec::new(), may_have_marks: false };
    let mut marks = marks.iter().peekable();
    let mut non_prose = NonProseLines::new(text);
    let mut ends = memchr3_iter(b'\n', b'\r', b'\x0C', text.as_bytes());
    let mut start = 0;
    while start <= text.len() {
        let end = ends.next().unwrap_or(text.len());
        let mut line = Span::new(start, end);
        start = end + 1;
        while let Some(mark) = marks.next_if(|mark| mark.span.start < end) {
            line.end = line.end.min(mark.span.start.max(line.start));
        }
        let new_fragment = if non_prose.may_include(line) { Fragment::new } else { Fragment::of_prose };
        let Some(fragment) = new_fragment(text, Shape::Line, Body::Slice(line)) else { continue };
        let content = fragment.body.extent().of(text);
        // The delimiter is prose, so it ends the fragment if it ends the line.
        lines.may_have_marks |= mark::ends_like_mark(content);
        if !is_page_label(content) {
            lines.fragments.push(fragment);
        }
    }
    lines
}

/// Returns whether the line only says which page of the newspaper begins: `第1版`, `第01版：要闻`, `━━ A2版 ━━`. `line` has
/// no whitespace at either end.
fn is_page_label(line: &str) -> bool {
    /// The longest label with the page's name and all ornaments, in bytes.
    const LONGEST_LABEL: usize = 96;
    /// The longest name of a page, in characters.
    const LONGEST_NAME: usize = 8;
    let is_ornament = |c: char| !c.is_alphanumeric();
    if line.len() > LONGEST_LABEL || line.starts_with(begins_other_text) {
        return false;
    }
    let Some((number, name)) = line.split_once('版') else { return false };
    let name = name.trim_end_matches(is_ornament);
    let number = number.trim_start_matches(is_ornament).trim_start_matches('第').trim();
    let digits = number.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(number);
    let is_separated = name.is_empty() || name.starts_with([':', '：', ' ', '\u{3000}', '·', '|', '｜']);
    numeral_value(digits).is_some_and(|(page, _)| (1..1000).contains(&page))
        && is_separated
        && name.chars().count() <= LONGEST_NAME
        && !name.contains(['，', '。', '、', '；'])
}

/// Returns whether `c` is a Chinese character with which no page label begins.
fn begins_other_text(c: char) -> bool {
    is_common_han(c) && !is_numeral(c) && !matches!(c, '第' | '零')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_page_labels() {
        for line in ["第1版", "第01版：要闻", "━━ A2版 ━━", "【第三版】", "第 4 版 · 副刊", "1版"]
        {
            assert!(is_page_label(line), "{line}");
        }
        for line in
            ["第1版的消息", "第1版次印刷", "新版", "上接1版", "第一版，今日出版。", "下转第2版", "2023年第1版", ""]
        {
            assert!(!is_page_label(line), "{line}");
        }
    }

    #[test]
    fn ends_lines_at_form_feeds() {
        let text = "\u{3000}\u{3000}第一段。\x0C第2版\r\n第二段。\r";
        let lines = read_lines(text, &[]).fragments;
        assert_eq!(lines.iter().map(|line| line.body.text(text)).collect::<Vec<_>>(), ["第一段。", "第二段。"]);
        assert_eq!(lines.iter().map(|line| line.indented).collect::<Vec<_>>(), [true, false]);
    }
}
