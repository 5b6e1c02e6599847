use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Dimension, Sense, Unit};

/// Units, measure words and words of approximation, as `rules/quantity.toml` lists them.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    Words::read(include_str!("../../rules/quantity.toml")).unwrap_or_else(|_| Words::default())
});

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
    /// Sorted by first character; of those that share one, the longest first.
    words: Vec<(char, String, T)>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { words: Vec::new() }
    }
}

impl<T> Table<T> {
    fn new(words: Vec<(String, T)>) -> Table<T> {
        let mut words: Vec<_> =
            words.into_iter().filter_map(|(word, value)| Some((word.chars().next()?, word, value))).collect();
        words.sort_by(|a, b| (a.0, b.1.len()).cmp(&(b.0, a.1.len())));
        Table { words }
    }

    /// The longest word that `text` begins with: its length in bytes, and what is known of it.
    pub fn beginning(&self, text: &str) -> Option<(usize, &T)> {
        let first = text.chars().next()?;
        let from = self.words.partition_point(|(c, ..)| *c < first);
        let among = self.words[from..].iter().take_while(|(c, ..)| *c == first);
        let (_, word, value) = among.into_iter().find(|(_, word, _)| text.starts_with(word))?;
        Some((word.len(), value))
    }

    /// The longest word that `text` ends with: its length in bytes, and what is known of it.
    pub fn ending(&self, text: &str) -> Option<(usize, &T)> {
        let found = self.words.iter().filter(|(_, word, _)| text.ends_with(word)).max_by_key(|(_, word, _)| word.len());
        found.map(|(_, word, value)| (word.len(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_words_is_right() {
        let words = Words::read(include_str!("../../rules/quantity.toml")).unwrap();
        for pair in words.units.words.windows(2) {
            assert_ne!(pair[0].1, pair[1].1, "a unit is listed once");
        }
        let factor = |word| words.units.beginning(word).unwrap().1.as_ref().map(|unit| unit.factor.to_string());
        assert_eq!(factor("公里").as_deref(), Some("1000"));
        assert_eq!(factor("成"), Some("1".to_owned()));
        assert_eq!(factor("成功"), None);
    }
}
