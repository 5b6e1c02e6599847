//! A place in a text, and the characters around it.

use memchr::{memchr2, memrchr2};

use crate::text::Span;

/// A half-width mark in a text, and what is around it.
///
/// A cursor shows the text only within one line and up to [`Cursor::REACH`] from the mark, so that what a recogniser does
/// at one mark takes bounded time. It does not show tokens that have been found.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'t> {
    text: &'t str,
    /// The end of the last token that has been found.
    from: usize,
    /// The offset of the mark.
    pub at: usize,
}

impl<'t> Cursor<'t> {
    /// How far from the mark the text is shown, in bytes.
    const REACH: usize = 400;

    pub fn new(text: &'t str, from: usize, at: usize) -> Cursor<'t> {
        Cursor { text, from, at }
    }

    /// Returns the text before the mark.
    pub fn before(self) -> &'t str {
        let from = self.text.ceil_char_boundary(self.from.max(self.at.saturating_sub(Cursor::REACH)));
        let before = &self.text[from.min(self.at)..self.at];
        memrchr2(b'\n', b'\r', before.as_bytes()).map_or(before, |end| &before[end + 1..])
    }

    /// Returns the text from the mark on.
    pub fn rest(self) -> &'t str {
        let end = self.text.floor_char_boundary((self.at + Cursor::REACH).min(self.text.len()));
        up_to_line_end(&self.text[self.at..end])
    }

    /// Returns all of the text from the mark on. A recogniser may only read as much of it as the token that it finds.
    pub fn rest_of_text(self) -> &'t str {
        &self.text[self.at..]
    }

    /// Returns the span of the token that begins `before` bytes before the mark and ends `after` bytes after its
    /// beginning.
    pub fn token(self, before: usize, after: usize) -> Span {
        Span::new(self.at - before, self.at + after)
    }
}

fn up_to_line_end(text: &str) -> &str {
    &text[..memchr2(b'\n', b'\r', text.as_bytes()).unwrap_or(text.len())]
}

/// Returns the length in bytes of the characters at the start of `text` for which `belongs` is true.
pub fn leading(text: &str, mut belongs: impl FnMut(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Returns the length in bytes of the characters at the end of `text` for which `belongs` is true.
pub fn trailing(text: &str, belongs: impl FnMut(char) -> bool) -> usize {
    text.len() - text.trim_end_matches(belongs).len()
}

/// Returns whether `c` may be part of a name in code.
pub fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Returns whether `text` begins with a letter or digit of ASCII.
pub fn starts_with_ascii_word(text: &str) -> bool {
    text.starts_with(is_word)
}

/// Returns whether `text` ends with a letter or digit of ASCII.
pub fn ends_with_ascii_word(text: &str) -> bool {
    text.ends_with(is_word)
}

/// Returns the length of the pair of half-width brackets at the start of `text`, with all that is between them. Brackets
/// of the same kind between them have to be paired too.
pub fn bracketed(text: &str) -> Option<usize> {
    let open = *text.as_bytes().first()?;
    let close = closing(open)?;
    let mut depth = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// Returns the length of the groups at the start of `text`: pairs of brackets that begin with one of `opens`, one after
/// the other.
pub fn bracketed_groups(text: &str, opens: &[char]) -> usize {
    let mut end = 0;
    while text[end..].starts_with(opens) {
        let Some(length) = bracketed(&text[end..]) else { break };
        end += length;
    }
    end
}

/// Returns the closing half of a half-width bracket.
fn closing(open: u8) -> Option<u8> {
    match open {
        b'(' => Some(b')'),
        b'[' => Some(b']'),
        b'{' => Some(b'}'),
        b'<' => Some(b'>'),
        _ => None,
    }
}

/// Returns the length of `text` up to the end of the last opening bracket that it does not close.
pub fn after_unclosed(text: &str) -> usize {
    let mut closings = 0;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | ']' | '}' | '）' => closings += 1,
            '(' | '[' | '{' | '（' if closings == 0 => return at + c.len_utf8(),
            '(' | '[' | '{' | '（' => closings -= 1,
            _ => {}
        }
    }
    0
}

/// Returns the length of `text` up to the first closing bracket that it does not open.
pub fn up_to_unopened(text: &str) -> usize {
    const KINDS: [[char; 2]; 4] = [['(', ')'], ['[', ']'], ['{', '}'], ['（', '）']];
    let mut depths = [0_usize; KINDS.len()];
    for (at, c) in text.char_indices() {
        for (depth, [open, close]) in depths.iter_mut().zip(KINDS) {
            if c == open {
                *depth += 1;
            } else if c == close {
                match depth.checked_sub(1) {
                    Some(less) => *depth = less,
                    None => return at,
                }
            }
        }
    }
    text.len()
}

/// Returns the length of `token` without the marks at its end that belong to the sentence around it: points, quotation
/// marks, opening brackets.
pub fn without_trailing_points(token: &str) -> usize {
    token.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', '(', '[', '{', '（']).len()
}
