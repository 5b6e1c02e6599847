//! The lexicon: words with their frequencies, idioms (成语), and characters that sound or look alike.
//!
//! The build script serializes the lists under `rules/lexicon/`. At run time the lexicon borrows the serialized tables
//! without copying them.

mod idiom;
mod likeness;
mod parts;
#[cfg(not(prepared))]
mod prepare;
mod segment;

pub use idiom::IdiomMistake;
pub use likeness::Likeness;
#[cfg(not(prepared))]
pub use prepare::{LexiconSources, prepare};
pub use segment::Comparison;

use std::fmt;

use fst::Streamer;
use fst::raw::Fst;
use serde::{Deserialize, Serialize};

use idiom::{IdiomTables, Idioms};
use likeness::{CharacterTables, Characters};

/// Words, idioms and characters, as tables borrowed from serialized data.
pub struct Lexicon<'a> {
    /// Maps a word to its [`WordEntry`].
    words: Fst<&'a [u8]>,
    /// The names of the word classes, separated by spaces, in the order of their numbers.
    classes: &'a str,
    /// The natural logarithm of the sum of all frequencies.
    log_total: f32,
    idioms: Idioms<'a>,
    characters: Characters<'a>,
}

impl fmt::Debug for Lexicon<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon").field("words", &self.words.len()).finish_non_exhaustive()
    }
}

/// The serialized form of [`Lexicon`].
#[derive(Serialize, Deserialize)]
struct LexiconTables<'a> {
    words: &'a [u8],
    classes: &'a str,
    log_total: f32,
    #[serde(borrow)]
    idioms: IdiomTables<'a>,
    #[serde(borrow)]
    characters: CharacterTables<'a>,
}

/// Frequency, class and idiom flag of a word, packed into one number.
#[derive(Debug, Clone, Copy)]
struct WordEntry(u64);

impl WordEntry {
    /// Frequencies are below 2²⁰.
    const FREQUENCY_BITS: u32 = 20;
    const CLASS_BITS: u32 = 6;

    /// Packs an entry. A frequency that exceeds the limit is reduced to it.
    #[cfg(not(prepared))]
    fn new(frequency: u32, class: usize, is_idiom: bool) -> WordEntry {
        let frequency = u64::from(frequency.min((1 << Self::FREQUENCY_BITS) - 1));
        let high_bits = class as u64 | u64::from(is_idiom) << Self::CLASS_BITS;
        WordEntry(high_bits << Self::FREQUENCY_BITS | frequency)
    }

    fn frequency(self) -> u32 {
        (self.0 & ((1 << Self::FREQUENCY_BITS) - 1)) as u32
    }

    fn class(self) -> usize {
        (self.0 >> Self::FREQUENCY_BITS & ((1 << Self::CLASS_BITS) - 1)) as usize
    }

    #[cfg(test)]
    fn is_idiom(self) -> bool {
        self.0 >> (Self::FREQUENCY_BITS + Self::CLASS_BITS) != 0
    }
}

impl<'a> Lexicon<'a> {
    /// Creates a lexicon that borrows `bytes`, the output of `prepare`. Returns `None` if they are invalid.
    pub fn read(bytes: &'a [u8]) -> Option<Lexicon<'a>> {
        let tables: LexiconTables<'a> = postcard::from_bytes(bytes).ok()?;
        Some(Lexicon {
            words: Fst::new(tables.words).ok()?,
            classes: tables.classes,
            log_total: tables.log_total,
            idioms: Idioms::read(tables.idioms)?,
            characters: Characters::read(tables.characters),
        })
    }

    /// Returns the number of occurrences of `word` in a corpus of 60 million words, or `None` if it is not a word.
    pub fn frequency(&self, word: &str) -> Option<u32> {
        self.entry(word).map(WordEntry::frequency)
    }

    /// Returns the class of `word` in the notation of ICTCLAS: `n` noun, `v` verb, `nr` person, `ns` place, `i` idiom and
    /// so on.
    pub fn class(&self, word: &str) -> Option<&'a str> {
        self.classes.split(' ').nth(self.entry(word)?.class())
    }

    /// Returns whether `word` is a word, an idiom or an accepted variant of an idiom.
    pub fn is_word(&self, word: &str) -> bool {
        self.entry(word).is_some()
    }

    /// Returns whether `word` is an idiom of four characters or an accepted variant of one.
    #[cfg(test)]
    pub fn is_idiom(&self, word: &str) -> bool {
        self.entry(word).is_some_and(WordEntry::is_idiom)
    }

    /// Calls `found` with each word and its frequency, in the order of the words' bytes.
    pub fn each_word(&self, mut found: impl FnMut(&str, u32)) {
        let mut words = self.words.stream();
        while let Some((word, value)) = words.next() {
            if let Ok(word) = std::str::from_utf8(word) {
                found(word, WordEntry(value.value()).frequency());
            }
        }
    }

    /// Returns how `a` and `b` resemble each other, or `None` if they do not.
    pub fn likeness(&self, a: char, b: char) -> Option<Likeness> {
        self.characters.likeness(a, b)
    }

    /// Returns whether the characters with these 16-bit codes may resemble each other. `false` is certain, and known
    /// after a few instructions.
    #[inline]
    pub fn may_be_alike(&self, a: u16, b: u16) -> bool {
        self.characters.may_be_alike(a, b)
    }

    fn entry(&self, word: &str) -> Option<WordEntry> {
        self.words.get(word).map(|value| WordEntry(value.value()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Lexicon;
    use crate::builtin::lexicon;
    use crate::text::Span;

    #[test]
    fn returns_frequency_and_class_of_words() {
        let lexicon = lexicon();
        assert!(lexicon.frequency("人民") > lexicon.frequency("罄竹难书"));
        assert_eq!(lexicon.class("人民"), Some("n"));
        assert_eq!(lexicon.class("北京"), Some("ns"));
        assert!(lexicon.is_word("必须") && !lexicon.is_word("须要人"));
        assert!(!lexicon.is_word("") && !lexicon.is_word("\0") && !lexicon.is_word("x"));
        assert!(lexicon.is_idiom("再接再厉") && !lexicon.is_idiom("人民"));
    }

    #[test]
    fn contains_accepted_variants_but_no_wrong_forms() {
        let lexicon = lexicon();
        for variant in ["桀骜不驯", "桀骜不逊", "指手划脚", "钩心斗角", "稍安勿躁"] {
            assert!(lexicon.is_idiom(variant), "{variant}");
        }
        let refused = include_str!("../../rules/lexicon/refused");
        for line in refused.lines().filter(|line| !line.starts_with('#')) {
            let (wrong, right) = line.split_once(' ').unwrap();
            assert!(!lexicon.is_word(wrong), "{wrong}");
            assert!(lexicon.is_word(right), "{right}");
        }
    }

    #[test]
    fn rejects_invalid_data() {
        assert!(Lexicon::read(b"").is_none());
        assert!(Lexicon::read(&[7; 4000]).is_none());
    }

    proptest! {
        #[test]
        fn accepts_any_text(text in "[一-龥人民不可思议，。𠀀a\\n]{0,30}") {
            let lexicon = lexicon();
            let words = lexicon.segment(&text);
            prop_assert_eq!(words.iter().map(|word| word.of(&text)).collect::<String>(), text.as_str());
            let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for (index, &start) in offsets.iter().enumerate() {
                lexicon.idiom_mistake(&text, start);
                for &end in &offsets[index..] {
                    lexicon.crosses_edge(&text, Span::new(start, end));
                }
            }
        }
    }
}
