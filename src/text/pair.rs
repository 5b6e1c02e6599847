//! Pairs of adjacent characters.

/// The 16-bit code of a character. All characters outside the basic plane share the last code, which is no character.
#[inline]
pub fn code_of(c: char) -> u16 {
    (c as u32).min(0xFFFF) as u16
}

/// Two adjacent characters as one number: the 16-bit codes of both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair(u32);

impl Pair {
    /// The pair of these characters.
    #[inline]
    pub fn new(first: char, second: char) -> Pair {
        Pair(code_of(first).into()).followed_by(code_of(second))
    }

    /// The pair of the second character of this one and the character after it, given by its code.
    #[inline]
    pub fn followed_by(self, next: u16) -> Pair {
        Pair(self.0 << 16 | u32::from(next))
    }

    /// The pair that [`Pair::number`] has turned into this number.
    pub fn from_number(number: u32) -> Pair {
        Pair(number)
    }

    /// The pair as a number.
    #[inline]
    pub fn number(self) -> u32 {
        self.0
    }

    /// A hash of the pair: its highest bits depend on both characters.
    #[inline]
    pub fn hash(self) -> u32 {
        self.0.wrapping_mul(0x9E37_79B1)
    }
}
