//! Reads `rules/quantity.toml` when zhubi is built.

use std::collections::BTreeMap;
use std::error::Error;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::words::{StoredUnit, StoredWords, UnitWord};
use super::{Dimension, Sense};

/// The text of `rules/quantity.toml`.
const FILE: &str = include_str!("../../rules/quantity.toml");

/// Serializes the words of quantities for the build script.
///
/// # Errors
/// A message that says what is wrong with `rules/quantity.toml`.
#[cfg(not(prepared))]
pub fn prepare() -> Result<Vec<u8>, String> {
    let file: WordsFile = toml::from_str(FILE).map_err(|error| error.to_string())?;
    let words = file.words().map_err(|error| error.to_string())?;
    postcard::to_stdvec(&words).map_err(|error| error.to_string())
}

/// The contents of `rules/quantity.toml`. Words are separated by whitespace.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    /// The measure words.
    count: String,
    /// For each dimension and base unit, the units as `word=factor`.
    unit: BTreeMap<Dimension, BTreeMap<String, String>>,
    before: BTreeMap<Sense, String>,
    inside: BTreeMap<Sense, String>,
    #[serde(rename = "behind")]
    after: BTreeMap<Sense, String>,
    /// The words that start with a unit but are not one.
    other: String,
}

impl WordsFile {
    /// The words in the form in which they are stored.
    fn words(&self) -> Result<StoredWords<'_>, Box<dyn Error>> {
        Ok(StoredWords {
            units: self.units()?,
            before: with_senses(&self.before),
            inside: with_senses(&self.inside),
            after: with_senses(&self.after),
        })
    }

    fn units(&self) -> Result<Vec<UnitWord<'_>>, Box<dyn Error>> {
        let counts = self.count.split_whitespace();
        let mut units: Vec<UnitWord> =
            counts.map(|word| (word, Some(StoredUnit::new(word, Dimension::Count, Decimal::ONE)))).collect();
        for (dimension, bases) in &self.unit {
            for (base, forms) in bases {
                for form in forms.split_whitespace() {
                    let (word, factor) = form.split_once('=').ok_or(form)?;
                    units.push((word, Some(StoredUnit::new(base, *dimension, Decimal::from_str(factor)?))));
                }
            }
        }
        units.extend(self.other.split_whitespace().map(|word| (word, None)));
        Ok(units)
    }
}

/// The words, each with its sense.
fn with_senses(words: &BTreeMap<Sense, String>) -> Vec<(&str, Sense)> {
    words.iter().flat_map(|(sense, words)| words.split_whitespace().map(|word| (word, *sense))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_words_file_without_duplicate_units() {
        let file: WordsFile = toml::from_str(FILE).unwrap();
        let mut units: Vec<&str> = file.words().unwrap().units.into_iter().map(|(word, _)| word).collect();
        units.sort_unstable();
        for pair in units.windows(2) {
            assert_ne!(pair[0], pair[1], "a unit is listed twice");
        }
    }
}
