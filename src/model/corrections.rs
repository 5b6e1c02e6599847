//! Corrections that editors made, as pairs of characters with their numbers: the prior of each mistake.

use std::collections::BTreeMap;

use super::symbols::{FIRST_HAN, HAN, Symbol, is_han_symbol, symbol_of};
use crate::error::{Error, ErrorKind, Result};

/// The name of the section in a model file.
pub const SECTION: &str = "corrections";

/// A sentence as it was written, and as it was corrected.
#[derive(Debug, Clone)]
pub struct Row {
    pub written: String,
    /// The right forms; usually one.
    pub right: Vec<String>,
}

impl Row {
    /// Whether the sentence was right.
    pub fn is_right(&self) -> bool {
        self.right.contains(&self.written)
    }

    /// Returns the characters that were replaced, each with its place, if the correction did nothing else.
    pub fn replaced(&self) -> Option<Vec<(usize, char, char)>> {
        let written: Vec<char> = self.written.chars().collect();
        self.right.iter().find_map(|right| {
            let right: Vec<char> = right.chars().collect();
            let pairs = written.iter().zip(&right).enumerate();
            let replaced = pairs.filter(|(_, (a, b))| a != b).map(|(at, (&a, &b))| (at, a, b));
            (written.len() == right.len()).then(|| replaced.collect())
        })
    }
}

/// Reads rows: name, written, right forms, separated by tabs.
pub fn read_rows(text: &str) -> Vec<Row> {
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.split('\t').skip(1).map(|cell| cell.trim_start_matches('\u{feff}').to_owned());
        let written = cells.next()?;
        let right: Vec<String> = cells.collect();
        (!right.is_empty()).then_some(Row { written, right })
    });
    rows.collect()
}

/// What a character was corrected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alternatives {
    pub all: Vec<Symbol>,
    /// Of these, the frequent ones.
    pub frequent: Vec<Symbol>,
}

/// How often a character must have been corrected to another for the two to be often confused.
const FREQUENT: u32 = 6;

/// How often each character was corrected to each other.
#[derive(Debug, Clone, Default)]
pub struct Corrections {
    pairs: BTreeMap<(Symbol, Symbol), u32>,
    written: BTreeMap<Symbol, u32>,
    meant: BTreeMap<Symbol, u32>,
    /// For each Chinese character, the place of what it was corrected to in `alternatives` plus one, or 0.
    places: Vec<u16>,
    alternatives: Vec<Alternatives>,
}

impl Corrections {
    /// Counts the corrections of rows in which at most two characters were replaced.
    pub fn count<'r>(rows: impl Iterator<Item = &'r Row>) -> Corrections {
        let mut corrections = Corrections::default();
        for (_, written, meant) in rows.filter_map(Row::replaced).filter(|replaced| replaced.len() <= 2).flatten() {
            corrections.add(symbol_of(written), symbol_of(meant), 1);
        }
        corrections
    }

    fn add(&mut self, written: Symbol, meant: Symbol, count: u32) {
        if is_han_symbol(written) && is_han_symbol(meant) {
            let known = self.pairs.entry((written, meant)).or_default();
            let was_known = *known > 0;
            *known += count;
            let is_frequent = *known >= FREQUENT;
            let alternatives = self.alternatives_of(written);
            if !was_known {
                alternatives.all.push(meant);
            }
            if is_frequent && !alternatives.frequent.contains(&meant) {
                alternatives.frequent.push(meant);
            }
            *self.written.entry(written).or_default() += count;
            *self.meant.entry(meant).or_default() += count;
        }
    }

    /// How often `written` was corrected to `meant`.
    pub fn pair(&self, written: Symbol, meant: Symbol) -> u32 {
        self.pairs.get(&(written, meant)).copied().unwrap_or(0)
    }

    /// How often a character was corrected.
    pub fn of_written(&self, written: Symbol) -> u32 {
        self.written.get(&written).copied().unwrap_or(0)
    }

    /// How often a character was what another was corrected to.
    pub fn of_meant(&self, meant: Symbol) -> u32 {
        self.meant.get(&meant).copied().unwrap_or(0)
    }

    /// What a character was corrected to.
    pub fn meant_by(&self, written: Symbol) -> Option<&Alternatives> {
        let place = usize::from(*self.places.get(usize::from(written.wrapping_sub(FIRST_HAN)))?);
        self.alternatives.get(place.checked_sub(1)?)
    }

    fn alternatives_of(&mut self, written: Symbol) -> &mut Alternatives {
        self.places.resize(HAN, 0);
        let place = &mut self.places[usize::from(written.wrapping_sub(FIRST_HAN)) % HAN];
        if *place == 0 {
            self.alternatives.push(Alternatives::default());
            *place = self.alternatives.len() as u16;
        }
        &mut self.alternatives[usize::from(*place) - 1]
    }

    /// All pairs with their numbers, in the order of the symbols.
    pub fn pairs(&self) -> impl Iterator<Item = (Symbol, Symbol, u32)> + '_ {
        self.pairs.iter().map(|(&(written, meant), &count)| (written, meant, count))
    }

    /// Returns the bytes of the section.
    pub fn to_bytes(&self) -> Vec<u8> {
        let records = self.pairs().map(|(written, meant, count)| [written, meant, count.min(0xffff) as u16]);
        records.flatten().flat_map(u16::to_le_bytes).collect()
    }

    /// Reads the bytes of the section.
    ///
    /// # Errors
    /// The bytes are damaged.
    pub fn read(bytes: &[u8]) -> Result<Corrections> {
        let (records, rest) = bytes.as_chunks::<6>();
        if !rest.is_empty() {
            return Err(Error::new("模型文件里的改字表不完整。").of_kind(ErrorKind::InvalidFile));
        }
        let mut corrections = Corrections::default();
        for [a, b, c, d, e, f] in records {
            let number = |low: u8, high: u8| u16::from_le_bytes([low, high]);
            corrections.add(number(*a, *b), number(*c, *d), number(*e, *f).into());
        }
        Ok(corrections)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_was_replaced() {
        let rows = read_rows("1\t气侯变化\t气候变化\n2\t没有错\t没有错\n3\t多了了字\t多了字\n4\t时侯\t时候\n");
        assert!(rows[1].is_right() && !rows[0].is_right());
        assert_eq!(rows[0].replaced(), Some(vec![(1, '侯', '候')]));
        assert_eq!(rows[2].replaced(), None);
        let corrections = Corrections::count(rows.iter());
        let (hou, meant) = ('侯' as Symbol, '候' as Symbol);
        let read = Corrections::read(&corrections.to_bytes()).unwrap();
        for corrections in [corrections, read] {
            assert_eq!(corrections.pair(hou, meant), 2);
            assert_eq!((corrections.of_written(hou), corrections.of_meant(meant)), (2, 2));
            let alternatives = Alternatives { all: vec![meant], frequent: Vec::new() };
            assert_eq!(corrections.meant_by(hou), Some(&alternatives));
            assert_eq!(corrections.meant_by(meant), None);
        }
    }
}
