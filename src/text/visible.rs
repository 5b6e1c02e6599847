use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// `text` with what cannot be seen, or would steer the terminal, made visible. So is a mark that combines with
/// nothing: it would change what stands before `text`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) && !text.starts_with(is_combining) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    // Is there a character that the next one can combine with?
    let mut has_base = false;
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\u{2028}' | '\u{2029}' => out.push('↵'),
            '\t' => out.push('⇥'),
            // It joins the parts of an emoji.
            '\u{200D}' if has_base && chars.peek().is_some() => out.push(c),
            c if is_hidden(c) || !has_base && is_combining(c) => out.push_str(&format!("<U+{:04X}>", c as u32)),
            c => out.push(c),
        }
        has_base = out.ends_with(c);
    }
    Cow::Owned(out)
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
    fn joiners_are_seen_unless_they_join() {
        assert_eq!(visible("👨\u{200D}👩"), "👨\u{200D}👩");
        assert_eq!(visible("甲\u{200D}"), "甲<U+200D>");
        assert_eq!(visible("甲\r\n乙\u{2028}"), "甲↵乙↵");
    }

    #[test]
    fn a_mark_that_combines_with_nothing_is_seen() {
        assert_eq!(visible("e\u{301}1\u{FE0F}"), "e\u{301}1\u{FE0F}");
        assert_eq!(visible("\u{FE0F}\u{301}甲"), "<U+FE0F><U+0301>甲");
        assert_eq!(visible("\u{200B}\u{FE0F}"), "<U+200B><U+FE0F>");
        assert_eq!(visible("\n\u{301}"), "↵<U+0301>");
    }
}
