//! Idioms by a part of two characters: the first half, the last half, or the two middle ones in reverse order.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Two characters of an idiom. One outside the Basic Multilingual Plane is represented by 0, which no idiom has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct IdiomPart(u32);

impl IdiomPart {
    #[inline]
    pub(super) fn new(first: char, second: char) -> IdiomPart {
        IdiomPart::of_codes(first.into(), second.into())
    }

    #[inline]
    pub(super) fn of_codes(first: u32, second: u32) -> IdiomPart {
        let code = |code: u32| if code <= 0xFFFF { code } else { 0 };
        IdiomPart(code(first) << 16 | code(second))
    }

    /// The code points of the two characters.
    #[inline]
    pub(super) fn codes(self) -> [u32; 2] {
        [self.0 >> 16, self.0 & 0xFFFF]
    }

    /// The two characters in reverse order.
    #[inline]
    pub(super) fn reversed(self) -> IdiomPart {
        IdiomPart(self.0.rotate_left(16))
    }

    /// Whether one of the two characters, or both, are those of `other` in the same place.
    #[inline]
    pub(super) fn shares_one(self, other: IdiomPart) -> bool {
        let difference = self.0 ^ other.0;
        difference >> 16 == 0 || difference & 0xFFFF == 0
    }

    pub(super) fn characters(self) -> [char; 2] {
        self.codes().map(|code| char::from_u32(code).unwrap_or_default())
    }

    /// The hash bucket of idioms with this part.
    #[inline]
    fn bucket(self) -> usize {
        self.0.wrapping_mul(0x9E37_79B1) as usize >> (32 - BUCKETS.ilog2())
    }
}

/// The number of hash buckets of a table.
const BUCKETS: usize = 1 << 15;

/// An idiom to be put into a table: one part of it, the other one, and which mistakes in it are certain (see
/// [`Certain`](super::idiom::Certain)).
#[cfg(not(prepared))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Parted {
    pub part: IdiomPart,
    pub other: IdiomPart,
    pub certain: u8,
}

/// Idioms by one of their parts, read in place from serialized data. All numbers are little endian.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartTable<'a> {
    /// The code points of the part of each idiom, sorted by the bucket of the part.
    parts: &'a [[u8; 4]],
    /// The code points of the other part of each idiom.
    others: &'a [[u8; 4]],
    certain: &'a [u8],
    /// The start of each bucket in `parts`, and the end of the last one.
    buckets: &'a [[u8; 2]],
}

/// The serialized form of a [`PartTable`]: the bytes of its lists.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct PartBytes<'a> {
    pub parts: &'a [u8],
    pub others: &'a [u8],
    pub certain: &'a [u8],
    pub buckets: &'a [u8],
}

impl<'a> PartTable<'a> {
    /// Creates a table that borrows its serialized form. Returns `None` if the sizes are wrong.
    pub(super) fn read(bytes: PartBytes<'a>) -> Option<PartTable<'a>> {
        let table = PartTable {
            parts: bytes.parts.as_chunks().0,
            others: bytes.others.as_chunks().0,
            certain: bytes.certain,
            buckets: bytes.buckets.as_chunks().0,
        };
        let last = table.buckets.last().map(|end| u16::from_le_bytes(*end));
        let is_complete = table.buckets.len() == BUCKETS + 1
            && table.others.len() == table.parts.len()
            && table.certain.len() == table.parts.len()
            && last.map(usize::from) == Some(table.parts.len());
        is_complete.then_some(table)
    }

    /// The part of each idiom.
    #[cfg(not(prepared))]
    pub(super) fn parts(self) -> impl Iterator<Item = IdiomPart> + 'a {
        self.parts.iter().map(|part| IdiomPart(u32::from_le_bytes(*part)))
    }

    /// The idioms among which are those with this part.
    #[inline(always)]
    fn bucket(self, part: IdiomPart) -> Range<usize> {
        let start = |bucket: usize| usize::from(u16::from_le_bytes(self.buckets[bucket]));
        start(part.bucket())..start(part.bucket() + 1)
    }

    /// The other part of each idiom with this part, and which mistakes in the idiom are certain.
    #[inline(always)]
    pub(super) fn others_of(self, part: IdiomPart) -> impl Iterator<Item = (IdiomPart, u8)> + 'a {
        let range = self.bucket(part);
        let parts = self.parts.get(range.clone()).unwrap_or_default();
        let others = self.others.get(range.clone()).unwrap_or_default();
        let certain = self.certain.get(range).unwrap_or_default();
        let idioms = parts.iter().zip(others).zip(certain);
        idioms
            .filter(move |((own, _), _)| u32::from_le_bytes(**own) == part.0)
            .map(|((_, other), certain)| (IdiomPart(u32::from_le_bytes(*other)), *certain))
    }

    /// Whether the other part of an idiom with this part has one of the two characters `written`, in either place. All
    /// idioms are looked at without a branch, several at once.
    #[inline(always)]
    pub(super) fn any_other_resembles(self, part: IdiomPart, written: IdiomPart) -> bool {
        let range = self.bucket(part);
        let parts = self.parts.get(range.clone()).unwrap_or_default();
        let others = self.others.get(range).unwrap_or_default();
        let (as_written, reversed) = (written.0, written.reversed().0);
        let mut found = 0;
        for (own, other) in parts.iter().zip(others) {
            let (own, other) = (u32::from_le_bytes(*own), u32::from_le_bytes(*other));
            let (one, two) = (other ^ as_written, other ^ reversed);
            let resembles = (one >> 16 == 0) | (one & 0xFFFF == 0) | (two >> 16 == 0) | (two & 0xFFFF == 0);
            found |= u32::from((own == part.0) & resembles);
        }
        found != 0
    }
}

/// The lists of a [`PartTable`], to be serialized.
#[cfg(not(prepared))]
#[derive(Debug, Default)]
pub(super) struct PartLists {
    parts: Vec<u8>,
    others: Vec<u8>,
    certain: Vec<u8>,
    buckets: Vec<u8>,
}

#[cfg(not(prepared))]
impl PartLists {
    /// Lists of these idioms. Those in one bucket keep their order. Fails if there are too many.
    pub(super) fn of(mut idioms: Vec<Parted>) -> Result<PartLists, String> {
        if u16::try_from(idioms.len()).is_err() {
            return Err(format!("too many idioms: {}", idioms.len()));
        }
        idioms.sort_by_key(|idiom| idiom.part.bucket());
        let mut lists = PartLists::default();
        for idiom in &idioms {
            lists.parts.extend(idiom.part.0.to_le_bytes());
            lists.others.extend(idiom.other.0.to_le_bytes());
            lists.certain.push(idiom.certain);
        }
        for bucket in 0..=BUCKETS {
            let start = idioms.partition_point(|idiom| idiom.part.bucket() < bucket);
            lists.buckets.extend((start as u16).to_le_bytes());
        }
        Ok(lists)
    }

    pub(super) fn bytes(&self) -> PartBytes<'_> {
        PartBytes { parts: &self.parts, others: &self.others, certain: &self.certain, buckets: &self.buckets }
    }
}
