//! The n-gram model: how likely a symbol is after the four before it.

use super::ORDER;
use super::container::Sections;
use super::count::Counts;
use super::fuse::{self, FuseMap};
use super::quantize::Codebook;
use super::smooth;
use super::symbols::Symbol;
use crate::error::Result;
use crate::parallel;

/// What is known of sequences of up to [`ORDER`] symbols.
#[derive(Debug)]
pub struct Ngrams<'a> {
    levels: [Level<'a>; ORDER],
}

/// The sequences of one length.
#[derive(Debug)]
struct Level<'a> {
    codes: FuseMap<'a>,
    codebook: Codebook,
}

/// The sequences that end at a symbol: how long the longest known one is that can be extended, and for each length the
/// logarithm of the share of symbols that were never seen after it.
#[derive(Debug, Default, Clone, Copy)]
pub struct State {
    length: usize,
    rests: [f32; ORDER],
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
        Ok(Ngrams { levels: [level(1)?, level(2)?, level(3)?, level(4)?, level(5)?] })
    }

    /// Returns how likely the symbol at `at` is after those before it. `state` is that of the symbol before and becomes
    /// that of this one.
    pub fn step(&self, symbols: &[Symbol], at: usize, state: &mut State) -> Step {
        let mut key = 0;
        let mut longest = (0, UNKNOWN);
        let mut next = State::default();
        for distance in 0..=state.length.min(at).min(ORDER - 1) {
            key = share_of_key(symbols[at - distance], distance).wrapping_add(key);
            let level = &self.levels[distance];
            let Some(code) = level.codes.get(key) else { break };
            let estimate = level.codebook.get(code);
            longest = (distance + 1, estimate.last);
            next.rests[distance] = estimate.rest;
            next.length = distance + 1;
        }
        // The longer sequences before it do not go on with this symbol.
        let unseen = longest.0.max(1)..=state.length.min(ORDER - 1);
        let log = longest.1 + unseen.map(|length| state.rests[length - 1]).sum::<f32>();
        *state = next;
        Step { log, length: longest.0 as u8 }
    }

    /// Returns the logarithm of the probability of a symbol by itself.
    pub fn alone(&self, symbol: Symbol) -> f32 {
        self.step(&[symbol], 0, &mut State::default()).log
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
    built.into_iter().flatten().collect()
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
