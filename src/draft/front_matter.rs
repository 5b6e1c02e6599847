//! Front matter: the YAML, TOML or JSON with which Markdown pages of site generators (Hugo, Hexo, VitePress) begin.

use serde::de::IgnoredAny;

use crate::block::{Body, Fragment, Shape};
use crate::text::Span;

/// The keys whose values readers see, with the shape of the value.
const VISIBLE_KEYS: [(&str, Shape); 5] = [
    ("title", Shape::Heading(1)),
    ("subtitle", Shape::Heading(2)),
    ("description", Shape::Paragraph),
    ("summary", Shape::Paragraph),
    ("excerpt", Shape::Paragraph),
];

/// Returns the end of the front matter of `text` (a byte offset; 0 if there is no front matter) and fragments for the
/// values in it that readers see.
pub fn read(text: &str) -> (usize, Vec<Fragment>) {
    let end = fenced_end(text, "---")
        .or_else(|| fenced_end(text, "+++"))
        .or_else(|| end_without_opening_fence(text))
        .or_else(|| json_end(text))
        .unwrap_or(0);
    let mut start = 0;
    // The indentation of the key whose value is the text in the lines after it, which are indented more.
    let mut literal: Option<usize> = None;
    let fragments = text[..end].split_inclusive('\n').filter_map(|line| {
        let line_start = start;
        start += line.len();
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        if literal.is_some_and(|key| line.trim().is_empty() || indentation > key) {
            return None;
        }
        literal = begins_literal(line).then_some(indentation);
        let (shape, value) = visible_value(line)?;
        Fragment::new(text, shape, Body::Slice(value.shifted(line_start)))
    });
    (end, fragments.collect())
}

/// Returns the end of front matter between two lines that consist of `fence`.
fn fenced_end(text: &str, fence: &str) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|first| first.trim_end() == fence)?;
    let end = first.len() + end_of_fence(&text[first.len()..], &[fence, "..."])?;
    let is_prose = |line: &str| !line.trim().is_empty() && !line.starts_with(['#', '-']) && key(line).is_none();
    // A paragraph between two lines of dashes is not front matter.
    (!lines.next().is_some_and(is_prose)).then_some(end)
}

/// Returns the end of front matter without an opening fence, which Hexo accepts: YAML closed by `---`, or JSON without
/// braces closed by `;;;`. A text that begins like a line of YAML is prose if a paragraph of prose is in it.
fn end_without_opening_fence(text: &str) -> Option<usize> {
    let first = text.lines().next()?;
    key(first)?;
    let fence = if first.starts_with('"') { ";;;" } else { "---" };
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let content = line.trim_end();
        if content == fence {
            return Some(end);
        }
        let continues_value = line.starts_with([' ', '\t', '#', '-', ']', '}']);
        if content.is_empty() || !continues_value && key(line).is_none() {
            return None;
        }
    }
    None
}

/// Returns whether the value of the key in `line` is the text in the lines after it, as in `description: |`.
fn begins_literal(line: &str) -> bool {
    key(line).is_some_and(|(_, from)| {
        let value = line[from..].trim();
        value.starts_with(['|', '>']) && value.len() <= "|+9".len()
    })
}

/// Returns the end of the first line that is one of `fences`.
fn end_of_fence(text: &str, fences: &[&str]) -> Option<usize> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        if fences.contains(&line.trim_end()) {
            return Some(end);
        }
    }
    None
}

/// Returns the end of front matter that is a JSON object.
fn json_end(text: &str) -> Option<usize> {
    if !text.starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    let end = values.byte_offset();
    let rest = &text[end..];
    let line = rest.split_inclusive('\n').next().unwrap_or_default();
    line.trim().is_empty().then_some(end + line.len())
}

/// Returns the key at the beginning of a line of YAML, TOML or JSON, and the byte offset where its value begins.
fn key(line: &str) -> Option<(&str, usize)> {
    let at = line.find([':', '='])?;
    let name = line[..at].trim_matches([' ', '\t', '"', '\'']);
    let is_name = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let ends_key = line[at + 1..].chars().next().is_none_or(|next| next.is_whitespace() || line.starts_with('"'));
    (!name.is_empty() && name.chars().all(is_name) && ends_key).then_some((name, at + 1))
}

/// Returns the shape and span of the value in a line of front matter, if readers see the value and it is simple enough
/// to be edited in place.
fn visible_value(line: &str) -> Option<(Shape, Span)> {
    let (name, from) = key(line)?;
    let (_, shape) = VISIBLE_KEYS.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    let value = line[from..].trim().trim_end_matches(',');
    let start = from + line[from..].find(value)?;
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote).map(|inner| (quote, inner)));
    match quoted {
        Some((quote, inner)) => {
            let is_simple = !inner.contains(['\\', quote]);
            is_simple.then_some((shape, Span::new(start + 1, start + 1 + inner.len())))
        }
        None => {
            let is_simple = !value.starts_with(['"', '\'', '|', '>', '[', '{', '&', '*', '!', '#', '%', '@', '`'])
                && !value.contains(" #")
                && !value.contains(": ");
            is_simple.then_some((shape, Span::new(start, start + value.len())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the visible values of the front matter, and the text after it.
    fn split(text: &str) -> (Vec<&str>, &str) {
        let (end, fragments) = read(text);
        let fragments: &[Fragment] = fragments.leak();
        (fragments.iter().map(|fragment| fragment.body.text(text)).collect(), &text[end..])
    }

    #[test]
    fn separates_front_matter_from_text() {
        for (text, expected) in [
            ("---\ntitle: 题,一\ndate: 2025-09-21\ntags: [甲,乙]\n---\n文", vec!["题,一"]),
            ("---\r\nlayout: home\r\nhero:\r\n  title: 题\r\ntitle: \"题\"\r\n---\r\n文", vec!["题", "题"]),
            ("---\n---\n文", vec![]),
            ("---\n# 注\ntitle: |\n  题\n---\n文", vec![]),
            ("+++\ntitle = '题'\ndraft = true\n[params]\ndescription = \"述\\n\"\n+++\n文", vec!["题"]),
            ("title: 题\ndate: 2025-09-21\ntags:\n- 甲\n---\n文", vec!["题"]),
            ("---\nhead: |\n  title: 甲\n\n  title: 乙\ntitle: 题\n---\n文", vec!["题"]),
            ("\"title\": \"题\",\n\"tags\": [\"甲\"]\n;;;\n文", vec!["题"]),
            ("{\n  \"title\": \"题\",\n  \"tags\": [\"甲\"]\n}\n文", vec!["题"]),
        ] {
            assert_eq!(split(text), (expected, "文"), "{text}");
        }
    }

    #[test]
    fn finds_no_front_matter_in_prose() {
        for text in [
            "",
            "文",
            "---\n第一篇。\n---\n文",
            "---\n文",
            "{文}",
            "{}文",
            "记者: 王某说\n文",
            "题\n---\n文",
            "http://a.cn\n---\n",
            "地点: 江城\n\n第一段。\n\n---\n第二段。",
            "主持人: 你好\n嘉宾说话了。\n---\n文",
            "正文。\n\n---\ntitle: 题\n---\n文",
        ] {
            assert_eq!(split(text), (vec![], text), "{text}");
        }
    }
}
