//! The n-gram model: how likely a symbol is after the four before it.

use super::ORDER;
use super::container::Sections;
use super::count::Counts;
use super::fuse::{self, FuseMap};
use super::quantize::Codebook;
use super::smooth::{self, Estimate};
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

/// What may stand beside a symbol.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    pairs: &'a [u8],
    bits: u32,
    /// The share of the symbol in the key of a pair, and what makes the share of the other one.
    share: u64,
    other: u64,
}

impl Beside<'_> {
    pub fn may_have(&self, other: Symbol) -> bool {
        let key = (u64::from(other) + 1).wrapping_mul(self.other).wrapping_add(self.share);
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

/// The known sequences that end at a symbol, by their length.
#[derive(Debug, Default, Clone, Copy)]
pub struct State {
    /// The length of the longest one.
    length: usize,
    /// What is known of each.
    estimates: [Estimate; ORDER],
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
        Ok(Ngrams { levels: [level(1)?, level(2)?, level(3)?, level(4)?, level(5)?], pairs: sections.get(PAIRS)? })
    }

    /// Returns how likely the symbol at `at` is after those before it, which `before` is the state of, and the state of
    /// the symbol itself.
    pub fn step(&self, symbols: &[Symbol], at: usize, before: &State) -> (Step, State) {
        self.step_from(symbols, at, 0, &State::default(), before)
    }

    /// Like [`step`](Ngrams::step), if only a symbol at some distance before `at` differs from a text in which `at` has the
    /// state `known`: sequences that do not reach back to it are the same.
    pub fn step_from(
        &self,
        symbols: &[Symbol],
        at: usize,
        distance: usize,
        known: &State,
        before: &State,
    ) -> (Step, State) {
        let mut state = State { length: known.length.min(distance), ..State::default() };
        state.estimates[..state.length].copy_from_slice(&known.estimates[..state.length]);
        if state.length == distance {
            let mut key = key_of(&symbols[at - distance + usize::from(distance > 0)..at + usize::from(distance > 0)]);
            for distance in distance..=before.length.min(at).min(ORDER - 1) {
                key = share_of_key(symbols[at - distance], distance).wrapping_add(key);
                let level = &self.levels[distance];
                let Some(code) = level.codes.get(key) else { break };
                state.estimates[distance] = level.codebook.get(code);
                state.length = distance + 1;
            }
        }
        let last = state.length.checked_sub(1).map_or(UNKNOWN, |longest| state.estimates[longest].last);
        // The longer sequences before it do not go on with this symbol.
        let unseen = state.length.max(1)..=before.length.min(ORDER - 1);
        let log = last + unseen.map(|length| before.estimates[length - 1].rest).sum::<f32>();
        (Step { log, length: state.length as u8 }, state)
    }

    /// Returns the known sequences that end at `at`.
    pub fn state(&self, symbols: &[Symbol], at: usize) -> State {
        // None extends across a boundary.
        let before = symbols[..at].iter().rev().take(ORDER - 1).position(|&symbol| symbol == BOUNDARY);
        let length = before.map_or(at.min(ORDER - 1), |distance| distance + 1);
        self.step(symbols, at, &State { length, ..State::default() }).1
    }

    /// Whether two symbols may be known to stand beside each other. It is known of most that they are not.
    pub fn may_know_pair(&self, first: Symbol, second: Symbol) -> bool {
        self.beside(first, 1).may_have(second)
    }

    /// What may stand beside a symbol. `distance` is the number of symbols after it in the pair.
    pub fn beside(&self, symbol: Symbol, distance: usize) -> Beside<'a> {
        let bits = self.pairs.len() as u32 * 8;
        Beside { pairs: self.pairs, bits, share: share_of_key(symbol, distance), other: MULTIPLIERS[1 - distance] }
    }

    /// Whether a sequence of four symbols that contains the one at `at` is known.
    pub fn knows_four_around(&self, symbols: &[Symbol], at: usize) -> bool {
        let sequences = (at.saturating_sub(3)..=at).filter_map(|start| symbols.get(start..start + 4));
        let mut within = sequences.filter(|sequence| !sequence[1..3].contains(&BOUNDARY));
        within.any(|sequence| self.levels[3].codes.get(key_of(sequence)).is_some())
    }

    /// Whether a sequence of at most [`ORDER`] symbols is known.
    pub fn knows(&self, sequence: &[Symbol]) -> bool {
        let mut state = State::default();
        let mut knows_up_to = |index: usize| {
            state = self.step(sequence, index, &state).1;
            state.length > index
        };
        sequence.len() <= ORDER && (0..sequence.len()).all(&mut knows_up_to)
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
        self.step(&[symbol], 0, &State::default()).0.log
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
