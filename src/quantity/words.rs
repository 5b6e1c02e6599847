use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Dimension, Sense, Unit};

/// Units, measure words and words of approximation, as `rules/quantity.toml` lists them.
pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::read(include_str!("../../rules/quantity.toml")).unwrap_or_else(|_| Words::default()));

#[derive(Default)]
pub(super) struct Words {
    /// Units; and words that begin like one and are none (成功 behind 成).
    pub units: Table<Option<Unit>>,
    pub before: Table<Sense>,
    pub inside: Table<Sense>,
    pub behind: Table<Sense>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    count: String,
    unit: BTreeMap<Dimension, BTreeMap<String, String>>,
    before: BTreeMap<Sense, String>,
    inside: BTreeMap<Sense, String>,
    behind: BTreeMap<Sense, String>,
    other: String,
}

impl Words {
    fn read(text: &str) -> Result<Words, Box<dyn std::error::Error>> {
        let file: File = toml::from_str(text)?;
        let mut units = Vec::new();
        for word in file.count.split_whitespace() {
            let unit = Unit { base: word.to_owned(), dimension: Dimension::Count, factor: Decimal::ONE };
            units.push((word.to_owned(), Some(unit)));
        }
        for (dimension, bases) in &file.unit {
            for (base, forms) in bases {
                for form in forms.split_whitespace() {
                    let (word, factor) = form.split_once('=').ok_or(form)?;
                    let factor = Decimal::from_str(factor)?;
                    units.push((word.to_owned(), Some(Unit { base: base.clone(), dimension: *dimension, factor })));
                }
            }
        }
        units.extend(file.other.split_whitespace().map(|word| (word.to_owned(), None)));
        let senses = |words: &BTreeMap<Sense, String>| {
            let of_sense = |(sense, words): (&Sense, &String)| {
                let words: Vec<_> = words.split_whitespace().map(|word| (word.to_owned(), *sense)).collect();
                words
            };
            Table::new(words.iter().flat_map(of_sense).collect())
        };
        Ok(Words {
            units: Table::new(units),
            before: senses(&file.before),
            inside: senses(&file.inside),
            behind: senses(&file.behind),
        })
    }
}

/// Words, found by how a text begins or ends.
pub(super) struct Table<T> {
    words: Vec<(String, T)>,
    by_first: Index,
    by_last: Index,
}

/// Words by a character of theirs.
struct Index {
    /// For the low bits of a character the first of `slots` to look at, from 1, or 0 where there is none: it and
    /// all behind it up to the next character of other low bits.
    starts: [u16; Index::STARTS],
    /// Characters, each with the numbers of its words, the longest first; those of equal low bits side by side.
    slots: Vec<(char, Vec<u16>)>,
}

impl Index {
    const STARTS: usize = 1024;

    #[inline]
    fn low_bits(c: char) -> usize {
        c as usize % Index::STARTS
    }

    fn new<T>(words: &[(String, T)], character: impl Fn(&str) -> Option<char>) -> Index {
        let mut by_character: BTreeMap<(usize, char), Vec<u16>> = BTreeMap::new();
        for (number, (word, _)) in words.iter().enumerate() {
            if let Some(c) = character(word) {
                by_character.entry((Index::low_bits(c), c)).or_default().push(number as u16);
            }
        }
        let mut starts = [0; Index::STARTS];
        for (slot, (bits, _)) in by_character.keys().enumerate().rev() {
            starts[*bits] = slot as u16 + 1;
        }
        Index { starts, slots: by_character.into_iter().map(|((_, c), words)| (c, words)).collect() }
    }

    #[inline]
    fn of(&self, c: char) -> &[u16] {
        let start = self.starts[Index::low_bits(c)] as usize;
        if start == 0 {
            return &[];
        }
        let alike =
            self.slots[start - 1..].iter().take_while(|(other, _)| Index::low_bits(*other) == Index::low_bits(c));
        alike.into_iter().find(|(other, _)| *other == c).map_or(&[], |(_, words)| words)
    }
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table::new(Vec::new())
    }
}

impl<T> Table<T> {
    fn new(mut words: Vec<(String, T)>) -> Table<T> {
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let by_first = Index::new(&words, |word| word.chars().next());
        let by_last = Index::new(&words, |word| word.chars().next_back());
        Table { words, by_first, by_last }
    }

    /// Can a word begin with this character?
    #[inline]
    pub fn may_begin(&self, c: char) -> bool {
        !self.by_first.of(c).is_empty()
    }

    /// The longest word that `text` begins with: its length in bytes, and what is known of it.
    #[inline]
    pub fn beginning(&self, text: &str) -> Option<(usize, &T)> {
        let among = self.by_first.of(text.chars().next()?).iter().map(|number| &self.words[*number as usize]);
        among.into_iter().find(|(word, _)| text.starts_with(word)).map(|(word, value)| (word.len(), value))
    }

    /// The longest word that `text` ends with: its length in bytes, and what is known of it.
    #[inline]
    pub fn ending(&self, text: &str) -> Option<(usize, &T)> {
        let among = self.by_last.of(text.chars().next_back()?).iter().map(|number| &self.words[*number as usize]);
        among.into_iter().find(|(word, _)| text.ends_with(word)).map(|(word, value)| (word.len(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_words_is_right() {
        let words = Words::read(include_str!("../../rules/quantity.toml")).unwrap();
        let mut units: Vec<&String> = words.units.words.iter().map(|(word, _)| word).collect();
        units.sort();
        for pair in units.windows(2) {
            assert_ne!(pair[0], pair[1], "a unit is listed once");
        }
        let factor = |word| words.units.beginning(word).unwrap().1.as_ref().map(|unit| unit.factor.to_string());
        assert_eq!(factor("公里").as_deref(), Some("1000"));
        assert_eq!(factor("成"), Some("1".to_owned()));
        assert_eq!(factor("成功"), None);
    }
}
