use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Dimension, Sense, Unit};

/// Units, measure words and words of approximation, as `rules/quantity.toml` lists them and the build prepared them.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[cfg(prepared)]
    let words = postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/quantity.bin")));
    #[cfg(not(prepared))]
    let words = Words::read(FILE);
    words.expect("the build has read the words with this very code")
});

/// The file that lists them.
const FILE: &str = include_str!("../../rules/quantity.toml");

/// The words as the build writes them down, or why it cannot.
pub fn prepare() -> Result<Vec<u8>, String> {
    let words = Words::read(FILE).map_err(|error| error.to_string())?;
    postcard::to_stdvec(&words).map_err(|error| error.to_string())
}

#[derive(Debug, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Vec<(String, T)>", into = "Vec<(String, T)>", bound(serialize = "T: Serialize + Clone"))]
pub(super) struct Table<T> {
    /// The longest first.
    words: Vec<(String, T)>,
    by_first: Index,
    by_last: Index,
}

/// Words by a character of theirs.
#[derive(Debug, Clone)]
struct Index {
    /// For the low bits of a character the first of `slots` to look at, from 1, or 0 where there is none: it and
    /// all behind it up to the next character of other low bits.
    starts: Box<[u16; Index::STARTS]>,
    /// Characters, each with where the numbers of its words lie; those of equal low bits side by side.
    slots: Vec<(char, Range<u16>)>,
    /// Of one character the longest word first.
    numbers: Vec<u16>,
}

impl Index {
    const STARTS: usize = 1024;

    #[inline]
    fn low_bits(c: char) -> usize {
        c as usize % Index::STARTS
    }

    fn new<T>(words: &[(String, T)], character: impl Fn(&str) -> Option<char>) -> Index {
        let numbered = words.iter().zip(0..).filter_map(|((word, _), number)| Some((character(word)?, number)));
        let mut numbered: Vec<(char, u16)> = numbered.collect();
        numbered.sort_by_key(|(c, _)| (Index::low_bits(*c), *c));
        let mut index = Index { starts: Box::new([0; Index::STARTS]), slots: Vec::new(), numbers: Vec::new() };
        for words in numbered.chunk_by(|a, b| a.0 == b.0) {
            let (c, from) = (words[0].0, index.numbers.len() as u16);
            index.numbers.extend(words.iter().map(|(_, number)| number));
            index.slots.push((c, from..index.numbers.len() as u16));
            let start = &mut index.starts[Index::low_bits(c)];
            if *start == 0 {
                *start = index.slots.len() as u16;
            }
        }
        index
    }

    #[inline]
    fn of(&self, c: char) -> &[u16] {
        let start = self.starts[Index::low_bits(c)] as usize;
        if start == 0 {
            return &[];
        }
        let mut alike =
            self.slots[start - 1..].iter().take_while(|(other, _)| Index::low_bits(*other) == Index::low_bits(c));
        let words = alike.find(|(other, _)| *other == c);
        words.map_or(&[], |(_, numbers)| &self.numbers[numbers.start as usize..numbers.end as usize])
    }
}

impl<T> From<Vec<(String, T)>> for Table<T> {
    fn from(words: Vec<(String, T)>) -> Table<T> {
        Table::new(words)
    }
}

impl<T> From<Table<T>> for Vec<(String, T)> {
    fn from(table: Table<T>) -> Vec<(String, T)> {
        table.words
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
        let words = Words::read(FILE).unwrap();
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
