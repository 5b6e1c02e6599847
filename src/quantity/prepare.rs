//! Reads `rules/quantity.toml` when zhubi is built.

use std::collections::BTreeMap;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::words::{QuantityWords, WordMap};
use super::{Dimension, Sense, Unit};

/// The text of `rules/quantity.toml`.
pub(super) const FILE: &str = include_str!("../../rules/quantity.toml");

/// Serializes the words of quantities for the build script.
///
/// # Errors
/// A message that says what is wrong with `rules/quantity.toml`.
#[cfg(not(prepared))]
pub fn prepare() -> Result<Vec<u8>, String> {
    let words = QuantityWords::read(FILE).map_err(|error| error.to_string())?;
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

impl QuantityWords {
    /// Parses the text of the file.
    pub(super) fn read(text: &str) -> Result<QuantityWords, Box<dyn std::error::Error>> {
        let file: WordsFile = toml::from_str(text)?;
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
        let with_senses = |words: &BTreeMap<Sense, String>| {
            let pairs =
                words.iter().flat_map(|(sense, words)| words.split_whitespace().map(|word| (word.to_owned(), *sense)));
            WordMap::new(pairs.collect())
        };
        Ok(QuantityWords {
            units: WordMap::new(units),
            before: with_senses(&file.before),
            inside: with_senses(&file.inside),
            after: with_senses(&file.after),
        })
    }
}
