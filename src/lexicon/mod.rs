//! What zhubi knows of words: which there are and how common they are, idioms, and which characters sound or
//! look alike. The lists are under `rules/lexicon/`; the build prepares them, and they are read in place.

mod likeness;
mod prepare;
mod segment;
mod slip;

pub use likeness::Likeness;
pub use prepare::{LexiconSources, prepare};
pub use slip::IdiomMistake;

use std::fmt;

use fst::raw::Fst;
use serde::{Deserialize, Serialize};

use likeness::Characters;
use slip::Idioms;

/// Words, idioms and characters, read in place.
pub struct Lexicon<'a> {
    words: Fst<&'a [u8]>,
    /// The classes of words, apart by blanks, in the order of their numbers.
    classes: &'a str,
    /// The natural logarithm of the sum of all frequencies.
    total: f32,
    idioms: Idioms<'a>,
    characters: Characters<'a>,
}

impl fmt::Debug for Lexicon<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon").field("words", &self.words.len()).finish_non_exhaustive()
    }
}

/// A prepared lexicon as it is written down.
#[derive(Serialize, Deserialize)]
struct Parts<'a> {
    words: &'a [u8],
    classes: &'a str,
    total: f32,
    #[serde(borrow)]
    idioms: slip::Parts<'a>,
    #[serde(borrow)]
    characters: likeness::Parts<'a>,
}

/// What is known of a word, as the number that stands behind it among the words.
#[derive(Debug, Clone, Copy)]
struct Entry(u64);

impl Entry {
    /// Frequencies are below 2²⁰.
    const FREQUENCY_BITS: u32 = 20;
    const CLASS_BITS: u32 = 6;

    fn new(frequency: u32, class: usize, is_idiom: bool) -> Entry {
        let frequency = u64::from(frequency.min((1 << Self::FREQUENCY_BITS) - 1));
        let above = class as u64 | u64::from(is_idiom) << Self::CLASS_BITS;
        Entry(above << Self::FREQUENCY_BITS | frequency)
    }

    fn frequency(self) -> u32 {
        (self.0 & ((1 << Self::FREQUENCY_BITS) - 1)) as u32
    }

    fn class(self) -> usize {
        (self.0 >> Self::FREQUENCY_BITS & ((1 << Self::CLASS_BITS) - 1)) as usize
    }

    fn is_idiom(self) -> bool {
        self.0 >> (Self::FREQUENCY_BITS + Self::CLASS_BITS) != 0
    }
}

impl<'a> Lexicon<'a> {
    /// Reads what [`prepare`] wrote, in place. `None` if the bytes are anything else.
    pub fn read(bytes: &'a [u8]) -> Option<Lexicon<'a>> {
        let parts: Parts<'a> = postcard::from_bytes(bytes).ok()?;
        Some(Lexicon {
            words: Fst::new(parts.words).ok()?,
            classes: parts.classes,
            total: parts.total,
            idioms: Idioms::read(parts.idioms)?,
            characters: Characters::read(parts.characters),
        })
    }

    /// How often `word` stands in the text that was counted (60 million words); `None` if it is no word.
    pub fn frequency(&self, word: &str) -> Option<u32> {
        self.entry(word).map(Entry::frequency)
    }

    /// The class of `word` in the notation of ICTCLAS: `n` noun, `v` verb, `nr` person, `ns` place, `i` idiom, ….
    pub fn class(&self, word: &str) -> Option<&'a str> {
        self.classes.split(' ').nth(self.entry(word)?.class())
    }

    /// Is `word` a word, an idiom or an accepted variant of one?
    pub fn is_word(&self, word: &str) -> bool {
        self.entry(word).is_some()
    }

    /// Is `word` an idiom of four characters, or an accepted variant of one?
    pub fn is_idiom(&self, word: &str) -> bool {
        self.entry(word).is_some_and(Entry::is_idiom)
    }

    /// In what way `a` may stand for `b` by a slip, if it may.
    pub fn likeness(&self, a: char, b: char) -> Option<Likeness> {
        self.characters.likeness(a, b)
    }

    fn entry(&self, word: &str) -> Option<Entry> {
        self.words.get(word).map(|value| Entry(value.value()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Lexicon;
    use crate::builtin::lexicon;
    use crate::text::Span;

    #[test]
    fn words_have_frequency_and_class() {
        let lexicon = lexicon();
        assert!(lexicon.frequency("人民") > lexicon.frequency("罄竹难书"));
        assert_eq!(lexicon.class("人民"), Some("n"));
        assert_eq!(lexicon.class("北京"), Some("ns"));
        assert!(lexicon.is_word("必须") && !lexicon.is_word("须要人"));
        assert!(!lexicon.is_word("") && !lexicon.is_word("\0") && !lexicon.is_word("x"));
        assert!(lexicon.is_idiom("再接再厉") && !lexicon.is_idiom("人民"));
    }

    #[test]
    fn accepted_variants_are_idioms_and_wrong_forms_are_not_even_words() {
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
    fn what_was_not_prepared_is_not_read() {
        assert!(Lexicon::read(b"").is_none());
        assert!(Lexicon::read(&[7; 4000]).is_none());
    }

    proptest! {
        #[test]
        fn any_text_can_be_asked_about(text in "[一-龥人民不可思议，。𠀀a\\n]{0,30}") {
            let lexicon = lexicon();
            let words = lexicon.segment(&text);
            prop_assert_eq!(words.iter().map(|word| word.of(&text)).collect::<String>(), text.as_str());
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for (index, &start) in places.iter().enumerate() {
                lexicon.idiom_mistake(&text, start);
                for &end in &places[index..] {
                    lexicon.crosses_edge(&text, Span::new(start, end));
                }
            }
        }
    }
}
