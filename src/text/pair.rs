//! Pairs of adjacent characters.

/// Two adjacent characters as one number: the 16-bit codes of both. All characters outside the basic plane have the same
/// code, which is no character.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair(u32);

impl Pair {
    /// The pair of these characters.
    #[inline]
    pub fn new(first: char, second: char) -> Pair {
        Pair(Pair::code(first)).followed_by(second)
    }

    /// The pair of the second character of this one and the character after it.
    #[inline]
    pub fn followed_by(self, next: char) -> Pair {
        Pair(self.0 << 16 | Pair::code(next))
    }

    #[inline]
    fn code(c: char) -> u32 {
        (c as u32).min(0xFFFF)
    }

    /// The pair as a number.
    #[inline]
    pub fn number(self) -> u32 {
        self.0
    }

    /// A number below 2^32 that depends on both characters in all its bits, the highest the most.
    #[inline]
    pub fn hash(self) -> u32 {
        self.0.wrapping_mul(0x9E37_79B1)
    }
}
