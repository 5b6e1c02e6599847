use memchr::memchr3_iter;

use super::Mark;
use crate::block::{Body, Fragment, Shape};
use crate::text::{Span, numeral_value};

/// The fragments of plain text: its lines, without the marks at their ends. A form feed ends a line too, and with it
/// the page.
pub fn fragments(text: &str, marks: &[Mark]) -> Vec<Fragment> {
    let mut start = 0;
    let mut marks = marks.iter().peekable();
    memchr3_iter(b'\n', b'\r', b'\x0C', text.as_bytes())
        .chain([text.len()])
        .filter_map(|end| {
            let mut line = Span::new(start, end);
            start = end + 1;
            while let Some(mark) = marks.next_if(|mark| mark.span.start < end) {
                line.end = line.end.min(mark.span.start.max(line.start));
            }
            if is_page_mark(line.of(text)) { None } else { Fragment::new(text, Shape::Line, Body::Slice(line)) }
        })
        .collect()
}

/// A line that says on which page what follows stands: `第1版`, `第01版：要闻`, `━━ A2版 ━━`.
fn is_page_mark(line: &str) -> bool {
    /// In bytes, with the name of the page and all ornaments.
    const LONGEST: usize = 96;
    /// In characters.
    const LONGEST_NAME: usize = 8;
    let is_ornament = |c: char| !c.is_alphanumeric();
    let line = line.trim();
    if line.len() > LONGEST {
        return false;
    }
    let line = line.trim_matches(is_ornament);
    let Some((number, name)) = line.split_once('版') else { return false };
    let number = number.trim_start_matches('第').trim();
    let digits = number.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(number);
    let names_page = name.is_empty() || name.starts_with([':', '：', ' ', '\u{3000}', '·', '|', '｜']);
    numeral_value(digits).is_some_and(|(page, _)| (1..1000).contains(&page))
        && names_page
        && name.chars().count() <= LONGEST_NAME
        && !name.contains(['，', '。', '、', '；'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_by_their_marks() {
        for line in ["第1版", "　　第01版：要闻", "━━ A2版 ━━", "【第三版】", "第 4 版 · 副刊", "1版"]
        {
            assert!(is_page_mark(line), "{line}");
        }
        for line in
            ["第1版的消息", "第1版次印刷", "新版", "上接1版", "第一版，今日出版。", "下转第2版", "2023年第1版", ""]
        {
            assert!(!is_page_mark(line), "{line}");
        }
    }

    #[test]
    fn a_form_feed_ends_a_line() {
        let text = "\u{3000}\u{3000}第一段。\x0C第2版\r\n第二段。\r";
        let lines = fragments(text, &[]);
        assert_eq!(lines.iter().map(|line| line.body.text(text)).collect::<Vec<_>>(), ["第一段。", "第二段。"]);
        assert_eq!(lines.iter().map(|line| line.indented).collect::<Vec<_>>(), [true, false]);
    }
}
