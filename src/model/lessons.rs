//! Learns the weights of [`Softmax`](super::softmax::Softmax) from text.
//!
//! The places of the text are taken in batches: what a batch changes is worked out on all threads with the weights as they
//! are, and then made in the order of the places, each thread in its part of the table. So the result does not depend on
//! the number of threads.

use std::sync::Mutex;

use super::confusables::Confusables;
use super::fuse::mix;
use super::math::exp_f32;
use super::softmax::{Context, place};
use super::symbols::{BOUNDARY, Symbol, is_han_symbol};
use super::words::Words;
use crate::parallel;

/// How many other characters one is learnt to be told from at each place.
const OTHERS: usize = 4;
/// The step size.
const RATE: f32 = 0.12;
/// The number of places after which the weights are brought up to date.
const BATCH: usize = 4096;
/// The number of places that are a unit of work.
const UNIT: usize = 256;
/// The number of parts of the table that are updated side by side.
const SHARDS: usize = 8;
/// A context that occurs less often is not learnt from.
const LEAST_OCCURRENCES: u8 = 4;
/// A smaller error changes nothing.
const LEAST_SLOPE: f32 = 0.002;
/// The number of bits of a place in the table that counts contexts.
const SEEN_BITS: u32 = 25;

/// A weight, and the sum of the squares of its changes.
type Cell = [f32; 2];

/// The weights while they are learnt.
struct Table {
    shards: Vec<Vec<Cell>>,
    /// The number of bits of a place.
    bits: u32,
}

/// Changes of weights, by the part of the table: the place in it, and the slope.
type Changes = [Vec<(u32, f32)>; SHARDS];

impl Table {
    fn new(bits: u32) -> Table {
        Table { shards: vec![vec![[0.0; 2]; (1 << bits) / SHARDS]; SHARDS], bits }
    }

    /// The part of the table that a place is in, and the place in that.
    fn split(&self, place: usize) -> (usize, usize) {
        let in_shard = self.bits - SHARDS.ilog2();
        (place >> in_shard, place & ((1 << in_shard) - 1))
    }

    fn weight(&self, place: usize) -> f32 {
        let (shard, place) = self.split(place);
        self.shards[shard][place][0]
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

/// A text to learn from.
struct Lessons<'t> {
    text: &'t [Symbol],
    confusables: &'t Confusables<'t>,
    words: &'t Words<'t>,
    /// How often each context occurs, up to 255 times, by its hash.
    seen: Vec<u8>,
}

/// Learns weights from a text, which has been divided by boundaries. Returns the bytes of the section of
/// [`Softmax`](super::softmax::Softmax). A place in the table of weights has `bits` bits.
/// Of texts of more symbols than `most`, only a part of the lines is learnt from.
pub fn learn(text: &[Symbol], confusables: &Confusables, words: &Words, bits: u32, most: usize) -> Vec<u8> {
    let places = places(text, confusables, most);
    let lessons = Lessons { text, confusables, words, seen: seen(text, &places, words) };
    let mut table = Table::new(bits);
    for batch in places.chunks(BATCH) {
        let units: Vec<&[u32]> = batch.chunks(UNIT).collect();
        let changes = parallel::map(&units, |unit| {
            let mut changes = Changes::default();
            unit.iter().for_each(|&place| lessons.learn_at(place as usize, &table, &mut changes));
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
fn places(text: &[Symbol], confusables: &Confusables, most: usize) -> Vec<u32> {
    let share = (most as f64 / text.len().max(1) as f64).min(1.0);
    let limit = (share * f64::from(u32::MAX)) as u64;
    let mut places = Vec::new();
    let mut line = 0_u64;
    for (at, &symbol) in text.iter().enumerate() {
        line += u64::from(symbol == BOUNDARY);
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
                let formed = context.formed(window, at, words.over(window, at), words);
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

impl Lessons<'_> {
    /// Adds the changes of the weights that make the character at a place more likely there than others.
    fn learn_at(&self, place_in_text: usize, table: &Table, changes: &mut Changes) {
        let (window, at) = window(self.text, place_in_text);
        let mut symbols = window.to_vec();
        let choices = self.choices(symbols[at], place_in_text);
        let context = Context::new(&symbols, at, self.words);
        let is_seen = |hash: &u64| self.seen[(hash >> (64 - SEEN_BITS)) as usize] >= LEAST_OCCURRENCES;
        let common: Vec<u64> = context.hashes.iter().copied().filter(is_seen).collect();
        let mut scored: Vec<(Vec<u32>, f32)> = Vec::with_capacity(choices.len());
        for &choice in &choices {
            symbols[at] = choice;
            let word = self.words.over(&symbols, at);
            let formed = context.formed(&symbols, at, word, self.words).into_iter().filter(is_seen);
            let hashes = common.iter().copied().chain(formed);
            let places: Vec<u32> = hashes.map(|hash| place(hash, choice, table.bits) as u32).collect();
            let score = places.iter().map(|&place| table.weight(place as usize)).sum();
            scored.push((places, score));
        }
        let most = scored.iter().map(|&(_, score)| score).fold(f32::MIN, f32::max);
        let total: f32 = scored.iter().map(|&(_, score)| exp_f32(score - most)).sum();
        for (index, (places, score)) in scored.iter().enumerate() {
            let slope = exp_f32(score - most) / total - if index == 0 { 1.0 } else { 0.0 };
            if slope.abs() >= LEAST_SLOPE {
                for &place in places {
                    let (shard, place) = table.split(place as usize);
                    changes[shard].push((place as u32, slope));
                }
            }
        }
    }

    /// The written character, and some of those that it may be confused with: of the more frequent ones more.
    fn choices(&self, written: Symbol, place_in_text: usize) -> Vec<Symbol> {
        let alike: Vec<Symbol> = self.confusables.of(written).map(|(symbol, _)| symbol).collect();
        let mut draw = mix(place_in_text as u64);
        let mut choices = vec![written];
        for _ in 0..OTHERS {
            draw = mix(draw.wrapping_add(1));
            // The first ones are the most frequent.
            let limit = draw % alike.len().max(1) as u64 + 1;
            let drawn = alike.get(((draw >> 32) % limit) as usize);
            if let Some(&drawn) = drawn.filter(|drawn| !choices.contains(drawn)) {
                choices.push(drawn);
            }
        }
        choices
    }
}
