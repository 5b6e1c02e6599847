//! Chooses between characters that may be confused, by many features of the context at once.
//!
//! Each feature of the context has a weight for each character; the score of a character is their sum. The weights are
//! hashed into one table. They are learnt from text by the decision that matters: which of a few characters that sound or
//! look alike stands there.

use super::fuse::mix;
use super::symbols::{BOUNDARY, Symbol, is_han_symbol};
use super::words::{Word, Words};
use crate::error::{Error, ErrorKind, Result};

/// The name of the section in a model file.
pub const SECTION: &str = "softmax";
/// The numbers of bits of a place in the table of weights that are read.
const BITS: std::ops::RangeInclusive<u32> = 12..=26;
/// The number of groups of features.
pub const GROUPS: usize = 4;
/// The number of features of a context that do not depend on the character.
const CONTEXT: usize = 36;
/// The number of features that depend on the word that the character is part of.
const FORMED: usize = 4;

/// The weights.
#[derive(Debug)]
pub struct Softmax<'a> {
    weights: &'a [u8],
    bits: u32,
    /// What a weight of 1 stands for.
    unit: f32,
}

/// The features of a place, as hashes.
pub struct Context {
    pub hashes: [u64; CONTEXT],
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
    pub fn new(symbols: &[Symbol], at: usize, words: &Words) -> Context {
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
        let features = hashes.into_iter().enumerate().chain(bag).chain([(27, mark(-1)), (28, mark(1))]);
        let mut hashes = [0; CONTEXT];
        for (hash, (kind, value)) in hashes.iter_mut().zip(features) {
            *hash = hash_of(kind, value);
        }
        Context { hashes, before }
    }

    /// The features of the word that the symbol at `at` is part of.
    pub fn formed(&self, symbols: &[Symbol], at: usize, word: Word, words: &Words) -> [u64; FORMED] {
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

/// The place of the weight of a feature for a character in a table whose places have some number of bits.
pub fn place(hash: u64, choice: Symbol, bits: u32) -> usize {
    let mixed = (hash ^ u64::from(choice).wrapping_mul(0xd1b5_4a32_d192_ed03)).wrapping_mul(0xabc9_8388_fb8f_ac03);
    (mixed >> (64 - bits)) as usize
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
        let bits = weights.len().checked_ilog2().filter(|bits| BITS.contains(bits)).ok_or_else(invalid)?;
        let is_whole = weights.len() == 1 << bits && unit.is_finite();
        is_whole.then_some(Softmax { weights, bits, unit }).ok_or_else(invalid)
    }

    /// Returns how well each of the choices fits at `at`, by group of features, and the word that it is part of.
    pub fn compare(
        &self,
        symbols: &mut [Symbol],
        at: usize,
        choices: &[Symbol],
        words: &Words,
    ) -> Vec<([f32; GROUPS], Word)> {
        let context = Context::new(symbols, at, words);
        let written = symbols[at];
        let weight = |hash, choice| f32::from(self.weights[place(hash, choice, self.bits)] as i8) * self.unit;
        let scores = choices.iter().map(|&choice| {
            symbols[at] = choice;
            let mut sums = [0.0; GROUPS];
            for (feature, &hash) in context.hashes.iter().enumerate() {
                sums[group_of(feature)] += weight(hash, choice);
            }
            let word = words.over(symbols, at);
            sums[GROUPS - 1] = context.formed(symbols, at, word, words).iter().map(|&hash| weight(hash, choice)).sum();
            (sums, word)
        });
        let scores = scores.collect();
        symbols[at] = written;
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;
    use crate::model::confusables::{self, Confusables};
    use crate::model::count::Node;
    use crate::model::symbols::append_line;
    use crate::model::{lessons, words};

    #[test]
    fn learns_which_character_fits() {
        let mut text = vec![BOUNDARY];
        for _ in 0..40 {
            append_line("气候变化影响农业，诸侯各据一方，时候还早。", &mut text);
        }
        let node = |c: char| Node { symbol: c as Symbol, count: 50, children: 0 };
        let alike = confusables::build(&"候侯后厚".chars().map(node).collect(), &lexicon());
        let words = words::build(&lexicon());
        let (alike, words) = (Confusables::read(&alike).unwrap(), Words::read(&words).unwrap());
        let bytes = lessons::learn(&text, &alike, &words, 16, 1 << 20);
        let softmax = Softmax::read(&bytes).unwrap();
        let better = |written: &str, choices: &str| {
            let mut symbols: Vec<Symbol> = written.chars().map(|c| c as Symbol).collect();
            let choices: Vec<Symbol> = choices.chars().map(|c| c as Symbol).collect();
            let scores = softmax.compare(&mut symbols, 1, &choices, &words);
            scores[0].0.iter().sum::<f32>() > scores[1].0.iter().sum::<f32>()
        };
        assert!(better("气侯变化影响农业", "候侯") && better("诸候各据一方", "侯候"));
        assert!(Softmax::read(&bytes[..bytes.len() - 1]).is_err() && Softmax::read(&[]).is_err());
    }
}
