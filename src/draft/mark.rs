//! Marks in a draft that let findings stand: `<!-- zhubi 保留 规则：理由 -->`, and for copy without markup the line
//! `【朱笔保留 规则：理由】`.
//!
//! A comment is a mark in every format. The line in brackets is one where the format has no comments: an editor
//! can type it, and a compositor cannot overlook it.

use memchr::memmem;

use super::{Format, markdown};
use crate::text::Span;

/// A mark that lets findings stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The whole mark, in the canonical text.
    pub span: Span,
    /// The names of rules and of families that it gives, each with its place; none where it was written wrongly.
    pub names: Vec<Span>,
}

/// What opens a mark, and what closes it.
const FORMS: [(&str, &str); 4] = [("<!--", "-->"), ("【", "】"), ("〔", "〕"), ("[", "]")];
const COMMENT: (&str, &str) = FORMS[0];
/// What stands at the beginning of a mark.
const NAMES: [&str; 2] = ["zhubi", "朱笔"];
const VERBS: [&str; 2] = ["保留", "stet"];

/// In bytes. What is longer was not meant as a mark.
const LONGEST: usize = 2048;

/// The marks of a draft, in order.
pub fn marks(text: &str, format: Format) -> Vec<Mark> {
    let mut openings: Vec<usize> = NAMES
        .iter()
        .flat_map(|name| memmem::find_iter(text.as_bytes(), name))
        .filter_map(|at| opening(text, at))
        .collect();
    if openings.is_empty() {
        return Vec::new();
    }
    openings.sort_unstable();
    let found = openings.into_iter().filter_map(|at| read(text, at));
    match format {
        Format::Markdown => {
            let comments = markdown::comments(text);
            let is_comment = |mark: &Mark| {
                let index = comments.partition_point(|comment| comment.end < mark.span.end);
                comments.get(index).is_some_and(|comment| comment.covers(mark.span))
            };
            found.filter(|mark| text[mark.span.start..].starts_with(COMMENT.0) && is_comment(mark)).collect()
        }
        Format::Html => found.filter(|mark| text[mark.span.start..].starts_with(COMMENT.0)).collect(),
        Format::Plain | Format::Word => found.filter(|mark| ends_its_line(text, mark.span)).collect(),
    }
}

/// Where a mark may begin whose name stands at byte `name`.
fn opening(text: &str, name: usize) -> Option<usize> {
    let before = text[..name].trim_end_matches([' ', '\t', '\u{3000}']);
    FORMS.iter().find(|(open, _)| before.ends_with(open)).map(|(open, _)| before.len() - open.len())
}

fn ends_its_line(text: &str, mark: Span) -> bool {
    let rest = text[mark.end..].trim_start_matches([' ', '\t', '\u{3000}']);
    rest.is_empty() || rest.starts_with(['\n', '\r'])
}

/// Reads the mark that begins at byte `start`, if it is one.
fn read(text: &str, start: usize) -> Option<Mark> {
    let rest = &text[start..text.floor_char_boundary(start.saturating_add(LONGEST))];
    let (open, close) = FORMS.into_iter().find(|(open, _)| rest.starts_with(open))?;
    let end = rest.find(close)?;
    let mut content = rest[open.len()..end].trim();
    content = NAMES.iter().find_map(|name| content.strip_prefix(name))?.trim_start();
    content = VERBS.iter().find_map(|verb| content.strip_prefix(verb))?;
    // In brackets a line ends a mark that was left open.
    if open != COMMENT.0 && rest[..end].contains('\n') {
        return None;
    }
    let base = content.as_ptr() as usize - text.as_ptr() as usize;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    let is_between = |c: char| c.is_whitespace() || matches!(c, '、' | '，' | ',');
    let mut names = Vec::new();
    let mut at = content.find(|c: char| !is_between(c) && c != '：' && c != ':').unwrap_or(content.len());
    loop {
        let length = content[at..].find(|c| !is_name(c)).unwrap_or(content.len() - at);
        if length == 0 {
            break;
        }
        names.push(Span::new(base + at, base + at + length));
        at += length;
        at += content[at..].find(|c| !is_between(c)).unwrap_or(content.len() - at);
    }
    Some(Mark { span: Span::new(start, start + end + close.len()), names })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, format: Format) -> Vec<String> {
        let marks = marks(text, format);
        marks.iter().map(|mark| mark.names.iter().map(|name| name.of(text)).collect::<Vec<_>>().join("+")).collect()
    }

    #[test]
    fn a_mark_is_read_in_every_spelling() {
        for text in [
            "<!-- zhubi 保留 typo/word：原文如此 -->",
            "<!-- zhubi stet typo/word: as in the original -->",
            "<!--朱笔 保留 typo/word-->",
            "【朱笔保留 typo/word：原文如此】",
            "【朱笔保留：typo/word：原文如此】",
            "　　〔朱笔保留 typo/word 原文如此〕　",
            "[zhubi stet typo/word: as in the original]\r",
            "正文在此。【朱笔保留 typo/word】",
        ] {
            assert_eq!(names(text, Format::Plain), ["typo/word"], "{text}");
        }
        assert_eq!(
            names("<!-- zhubi stet typo/word, term、fact/sum：因 -->", Format::Markdown),
            ["typo/word+term+fact/sum"]
        );
        assert_eq!(names("【朱笔保留】", Format::Plain), [""]);
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        for text in [
            "【朱笔点评】",
            "他用朱笔保留 typo/word",
            "【朱笔保留 typo/word】之后",
            "【朱笔保留\n typo/word】",
            "[zhubi",
        ] {
            assert_eq!(names(text, Format::Plain), Vec::<String>::new(), "{text}");
        }
        for text in
            ["【朱笔保留 typo/word】", "```\n<!-- zhubi stet typo/word -->\n```", "`<!-- zhubi stet typo/word -->`"]
        {
            assert_eq!(names(text, Format::Markdown), Vec::<String>::new(), "{text}");
        }
        assert_eq!(
            names("正文<!-- zhubi stet typo/word -->，\n> <!-- zhubi stet term -->\n", Format::Markdown),
            ["typo/word", "term"]
        );
    }
}
