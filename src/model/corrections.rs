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

/// What a character was corrected to, and how often: the most frequent first.
pub type Alternatives = [(Symbol, u32)];

/// How often a character must have been corrected to another for the two to be often confused.
const FREQUENT: u32 = 6;

/// Returns those of the alternatives that are often confused with the character.
pub fn frequent(alternatives: &Alternatives) -> &Alternatives {
    &alternatives[..alternatives.partition_point(|&(_, count)| count >= FREQUENT)]
}

/// How often each character was corrected to each other.
#[derive(Debug, Clone, Default)]
pub struct Corrections {
    /// What each character was corrected to, in the order of the characters.
    alternatives: Vec<(Symbol, u32)>,
    /// For each Chinese character and the one after it, where its alternatives begin.
    starts: Vec<u16>,
    /// How often each Chinese character was what another was corrected to.
    meant: Vec<u32>,
}

impl Corrections {
    /// Counts the corrections of rows in which at most two characters were replaced.
    pub fn count<'r>(rows: impl Iterator<Item = &'r Row>) -> Corrections {
        let mut pairs: BTreeMap<(Symbol, Symbol), u32> = BTreeMap::new();
        for (_, written, meant) in rows.filter_map(Row::replaced).filter(|replaced| replaced.len() <= 2).flatten() {
            *pairs.entry((symbol_of(written), symbol_of(meant))).or_default() += 1;
        }
        Corrections::new(pairs.into_iter().map(|((written, meant), count)| (written, meant, count)).collect())
    }

    /// The corrections with these numbers.
    fn new(mut pairs: Vec<(Symbol, Symbol, u32)>) -> Corrections {
        pairs.retain(|&(written, meant, _)| is_han_symbol(written) && is_han_symbol(meant));
        pairs.truncate(usize::from(u16::MAX));
        pairs.sort_by_key(|&(written, meant, count)| (written, u32::MAX - count, meant));
        let mut corrections = Corrections { starts: vec![0; HAN + 1], meant: vec![0; HAN], ..Corrections::default() };
        let mut character = 0;
        for (written, meant, count) in pairs {
            let own = usize::from(written - FIRST_HAN);
            corrections.starts[character..=own].fill(corrections.alternatives.len() as u16);
            character = own + 1;
            corrections.alternatives.push((meant, count));
            corrections.meant[usize::from(meant - FIRST_HAN)] += count;
        }
        corrections.starts[character..].fill(corrections.alternatives.len() as u16);
        corrections
    }

    /// How often `written` was corrected to `meant`.
    pub fn pair(&self, written: Symbol, meant: Symbol) -> u32 {
        self.meant_by(written).iter().filter(|(other, _)| *other == meant).map(|(_, count)| count).sum()
    }

    /// How often a character was corrected.
    pub fn of_written(&self, written: Symbol) -> u32 {
        self.meant_by(written).iter().map(|(_, count)| count).sum()
    }

    /// How often a character was what another was corrected to.
    pub fn of_meant(&self, meant: Symbol) -> u32 {
        self.meant.get(usize::from(meant.wrapping_sub(FIRST_HAN))).copied().unwrap_or(0)
    }

    /// What a character was corrected to.
    pub fn meant_by(&self, written: Symbol) -> &Alternatives {
        let own = usize::from(written.wrapping_sub(FIRST_HAN));
        let range = self.starts.get(own..own + 2).map(|it| usize::from(it[0])..usize::from(it[1]));
        range.and_then(|range| self.alternatives.get(range)).unwrap_or_default()
    }

    /// All pairs with their numbers, in the order of the symbols.
    fn pairs(&self) -> Vec<(Symbol, Symbol, u32)> {
        let characters = (FIRST_HAN..).take(HAN);
        let pairs = characters
            .flat_map(|written| self.meant_by(written).iter().map(move |&(meant, count)| (written, meant, count)));
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_unstable();
        pairs
    }

    /// Returns the bytes of the section.
    pub fn to_bytes(&self) -> Vec<u8> {
        let pairs = self.pairs().into_iter();
        let records = pairs.map(|(written, meant, count)| [written, meant, count.min(0xffff) as u16]);
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
        let number = |low: u8, high: u8| u16::from_le_bytes([low, high]);
        let pair = |&[a, b, c, d, e, f]: &[u8; 6]| (number(a, b), number(c, d), u32::from(number(e, f)));
        Ok(Corrections::new(records.iter().map(pair).collect()))
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
            assert_eq!(corrections.meant_by(hou), [(meant, 2)]);
            assert!(corrections.meant_by(meant).is_empty() && frequent(corrections.meant_by(hou)).is_empty());
        }
    }
}
