//! The units, measure words and qualifiers from `rules/quantity.toml`, and their lookup tables.

use std::ops::Range;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Dimension, Sense, Unit};

/// The words that belong to quantities. The build script reads them from `rules/quantity.toml` and serializes them; the
/// crate reads the serialized form.
pub(super) static WORDS: LazyLock<QuantityWords> = LazyLock::new(|| {
    #[cfg(prepared)]
    let stored: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/quantity.bin"));
    #[cfg(not(prepared))]
    let stored: &'static [u8] = super::prepare().expect("the build reports a wrong file before it uses it").leak();
    let words: StoredWords = postcard::from_bytes(stored).expect("the build serialized the words with the same code");
    QuantityWords::new(words)
});

/// The words as the build stores them, in the order of the file.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredWords<'a> {
    /// The units. A word with the value `None` starts with a unit but is not one (成功 starts with 成).
    #[serde(borrow)]
    pub units: Vec<UnitWord<'a>>,
    /// The qualifiers before a number.
    #[serde(borrow)]
    pub before: Vec<(&'a str, Sense)>,
    /// The qualifiers inside a number or between a number and its unit.
    #[serde(borrow)]
    pub inside: Vec<(&'a str, Sense)>,
    /// The qualifiers after a number and its unit.
    #[serde(borrow)]
    pub after: Vec<(&'a str, Sense)>,
}

/// A word of the list of units, with the unit it stands for; `None` if it only starts with a unit.
pub(super) type UnitWord<'a> = (&'a str, Option<StoredUnit<'a>>);

/// A [`Unit`] as the build stores it.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredUnit<'a> {
    base: &'a str,
    dimension: Dimension,
    /// The digits of the factor, without its decimal point.
    digits: i64,
    /// How many of the digits follow the decimal point.
    decimals: u32,
}

#[cfg(any(test, not(prepared)))]
impl<'a> StoredUnit<'a> {
    /// Puts a unit into its stored form.
    ///
    /// # Panics
    /// If the digits of the factor do not fit into 64 bits.
    pub(super) fn new(base: &'a str, dimension: Dimension, factor: Decimal) -> StoredUnit<'a> {
        let digits = i64::try_from(factor.mantissa()).expect("a factor has at most 18 digits");
        StoredUnit { base, dimension, digits, decimals: factor.scale() }
    }
}

/// The words that belong to quantities, indexed.
#[derive(Debug)]
pub(super) struct QuantityWords {
    /// The units, by their first characters: see [`StoredWords::units`].
    pub units: WordMap<Option<Unit>>,
    /// The qualifiers before a number, by their last characters.
    pub before: WordMap<Sense>,
    /// The qualifiers inside a number or between a number and its unit, by their first characters.
    pub inside: WordMap<Sense>,
    /// The qualifiers after a number and its unit, by their first characters.
    pub after: WordMap<Sense>,
}

impl QuantityWords {
    fn new(stored: StoredWords<'static>) -> QuantityWords {
        let unit = |unit: StoredUnit<'static>| Unit {
            base: unit.base,
            dimension: unit.dimension,
            factor: Decimal::new(unit.digits, unit.decimals),
        };
        let units = stored.units.into_iter().map(|(word, stored)| (word, stored.map(unit))).collect();
        QuantityWords {
            units: WordMap::new(units, first_pair),
            before: WordMap::new(stored.before, last_pair),
            inside: WordMap::new(stored.inside, first_pair),
            after: WordMap::new(stored.after, first_pair),
        }
    }
}

/// The first two characters of a text; `\0` in place of those it lacks.
fn first_pair(text: &str) -> (char, char) {
    let mut chars = text.chars();
    (chars.next().unwrap_or_default(), chars.next().unwrap_or_default())
}

/// The last two characters of a text, the last one first; `\0` in place of those it lacks.
fn last_pair(text: &str) -> (char, char) {
    let mut chars = text.chars().rev();
    (chars.next().unwrap_or_default(), chars.next().unwrap_or_default())
}

/// A map from words to values that finds the longest word at the beginning or at the end of a text. It is indexed by the
/// first or by the last characters of the words: a hash table with chaining. The hash of a character is its low bits.
#[derive(Debug)]
pub(super) struct WordMap<T> {
    /// The words, grouped by character. In each group the longest word is first.
    words: Vec<Word<T>>,
    /// The characters, sorted by hash, each with its range of `words`.
    slots: Vec<(char, Range<u16>)>,
    /// For each hash, the index of its first slot plus 1, or 0 if it has none. The slots of one hash are adjacent.
    starts: Box<[u16; HASHES]>,
}

/// A word of a [`WordMap`].
#[derive(Debug)]
struct Word<T> {
    text: &'static str,
    /// The character by which the word is indexed.
    key: char,
    /// The character beside it in the word; `\0` if there is none. It rules out most words without comparing texts.
    beside: char,
    value: T,
}

/// The number of hash values of characters.
const HASHES: usize = 1024;

#[inline]
fn hash(c: char) -> usize {
    c as usize % HASHES
}

impl<T> WordMap<T> {
    /// Creates the map. `pair` returns the character by which a word is indexed, and the one beside it.
    fn new(words: Vec<(&'static str, T)>, pair: fn(&str) -> (char, char)) -> WordMap<T> {
        let word = |(text, value)| {
            let (key, beside) = pair(text);
            Word { text, key, beside, value }
        };
        let mut words: Vec<Word<T>> = words.into_iter().map(word).collect();
        words.sort_by_key(|word| (hash(word.key), word.key, std::cmp::Reverse(word.text.len())));
        let mut map = WordMap { words, slots: Vec::new(), starts: Box::new([0; HASHES]) };
        let mut from = 0;
        for group in map.words.chunk_by(|one, other| one.key == other.key) {
            let (key, to) = (group[0].key, from + group.len() as u16);
            map.slots.push((key, from..to));
            from = to;
            let start = &mut map.starts[hash(key)];
            if *start == 0 {
                *start = map.slots.len() as u16;
            }
        }
        map
    }

    /// Returns the words that are indexed by the character `c`.
    #[inline]
    fn words_at(&self, c: char) -> &[Word<T>] {
        let start = self.starts[hash(c)] as usize;
        if start == 0 {
            return &[];
        }
        let mut chain = self.slots[start - 1..].iter().take_while(|(other, _)| hash(*other) == hash(c));
        let slot = chain.find(|(other, _)| *other == c);
        slot.map_or(&[], |(_, range)| &self.words[range.start as usize..range.end as usize])
    }

    /// Returns whether a word has the character `c` at the indexed end.
    #[inline]
    pub fn has_word_at(&self, c: char) -> bool {
        !self.words_at(c).is_empty()
    }

    /// Finds the longest word that is a prefix of `text`, in a map by first characters. Returns its length in bytes and
    /// its value.
    #[inline]
    pub fn longest_prefix(&self, text: &str) -> Option<(usize, &T)> {
        self.longest(text.chars(), |word| text.starts_with(word))
    }

    /// Finds the longest word that is a suffix of `text`, in a map by last characters. Returns its length in bytes and
    /// its value.
    #[inline]
    pub fn longest_suffix(&self, text: &str) -> Option<(usize, &T)> {
        self.longest(text.chars().rev(), |word| text.ends_with(word))
    }

    /// The longest word that `matches` a text. `chars` are the characters of the text from the indexed end on.
    #[inline]
    fn longest(&self, mut chars: impl Iterator<Item = char>, matches: impl Fn(&str) -> bool) -> Option<(usize, &T)> {
        let words = self.words_at(chars.next()?);
        if words.is_empty() {
            return None;
        }
        let beside = chars.next().unwrap_or_default();
        let word = words.iter().find(|it| it.beside == '\0' || it.beside == beside && matches(it.text))?;
        Some((word.text.len(), &word.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_longest_word() {
        let unit = |text| WORDS.units.longest_prefix(text).map(|(length, unit)| (length, unit.as_ref()));
        assert_eq!(unit("公里的路").unwrap().1.unwrap().factor, Decimal::from(1000));
        assert_eq!(unit("成功").map(|(length, unit)| (length, unit.is_none())), Some(("成功".len(), true)));
        assert_eq!(unit("成的").unwrap().1.unwrap().dimension, Dimension::Tenth);
        assert_eq!(unit("的"), None);
        assert_eq!(WORDS.before.longest_suffix("人数不超过"), Some(("不超过".len(), &Sense::AtMost)));
    }
}
