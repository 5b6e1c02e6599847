//! Emoticons, and the signs (C) and (R).

use super::cursor::{Cursor, after_unclosed, bracketed, ends_with_ascii_word, leading, trailing, up_to_unopened};
use crate::text::{OBJECT, Span, is_han};

/// A face that lies on its side: `:-(`, `;)`, `:D`. The cursor is at its eyes.
///
/// A bracket after a colon is a mouth only if it has no other half: 注:(一)、（见:）.
pub fn sideways(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let nose = leading(&rest[1..], |c| c == '-' || c == '^').min(1);
    let from_mouth = &rest[1 + nose..];
    let mouth = from_mouth.chars().next()?;
    let length = leading(from_mouth, |c| c == mouth);
    let after = &from_mouth[length..];
    let is_mouth = match mouth {
        '(' | '[' => nose > 0 || !is_closed(before, after) && !after.starts_with(|c: char| c.is_alphanumeric()),
        ')' | ']' => nose > 0 || after_unclosed(before) == 0,
        '3' | '|' | '*' => nose > 0 && !after.starts_with(|c: char| c.is_ascii_alphanumeric()),
        'D' | 'P' | 'p' | 'O' | 'o' => !after.starts_with(|c: char| c.is_ascii_alphanumeric()),
        _ => false,
    };
    let is_code = ends_with_ascii_word(before) && !(nose > 0 && "()".contains(mouth));
    (is_mouth && !is_code).then(|| cursor.token(0, 1 + nose + length))
}

/// Returns whether a bracket that opens between `before` and `after` is closed in `after`, by another bracket than the one
/// that closes what `before` has opened.
fn is_closed(before: &str, after: &str) -> bool {
    let first = up_to_unopened(after);
    let mut beyond = after[first..].chars();
    beyond.next().is_some() && (after_unclosed(before) == 0 || up_to_unopened(beyond.as_str()) < beyond.as_str().len())
}

/// A face that stands upright: `^_^`, `T_T`, `>_<`, with brackets around it. The cursor is at its first `^` or at its
/// mouth.
pub fn upright(cursor: Cursor) -> Option<Span> {
    const EYES: &str = "^TtoO0QqXx>=-~;@";
    let (before, rest) = (cursor.before(), cursor.rest());
    let (left, from_mouth) = match rest.strip_prefix('^') {
        Some(after_eye) => (0, after_eye),
        None => (trailing(before, |c| EYES.contains(c)), rest),
    };
    let mouth = leading(from_mouth, |c| "_.-oOωvV▽".contains(c));
    let right = leading(&from_mouth[mouth..], |c| EYES.contains(c) || c == '<');
    let to_mouth = rest.len() - from_mouth.len();
    let end = to_mouth + mouth + right;
    let is_inside_word = starts_with_letter(&rest[end..]) || ends_with_ascii_word(&before[..before.len() - left]);
    let has_eyes = right == 1 && (left == 1 || to_mouth == 1);
    (has_eyes && mouth <= 3 && !is_inside_word).then(|| cursor.token(left, end))
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// A face in brackets: `(￣▽￣)`, `(^o^)`. It consists of signs: it has no Chinese character, no digit but 0, no word, and at
/// least two signs that are not marks of a sentence. The cursor is at its `(`.
pub fn in_brackets(cursor: Cursor) -> Option<Span> {
    /// The longest face, in characters.
    const LONGEST_FACE: usize = 16;
    let rest = cursor.rest();
    let length = bracketed(rest)?;
    let face = &rest[1..length - 1];
    let is_sign = |c: &char| {
        !c.is_alphanumeric()
            && !c.is_whitespace()
            && *c != OBJECT
            && !",.;:!?/-+'\"`，。、；：？！…“”‘’《》①".contains(*c)
    };
    let is_word = |pair: &[u8]| pair.iter().all(u8::is_ascii_alphanumeric);
    let is_face = face.chars().count() <= LONGEST_FACE
        && face.chars().filter(is_sign).count() >= 2
        && !face.contains(|c: char| is_han(c) || ('1'..='9').contains(&c))
        && !face.as_bytes().windows(2).any(is_word);
    is_face.then(|| cursor.token(0, length))
}

/// The sign of copyright, of a sound recording or of a trademark, written with a letter: `(C) 2024`, `(R)`, `(TM)`. The
/// letters C and P also number items, so a year has to follow, or the word to precede. The cursor is at its `(`.
pub fn legal_sign(cursor: Cursor) -> Option<Span> {
    let rest = cursor.rest();
    let length = bracketed(rest)?;
    let before = cursor.before().trim_end();
    let follows_word = ["版权所有", "版权", "opyright", "OPYRIGHT"].iter().any(|word| before.ends_with(word));
    let is_sign = match &rest[1..length - 1] {
        "C" | "c" | "P" | "p" => follows_word || is_year(rest[length..].trim_start()),
        "R" | "r" | "TM" | "tm" => true,
        _ => false,
    };
    is_sign.then(|| cursor.token(0, length))
}

/// Returns whether `text` begins with a year of this century or the last.
fn is_year(text: &str) -> bool {
    (text.starts_with("19") || text.starts_with("20")) && leading(text, |c| c.is_ascii_digit()) == 4
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_found;

    #[test]
    fn finds_emoticons() {
        assert_found(&[
            "今天太累了⟦:-(⟧明天再说⟦;-)⟧好的⟦:)⟧哈哈⟦^_^⟧再见⟦(￣▽￣)⟧好⟦:D⟧,哭⟦T_T⟧,⟦>_<⟧。",
            "⟦(^o^)⟧,⟦(๑•̀ㅂ•́)⟧",
            "注:(一)甲;(二)乙,(见:)丙(±5%),甲(℃)，(⟦`=`⟧)，(\u{FFFC}\u{FFFC})。",
            "（比从前好⟦:(⟧ ），*注意:*",
        ]);
    }

    #[test]
    fn finds_signs_of_copyright() {
        assert_found(&["Copyright ⟦(C)⟧ 2024,某公司⟦(c)⟧2024版权所有⟦(C)⟧,海尔⟦(R)⟧,选项(C)正确。"]);
    }
}
