//! What the site builders (Hugo, Hexo, VitePress) keep before the text of a page: YAML, TOML or JSON.

use serde::de::IgnoredAny;

use crate::block::{Body, Fragment, Shape};
use crate::text::Span;

/// The keys whose values a reader is shown, and what they are.
const SHOWN: [(&str, Shape); 5] = [
    ("title", Shape::Heading(1)),
    ("subtitle", Shape::Heading(2)),
    ("description", Shape::Paragraph),
    ("summary", Shape::Paragraph),
    ("excerpt", Shape::Paragraph),
];

/// Where the front matter of `text` ends, and what of it a reader is shown; 0 where there is none.
pub fn read(text: &str) -> (usize, Vec<Fragment>) {
    let end = fenced(text, "---").or_else(|| fenced(text, "+++")).or_else(|| unopened(text)).or_else(|| json(text));
    let end = end.unwrap_or(0);
    let mut start = 0;
    let fragments = text[..end].split_inclusive('\n').filter_map(|line| {
        let begin = start;
        start += line.len();
        let (shape, value) = shown(line)?;
        Fragment::new(text, shape, Body::Slice(value.shifted(begin)))
    });
    (end, fragments.collect())
}

/// Front matter between two lines of `fence`.
fn fenced(text: &str, fence: &str) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|first| first.trim_end() == fence)?;
    let end = first.len() + closed(&text[first.len()..], &[fence, "..."])?;
    let is_prose = |line: &str| !line.trim().is_empty() && !line.starts_with(['#', '-']) && key(line).is_none();
    // Two lines of dashes around a paragraph make no front matter of it.
    (!lines.next().is_some_and(is_prose)).then_some(end)
}

/// What Hexo reads without a line above it: YAML that `---` closes, or JSON without braces that `;;;` closes.
fn unopened(text: &str) -> Option<usize> {
    let first = text.lines().next()?;
    key(first)?;
    closed(text, &[if first.starts_with('"') { ";;;" } else { "---" }])
}

/// Where the line that is one of `fences` ends, if all lines before it can be front matter.
fn closed(text: &str, fences: &[&str]) -> Option<usize> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        if fences.contains(&line.trim_end()) {
            return Some(end);
        }
    }
    None
}

fn json(text: &str) -> Option<usize> {
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

/// The key at the head of a line of YAML, TOML or JSON, and where its value begins.
fn key(line: &str) -> Option<(&str, usize)> {
    let at = line.find([':', '='])?;
    let name = line[..at].trim_matches([' ', '\t', '"', '\'']);
    let is_name = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let ends_key = line[at + 1..].chars().next().is_none_or(|next| next.is_whitespace() || line.starts_with('"'));
    (!name.is_empty() && name.chars().all(is_name) && ends_key).then_some((name, at + 1))
}

/// The value of a line of front matter that a reader is shown, if it is simple enough to be edited in place.
fn shown(line: &str) -> Option<(Shape, Span)> {
    let (name, from) = key(line)?;
    let (_, shape) = SHOWN.into_iter().find(|(shown, _)| shown.eq_ignore_ascii_case(name))?;
    let value = line[from..].trim().trim_end_matches(',');
    let start = from + line[from..].find(value)?;
    let quoted =
        ['"', '\''].into_iter().find_map(|mark| value.strip_prefix(mark)?.strip_suffix(mark).map(|it| (mark, it)));
    match quoted {
        Some((mark, inner)) => {
            let is_simple = !inner.contains(['\\', mark]);
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

    /// What is shown of the front matter, and what follows it.
    fn split(text: &str) -> (Vec<&str>, &str) {
        let (end, fragments) = read(text);
        let fragments: &[Fragment] = fragments.leak();
        (fragments.iter().map(|fragment| fragment.body.text(text)).collect(), &text[end..])
    }

    #[test]
    fn front_matter_ends_before_the_text() {
        for (text, shown) in [
            ("---\ntitle: 题,一\ndate: 2025-09-21\ntags: [甲,乙]\n---\n文", vec!["题,一"]),
            ("---\r\nlayout: home\r\nhero:\r\n  title: 题\r\ntitle: \"题\"\r\n---\r\n文", vec!["题", "题"]),
            ("---\n---\n文", vec![]),
            ("---\n# 注\ntitle: |\n  题\n---\n文", vec![]),
            ("+++\ntitle = '题'\ndraft = true\n[params]\ndescription = \"述\\n\"\n+++\n文", vec!["题"]),
            ("title: 题\ndate: 2025-09-21\n---\n文", vec!["题"]),
            ("\"title\": \"题\",\n\"tags\": [\"甲\"]\n;;;\n文", vec!["题"]),
            ("{\n  \"title\": \"题\",\n  \"tags\": [\"甲\"]\n}\n文", vec!["题"]),
        ] {
            let (found, rest) = split(text);
            assert_eq!((found, rest), (shown, "文"), "{text}");
        }
    }

    #[test]
    fn prose_is_no_front_matter() {
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
        ] {
            assert_eq!(split(text), (vec![], text), "{text}");
        }
    }
}
