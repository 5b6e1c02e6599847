//! Which sequences of three symbols are known, in six bits each: one look in one cache line tells whether a place in a text
//! is nothing new.

use super::fuse::mix;
use super::symbols::{BOUNDARY, Symbol, is_han_symbol};
use crate::error::{Error, ErrorKind, Result};

/// The name of the section in a model file.
pub const SECTION: &str = "triples";
/// The number of bits for each sequence. One in twelve of the others seems known too.
const BITS: usize = 6;

/// The known sequences, as bits that they share.
#[derive(Debug)]
pub struct Triples<'a> {
    words: &'a [[u8; 8]],
}

/// The word of a sequence in a table of `words`, and its two bits.
fn place(sequence: [Symbol; 3], words: usize) -> (usize, u64) {
    let key = sequence.iter().fold(0, |key, &symbol| key << 16 | u64::from(symbol));
    let hash = mix(key ^ 0x9e37_79b9_7f4a_7c15);
    let word = ((u128::from(hash) * words as u128) >> 64) as usize;
    (word, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
}

impl<'a> Triples<'a> {
    /// Reads the sequences from the bytes of their section.
    ///
    /// # Errors
    /// The bytes are damaged.
    pub fn read(bytes: &'a [u8]) -> Result<Triples<'a>> {
        let (words, rest) = bytes.as_chunks();
        if words.is_empty() || !rest.is_empty() {
            return Err(Error::new("模型文件里的三字表不完整。").of_kind(ErrorKind::InvalidFile));
        }
        Ok(Triples { words })
    }

    /// Whether a sequence may be known. `false` is certain.
    pub fn may_know(&self, sequence: [Symbol; 3]) -> bool {
        let (word, bits) = place(sequence, self.words.len());
        self.words.get(word).is_some_and(|&word| u64::from_le_bytes(word) & bits == bits)
    }
}

/// Returns the Chinese characters of a text that are in a sequence that is not known.
pub fn new_places(symbols: &[Symbol], knows: impl Fn([Symbol; 3]) -> bool) -> Vec<Place> {
    let mut places = Vec::new();
    // Of the sequences that end at a symbol, at the one before it and at the second before it: is it known, is it new?
    let mut known = [false; 3];
    let mut is_new = [false; 3];
    for end in 2..symbols.len() + 2 {
        let sequence = symbols.get(end - 2..=end).and_then(sequence);
        let is_known = sequence.is_some_and(&knows);
        known = [is_known, known[0], known[1]];
        is_new = [sequence.is_some() && !is_known, is_new[0], is_new[1]];
        if (is_new[0] | is_new[1] | is_new[2]) && is_han_symbol(symbols[end - 2]) {
            places.push(Place { at: end - 2, known: known.iter().map(|&it| usize::from(it)).sum() });
        }
    }
    places
}

/// Whether more than `least` of the sequences are known that contain the symbol at `at`.
pub fn knows_more_around(symbols: &[Symbol], at: usize, least: usize, knows: impl Fn([Symbol; 3]) -> bool) -> bool {
    let mut missing = least + 1;
    // The one with the symbols beside it is known most rarely.
    for (left, distance) in (0..3).rev().zip([1, 2, 0]) {
        // Those that are left do not suffice.
        if missing > left + 1 {
            return false;
        }
        let start = at.checked_sub(distance);
        let sequence = start.and_then(|start| sequence(symbols.get(start..start + 3)?));
        missing -= usize::from(sequence.is_some_and(&knows));
        if missing == 0 {
            return true;
        }
    }
    false
}

/// A character in a text that is in a sequence that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub at: usize,
    /// How many of the sequences that contain it are known.
    pub known: usize,
}

/// The symbols as a sequence, which does not extend across a boundary.
fn sequence(symbols: &[Symbol]) -> Option<[Symbol; 3]> {
    match symbols {
        &[a, b, c] if b != BOUNDARY => Some([a, b, c]),
        _ => None,
    }
}

/// Collects the bits of sequences.
pub struct Builder {
    words: Vec<u64>,
}

impl Builder {
    /// Makes room for a number of sequences.
    pub fn new(count: usize) -> Builder {
        Builder { words: vec![0; (count * BITS).div_ceil(64).max(1)] }
    }

    pub fn add(&mut self, sequence: [Symbol; 3]) {
        let (word, bits) = place(sequence, self.words.len());
        self.words[word] |= bits;
    }

    /// Returns the bytes of the section.
    pub fn into_bytes(self) -> Vec<u8> {
        self.words.into_iter().flat_map(u64::to_le_bytes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(text: &str) -> Vec<Symbol> {
        text.chars().map(|c| c as Symbol).collect()
    }

    #[test]
    fn finds_what_is_in_unknown_sequences() {
        let known = symbols("\0优势产业增长\0");
        let mut builder = Builder::new(200);
        known.windows(3).filter_map(sequence).for_each(|sequence| builder.add(sequence));
        let bytes = builder.into_bytes();
        let triples = Triples::read(&bytes).unwrap();
        let places = |symbols: &[Symbol]| new_places(symbols, |it| triples.may_know(it));
        let knows_more = |symbols: &[Symbol], least| knows_more_around(symbols, 2, least, |it| triples.may_know(it));
        assert!(places(&known).is_empty());
        let wrong = symbols("\0优誓产业增长\0");
        let expected = [(1, 0), (2, 0), (3, 1), (4, 2)].map(|(at, known)| Place { at, known });
        assert_eq!(places(&wrong), expected);
        assert!(knows_more(&known, 0) && knows_more(&known, 2));
        assert!(!knows_more(&known, 3) && !knows_more(&wrong, 0));
        assert!(Triples::read(&bytes[1..]).is_err() && Triples::read(&[]).is_err());
    }
}
