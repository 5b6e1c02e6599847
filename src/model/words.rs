//! The words that the model knows: those of the lexicon, as a table of their symbols.

use super::ORDER;
use super::fuse::{self, FuseMap, mix};
use super::math::ln_f32;
use super::ngram::key_of;
use super::symbols::{Symbol, is_han_symbol, symbol_of};
use crate::error::Result;
use crate::lexicon::Lexicon;

/// The name of the section in a model file.
pub const SECTION: &str = "words";
/// The largest number of characters of a word.
pub const LONGEST: usize = 4;
/// The number of bits for the frequency of a word in its value. The others check the word once more.
const LEVEL_BITS: u32 = 3;

/// The words.
#[derive(Debug)]
pub struct Words<'a> {
    values: FuseMap<'a>,
}

/// A word in a text, or a single character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    pub start: usize,
    pub length: usize,
    /// The key of its symbols.
    pub key: u64,
    /// How frequent it is: from 0 for a character by itself to 8.
    pub level: u8,
}

impl<'a> Words<'a> {
    /// Reads the words from the bytes of their section.
    ///
    /// # Errors
    /// The bytes are damaged.
    pub fn read(bytes: &'a [u8]) -> Result<Words<'a>> {
        Ok(Words { values: FuseMap::read(bytes)? })
    }

    /// How frequent a word is, from 1 to 8; `None` if it is no word.
    fn level(&self, key: u64) -> Option<u8> {
        let value = self.values.get(key)?;
        (value >> LEVEL_BITS == check_of(key)).then_some((value & ((1 << LEVEL_BITS) - 1)) + 1)
    }

    fn word(&self, symbols: &[Symbol], start: usize, length: usize) -> Option<Word> {
        let sequence = symbols.get(start..start + length).filter(|it| it.iter().all(|&it| is_han_symbol(it)))?;
        let key = key_of(sequence);
        Some(Word { start, length, key, level: self.level(key)? })
    }

    /// The longest word that contains the symbol at `at`, of several the most frequent; the symbol itself if there is none.
    pub fn over(&self, symbols: &[Symbol], at: usize) -> Word {
        for length in (2..=LONGEST).rev() {
            let words = ((at + 1).saturating_sub(length)..=at).filter_map(|start| self.word(symbols, start, length));
            if let Some(word) = words.max_by_key(|word| (word.level, word.start)) {
                return word;
            }
        }
        single(symbols, at)
    }

    /// The longest word that ends before `end`, or the symbol there.
    pub fn ending_at(&self, symbols: &[Symbol], end: usize) -> Option<Word> {
        let last = end.checked_sub(1)?;
        let words = (2..=LONGEST.min(end)).rev().find_map(|length| self.word(symbols, end - length, length));
        Some(words.unwrap_or_else(|| single(symbols, last)))
    }

    /// The longest word that begins at `start`, or the symbol there.
    pub fn starting_at(&self, symbols: &[Symbol], start: usize) -> Option<Word> {
        symbols.get(start)?;
        let words = (2..=LONGEST).rev().find_map(|length| self.word(symbols, start, length));
        Some(words.unwrap_or_else(|| single(symbols, start)))
    }
}

fn single(symbols: &[Symbol], at: usize) -> Word {
    Word { start: at, length: 1, key: key_of(&symbols[at..at + 1]), level: 0 }
}

/// The part of a value that checks the word.
fn check_of(key: u64) -> u8 {
    (mix(key ^ 0x5bd1_e995) & 0x1f) as u8
}

/// Returns the bytes of the section.
pub fn build(lexicon: &Lexicon) -> Vec<u8> {
    let mut entries = Vec::new();
    lexicon.each_word(|word, frequency| {
        let symbols: Vec<Symbol> = word.chars().map(symbol_of).collect();
        if (2..=LONGEST.min(ORDER)).contains(&symbols.len()) && symbols.iter().all(|&symbol| is_han_symbol(symbol)) {
            let key = key_of(&symbols);
            let level = (ln_f32(1.0 + frequency as f32) / 1.4) as u8;
            entries.push((key, check_of(key) << LEVEL_BITS | level.min((1 << LEVEL_BITS) - 1)));
        }
    });
    entries.sort_by_key(|&(key, _)| key);
    entries.dedup_by_key(|&mut (key, _)| key);
    fuse::build(&entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    #[test]
    fn finds_words_in_symbols() {
        let bytes = build(&lexicon());
        let words = Words::read(&bytes).unwrap();
        let symbols: Vec<Symbol> = "全市人民再接再厉，".chars().map(symbol_of).collect();
        let place = |word: Word| (word.start, word.length);
        assert_eq!(place(words.over(&symbols, 3)), (2, 2));
        assert_eq!(place(words.over(&symbols, 5)), (4, 4));
        assert_eq!(place(words.over(&symbols, 8)), (8, 1));
        assert_eq!(words.ending_at(&symbols, 4).map(place), Some((2, 2)));
        assert_eq!(words.starting_at(&symbols, 4).map(place), Some((4, 4)));
        assert_eq!((words.ending_at(&symbols, 0), words.starting_at(&symbols, 9)), (None, None));
        let frequent = |at| words.over(&symbols, at).level;
        assert!(frequent(3) > frequent(5) && frequent(8) == 0);
    }
}
