//! Which characters may have been meant where another is written.

use super::count::Level;
use super::symbols::{FIRST_HAN, HAN, Symbol, char_of, is_han_symbol};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::{Lexicon, Likeness};
use crate::parallel;

/// The name of the section in a model file.
pub const SECTION: &str = "confusables";
/// The largest number of confusables of a character.
const MOST: usize = 56;
/// A character that occurs less often in the training text has no confusables and is none.
const LEAST_OCCURRENCES: u32 = 12;
/// How many kinds of [`Kinship`] are stored in groups.
const GROUPS: usize = 3;

/// Why a character may have been written for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kinship {
    /// The same sound, ignoring tones.
    SameSound,
    /// A similar sound.
    SimilarSound,
    /// A similar shape.
    SimilarShape,
    /// Known from corrections alone.
    Corrected,
}

/// The confusables of each character.
pub struct Confusables<'a> {
    /// For each character, the place of its record plus one, or 0.
    places: Vec<u32>,
    /// Records: a character, the number of its confusables by sound, by similar sound and by shape, and these.
    records: &'a [[u8; 2]],
}

impl<'a> Confusables<'a> {
    /// Reads the confusables from the bytes of their section.
    ///
    /// # Errors
    /// The bytes are damaged.
    pub fn read(bytes: &'a [u8]) -> Result<Confusables<'a>> {
        let damaged = || Error::new("模型文件里的形近、音近字表不完整。").of_kind(ErrorKind::InvalidFile);
        let (records, rest) = bytes.as_chunks();
        let mut places = vec![0; HAN];
        let mut at = 0;
        while at < records.len() {
            let header = records.get(at..at + 1 + GROUPS).ok_or_else(damaged)?;
            let [symbol, counts @ ..] = header else { return Err(damaged()) };
            let symbol = Symbol::from_le_bytes(*symbol);
            let place = places.get_mut(usize::from(symbol.wrapping_sub(FIRST_HAN))).ok_or_else(damaged)?;
            *place = at as u32 + 1;
            at += 1 + GROUPS + counts.iter().map(|&count| usize::from(u16::from_le_bytes(count))).sum::<usize>();
        }
        if at != records.len() || !rest.is_empty() {
            return Err(damaged());
        }
        Ok(Confusables { places, records })
    }

    /// Returns the confusables of a character, each with its kinship.
    pub fn of(&self, symbol: Symbol) -> impl Iterator<Item = (Symbol, Kinship)> + '_ {
        let alike = self.alike(symbol);
        (0..alike.symbols.len()).map(move |index| alike.get(index))
    }

    /// Returns the confusables of a character.
    pub fn alike(&self, symbol: Symbol) -> Alike<'a> {
        let place = self.places.get(usize::from(symbol.wrapping_sub(FIRST_HAN))).copied().unwrap_or(0) as usize;
        let header = if place == 0 { None } else { self.records.get(place..place + GROUPS) };
        let Some(&[same_sound, similar_sound, similar_shape]) = header else { return Alike::default() };
        let ends = [same_sound, similar_sound, similar_shape].map(|count| usize::from(u16::from_le_bytes(count)));
        let ends = [ends[0], ends[0] + ends[1], ends[0] + ends[1] + ends[2]];
        let start = place + GROUPS;
        Alike { symbols: self.records.get(start..start + ends[2]).unwrap_or_default(), ends }
    }
}

/// The confusables of one character.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alike<'a> {
    symbols: &'a [[u8; 2]],
    /// Where those of each kinship end.
    ends: [usize; GROUPS],
}

impl<'a> Alike<'a> {
    /// Those that sound the same.
    pub fn same_sound(self) -> Alike<'a> {
        Alike { symbols: &self.symbols[..self.ends[0].min(self.symbols.len())], ..self }
    }

    /// Returns one of the confusables.
    pub fn get(&self, index: usize) -> (Symbol, Kinship) {
        let kinship = match index {
            _ if index < self.ends[0] => Kinship::SameSound,
            _ if index < self.ends[1] => Kinship::SimilarSound,
            _ => Kinship::SimilarShape,
        };
        (Symbol::from_le_bytes(self.symbols[index]), kinship)
    }

    /// Returns which of the confusables pass a test, as bits; there are at most 64.
    pub fn passing(self, passes: impl Fn(Symbol) -> bool) -> u64 {
        let bits = self.symbols.iter().take(u64::BITS as usize).rev();
        bits.fold(0, |bits, &it| bits << 1 | u64::from(passes(Symbol::from_le_bytes(it))))
    }

    /// Returns which of those that passed a test pass another one.
    pub fn passing_too(self, mut passed: u64, passes: impl Fn(Symbol) -> bool) -> u64 {
        let mut passing = 0;
        while passed != 0 {
            let index = passed.trailing_zeros();
            passing |= u64::from(passes(Symbol::from_le_bytes(self.symbols[index as usize]))) << index;
            passed &= passed - 1;
        }
        passing
    }
}

/// Returns the bytes of the section: the confusables of the characters in a training text, by their likeness.
pub fn build(characters: &Level, lexicon: &Lexicon) -> Vec<u8> {
    let is_used = |node: &&super::count::Node| is_han_symbol(node.symbol) && node.count >= LEAST_OCCURRENCES;
    let mut used: Vec<(Symbol, u32)> = characters.iter().filter(is_used).map(|it| (it.symbol, it.count)).collect();
    used.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let records = parallel::map(&used, |&(symbol, _)| {
        let mut groups: [Vec<Symbol>; GROUPS] = Default::default();
        for &(other, _) in used.iter().filter(|&&(other, _)| other != symbol) {
            match lexicon.likeness(char_of(symbol), char_of(other)) {
                Some(Likeness::SameSound) => groups[0].push(other),
                Some(Likeness::SimilarSound) => groups[1].push(other),
                Some(Likeness::SimilarShape) => groups[2].push(other),
                None => {}
            }
        }
        // The most frequent ones stay: all that look alike, then those that sound the same.
        let mut room = MOST.saturating_sub(groups[2].len());
        for group in &mut groups[..2] {
            group.truncate(room);
            room -= group.len();
        }
        let header = [symbol].into_iter().chain(groups.iter().map(|group| group.len() as Symbol));
        header.chain(groups.iter().flatten().copied()).flat_map(Symbol::to_le_bytes).collect::<Vec<u8>>()
    });
    records.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;
    use crate::model::count::Node;

    #[test]
    fn reads_the_confusables_it_built() {
        let node = |c: char| Node { symbol: c as Symbol, count: 50, children: 0 };
        let bytes = build(&"侯候后赡瞻，".chars().map(node).collect(), &lexicon());
        let confusables = Confusables::read(&bytes).unwrap();
        let of = |c: char| confusables.of(c as Symbol).map(|(c, kin)| (char_of(c), kin)).collect::<Vec<_>>();
        assert_eq!(of('侯'), [('候', Kinship::SameSound), ('后', Kinship::SameSound)]);
        assert_eq!(of('瞻'), [('赡', Kinship::SimilarShape)]);
        assert!(of('山').is_empty() && of('，').is_empty());
        assert!(Confusables::read(&bytes[..bytes.len() - 2]).is_err());
    }
}
