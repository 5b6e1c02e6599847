//! Which characters sound or look alike.

use serde::{Deserialize, Serialize};

/// In what way one character may stand for another by a slip; the likeliest way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They sound the same, tones aside.
    SameSound,
    /// They sound alike: one of the two sounds differs in what many do not keep apart (zh and z, en and eng).
    SimilarSound,
    /// They look alike.
    SimilarShape,
}

/// Readings and shapes of characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Characters<'a> {
    /// A character, the initial and the final of one of its readings; sorted.
    readings: &'a [[u8; 4]],
    /// Two initials, or two finals, that are not kept apart.
    initials: &'a [[u8; 2]],
    finals: &'a [[u8; 2]],
    /// Two characters that look alike, both ways round; sorted.
    shapes: &'a [[u8; 4]],
}

/// The tables as they are written down: their bytes one after another, numbers from the high byte down.
#[derive(Serialize, Deserialize)]
pub(super) struct Parts<'a> {
    pub readings: &'a [u8],
    pub initials: &'a [u8],
    pub finals: &'a [u8],
    pub shapes: &'a [u8],
}

impl<'a> Characters<'a> {
    pub(super) fn read(parts: Parts<'a>) -> Characters<'a> {
        Characters {
            readings: parts.readings.as_chunks().0,
            initials: parts.initials.as_chunks().0,
            finals: parts.finals.as_chunks().0,
            shapes: parts.shapes.as_chunks().0,
        }
    }

    pub(super) fn likeness(&self, a: char, b: char) -> Option<Likeness> {
        let (a, b) = (u16::try_from(a as u32).ok()?.to_be_bytes(), u16::try_from(b as u32).ok()?.to_be_bytes());
        let by_sound = self.readings(a).flat_map(|a| self.readings(b).filter_map(move |b| self.sound(a, b))).min();
        by_sound.or_else(|| {
            let looks = self.shapes.binary_search(&[a[0], a[1], b[0], b[1]]).is_ok();
            looks.then_some(Likeness::SimilarShape)
        })
    }

    /// The readings of a character: initial and final.
    fn readings(&self, character: [u8; 2]) -> impl Iterator<Item = [u8; 2]> + '_ {
        let from = self.readings.partition_point(|entry| entry[..2] < character[..]);
        let own = self.readings[from..].iter().take_while(move |entry| entry[..2] == character);
        own.map(|&[_, _, initial, last]| [initial, last])
    }

    fn sound(&self, [a_initial, a_final]: [u8; 2], [b_initial, b_final]: [u8; 2]) -> Option<Likeness> {
        let blurred = |pairs: &[[u8; 2]], a, b| pairs.contains(&[a, b]) || pairs.contains(&[b, a]);
        match (a_initial == b_initial, a_final == b_final) {
            (true, true) => Some(Likeness::SameSound),
            (false, true) if blurred(self.initials, a_initial, b_initial) => Some(Likeness::SimilarSound),
            (true, false) if blurred(self.finals, a_final, b_final) => Some(Likeness::SimilarSound),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Likeness::{self, *};
    use crate::builtin::lexicon;

    #[test]
    fn characters_are_alike_by_sound_or_shape() {
        let known: [(&str, Option<Likeness>); 13] = [
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
        for (pair, likeness) in known {
            let [a, b] = pair.chars().collect::<Vec<_>>()[..] else { unreachable!() };
            assert_eq!(lexicon.likeness(a, b), likeness, "{pair}");
            assert_eq!(lexicon.likeness(b, a), likeness, "{pair}");
        }
        assert_eq!(lexicon.likeness('𠀀', '一'), None);
    }
}
