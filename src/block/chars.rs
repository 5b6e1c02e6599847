//! Characters of lines: brackets, sets of characters, and texts without the characters of which Chinese mostly consists.

use crate::text::Span;

/// Opening brackets around jump lines, bylines and headlines.
pub const OPENING: &[char] = &['（', '(', '【', '［', '['];
/// The closing brackets that correspond to [`OPENING`].
pub const CLOSING: &[char] = &['）', ')', '】', '］', ']'];

/// Returns whether `c` is one of the characters of which nearly all Chinese text consists. It is none of the marks that
/// the modules of this room look for, so this quick test comes before slower ones.
#[inline]
pub fn is_common_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// Returns whether the first byte of a character in UTF-8 shows that it is common Han, or one of the rare characters before
/// these in Unicode, which are no marks either. Such a character has three bytes.
#[inline]
pub fn begins_han(byte: u8) -> bool {
    matches!(byte, 0xE4..=0xE9)
}

/// Returns the part of `text` without whitespace at either end.
#[inline]
pub fn trimmed(text: &str) -> Span {
    let is_visible = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    if is_visible(text.chars().next()) && is_visible(text.chars().next_back()) {
        return Span::new(0, text.len());
    }
    let content = text.trim_start();
    let start = text.len() - content.len();
    Span::new(start, start + content.trim_end().len())
}

/// Returns the characters of `text` that are not common Han, with their byte offsets: the marks, digits, letters and
/// spaces. Common Han are skipped without being decoded.
#[inline]
pub fn marks(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while text.as_bytes().get(at).is_some_and(|&byte| begins_han(byte)) {
            at += 3;
        }
        let start = at;
        let mark = text[start..].chars().next()?;
        at += mark.len_utf8();
        Some((start, mark))
    })
}

/// Returns whether `text` has at most `max_chars` characters. Only counts characters if the length in bytes does not
/// decide the question.
#[inline]
pub fn is_short(text: &str, max_chars: usize) -> bool {
    text.len() <= max_chars || text.len() <= max_chars * 4 && text.chars().count() <= max_chars
}

/// A set of characters of the Basic Multilingual Plane, one bit for each.
pub struct CharSet([u64; 1024]);

impl CharSet {
    /// The empty set.
    pub const EMPTY: CharSet = CharSet([0; 1024]);

    /// Returns the set with the characters of `members` added.
    pub const fn with(mut self, members: &str) -> CharSet {
        let mut index = 0;
        while index < members.len() / 3 {
            self.insert(members, index);
            index += 1;
        }
        self
    }

    /// Returns the set with character number `index` of each of `words` added, if the word has it.
    pub const fn with_nth(mut self, words: &[&str], index: usize) -> CharSet {
        let mut word = 0;
        while word < words.len() {
            if index < words[word].len() / 3 {
                self.insert(words[word], index);
            }
            word += 1;
        }
        self
    }

    /// Adds character number `index` of `text`. All characters of `text` must have three bytes in UTF-8.
    const fn insert(&mut self, text: &str, index: usize) {
        let (_, text) = text.as_bytes().split_at(3 * index);
        assert!(text[0] >> 4 == 0b1110);
        let code = (text[0] as usize & 0x0F) << 12 | (text[1] as usize & 0x3F) << 6 | text[2] as usize & 0x3F;
        self.0[code / 64] |= 1 << (code % 64);
    }

    /// Returns whether the set contains `c`.
    #[inline]
    pub fn contains(&self, c: char) -> bool {
        self.0.get(c as usize / 64).is_some_and(|bits| bits >> (c as usize % 64) & 1 != 0)
    }
}
