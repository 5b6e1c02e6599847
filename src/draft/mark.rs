//! Stet marks: text in a draft that suppresses findings (stet, a proofreader's mark: "let it stand").
//!
//! A mark is the comment `<!-- zhubi 保留 规则：理由 -->` or a bracketed `【朱笔保留 规则：理由】` at the end of a line.
//! Formats without comments accept both: an editor can type the brackets, and nobody overlooks them on the page.
//! Formats with comments accept only the comment.

use memchr::memmem;

use crate::text::Span;

/// A mark that suppresses findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StetMark {
    /// The whole mark, in the canonical text.
    pub span: Span,
    /// The names of rules and rule families that the mark lists, in the canonical text. If it lists none, it has
    /// no effect.
    pub names: Vec<Span>,
}

/// The opening and closing delimiters of a mark.
const DELIMITERS: [(&str, &str); 4] = [("<!--", "-->"), ("【", "】"), ("〔", "〕"), ("[", "]")];
const COMMENT: (&str, &str) = DELIMITERS[0];
/// The first word of a mark.
const PROGRAM_NAMES: [&str; 2] = ["zhubi", "朱笔"];
/// The second word of a mark.
const VERBS: [&str; 2] = ["保留", "stet"];

/// The characters that may separate a mark's delimiter from its first word, and a mark from the end of its line.
const BLANKS: [char; 3] = [' ', '\t', '\u{3000}'];

/// The longest mark, in bytes. Longer text is not meant as a mark.
const LONGEST_MARK: usize = 2048;

/// Returns whether `line`, without blanks at its end, ends with the closing delimiter of a mark.
pub fn ends_like_mark(line: &str) -> bool {
    line.chars().next_back().is_some_and(|c| matches!(c, '】' | '〕' | ']' | '>'))
}

/// Returns the marks that end their line, with either kind of delimiter, in order. For formats that have no comments.
pub fn line_end_marks(text: &str) -> Vec<StetMark> {
    let mut marks = candidates(text);
    marks.retain(|mark| ends_line(text, mark.span));
    marks
}

/// Returns the marks that have the form of a comment, in order.
pub fn comment_marks(text: &str) -> Vec<StetMark> {
    memmem::find_iter(text.as_bytes(), COMMENT.0).filter_map(|at| parse(text, at)).collect()
}

/// Returns everything that has the form of a mark, in order.
fn candidates(text: &str) -> Vec<StetMark> {
    let mut starts: Vec<usize> = PROGRAM_NAMES
        .iter()
        .flat_map(|name| memmem::find_iter(text.as_bytes(), name))
        .filter_map(|at| mark_start(text, at))
        .collect();
    starts.sort_unstable();
    starts.into_iter().filter_map(|at| parse(text, at)).collect()
}

/// Returns the start of the delimiter before the program name at byte `name`, or `None` if there is no delimiter.
fn mark_start(text: &str, name: usize) -> Option<usize> {
    let before = text[..name].trim_end_matches(BLANKS);
    DELIMITERS.iter().find(|(open, _)| before.ends_with(open)).map(|(open, _)| before.len() - open.len())
}

/// Returns whether only whitespace follows the mark on its line.
fn ends_line(text: &str, mark: Span) -> bool {
    let rest = text[mark.end..].trim_start_matches(BLANKS);
    rest.is_empty() || rest.starts_with(['\n', '\r'])
}

/// Parses the mark that starts at byte `start`. Returns `None` if the text there is not a mark.
fn parse(text: &str, start: usize) -> Option<StetMark> {
    let rest = &text[start..text.floor_char_boundary(start.saturating_add(LONGEST_MARK))];
    let (open, close) = DELIMITERS.into_iter().find(|(open, _)| rest.starts_with(open))?;
    let content = rest[open.len()..].trim_start_matches(BLANKS);
    let content = PROGRAM_NAMES.iter().find_map(|name| content.strip_prefix(name))?.trim_start();
    let content = VERBS.iter().find_map(|verb| content.strip_prefix(verb))?;
    // Neither word contains the closing delimiter, so it is looked for after them.
    let content = &content[..content.find(close)?];
    let end = offset_in(rest, content) + content.len();
    // A bracketed mark ends on its line. If it does not, the closing bracket was forgotten.
    if open != COMMENT.0 && rest[..end].contains('\n') {
        return None;
    }
    let names = rule_names(content).into_iter().map(|name| name.shifted(offset_in(text, content))).collect();
    Some(StetMark { span: Span::new(start, start + end + close.len()), names })
}

/// Returns the offset in bytes of `part`, a slice of `text`.
fn offset_in(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// Returns the names of rules and families at the beginning of `content`, up to the reason.
fn rule_names(content: &str) -> Vec<Span> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '、' | '，' | ',');
    let mut names = Vec::new();
    let mut at = content.find(|c: char| !is_separator(c) && c != '：' && c != ':').unwrap_or(content.len());
    loop {
        let length = content[at..].find(|c| !is_name(c)).unwrap_or(content.len() - at);
        if length == 0 {
            return names;
        }
        names.push(Span::new(at, at + length));
        at += length;
        at += content[at..].find(|c| !is_separator(c)).unwrap_or(content.len() - at);
    }
}

#[cfg(test)]
mod tests {
    use crate::draft::{Draft, Format};

    /// Returns the names of every mark in `text`, joined by `+`.
    fn names(text: &str, format: Format) -> Vec<String> {
        let draft = Draft::open(text.into(), format).unwrap();
        let marks = draft.marks();
        marks.iter().map(|mark| mark.names.iter().map(|name| name.of(text)).collect::<Vec<_>>().join("+")).collect()
    }

    #[test]
    fn accepts_every_spelling_of_a_mark() {
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
    fn ignores_text_that_only_resembles_a_mark() {
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
