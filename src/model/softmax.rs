//! Chooses between characters that may be confused, by many features of the context at once.
//!
//! Each feature of the context has a weight for each character; the score of a character is their sum. The weights are
//! hashed into one table. They are learnt from text by the decision that matters: which of a few characters that sound or
//! look alike stands there.

use std::sync::Mutex;

use super::confusables::Confusables;
use super::fuse::mix;
use super::symbols::{BOUNDARY, Symbol, is_han_symbol};
use super::words::{Word, Words};
use crate::error::{Error, ErrorKind, Result};
use crate::parallel;

/// The name of the section in a model file.
pub const SECTION: &str = "softmax";
/// The number of bits of a place in the table of weights.
const BITS: u32 = 22;
/// The number of groups of features.
pub const GROUPS: usize = 4;
/// The number of features of a context that do not depend on the character.
const CONTEXT: usize = 36;
/// The number of features that depend on the word that the character is part of.
const FORMED: usize = 4;

/// How many other characters one is learnt to be told from at each place.
const OTHERS: usize = 4;
/// The step size.
const RATE: f32 = 0.12;
/// The number of symbols to learn from; of longer texts, a part of the lines.
const LEARNT: usize = 12 << 20;
/// The number of places after which the weights are brought up to date.
const BATCH: usize = 4096;
/// The number of places that are a unit of work.
const UNIT: usize = 256;
/// The number of parts of the table that are updated side by side.
const SHARDS: usize = 8;
/// A context that occurs less often is not learnt from.
const LEAST_OCCURRENCES: u8 = 4;
/// The number of bits of a place in the table that counts contexts.
const SEEN_BITS: u32 = 25;

/// The weights.
#[derive(Debug)]
pub struct Softmax<'a> {
    weights: &'a [u8],
    /// What a weight of 1 stands for.
    unit: f32,
}

/// The features of a place, as hashes.
struct Context {
    hashes: [u64; CONTEXT],
    /// The longest words before and behind the place.
    before: Option<Word>,
}

/// The group of a feature that does not depend on the character: near symbols, symbols on both sides, words.
fn group_of(feature: usize) -> usize {
    match feature {
        0..17 => 0,
        17..21 => 1,
        _ => 2,
    }
}

impl Context {
    fn new(symbols: &[Symbol], at: usize, words: &Words) -> Context {
        let near = |offset: isize| {
            let symbol = at.checked_add_signed(offset).and_then(|index| symbols.get(index));
            u64::from(symbol.copied().unwrap_or(BOUNDARY))
        };
        let [l4, l3, l2, l1, r1, r2, r3, r4] = [-4, -3, -2, -1, 1, 2, 3, 4].map(near);
        let join = |parts: &[u64]| parts.iter().fold(0, |sum, part| sum << 16 | part);
        let key = |word: Option<Word>| word.map_or(0, |word| word.key);
        let before = words.ending_at(symbols, at);
        let after = words.starting_at(symbols, at + 1);
        let mut hashes = [
            [0, l1, l2, l3, r1, r2, r3].as_slice(),
            &[join(&[l2, l1]), join(&[l3, l2, l1]), join(&[l4, l3, l2, l1])],
            &[join(&[r1, r2]), join(&[r1, r2, r3]), join(&[r1, r2, r3, r4])],
            &[join(&[l3, l1]), join(&[l2, r1]), join(&[l1, r2]), join(&[l2, r2])],
            &[join(&[l1, r1]), join(&[l2, l1, r1]), join(&[l1, r1, r2]), join(&[l2, l1, r1, r2])],
            &[key(before), key(after), key(before).rotate_left(7) ^ key(after)],
        ]
        .concat();
        let (mut left, mut right) = (before, after);
        let mut bag = Vec::with_capacity(8);
        for index in 0..4 {
            bag.push((26, key(left)));
            bag.push((26, key(right)));
            left = left.and_then(|word| words.ending_at(symbols, word.start));
            right = right.and_then(|word| words.starting_at(symbols, word.start + word.length));
            if index == 0 {
                hashes.extend([key(left), key(right)]);
            }
        }
        let mark = |step: isize| {
            let found =
                (1..8).map(|distance| (distance, near(step * distance))).find(|&(_, it)| !is_han_symbol(it as Symbol));
            found.map_or(0, |(distance, symbol)| (distance.min(3) as u64) << 16 | symbol)
        };
        let features = hashes.into_iter().enumerate().map(|(kind, value)| (kind, value));
        let features = features.chain(bag).chain([(27, mark(-1)), (28, mark(1))]);
        let mut hashes = [0; CONTEXT];
        for (hash, (kind, value)) in hashes.iter_mut().zip(features) {
            *hash = hash_of(kind, value);
        }
        Context { hashes, before }
    }

    /// The features of the word that the symbol at `at` is part of.
    fn formed(&self, symbols: &[Symbol], at: usize, words: &Words) -> [u64; FORMED] {
        let word = words.over(symbols, at);
        let offset = (at - word.start) as u64;
        let before = if word.start == at { self.before } else { words.ending_at(symbols, word.start) };
        let after = words.starting_at(symbols, word.start + word.length);
        let key = |word: Option<Word>| word.map_or(0, |word| word.key);
        [
            hash_of(30, (word.length as u64) << 8 | offset << 4 | u64::from(word.level / 2)),
            hash_of(31, word.key.rotate_left(3) ^ offset),
            hash_of(32, word.key.rotate_left(5) ^ key(before)),
            hash_of(33, word.key.rotate_left(9) ^ key(after).rotate_left(31)),
        ]
    }
}

fn hash_of(kind: usize, value: u64) -> u64 {
    mix(value ^ (kind as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The place of the weight of a feature for a character.
fn place(hash: u64, choice: Symbol) -> usize {
    let mixed = (hash ^ u64::from(choice).wrapping_mul(0xd1b5_4a32_d192_ed03)).wrapping_mul(0xabc9_8388_fb8f_ac03);
    (mixed >> (64 - BITS)) as usize
}

impl<'a> Softmax<'a> {
    /// Reads the weights from the bytes of their section.
    ///
    /// # Errors
    /// The bytes are damaged.
    pub fn read(bytes: &'a [u8]) -> Result<Softmax<'a>> {
        let invalid = || Error::new("模型文件里的权重不完整。").of_kind(ErrorKind::InvalidFile);
        let (unit, weights) = bytes.split_first_chunk().ok_or_else(invalid)?;
        let unit = f32::from_le_bytes(*unit);
        let is_whole = weights.len() == 1 << BITS && unit.is_finite();
        is_whole.then_some(Softmax { weights, unit }).ok_or_else(invalid)
    }

    /// Returns how much better `choice` fits at `at` than `written` does, by group of features.
    pub fn compare(&self, symbols: &mut [Symbol], at: usize, choices: &[Symbol], words: &Words) -> Vec<[f32; GROUPS]> {
        let context = Context::new(symbols, at, words);
        let written = symbols[at];
        let weight = |hash, choice| f32::from(self.weights[place(hash, choice)] as i8) * self.unit;
        let scores = choices.iter().map(|&choice| {
            symbols[at] = choice;
            let mut sums = [0.0; GROUPS];
            for (feature, &hash) in context.hashes.iter().enumerate() {
                sums[group_of(feature)] += weight(hash, choice);
            }
            sums[GROUPS - 1] = context.formed(symbols, at, words).iter().map(|&hash| weight(hash, choice)).sum();
            sums
        });
        let scores = scores.collect();
        symbols[at] = written;
        scores
    }
}

/// A weight, and the sum of the squares of its changes.
type Cell = [f32; 2];

/// The weights while they are learnt.
struct Table {
    shards: Vec<Vec<Cell>>,
}

/// Changes of weights, by the part of the table: the place in it, and the slope.
type Changes = [Vec<(u32, f32)>; SHARDS];

impl Table {
    const SHARD_BITS: u32 = BITS - SHARDS.ilog2();

    fn weight(&self, place: usize) -> f32 {
        self.shards[place >> Self::SHARD_BITS][place & ((1 << Self::SHARD_BITS) - 1)][0]
    }

    /// Makes the changes in their order.
    fn apply(&mut self, changes: &[Changes]) {
        let shards: Vec<(usize, Mutex<Vec<Cell>>)> =
            std::mem::take(&mut self.shards).into_iter().map(Mutex::new).enumerate().collect();
        parallel::map(&shards, |(number, shard)| {
            // Each part is changed by one thread, so no lock is ever poisoned or waited for.
            let Ok(mut shard) = shard.lock() else { return };
            for &(place, slope) in changes.iter().flat_map(|changes| &changes[*number]) {
                let [weight, squares] = &mut shard[place as usize];
                *squares += slope * slope;
                *weight -= RATE * slope / (*squares + 1e-6).sqrt();
            }
        });
        self.shards = shards.into_iter().map(|(_, shard)| shard.into_inner().unwrap_or_default()).collect();
    }
}

/// Learns weights from a text, which has been divided by boundaries. Returns the bytes of the section.
pub fn build(text: &[Symbol], confusables: &Confusables, words: &Words) -> Vec<u8> {
    let places = places(text, confusables);
    let seen = seen(text, &places, words);
    let mut table = Table { shards: vec![vec![[0.0; 2]; 1 << Table::SHARD_BITS]; SHARDS] };
    for batch in places.chunks(BATCH) {
        let units: Vec<&[u32]> = batch.chunks(UNIT).collect();
        let changes = parallel::map(&units, |unit| {
            let mut changes = Changes::default();
            let mut window = Vec::new();
            for &place in *unit {
                learn(text, place as usize, confusables, words, &seen, &table, &mut window, &mut changes);
            }
            changes
        });
        table.apply(&changes);
    }
    let weights = || table.shards.iter().flatten().map(|&[weight, _]| weight);
    let mut sizes: Vec<f32> = weights().map(f32::abs).filter(|&size| size > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    // One weight in a thousand is cut.
    let largest = sizes.get(sizes.len() * 999 / 1000).copied().unwrap_or(1.0);
    let unit = largest / 127.0;
    let mut bytes = unit.to_le_bytes().to_vec();
    bytes.extend(weights().map(|weight| (weight / unit).round().clamp(-127.0, 127.0) as i8 as u8));
    bytes
}

/// The symbols around a place that its features depend on: where they begin and end.
const REACH: usize = 24;

/// The places to learn from.
fn places(text: &[Symbol], confusables: &Confusables) -> Vec<u32> {
    let share = (LEARNT as f64 / text.len().max(1) as f64).min(1.0);
    let limit = (share * f64::from(u32::MAX)) as u64;
    let mut places = Vec::new();
    let mut line = 0_u64;
    for (at, &symbol) in text.iter().enumerate() {
        line += u64::from(symbol == BOUNDARY);
        // The same symbol at hand once more teaches less, so a place is skipped now and then.
        if is_han_symbol(symbol) && mix(line) >> 32 <= limit && confusables.of(symbol).next().is_some() {
            places.push(at as u32);
        }
    }
    places
}

/// Counts the contexts, up to 255 times each.
fn seen(text: &[Symbol], places: &[u32], words: &Words) -> Vec<u8> {
    let mut seen = vec![0_u8; 1 << SEEN_BITS];
    for batch in places.chunks(1 << 16) {
        let units: Vec<&[u32]> = batch.chunks(UNIT).collect();
        let hashes = parallel::map(&units, |unit| {
            let hashes = unit.iter().flat_map(|&place| {
                let (window, at) = window(text, place as usize);
                let context = Context::new(window, at, words);
                let formed = context.formed(window, at, words);
                context.hashes.into_iter().chain(formed).map(|hash| (hash >> (64 - SEEN_BITS)) as u32)
            });
            hashes.collect::<Vec<u32>>()
        });
        for hash in hashes.into_iter().flatten() {
            seen[hash as usize] = seen[hash as usize].saturating_add(1);
        }
    }
    seen
}

/// The text around a place, and the place in it.
fn window(text: &[Symbol], place: usize) -> (&[Symbol], usize) {
    let start = place.saturating_sub(REACH);
    (&text[start..(place + REACH).min(text.len())], place - start)
}

/// Adds the changes of the weights that make the character at a place more likely there.
#[allow(clippy::too_many_arguments)]
fn learn(
    text: &[Symbol],
    place_in_text: usize,
    confusables: &Confusables,
    words: &Words,
    seen: &[u8],
    table: &Table,
    buffer: &mut Vec<Symbol>,
    changes: &mut Changes,
) {
    let (window, at) = window(text, place_in_text);
    buffer.clear();
    buffer.extend(window);
    let written = buffer[at];
    let alike: Vec<Symbol> = confusables.of(written).map(|(symbol, _)| symbol).collect();
    let mut draw = mix(place_in_text as u64);
    let mut choices = vec![written];
    for _ in 0..OTHERS {
        draw = mix(draw.wrapping_add(1));
        let limit = draw % alike.len() as u64 + 1;
        // The first ones are the most frequent.
        let choice = alike[((draw >> 32) % limit) as usize];
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    let context = Context::new(buffer, at, words);
    let is_seen = |hash: &u64| seen[(hash >> (64 - SEEN_BITS)) as usize] >= LEAST_OCCURRENCES;
    let common: Vec<u64> = context.hashes.iter().copied().filter(is_seen).collect();
    let scored: Vec<(Vec<u32>, f32)> = choices
        .iter()
        .map(|&choice| {
            buffer[at] = choice;
            let formed = context.formed(buffer, at, words).into_iter().filter(is_seen);
            let places: Vec<u32> =
                common.iter().copied().chain(formed).map(|hash| place(hash, choice) as u32).collect();
            let score = places.iter().map(|&place| table.weight(place as usize)).sum();
            (places, score)
        })
        .collect();
    let most = scored.iter().map(|&(_, score)| score).fold(f32::MIN, f32::max);
    let total: f32 = scored.iter().map(|&(_, score)| (score - most).exp()).sum();
    for (index, (places, score)) in scored.iter().enumerate() {
        let slope = (score - most).exp() / total - if index == 0 { 1.0 } else { 0.0 };
        if slope.abs() < 0.002 {
            continue;
        }
        for &place in places {
            changes[place as usize >> Table::SHARD_BITS].push((place & ((1 << Table::SHARD_BITS) - 1), slope));
        }
    }
}
