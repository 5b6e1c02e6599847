//! The characters that make emphasis out of asterisks.
//!
//! In CommonMark (section 6.2), delimiters with punctuation on their inner side open or close emphasis only if there is a
//! blank or punctuation on their outer side: `**重点：** 下面` is bold, `**重点：**下面` shows the asterisks.

use crate::text::Span;

/// Returns whether the character at byte `at` comes after delimiters that need it.
pub fn is_needed_after(text: &str, at: usize) -> bool {
    text[..at].ends_with(is_delimiter)
        && text[at..].starts_with(is_boundary)
        && text[..at].trim_end_matches(is_delimiter).ends_with(is_punctuation)
}

/// Returns whether the character that ends at byte `end` comes before delimiters that need it.
pub fn is_needed_before(text: &str, end: usize) -> bool {
    text[end..].starts_with(is_delimiter)
        && text[..end].ends_with(is_boundary)
        && text[end..].trim_start_matches(is_delimiter).starts_with(is_punctuation)
}

/// Returns whether `span` is of two or more tildes, or a tilde that is beside another.
pub fn is_strikethrough(text: &str, span: Span) -> bool {
    span.of(text).bytes().all(|byte| byte == b'~')
        && (span.len() > 1 || text[..span.start].ends_with('~') || text[span.end..].starts_with('~'))
}

fn is_boundary(c: char) -> bool {
    !c.is_alphanumeric() && !is_delimiter(c)
}

fn is_delimiter(c: char) -> bool {
    matches!(c, '*' | '_' | '~')
}

/// Returns whether the delimiters see punctuation or a symbol in `c`.
fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_beside_punctuation_in_emphasis_are_needed() {
        for (text, is_needed) in
            [("**重点：** 下面", true), ("*“甲”*，乙", true), ("**重点** 下面", false), ("重点： 下面", false)]
        {
            let boundary = text.find([' ', '，']).unwrap();
            assert_eq!(is_needed_after(text, boundary), is_needed, "{text}");
        }
        for (text, is_needed) in [("前文 **《书》**", true), ("前文 **书**", false), ("前文**《书》**", false)]
        {
            assert_eq!(is_needed_before(text, text.find("**").unwrap()), is_needed, "{text}");
        }
    }
}
