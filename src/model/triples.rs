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

/// The hash of a sequence.
pub fn hash_of(sequence: [Symbol; 3]) -> u64 {
    let key = sequence.iter().fold(0, |key, &symbol| key << 16 | u64::from(symbol));
    mix(key ^ 0x9e37_79b9_7f4a_7c15)
}

/// The word of a sequence in a table of `words`, and its two bits.
fn place(hash: u64, words: usize) -> (usize, u64) {
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

    /// Whether the sequence with this hash may be known. `false` is certain.
    pub fn may_know(&self, hash: u64) -> bool {
        let (word, bits) = place(hash, self.words.len());
        self.words.get(word).is_some_and(|&word| u64::from_le_bytes(word) & bits == bits)
    }
}

/// What is known of the sequences of a text.
#[derive(Debug, Default)]
pub struct Known {
    /// For each symbol, whether the sequence that begins two symbols before it is [`KNOWN`] or [`NEW`], or 0 if there is none.
    sequences: Vec<u8>,
    /// The Chinese characters that are in a sequence that is not known, in the order of the text.
    pub places: Vec<Place>,
}

/// The mark of a sequence that is known, and of one that is not. Sums of three of them tell how many are.
const KNOWN: u8 = 1;
const NEW: u8 = 4;

/// A character in a text that is in a sequence that is not known.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub at: usize,
    /// How many of the sequences that contain it are known.
    pub known: usize,
}

impl Known {
    /// What is known of the sequences of a text if `knows` says it of their hashes.
    pub fn new(symbols: &[Symbol], knows: impl FnOnce(&[u64]) -> Vec<bool>) -> Known {
        let hashes: Vec<u64> = symbols.windows(3).map(|it| hash_of([it[0], it[1], it[2]])).collect();
        let mut sequences = Vec::with_capacity(symbols.len() + 2);
        sequences.extend([0; 2]);
        // None extends across a boundary.
        sequences.extend(symbols.windows(3).zip(knows(&hashes)).map(|(it, is_known)| match it[1] {
            BOUNDARY => 0,
            _ if is_known => KNOWN,
            _ => NEW,
        }));
        sequences.resize(symbols.len() + 2, 0);
        let mut places = Vec::new();
        for (at, (containing, &symbol)) in sequences.windows(3).zip(symbols).enumerate() {
            let sum = containing[0] + containing[1] + containing[2];
            if sum >= NEW && is_han_symbol(symbol) {
                places.push(Place { at, known: usize::from(sum % NEW) });
            }
        }
        Known { sequences, places }
    }

    /// Whether both sequences are known in the four symbols from `start` on.
    pub fn knows_both(&self, start: usize) -> bool {
        self.sequences.get(start + 2..start + 4).is_some_and(|it| it == [KNOWN; 2])
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
        let (word, bits) = place(hash_of(sequence), self.words.len());
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
        known.windows(3).for_each(|it| builder.add([it[0], it[1], it[2]]));
        let bytes = builder.into_bytes();
        let triples = Triples::read(&bytes).unwrap();
        let read =
            |symbols: &[Symbol]| Known::new(symbols, |it| it.iter().map(|&hash| triples.may_know(hash)).collect());
        assert!(read(&known).places.is_empty());
        let wrong = symbols("\0优誓产业增长\0");
        let expected = [(1, 0), (2, 0), (3, 1), (4, 2)].map(|(at, known)| Place { at, known });
        assert_eq!(read(&wrong).places, expected);
        let fours = (0..7).filter(|&start| read(&wrong).knows_both(start));
        assert_eq!(fours.collect::<Vec<_>>(), [3, 4]);
        assert!(Triples::read(&bytes[1..]).is_err() && Triples::read(&[]).is_err());
    }
}
