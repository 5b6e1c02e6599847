use serde::{Deserialize, Serialize};

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "&str", into = "String")]
pub struct CharSet {
    /// Inclusive, sorted, apart.
    ranges: Vec<(char, char)>,
}

/// Written down as the ends of its ranges, one after another: a start of zhubi reads hundreds of sets.
impl From<CharSet> for String {
    fn from(set: CharSet) -> String {
        set.ranges.into_iter().flat_map(|(low, high)| [low, high]).collect()
    }
}

impl From<&str> for CharSet {
    fn from(ends: &str) -> CharSet {
        let mut ends = ends.chars();
        CharSet { ranges: std::iter::from_fn(|| Some((ends.next()?, ends.next()?))).collect() }
    }
}

impl CharSet {
    /// The set of the characters in any of `ranges` (inclusive).
    pub fn new(mut ranges: Vec<(char, char)>) -> CharSet {
        ranges.sort_unstable();
        let mut merged: Vec<(char, char)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                Some(last) if low as u32 <= last.1 as u32 + 1 => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        CharSet { ranges: merged }
    }

    /// The set of one character.
    pub fn single(c: char) -> CharSet {
        CharSet { ranges: vec![(c, c)] }
    }

    /// This set and `other`.
    pub fn union(&self, other: &CharSet) -> CharSet {
        CharSet::new(self.ranges.iter().chain(&other.ranges).copied().collect())
    }

    /// Is `c` in the set?
    #[inline]
    pub fn has(&self, c: char) -> bool {
        match self.ranges.as_slice() {
            [(low, high)] => *low <= c && c <= *high,
            ranges if ranges.len() <= 8 => ranges.iter().any(|(low, high)| *low <= c && c <= *high),
            ranges => {
                let past = ranges.partition_point(|(low, _)| *low <= c);
                past > 0 && c <= ranges[past - 1].1
            }
        }
    }

    /// The inclusive ranges, sorted and apart.
    pub fn ranges(&self) -> &[(char, char)] {
        &self.ranges
    }

    /// The characters, if they are at most `most`.
    pub fn chars_up_to(&self, most: usize) -> Option<Vec<char>> {
        let size: usize = self.ranges.iter().map(|(low, high)| *high as usize - *low as usize + 1).sum();
        (size <= most).then(|| self.ranges.iter().flat_map(|(low, high)| *low..=*high).collect())
    }
}
