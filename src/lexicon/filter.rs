//! The filter that rules out most text as a mistake in an idiom, by parts of idioms and the characters beside them.

use super::idiom::IdiomHalf;

/// Two adjacent characters of an idiom, by which mistakes in the others are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The first half.
    First,
    /// The last half.
    Last,
    /// The two middle characters in reverse order.
    SwappedMiddle,
}

/// Where another character of an idiom is beside a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Next to the part.
    Next,
    /// One character away.
    Beyond,
    /// Next to the part, because the character between the two is certainly lost.
    AfterGap,
    /// Both characters of the other half, in their places.
    Both,
}

/// A Bloom filter of parts of idioms, each with another character of the idiom in its place. The part alone chooses a
/// cache line, so that one part can be tested with several characters cheaply; the character chooses a word of it. Two
/// bits say that the idiom has the character, two more that it has it in this place.
#[derive(Debug, Clone, Copy)]
pub(super) struct ThirdFilter<'a>(&'a [[u8; 8]; ThirdFilter::WORDS]);

/// Another character of an idiom beside a part of it, as it is looked up in a [`ThirdFilter`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Third {
    word: u64,
    hash: u32,
}

impl<'a> ThirdFilter<'a> {
    /// The size in 64-bit words. One in twenty wrong characters has the first two bits of a right one.
    pub(super) const WORDS: usize = 1 << 16;

    /// Creates a filter that borrows its serialized form. Returns `None` if the size is wrong.
    pub(super) fn read(bytes: &'a [u8]) -> Option<ThirdFilter<'a>> {
        Some(ThirdFilter(bytes.as_chunks().0.try_into().ok()?))
    }

    /// Returns the place of a part of an idiom in the filter.
    #[inline(always)]
    pub(super) fn line(part: IdiomHalf) -> usize {
        part.hash() as usize >> 16
    }

    /// Returns the index of the word for the part of this line with another character, and the mask of the four bits.
    #[cfg(not(prepared))]
    pub(super) fn bits(line: usize, part: Part, place: Place, third: u32) -> (usize, u64) {
        let hash = Third::hash(third);
        (Third::word(line, hash), Third::known(hash) | Third::placed(hash, part, place))
    }

    /// Looks up the part of this line with another character.
    #[inline(always)]
    pub(super) fn third(self, line: usize, third: u32) -> Third {
        let hash = Third::hash(third);
        Third { word: u64::from_le_bytes(self.0[Third::word(line, hash)]), hash }
    }

    /// Returns whether the two characters beside a half of an idiom may be a mistake for its other half. They are none if
    /// both are in their places, or neither is. `repeats` says that the next one is the same as that of the half beside it.
    pub(super) fn may_be_mistaken(self, line: usize, half: Part, [next, beyond]: [char; 2], repeats: bool) -> bool {
        let thirds = [next, beyond].map(|third| self.third(line, third.into()));
        match (thirds[0].is_at(half, Place::Next), thirds[1].is_at(half, Place::Beyond)) {
            (true, true) => !self.third(line, both(next, beyond)).is_at(half, Place::Both),
            (false, false) => {
                thirds[0].is_at(half, Place::AfterGap)
                    || (repeats || thirds[0].is_at(half, Place::Beyond)) && thirds[1].is_at(half, Place::Next)
            }
            _ => true,
        }
    }
}

impl Third {
    #[inline(always)]
    fn hash(third: u32) -> u32 {
        third.wrapping_mul(0x9E37_79B1)
    }

    /// The index of the word.
    #[inline(always)]
    fn word(line: usize, hash: u32) -> usize {
        line ^ (hash >> 29) as usize
    }

    /// The bits that say that an idiom has the part and the character.
    #[inline(always)]
    fn known(hash: u32) -> u64 {
        1 << (hash >> 23 & 63) | 1 << (hash >> 17 & 63)
    }

    /// The bits that say that the character is in this place.
    #[inline(always)]
    fn placed(hash: u32, part: Part, place: Place) -> u64 {
        let kind = match (part, place) {
            (Part::First, Place::Next) => 1,
            (Part::First, Place::Beyond) => 6,
            (Part::First, Place::AfterGap) => 11,
            (Part::First, Place::Both) => 16,
            (Part::Last, Place::Next) => 21,
            (Part::Last, Place::Beyond) => 26,
            (Part::Last, Place::AfterGap) => 31,
            (Part::Last, Place::Both) => 36,
            (Part::SwappedMiddle, _) => 41,
        };
        1 << (((hash >> 11) ^ kind) & 63) | 1 << (((hash >> 5) ^ (kind * 3)) & 63)
    }

    /// Whether an idiom may have the part and the character.
    #[inline(always)]
    pub(super) fn is_known(self) -> bool {
        let bits = Third::known(self.hash);
        self.word & bits == bits
    }

    /// Whether an idiom may have the part and the character in this place.
    #[inline(always)]
    pub(super) fn is_at(self, part: Part, place: Place) -> bool {
        let bits = Third::placed(self.hash, part, place);
        self.is_known() && self.word & bits == bits
    }
}

/// Both characters of the other half of an idiom, to be looked up together.
#[inline]
pub(super) fn both(next: char, beyond: char) -> u32 {
    u32::from(next) << 16 ^ u32::from(beyond)
}
