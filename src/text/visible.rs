//! Makes invisible characters visible for output on a terminal.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use super::width::plain_width;

/// Returns `text` with a visible replacement for every invisible character and every character that would control the
/// terminal. A combining mark without a base character is replaced too, because it would combine with the output
/// before `text`.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_plain = plain_width(text).is_some();
    if is_plain || !text.chars().any(is_hidden) && !text.starts_with(is_combining) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    // Whether a combining mark at this position would have a base character.
    let mut has_base = false;
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\u{2028}' | '\u{2029}' => out.push('↵'),
            '\t' => out.push('⇥'),
            // A zero-width joiner inside an emoji sequence.
            '\u{200D}' if has_base && chars.peek().is_some() => out.push(c),
            c if is_hidden(c) || !has_base && is_combining(c) => out.push_str(&format!("<U+{:04X}>", c as u32)),
            c => out.push(c),
        }
        has_base = out.ends_with(c);
    }
    Cow::Owned(out)
}

/// Does what [`visible`] does for a path. One that begins a line like a command for a build service
/// (`::error::…`) is written with `./` in front.
pub fn visible_path(path: &str) -> Cow<'_, str> {
    let shown = visible(path);
    if is_command(&shown) { Cow::Owned(format!("./{shown}")) } else { shown }
}

/// Does what [`visible`] does for every line of `text`, and keeps the line feeds between them. No line is a command for a
/// build service (`::error::…`).
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    let shown = |line| {
        let line = visible(line);
        if is_command(&line) { Cow::Owned(line.replacen(':', "<U+003A>", 1)) } else { line }
    };
    if text.split('\n').all(|line| matches!(shown(line), Cow::Borrowed(_))) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(shown).collect::<Vec<_>>().join("\n"))
}

/// Returns whether a build service takes this line of a log for a command.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::")
}

fn is_combining(c: char) -> bool {
    c.width_cjk() == Some(0)
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_joiners_that_join_nothing() {
        assert_eq!(visible("👨\u{200D}👩"), "👨\u{200D}👩");
        assert_eq!(visible("甲\u{200D}"), "甲<U+200D>");
        assert_eq!(visible("甲\r\n乙\u{2028}"), "甲↵乙↵");
    }

    #[test]
    fn shows_no_path_as_a_command() {
        assert_eq!(visible_path("::error::z\n.txt"), "./::error::z↵.txt");
        assert_eq!(visible_path("稿/::a.txt"), "稿/::a.txt");
    }

    #[test]
    fn keeps_only_the_line_feeds_of_lines() {
        assert_eq!(visible_lines("甲\n\n乙\n"), "甲\n\n乙\n");
        assert_eq!(visible_lines("甲\n  ::error::z\n"), "甲\n  <U+003A>:error::z\n");
        assert_eq!(visible_lines("甲\r::\n\u{1b}[31m\t乙\u{85}\n"), "甲<U+000D>::\n<U+001B>[31m⇥乙<U+0085>\n");
    }

    #[test]
    fn shows_combining_marks_without_a_base_character() {
        assert_eq!(visible("e\u{301}1\u{FE0F}"), "e\u{301}1\u{FE0F}");
        assert_eq!(visible("\u{FE0F}\u{301}甲"), "<U+FE0F><U+0301>甲");
        assert_eq!(visible("\u{200B}\u{FE0F}"), "<U+200B><U+FE0F>");
        assert_eq!(visible("\n\u{301}"), "↵<U+0301>");
    }
}
