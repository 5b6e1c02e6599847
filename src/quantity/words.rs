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
    slot_of: Vec<u16>,
    /// The numbers of words: for each slot those of one character, the longest first.
    slots: Vec<Vec<u16>>,
}

impl Index {
    fn new<T>(words: &[(String, T)], character: impl Fn(&str) -> Option<char>) -> Index {
        let mut index = Index { slot_of: vec![0; 1 << 16], slots: vec![Vec::new()] };
        for (number, (word, _)) in words.iter().enumerate() {
            let Some(slot) = character(word).and_then(|c| index.slot_of.get_mut(c as usize)) else { continue };
            if *slot == 0 {
                *slot = index.slots.len() as u16;
                index.slots.push(Vec::new());
            }
            index.slots[*slot as usize].push(number as u16);
        }
        index
    }

    #[inline]
    fn of(&self, c: char) -> &[u16] {
        self.slot_of.get(c as usize).map_or(&[], |slot| &self.slots[*slot as usize])
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
