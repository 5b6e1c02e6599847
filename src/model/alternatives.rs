//! Which characters may have been meant at the places of a text that are new, by what stands beside them alone.

use super::confusables::{Alike, Kinship};
use super::corrections::{Corrections, frequent};
use super::scorer::Model;
use super::symbols::{BOUNDARY, Symbol};
use super::triples::{Known, Place, hash_of};

/// A character that may have been meant at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alternative {
    pub at: u32,
    pub meant: Symbol,
    pub kinship: Kinship,
    /// How many sequences of three have to be known with it: more than without it.
    needed: u8,
    /// How many of those that were looked up are.
    known: u8,
}

impl Model<'_> {
    /// Returns the characters by which more sequences of three are known than by those that are written, in the order of the
    /// places.
    ///
    /// Hardly any character passes all tests. Where the answer to a test is stored is random, so a look takes long; but looks
    /// that do not depend on each other are under way at a time. So each test is made of all that are left before the next.
    pub fn alternatives(
        &self,
        symbols: &[Symbol],
        known: &Known,
        places: &[Place],
        corrections: &Corrections,
    ) -> Vec<Alternative> {
        let mut found = self.alike(symbols, known, places, corrections);
        let near = |at: usize| symbols.get(at).copied().unwrap_or(BOUNDARY);
        let (before, after) = (|at: u32| symbols[at as usize - 1], |at: u32| symbols[at as usize + 1]);
        self.keep_known(&mut found, 2, |it| [before(it.at), it.meant, after(it.at)]);
        self.keep_known(&mut found, 1, |it| [near((it.at as usize).wrapping_sub(2)), before(it.at), it.meant]);
        self.keep_known(&mut found, 0, |it| [it.meant, after(it.at), near(it.at as usize + 2)]);
        found
    }

    /// Looks up one more of the sequences with each alternative; `left` of them come after it. Keeps those of which enough may
    /// be known.
    fn keep_known(&self, found: &mut Vec<Alternative>, left: u8, sequence: impl Fn(&Alternative) -> [Symbol; 3]) {
        let hashes: Vec<u64> = found.iter().map(|it| hash_of(sequence(it))).collect();
        let mut known = self.may_know_all(&hashes).into_iter();
        keep(found, |it| {
            // None extends across a boundary.
            let is_known = known.next().unwrap_or(false) & (sequence(it)[1] != BOUNDARY);
            it.known += u8::from(is_known);
            it.known + left >= it.needed
        });
    }

    /// Returns the characters that are like those at the places and may stand between the ones beside them.
    fn alike(
        &self,
        symbols: &[Symbol],
        known: &Known,
        places: &[Place],
        corrections: &Corrections,
    ) -> Vec<Alternative> {
        let fours = self.known_fours(symbols, known, places);
        let alike = |&Place { at, known }: &Place| {
            let alike = self.confusables.alike(symbols[at]);
            let is_often_confused = !frequent(corrections.meant_by(symbols[at])).is_empty();
            let near = &fours[fours.partition_point(|&start| start + 4 <= at)..];
            // One unknown sequence beside well-known ones says little.
            let is_well_known = known == 2 && !is_often_confused && near.first().is_some_and(|&start| start <= at);
            if is_well_known { alike.same_sound() } else { alike }
        };
        let alike: Vec<Alike> = places.iter().map(alike).collect();
        let before = |(place, alike): (&Place, &Alike)| alike.passing(self.behind(symbols[place.at - 1]));
        let passing: Vec<u64> = places.iter().zip(&alike).map(before).collect();
        let after = |((place, alike), passing): ((&Place, &Alike), u64)| {
            alike.passing_too(passing, |meant| self.may_know_pair(meant, symbols[place.at + 1]))
        };
        let passing: Vec<u64> = places.iter().zip(&alike).zip(passing).map(after).collect();
        let mut found = Vec::new();
        for ((place, alike), mut passing) in places.iter().zip(alike).zip(passing) {
            let first = found.len();
            let corrected = corrections.meant_by(symbols[place.at]);
            let frequent = frequent(corrected);
            let alternative = |(meant, kinship): (Symbol, Kinship)| {
                // Common characters that are often confused (在 and 再) are in many sequences either way.
                let least = place.known.saturating_sub(usize::from(frequent.iter().any(|&(other, _)| other == meant)));
                Alternative { at: place.at as u32, meant, kinship, needed: least as u8 + 1, known: 0 }
            };
            while passing != 0 {
                found.push(alternative(alike.get(passing.trailing_zeros() as usize)));
                passing &= passing - 1;
            }
            let fits = |meant| {
                self.may_know_pair(symbols[place.at - 1], meant) && self.may_know_pair(meant, symbols[place.at + 1])
            };
            for meant in corrected.iter().map(|&(meant, _)| meant).filter(|&meant| fits(meant)) {
                if found[first..].iter().all(|it: &Alternative| it.meant != meant) {
                    found.push(alternative((meant, Kinship::Corrected)));
                }
            }
        }
        found
    }

    /// Returns where the sequences of four symbols begin that are known, of those that contain a place with one unknown
    /// sequence of three.
    fn known_fours(&self, symbols: &[Symbol], known: &Known, places: &[Place]) -> Vec<usize> {
        let mut starts: Vec<usize> = Vec::new();
        for place in places.iter().filter(|place| place.known == 2) {
            let first = place.at.saturating_sub(3).max(starts.last().map_or(0, |last| last + 1));
            // It can be known if the two are of which it consists.
            starts.extend((first..=place.at).filter(|&start| known.knows_both(start)));
        }
        let sequences = || starts.iter().map(|&start| &symbols[start..start + 4]);
        let mut is_known = self.ngrams.know_fours(sequences());
        if let Some(own) = &self.own {
            is_known.iter_mut().zip(own.ngrams.know_fours(sequences())).for_each(|(known, by_own)| *known |= by_own);
        }
        starts.iter().zip(is_known).filter(|(_, is_known)| *is_known).map(|(&start, _)| start).collect()
    }
}

/// Keeps the items that pass a test, in their order. Which pass is unpredictable, so nothing branches on it.
fn keep<T: Copy>(items: &mut Vec<T>, mut passes: impl FnMut(&mut T) -> bool) {
    let mut kept = 0;
    for index in 0..items.len() {
        let mut item = items[index];
        let does_pass = passes(&mut item);
        items[kept] = item;
        kept += usize::from(does_pass);
    }
    items.truncate(kept);
}
