//! Reads the characters of a text in one direction, within a window.

use super::program::NO_CHAR;

/// Reads the characters of a text in one direction from one position, up to the end of a window.
pub(super) trait CharReader {
    /// Returns the code of the next character at byte `at` in reading direction and the position after it. Returns
    /// [`NO_CHAR`] at the end of the text or of the window.
    fn read(&self, at: usize) -> (u32, usize);
    /// Returns the position before the character that ends at `at` in reading direction.
    fn back(&self, at: usize) -> usize;
    /// Returns the distance in bytes between `at` and the start of the attempt.
    fn distance(&self, at: usize) -> usize;
    /// Returns the length of the whole text in bytes.
    fn text_len(&self) -> usize;
}

/// Reads forward.
pub(super) struct Forward<'t> {
    bytes: &'t [u8],
    from: usize,
    /// No character is read from here on.
    end: usize,
}

/// Reads backward.
pub(super) struct Backward<'t> {
    bytes: &'t [u8],
    from: usize,
    /// No character is read that ends here or earlier.
    end: usize,
}

impl<'t> Forward<'t> {
    pub(super) fn new(text: &'t str, from: usize, window: usize) -> Forward<'t> {
        Forward { bytes: text.as_bytes(), from, end: text.len().min(from + window) }
    }
}

impl<'t> Backward<'t> {
    pub(super) fn new(text: &'t str, from: usize, window: usize) -> Backward<'t> {
        Backward { bytes: text.as_bytes(), from, end: from.saturating_sub(window) }
    }
}

impl CharReader for Forward<'_> {
    #[inline(always)]
    fn read(&self, at: usize) -> (u32, usize) {
        if at >= self.end {
            return (NO_CHAR, at);
        }
        let (c, length) = decode(&self.bytes[at..]);
        (c, at + length)
    }

    #[inline]
    fn back(&self, at: usize) -> usize {
        char_start(self.bytes, at)
    }

    #[inline]
    fn distance(&self, at: usize) -> usize {
        at - self.from
    }

    #[inline]
    fn text_len(&self) -> usize {
        self.bytes.len()
    }
}

impl CharReader for Backward<'_> {
    #[inline(always)]
    fn read(&self, at: usize) -> (u32, usize) {
        if at <= self.end {
            return (NO_CHAR, at);
        }
        if let Some(word) = self.bytes[..at].last_chunk().map(|last| u32::from_be_bytes(*last)) {
            if word >> 20 & 0xF == 0b1110 {
                return (three_byte_char(word), at - 3);
            }
            if word & 0x80 == 0 {
                return (word & 0x7F, at - 1);
            }
        }
        let start = char_start(self.bytes, at);
        (decode_any(&self.bytes[start..]).0, start)
    }

    #[inline]
    fn back(&self, at: usize) -> usize {
        at + decode(&self.bytes[at..]).1
    }

    #[inline]
    fn distance(&self, at: usize) -> usize {
        self.from - at
    }

    #[inline]
    fn text_len(&self) -> usize {
        self.bytes.len()
    }
}

/// Decodes the first character of UTF-8 text. Returns its code and its length in bytes. Characters of three bytes and of
/// one byte, which are the most frequent, are decoded from one number.
#[inline(always)]
fn decode(bytes: &[u8]) -> (u32, usize) {
    if let Some(word) = bytes.first_chunk().map(|first| u32::from_be_bytes(*first)) {
        if word >> 28 == 0b1110 {
            return (three_byte_char(word >> 8), 3);
        }
        if word >> 31 == 0 {
            return (word >> 24, 1);
        }
    }
    decode_any(bytes)
}

/// Returns the code of the character whose three bytes in UTF-8 are the lower bytes of `word`.
#[inline(always)]
fn three_byte_char(word: u32) -> u32 {
    word >> 4 & 0xF000 | word >> 2 & 0xFC0 | word & 0x3F
}

/// Decodes the first character of UTF-8 text, whatever its length.
fn decode_any(bytes: &[u8]) -> (u32, usize) {
    let bits = |byte: u8| u32::from(byte & 0x3F);
    match *bytes {
        [a @ ..0x80, ..] => (a.into(), 1),
        [a @ 0xE0..0xF0, b, c, ..] => (u32::from(a & 0x0F) << 12 | bits(b) << 6 | bits(c), 3),
        [a @ 0xC0..0xE0, b, ..] => (u32::from(a & 0x1F) << 6 | bits(b), 2),
        [a, b, c, d, ..] => (u32::from(a & 0x07) << 18 | bits(b) << 12 | bits(c) << 6 | bits(d), 4),
        _ => (NO_CHAR, 0),
    }
}

/// Returns the start of the character of UTF-8 text that ends at byte `end`.
#[inline]
fn char_start(bytes: &[u8], end: usize) -> usize {
    let mut start = end - 1;
    while bytes[start] & 0xC0 == 0x80 {
        start -= 1;
    }
    start
}
