//! The blanks that make emphasis out of asterisks.
//!
//! In CommonMark (section 6.2), delimiters with punctuation on their inner side open or close emphasis only if there is a
//! blank or punctuation on their outer side: `**重点：** 下面` is bold, `**重点：**下面` shows the asterisks.

/// Returns whether the character at byte `at`, after delimiters, is a blank that they need.
pub fn needs_blank_after(text: &str, at: usize) -> bool {
    text[at..].starts_with(char::is_whitespace)
        && text[..at].ends_with(is_delimiter)
        && text[..at].trim_end_matches(is_delimiter).ends_with(is_punctuation)
}

/// Returns whether the character that ends at byte `end`, before delimiters, is a blank that they need.
pub fn needs_blank_before(text: &str, end: usize) -> bool {
    text[end..].starts_with(is_delimiter)
        && text[..end].ends_with(char::is_whitespace)
        && text[end..].trim_start_matches(is_delimiter).starts_with(is_punctuation)
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
    fn blanks_beside_punctuation_in_emphasis_are_needed() {
        for (text, is_needed) in
            [("**重点：** 下面", true), ("*“甲”*\u{3000}乙", true), ("**重点** 下面", false), ("重点： 下面", false)]
        {
            let blank = text.find([' ', '\u{3000}']).unwrap();
            assert_eq!(needs_blank_after(text, blank), is_needed, "{text}");
        }
        for (text, is_needed) in [("前文 **《书》**", true), ("前文 **书**", false), ("前文**《书》**", false)]
        {
            assert_eq!(needs_blank_before(text, text.find("**").unwrap()), is_needed, "{text}");
        }
    }
}
