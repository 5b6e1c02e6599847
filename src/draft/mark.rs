//! Stet marks: text in a draft that suppresses findings (stet, a proofreader's mark: "let it stand").
//!
//! A mark is the comment `<!-- zhubi 保留 规则：理由 -->` or a bracketed `【朱笔保留 规则：理由】` at the end of a line.
//! Formats without comments accept both: an editor can type the brackets, and nobody overlooks them on the page.
//! Formats with comments accept only the comment. With the verb 关 a mark begins a region that is let alone, and with 开
//! it ends one.

use memchr::memmem;

use crate::text::Span;

/// A mark that suppresses findings, or a comment with which another program is told to do so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StetMark {
    /// The whole mark, in the canonical text.
    pub span: Span,
    /// What the mark does.
    pub verb: MarkVerb,
    /// The names of rules and rule families that the mark lists, in the canonical text. A mark [`MarkVerb::Keep`] without
    /// names has no effect; the marks of regions are then for all rules. For [`MarkVerb::Foreign`], the command.
    pub names: Vec<Span>,
}

/// What a mark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkVerb {
    /// Suppresses findings in the blocks on its line or in the next block.
    Keep,
    /// Begins a region without findings.
    Off,
    /// Ends a region.
    On,
    /// Nothing: it is a command for another program, such as `prettier-ignore`, or one that zhubi does not have.
    Foreign,
}

/// The opening and closing delimiters of a mark.
const DELIMITERS: [(&str, &str); 4] = [("<!--", "-->"), ("【", "】"), ("〔", "〕"), ("[", "]")];
const COMMENT: (&str, &str) = DELIMITERS[0];
/// The first word of a mark.
const PROGRAM_NAMES: [&str; 2] = ["zhubi", "朱笔"];
/// The second word of a mark.
const VERBS: [(&str, MarkVerb); 6] = [
    ("保留", MarkVerb::Keep),
    ("stet", MarkVerb::Keep),
    ("关", MarkVerb::Off),
    ("off", MarkVerb::Off),
    ("开", MarkVerb::On),
    ("on", MarkVerb::On),
];

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

/// Returns the marks that have the form of a comment, and the comments that are commands for other programs, in order.
pub fn comment_marks(text: &str) -> Vec<StetMark> {
    let starts = memmem::find_iter(text.as_bytes(), COMMENT.0);
    starts.filter_map(|at| parse(text, at).or_else(|| parse_foreign(text, at))).collect()
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
    let rest = beginning(text, start);
    let (open, close) = DELIMITERS.into_iter().find(|(open, _)| rest.starts_with(open))?;
    let content = rest[open.len()..].trim_start_matches(BLANKS);
    let content = PROGRAM_NAMES.iter().find_map(|name| content.strip_prefix(name))?.trim_start();
    let (verb, content) = VERBS.iter().find_map(|(word, verb)| Some((*verb, strip_word(content, word)?)))?;
    // Neither word contains the closing delimiter, so it is looked for after them.
    let content = &content[..content.find(close)?];
    let end = offset_in(rest, content) + content.len();
    // A bracketed mark ends on its line. If it does not, the closing bracket was forgotten.
    if open != COMMENT.0 && rest[..end].contains('\n') {
        return None;
    }
    let mut names = rule_names(content);
    if names.is_empty() && verb == MarkVerb::Keep {
        names = chinese_names(content);
    }
    let names = names.into_iter().map(|name| name.shifted(offset_in(text, content))).collect();
    Some(StetMark { span: Span::new(start, start + end + close.len()), verb, names })
}

/// Returns what follows the verb `word` at the beginning of `content`, or `None` if the verb is not there. 关, 开 and `on`
/// are also the beginnings of other words (关于, 开始, `once`), so they must not go on in the same script.
fn strip_word<'c>(content: &'c str, word: &str) -> Option<&'c str> {
    let goes_on = |c: char| c.is_alphanumeric() && c.is_ascii() == word.is_ascii();
    content.strip_prefix(word).filter(|rest| word.len() > "off".len() || !rest.starts_with(goes_on))
}

/// Returns the text from byte `start`, as much of it as a mark may have.
fn beginning(text: &str, start: usize) -> &str {
    &text[start..text.floor_char_boundary(start.saturating_add(LONGEST_MARK))]
}

/// Parses the comment that starts at byte `start`. Returns `None` if it is not a command for a program.
fn parse_foreign(text: &str, start: usize) -> Option<StetMark> {
    let comment = beginning(text, start);
    let content = comment[COMMENT.0.len()..].trim_start();
    if !content.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let content = &content[..content.find(COMMENT.1)?];
    let name = Span::new(0, content.trim_end().len()).shifted(offset_in(text, content));
    let span = Span::new(start, name.start + content.len() + COMMENT.1.len());
    is_command(content).then(|| StetMark { span, verb: MarkVerb::Foreign, names: vec![name] })
}

/// Returns whether the content of a comment is a command for a program that checks or formats text: a single word that
/// contains a verb (`prettier-ignore`, `cspell:disable`), or the name of a program and then a verb (`vale off`). What
/// follows zhubi's own name is always meant as a command.
fn is_command(content: &str) -> bool {
    const PROGRAMS: [&str; 9] =
        ["autocorrect", "textlint", "markdownlint", "cspell", "vale", "lint", "lintmd", "zhlint", "alex"];
    const VERBS: [&str; 5] = ["disable", "disabled", "enable", "enabled", "ignore"];
    const VALUES: [&str; 6] = ["off", "on", "no", "yes", "false", "true"];
    let mut words = content.split_whitespace();
    let Some(first) = words.next() else { return false };
    let is_verb = |word: &str| VERBS.contains(&word);
    let is_verb_or_value = |word: &str| {
        let word = word.to_ascii_lowercase();
        is_verb(&word) || VALUES.contains(&word.as_str())
    };
    let mut parts = first.split(['-', ':']);
    let is_name =
        parts.next().is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()));
    let is_program = PROGRAMS.contains(&first.trim_end_matches(':'));
    let (next, last) = (words.next(), words.next_back());
    first == PROGRAM_NAMES[0]
        || is_name && parts.any(is_verb)
        || is_program && next.into_iter().chain(last).any(is_verb_or_value)
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

/// Returns the Chinese names of rules and families before the colon in `content`. Only a mark that has to name rules is
/// read in this way: what is before a colon in another one can be a part of the reason.
fn chinese_names(content: &str) -> Vec<Span> {
    let Some(colon) = content.find(['：', ':']) else { return Vec::new() };
    let mut names = Vec::new();
    let mut at = 0;
    for part in content[..colon].split_inclusive(['、', '，', ',']) {
        let name = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '、' | '，' | ','));
        if !name.is_empty() {
            let start = at + offset_in(part, name);
            names.push(Span::new(start, start + name.len()));
        }
        at += part.len();
    }
    names
}

#[cfg(test)]
mod tests {
    use super::MarkVerb;
    use crate::draft::{Draft, Format};

    /// Returns every mark in `text`: its verb and its names, joined by `+`.
    fn marks(text: &str, format: Format) -> Vec<(MarkVerb, String)> {
        let draft = Draft::open(text.into(), format).unwrap();
        let names = |names: &[crate::text::Span]| names.iter().map(|name| name.of(text)).collect::<Vec<_>>().join("+");
        draft.marks().iter().map(|mark| (mark.verb, names(&mark.names))).collect()
    }

    /// Returns the names of every mark in `text`, joined by `+`.
    fn names(text: &str, format: Format) -> Vec<String> {
        marks(text, format).into_iter().map(|(_, names)| names).collect()
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

    #[test]
    fn reads_the_marks_of_regions() {
        for (text, format, verb, expected) in [
            ("<!-- zhubi off -->", Format::Markdown, MarkVerb::Off, ""),
            ("<!-- zhubi 关 -->", Format::Html, MarkVerb::Off, ""),
            ("<!--朱笔关：引文照录-->", Format::Html, MarkVerb::Off, ""),
            ("<!-- zhubi off typo/word, term: as it was -->", Format::Markdown, MarkVerb::Off, "typo/word+term"),
            ("<!-- zhubi on -->", Format::Markdown, MarkVerb::On, ""),
            ("【朱笔关】", Format::Plain, MarkVerb::Off, ""),
            ("【朱笔 关 typo/word：原文如此】", Format::Plain, MarkVerb::Off, "typo/word"),
            ("〔朱笔关typo〕", Format::Plain, MarkVerb::Off, "typo"),
            ("【朱笔开】\r", Format::Plain, MarkVerb::On, ""),
            ("[zhubi on typo]", Format::Plain, MarkVerb::On, "typo"),
        ] {
            assert_eq!(marks(text, format), [(verb, expected.to_owned())], "{text}");
        }
        for (text, format) in [
            ("【朱笔关于此事】", Format::Plain),
            ("【朱笔开始】", Format::Plain),
            ("【朱笔关】之后", Format::Plain),
            ("```\n<!-- zhubi off -->\n```", Format::Markdown),
            ("【朱笔关】", Format::Markdown),
            ("<!-- zhubi once -->", Format::Plain),
        ] {
            assert!(marks(text, format).iter().all(|(verb, _)| *verb == MarkVerb::Foreign), "{text}");
        }
    }

    #[test]
    fn recognises_commands_for_other_programs() {
        for command in [
            "autocorrect-disable",
            "autocorrect: false",
            "textlint-disable",
            "textlint-enable no-todo",
            "markdownlint-disable MD013",
            "markdownlint-disable-next-line",
            "prettier-ignore-start",
            "cspell:disable",
            "spell-checker:disable",
            "vale off",
            "vale Style.Rule = NO",
            "lint disable no-html",
            "lintmd disable",
            "zhubi disable",
        ] {
            assert_eq!(
                marks(&format!("甲\n\n<!-- {command} -->\n\n乙"), Format::Markdown),
                [(MarkVerb::Foreign, command.to_owned())]
            );
        }
        for comment in ["more", "toc", "add-on", "turn off the light", "lint this later", "甲 off", "TODO: disable", ""]
        {
            assert_eq!(marks(&format!("<!-- {comment} -->"), Format::Html), [], "{comment}");
        }
    }
}
