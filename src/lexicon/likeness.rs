//! Determines which characters sound or look alike.

use serde::{Deserialize, Serialize};

/// How a character resembles another that may be written for it by mistake. Ordered from the most to the least likely
/// mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same sound, ignoring tones.
    SameSound,
    /// A similar sound: either the initials (声母) or the finals (韵母) differ, and many speakers do not distinguish them
    /// (zh and z, en and eng).
    SimilarSound,
    /// A similar shape.
    SimilarShape,
}

/// Tables of the readings and shapes of characters. A character is represented by its code point in two bytes, big
/// endian; initials and finals are represented by numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Characters<'a> {
    /// A character, and the initial and final of one of its readings. Sorted.
    readings: &'a [[u8; 4]],
    /// Pairs of initials that many speakers do not distinguish.
    similar_initials: &'a [[u8; 2]],
    /// Pairs of finals that many speakers do not distinguish.
    similar_finals: &'a [[u8; 2]],
    /// Pairs of characters that look alike. Sorted; contains each pair in both orders.
    shapes: &'a [[u8; 4]],
    /// For each character from [`FIRST_HINTED`] to [`LAST_HINTED`], a set of bits. Characters that resemble each other
    /// have a bit in common, and few others do.
    hints: &'a [[u8; 8]],
}

/// The first and the last character with a hint: those of the block of Chinese characters that copy consists of.
pub(super) const FIRST_HINTED: u16 = 0x4E00;
#[cfg(not(prepared))]
pub(super) const LAST_HINTED: u16 = 0x9FFF;

/// The serialized form of [`Characters`]: the bytes of each table.
#[derive(Serialize, Deserialize)]
pub(super) struct CharacterTables<'a> {
    pub readings: &'a [u8],
    pub similar_initials: &'a [u8],
    pub similar_finals: &'a [u8],
    pub shapes: &'a [u8],
    pub hints: &'a [u8],
}

impl<'a> Characters<'a> {
    pub(super) fn read(tables: CharacterTables<'a>) -> Characters<'a> {
        Characters {
            readings: tables.readings.as_chunks().0,
            similar_initials: tables.similar_initials.as_chunks().0,
            similar_finals: tables.similar_finals.as_chunks().0,
            shapes: tables.shapes.as_chunks().0,
            hints: tables.hints.as_chunks().0,
        }
    }

    /// Returns whether the characters with these code points may resemble each other. `false` is certain, and known
    /// after a few instructions.
    #[inline]
    pub(super) fn may_be_alike(&self, a: u16, b: u16) -> bool {
        let hint = |code: u16| {
            let index = usize::from(code.wrapping_sub(FIRST_HINTED));
            self.hints.get(index).map_or(u64::MAX, |hint| u64::from_le_bytes(*hint))
        };
        hint(a) & hint(b) != 0
    }

    /// Returns how `a` and `b` resemble each other. If several answers apply, returns the most likely mistake.
    pub(super) fn likeness(&self, a: char, b: char) -> Option<Likeness> {
        let (a, b) = (u16::try_from(a as u32).ok()?, u16::try_from(b as u32).ok()?);
        if !self.may_be_alike(a, b) {
            return None;
        }
        let (a, b) = (a.to_be_bytes(), b.to_be_bytes());
        let (readings_of_a, readings_of_b) = (self.readings(a), self.readings(b));
        let likenesses_to = |&[_, _, initial, final_part]: &[u8; 4]| {
            let sound = [initial, final_part];
            readings_of_b.iter().filter_map(move |&[_, _, i, f]| self.sound_likeness(sound, [i, f]))
        };
        let by_sound = readings_of_a.iter().flat_map(likenesses_to).min();
        by_sound.or_else(|| {
            let wanted = u32::from_be_bytes([a[0], a[1], b[0], b[1]]);
            let is_similar = self.shapes.binary_search_by_key(&wanted, |pair| u32::from_be_bytes(*pair)).is_ok();
            is_similar.then_some(Likeness::SimilarShape)
        })
    }

    /// Returns the readings of a character: entries of the table.
    fn readings(&self, character: [u8; 2]) -> &'a [[u8; 4]] {
        let code = |entry: &[u8; 4]| u16::from_be_bytes([entry[0], entry[1]]);
        let wanted = u16::from_be_bytes(character);
        let from = &self.readings[self.readings.partition_point(|entry| code(entry) < wanted)..];
        let count = from.iter().take_while(|entry| code(entry) == wanted).count();
        &from[..count]
    }

    /// Compares two readings, each an initial and a final.
    fn sound_likeness(&self, [a_initial, a_final]: [u8; 2], [b_initial, b_final]: [u8; 2]) -> Option<Likeness> {
        let are_similar = |pairs: &[[u8; 2]], a, b| pairs.contains(&[a, b]) || pairs.contains(&[b, a]);
        match (a_initial == b_initial, a_final == b_final) {
            (true, true) => Some(Likeness::SameSound),
            (false, true) if are_similar(self.similar_initials, a_initial, b_initial) => Some(Likeness::SimilarSound),
            (true, false) if are_similar(self.similar_finals, a_final, b_final) => Some(Likeness::SimilarSound),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Likeness::{self, *};
    use crate::builtin::lexicon;

    #[test]
    fn determines_likeness_by_sound_and_shape() {
        let expected: [(&str, Option<Likeness>); 13] = [
            ("继既", Some(SameSound)),
            ("厉励", Some(SameSound)),
            ("致志", Some(SameSound)),
            ("侯候", Some(SameSound)),
            ("赡瞻", Some(SimilarShape)),
            ("因应", Some(SimilarSound)),
            ("自志", Some(SimilarSound)),
            ("菅管", Some(SimilarShape)),
            ("盲肓", Some(SimilarShape)),
            ("茸葺", Some(SimilarShape)),
            ("祟崇", Some(SimilarShape)),
            ("戊戌", Some(SimilarShape)),
            ("山水", None),
        ];
        let lexicon = lexicon();
        for (pair, likeness) in expected {
            let [a, b] = pair.chars().collect::<Vec<_>>()[..] else { unreachable!() };
            assert_eq!(lexicon.likeness(a, b), likeness, "{pair}");
            assert_eq!(lexicon.likeness(b, a), likeness, "{pair}");
        }
        assert_eq!(lexicon.likeness('𠀀', '一'), None);
    }
}
