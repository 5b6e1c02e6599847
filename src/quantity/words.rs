//! The units, measure words and qualifiers from `rules/quantity.toml`, and their lookup tables.

use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

#[cfg(not(prepared))]
use super::prepare::FILE;
use super::{Sense, Unit};

/// The words that belong to quantities. The build script reads them from `rules/quantity.toml` and serializes them; the
/// crate reads the serialized form.
pub(super) static WORDS: LazyLock<QuantityWords> = LazyLock::new(|| {
    #[cfg(prepared)]
    let words = postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/quantity.bin")));
    #[cfg(not(prepared))]
    let words = QuantityWords::read(FILE);
    words.expect("the build checked and serialized the words with the same code")
});

/// The words that belong to quantities: units, measure words and qualifiers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct QuantityWords {
    /// The units. A word with the value `None` starts with a unit but is not one (成功 starts with 成).
    pub units: WordMap<Option<Unit>>,
    /// The qualifiers before a number.
    pub before: WordMap<Sense>,
    /// The qualifiers inside a number or between a number and its unit.
    pub inside: WordMap<Sense>,
    /// The qualifiers after a number and its unit.
    pub after: WordMap<Sense>,
}

/// A map from words to values. Finds the longest word that is a prefix or suffix of a text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Vec<(String, T)>", into = "Vec<(String, T)>", bound(serialize = "T: Serialize + Clone"))]
pub(super) struct WordMap<T> {
    /// The words with their values, the longest first.
    words: Vec<(String, T)>,
    by_first_char: CharIndex,
    by_last_char: CharIndex,
}

/// An index of the words of a [`WordMap`] by one of their characters: a hash table with chaining. The hash of a character
/// is its low bits.
#[derive(Debug, Clone)]
struct CharIndex {
    /// For each hash, the index of its first slot plus 1, or 0 if it has none. The slots of one hash are adjacent.
    starts: Box<[u16; CharIndex::HASHES]>,
    /// The characters, sorted by hash, each with its range of `words`.
    slots: Vec<(char, Range<u16>)>,
    /// The indices of the words, grouped by character. In each group the longest word is first.
    words: Vec<u16>,
}

impl CharIndex {
    const HASHES: usize = 1024;

    #[inline]
    fn hash(c: char) -> usize {
        c as usize % CharIndex::HASHES
    }

    /// Creates the index of `words` by the character that `key` returns.
    fn new<T>(words: &[(String, T)], key: impl Fn(&str) -> Option<char>) -> CharIndex {
        let entries = words.iter().zip(0..).filter_map(|((word, _), number)| Some((key(word)?, number)));
        let mut entries: Vec<(char, u16)> = entries.collect();
        entries.sort_by_key(|(c, _)| (CharIndex::hash(*c), *c));
        let mut index = CharIndex { starts: Box::new([0; CharIndex::HASHES]), slots: Vec::new(), words: Vec::new() };
        for entries in entries.chunk_by(|a, b| a.0 == b.0) {
            let (c, from) = (entries[0].0, index.words.len() as u16);
            index.words.extend(entries.iter().map(|(_, number)| number));
            index.slots.push((c, from..index.words.len() as u16));
            let start = &mut index.starts[CharIndex::hash(c)];
            if *start == 0 {
                *start = index.slots.len() as u16;
            }
        }
        index
    }

    /// Returns the indices of the words with the character `c`.
    #[inline]
    fn words_with(&self, c: char) -> &[u16] {
        let start = self.starts[CharIndex::hash(c)] as usize;
        if start == 0 {
            return &[];
        }
        let mut chain =
            self.slots[start - 1..].iter().take_while(|(other, _)| CharIndex::hash(*other) == CharIndex::hash(c));
        let slot = chain.find(|(other, _)| *other == c);
        slot.map_or(&[], |(_, range)| &self.words[range.start as usize..range.end as usize])
    }
}

impl<T> From<Vec<(String, T)>> for WordMap<T> {
    fn from(words: Vec<(String, T)>) -> WordMap<T> {
        WordMap::new(words)
    }
}

impl<T> From<WordMap<T>> for Vec<(String, T)> {
    fn from(map: WordMap<T>) -> Vec<(String, T)> {
        map.words
    }
}

impl<T> WordMap<T> {
    pub(super) fn new(mut words: Vec<(String, T)>) -> WordMap<T> {
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let by_first_char = CharIndex::new(&words, |word| word.chars().next());
        let by_last_char = CharIndex::new(&words, |word| word.chars().next_back());
        WordMap { words, by_first_char, by_last_char }
    }

    /// Returns whether a word starts with `c`.
    #[inline]
    pub fn has_word_starting_with(&self, c: char) -> bool {
        !self.by_first_char.words_with(c).is_empty()
    }

    /// Finds the longest word that is a prefix of `text`. Returns its length in bytes and its value.
    #[inline]
    pub fn longest_prefix(&self, text: &str) -> Option<(usize, &T)> {
        let candidates = self.by_first_char.words_with(text.chars().next()?);
        let mut words = candidates.iter().map(|index| &self.words[*index as usize]);
        words.find(|(word, _)| text.starts_with(word)).map(|(word, value)| (word.len(), value))
    }

    /// Finds the longest word that is a suffix of `text`. Returns its length in bytes and its value.
    #[inline]
    pub fn longest_suffix(&self, text: &str) -> Option<(usize, &T)> {
        let candidates = self.by_last_char.words_with(text.chars().next_back()?);
        let mut words = candidates.iter().map(|index| &self.words[*index as usize]);
        words.find(|(word, _)| text.ends_with(word)).map(|(word, value)| (word.len(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::prepare::FILE;

    #[test]
    fn reads_the_words_file_without_duplicate_units() {
        let words = QuantityWords::read(FILE).unwrap();
        let mut units: Vec<&String> = words.units.words.iter().map(|(word, _)| word).collect();
        units.sort();
        for pair in units.windows(2) {
            assert_ne!(pair[0], pair[1], "a unit is listed twice");
        }
        let factor = |word| words.units.longest_prefix(word).unwrap().1.as_ref().map(|unit| unit.factor.to_string());
        assert_eq!(factor("公里").as_deref(), Some("1000"));
        assert_eq!(factor("成"), Some("1".to_owned()));
        assert_eq!(factor("成功"), None);
    }
}
