//! The n-gram model: how likely a symbol is after the four before it.

use std::ops::Range;

use super::ORDER;
use super::container::Sections;
use super::count::Counts;
use super::fuse::{self, FuseMap};
use super::quantize::Codebook;
use super::smooth;
use super::symbols::{BOUNDARY, Symbol, is_han_symbol};
use super::triples;
use crate::error::Result;
use crate::parallel;

/// What is known of sequences of up to [`ORDER`] symbols.
#[derive(Debug)]
pub struct Ngrams<'a> {
    levels: [Level<'a>; ORDER],
    /// A bit for each known pair of symbols, at a place that others share: most pairs are ruled out by one look.
    pairs: &'a [u8],
    /// The known sequences that end at a boundary and do not extend across it.
    boundary: State,
}

/// The name of the section with the bits of pairs.
const PAIRS: &str = "pairs";
/// The number of bits for each known pair. It determines how many of the others are ruled out.
const BITS_OF_PAIR: usize = 8;

/// A rarer pair is not one that was meant in place of another.
const LEAST_OF_PAIR: u32 = 3;

/// The place of the bit of a pair among `bits` bits. The high half of the key is random enough.
fn place_of_pair(key: u64, bits: u32) -> usize {
    (((key >> 32) * u64::from(bits)) >> 32) as usize
}

/// What may stand behind a symbol.
#[derive(Debug, Clone, Copy)]
pub struct Behind<'a> {
    pairs: &'a [u8],
    bits: u32,
    /// The share of the symbol in the key of a pair.
    share: u64,
}

impl Behind<'_> {
    pub fn may_be(&self, other: Symbol) -> bool {
        let key = share_of_key(other, 0).wrapping_add(self.share);
        let place = place_of_pair(key, self.bits);
        self.pairs.get(place / 8).is_some_and(|byte| byte >> (place % 8) & 1 == 1)
    }
}

/// The sequences of one length.
#[derive(Debug)]
struct Level<'a> {
    codes: FuseMap<'a>,
    codebook: Codebook,
}

/// The known sequences that end at a symbol.
#[derive(Debug, Default, Clone, Copy)]
pub struct State {
    /// The length of the longest one.
    length: u8,
    /// What is known of each, by its length, as a code.
    codes: [u8; ORDER],
}

/// A symbol whose known sequences are looked up.
#[derive(Debug, Clone, Copy)]
pub struct Lookup {
    /// The symbol and those before it, the last one first.
    recent: [Symbol; ORDER],
    /// The key of as many of them as are in the longest sequence found so far.
    key: u64,
    /// What bounds the length of a sequence.
    bound: Bound,
    state: State,
}

/// A sequence is known only if it is without its last symbol.
#[derive(Debug, Clone, Copy)]
enum Bound {
    /// This is the longest sequence before the symbol.
    Known(u8),
    /// It is the longest sequence of the lookup before this one.
    Before,
}

/// A symbol after others.
#[derive(Debug, Default, Clone, Copy)]
pub struct Step {
    /// The natural logarithm of its probability.
    pub log: f32,
    /// The length of the longest known sequence that it ends.
    pub length: u8,
}

/// The logarithm of the probability of a symbol that was never seen.
const UNKNOWN: f32 = -16.0;

/// Multipliers that make a key of the symbols of a sequence, from the last to the first. They are odd and random.
const MULTIPLIERS: [u64; ORDER] =
    [0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03, 0xabc9_8388_fb8f_ac03, 0x8cb9_2ba7_2f3d_8dd7, 0xf135_7aea_2e62_a9c5];

/// The share that a symbol has in the key of a sequence: `distance` is the number of symbols after it.
fn share_of_key(symbol: Symbol, distance: usize) -> u64 {
    (u64::from(symbol) + 1).wrapping_mul(MULTIPLIERS[distance])
}

/// The key of a sequence of at most [`ORDER`] symbols.
pub fn key_of(sequence: &[Symbol]) -> u64 {
    let shares = sequence.iter().rev().enumerate().map(|(distance, &symbol)| share_of_key(symbol, distance));
    shares.fold(0, u64::wrapping_add)
}

impl Lookup {
    /// A lookup of the symbol at `at`.
    fn new(symbols: &[Symbol], at: usize, bound: Bound) -> Lookup {
        let mut recent = [BOUNDARY; ORDER];
        let before = &symbols[at + 1 - (at + 1).min(ORDER)..=at];
        recent.iter_mut().zip(before.iter().rev()).for_each(|(own, symbol)| *own = *symbol);
        Lookup { recent, key: 0, bound, state: State::default() }
    }

    /// A lookup of the symbol at some distance behind the one at `at`, with another in place of that one. Sequences that do
    /// not reach back to it are the same as in the text, where the symbol has the state `known`. `before` is the state of the
    /// one before it.
    pub fn changed(
        symbols: &[Symbol],
        (at, meant): (usize, Symbol),
        distance: usize,
        known: &State,
        before: &State,
    ) -> Lookup {
        // Without one of those that are the same, there is no longer one.
        let is_whole = usize::from(known.length) >= distance;
        let mut lookup = Lookup::new(symbols, at + distance, Bound::Known(if is_whole { before.length } else { 0 }));
        lookup.recent[distance] = meant;
        lookup.state.length = known.length.min(distance as u8);
        for index in 0..usize::from(lookup.state.length) {
            lookup.state.codes[index] = known.codes[index];
            lookup.key = share_of_key(lookup.recent[index], index).wrapping_add(lookup.key);
        }
        lookup
    }

    /// What was found.
    pub fn state(&self) -> State {
        self.state
    }
}

impl<'a> Ngrams<'a> {
    /// Reads the model from the sections of a file.
    ///
    /// # Errors
    /// A section is missing or damaged.
    pub fn read(sections: &Sections<'a>) -> Result<Ngrams<'a>> {
        let level = |length: usize| -> Result<Level<'a>> {
            let codes = FuseMap::read(sections.get(&codes_name(length))?)?;
            let codebook = Codebook::read(sections.get(&codebook_name(length))?)?;
            Ok(Level { codes, codebook })
        };
        let levels = [level(1)?, level(2)?, level(3)?, level(4)?, level(5)?];
        let mut ngrams = Ngrams { levels, pairs: sections.get(PAIRS)?, boundary: State::default() };
        let mut boundary = [Lookup::new(&[BOUNDARY], 0, Bound::Known(0))];
        ngrams.look_up(&mut boundary, 0);
        ngrams.boundary = boundary[0].state;
        Ok(ngrams)
    }

    /// Returns how likely a symbol is after those before it, by the known sequences that end at it and before it.
    pub fn step(&self, state: &State, before: &State) -> Step {
        let estimate = |state: &State, length: u8| {
            let index = usize::from(length) - 1;
            self.levels[index].codebook.get(state.codes[index])
        };
        let last = if state.length == 0 { UNKNOWN } else { estimate(state, state.length).last };
        // The longer sequences before it do not go on with this symbol.
        let unseen = state.length.max(1)..=before.length.min(ORDER as u8 - 1);
        let log = last + unseen.map(|length| estimate(before, length).rest).sum::<f32>();
        Step { log, length: state.length }
    }

    /// Returns the known sequences that end at each symbol of some parts of a text.
    pub fn states(&self, symbols: &[Symbol], parts: &[Range<usize>]) -> Vec<State> {
        let mut lookups = Vec::with_capacity(parts.iter().map(Range::len).sum());
        for part in parts {
            for at in part.clone() {
                let bound = if symbols[..at].last() == Some(&BOUNDARY) {
                    Bound::Known(self.boundary.length)
                } else if at > part.start {
                    Bound::Before
                } else {
                    // None extends across a boundary.
                    let before = symbols[..at].iter().rev().take(ORDER - 1).position(|&symbol| symbol == BOUNDARY);
                    Bound::Known(before.map_or(at.min(ORDER - 1), |distance| distance + 1) as u8)
                };
                lookups.push(Lookup::new(symbols, at, bound));
            }
        }
        self.look_up(&mut lookups, 0);
        lookups.into_iter().map(|lookup| lookup.state).collect()
    }

    /// The known sequences that end at a boundary and do not extend across it.
    pub fn boundary(&self) -> State {
        self.boundary
    }

    /// Looks up all symbols side by side, a length at a time. Sequences of the first `known` lengths have been looked up.
    pub fn look_up(&self, lookups: &mut [Lookup], known: usize) {
        let mut active: Vec<u32> = (0..lookups.len() as u32).collect();
        for (index, level) in self.levels.iter().enumerate().skip(known) {
            let mut keys = Vec::with_capacity(active.len());
            active.retain(|&number| {
                let number = number as usize;
                let most = match lookups[number].bound {
                    Bound::Known(length) => length,
                    Bound::Before => lookups[number - 1].state.length,
                };
                let lookup = &mut lookups[number];
                let goes_on = usize::from(lookup.state.length) == index && usize::from(most) >= index;
                if goes_on {
                    lookup.key = share_of_key(lookup.recent[index], index).wrapping_add(lookup.key);
                    keys.push(lookup.key);
                }
                goes_on
            });
            for (&number, code) in active.iter().zip(level.codes.get_all(keys)) {
                let state = &mut lookups[number as usize].state;
                state.codes[index] = code.unwrap_or(0);
                state.length += u8::from(code.is_some());
            }
        }
    }

    /// Whether two symbols may be known to stand beside each other. It is known of most that they are not.
    pub fn may_know_pair(&self, first: Symbol, second: Symbol) -> bool {
        self.behind(first).may_be(second)
    }

    /// What may stand behind a symbol.
    pub fn behind(&self, symbol: Symbol) -> Behind<'a> {
        Behind { pairs: self.pairs, bits: self.pairs.len() as u32 * 8, share: share_of_key(symbol, 1) }
    }

    /// Whether sequences of four symbols are known.
    pub fn know_fours<'s>(&self, sequences: impl Iterator<Item = &'s [Symbol]>) -> Vec<bool> {
        self.levels[3].codes.get_all(sequences.map(key_of).collect()).map(|code| code.is_some()).collect()
    }

    /// Whether a sequence of at most [`ORDER`] symbols is known.
    pub fn knows(&self, sequence: &[Symbol]) -> bool {
        let bound = |at: usize| if at == 0 { Bound::Known(0) } else { Bound::Before };
        let mut lookups: Vec<Lookup> = (0..sequence.len()).map(|at| Lookup::new(sequence, at, bound(at))).collect();
        self.look_up(&mut lookups, 0);
        sequence.len() <= ORDER && lookups.iter().zip(1..).all(|(lookup, length)| lookup.state.length == length)
    }

    /// Returns where the longest known sequence of Chinese characters begins and ends that contains the one at `at`; of
    /// several the one whose middle is nearest.
    pub fn known_around(&self, symbols: &[Symbol], at: usize) -> (usize, usize) {
        for length in (2..=ORDER).rev() {
            let spans = ((at + 1).saturating_sub(length)..=at).map(|start| (start, start + length));
            let found = spans.filter(|&(start, end)| {
                let sequence = symbols.get(start..end);
                sequence.is_some_and(|it| it.iter().all(|&symbol| is_han_symbol(symbol)) && self.knows(it))
            });
            if let Some(span) = found.min_by_key(|&(start, end)| (start + end).abs_diff(2 * at + 1)) {
                return span;
            }
        }
        (at, at + 1)
    }

    /// Returns the logarithm of the probability of a symbol by itself.
    pub fn alone(&self, symbol: Symbol) -> f32 {
        let code = self.levels[0].codes.get(key_of(&[symbol]));
        code.map_or(UNKNOWN, |code| self.levels[0].codebook.get(code).last)
    }
}

fn codes_name(length: usize) -> String {
    format!("ngram-{length}")
}

fn codebook_name(length: usize) -> String {
    format!("ngram-{length}-values")
}

/// Returns the sections of the model that counts make.
pub fn build(counts: &Counts) -> Vec<(String, Vec<u8>)> {
    let estimates = smooth::estimate(counts);
    let lengths: Vec<usize> = (1..=ORDER).collect();
    let built = parallel::map(&lengths, |&length| {
        let estimates = &estimates[length - 1];
        let codebook = Codebook::new(estimates);
        let mut entries = Vec::with_capacity(estimates.len());
        each_sequence(counts, length, &mut |index, sequence| {
            entries.push((key_of(sequence), codebook.code_of(estimates[index])));
        });
        // Two sequences with the same key are next to impossible; the table cannot hold both.
        entries.sort_by_key(|&(key, _)| key);
        entries.dedup_by_key(|&mut (key, _)| key);
        [(codes_name(length), fuse::build(&entries)), (codebook_name(length), codebook.to_bytes())]
    });
    let is_frequent = |index: usize| counts.levels[1][index].count >= LEAST_OF_PAIR;
    let frequent = (0..counts.levels[1].len()).filter(|&index| is_frequent(index)).count();
    let mut pairs = vec![0_u8; (frequent * BITS_OF_PAIR / 8).max(1)];
    let bits = pairs.len() as u32 * 8;
    each_sequence(counts, 2, &mut |index, pair| {
        if is_frequent(index) {
            let place = place_of_pair(key_of(pair), bits);
            pairs[place / 8] |= 1 << (place % 8);
        }
    });
    let mut triples = triples::Builder::new(counts.levels[2].len());
    each_sequence(counts, 3, &mut |_, sequence| {
        if let &[a, b, c] = sequence {
            triples.add([a, b, c]);
        }
    });
    let bits = [(PAIRS.to_owned(), pairs), (triples::SECTION.to_owned(), triples.into_bytes())];
    built.into_iter().flatten().chain(bits).collect()
}

/// Calls `found` with the place and the symbols of each sequence of a length.
fn each_sequence(counts: &Counts, length: usize, found: &mut impl FnMut(usize, &[Symbol])) {
    fn descend(
        counts: &Counts,
        place: (usize, usize),
        length: usize,
        path: &mut Vec<Symbol>,
        found: &mut impl FnMut(usize, &[Symbol]),
    ) {
        let (depth, index) = place;
        path.push(counts.levels[depth - 1][index].symbol);
        if depth == length {
            found(index, path);
        } else {
            for child in counts.children(depth, index) {
                descend(counts, (depth + 1, child), length, path, found);
            }
        }
        path.pop();
    }
    let mut path = Vec::with_capacity(ORDER);
    for index in 0..counts.levels[0].len() {
        descend(counts, (1, index), length, &mut path, found);
    }
}
