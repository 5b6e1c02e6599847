//! Sets of characters.

use serde::{Deserialize, Serialize};

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "&str", into = "String")]
pub struct CharSet {
    /// Inclusive ranges, sorted, with a gap between any two.
    ranges: Vec<(char, char)>,
}

/// Serializes the set as a string of the first and last characters of its ranges. The format is compact because startup
/// reads hundreds of sets.
impl From<CharSet> for String {
    fn from(set: CharSet) -> String {
        set.ranges.into_iter().flat_map(|(low, high)| [low, high]).collect()
    }
}

impl From<&str> for CharSet {
    fn from(bounds: &str) -> CharSet {
        let mut bounds = bounds.chars();
        CharSet { ranges: std::iter::from_fn(|| Some((bounds.next()?, bounds.next()?))).collect() }
    }
}

impl CharSet {
    /// Creates the set of all characters in the inclusive `ranges`.
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

    /// Creates the set of one character.
    pub fn single(c: char) -> CharSet {
        CharSet { ranges: vec![(c, c)] }
    }

    /// Returns the union of this set and `other`.
    pub fn union(&self, other: &CharSet) -> CharSet {
        CharSet::new(self.ranges.iter().chain(&other.ranges).copied().collect())
    }

    /// Returns whether the set contains `c`.
    #[inline]
    pub fn has(&self, c: char) -> bool {
        match self.ranges.as_slice() {
            [(low, high)] => *low <= c && c <= *high,
            ranges if ranges.len() <= 8 => ranges.iter().any(|(low, high)| *low <= c && c <= *high),
            ranges => {
                let count = ranges.partition_point(|(low, _)| *low <= c);
                count > 0 && c <= ranges[count - 1].1
            }
        }
    }

    /// Returns the number of characters of the set from `first` to `last`.
    pub fn count_within(&self, (first, last): (char, char)) -> usize {
        let common = |(low, high): (char, char)| (high.min(last) as usize + 1).saturating_sub(low.max(first) as usize);
        self.ranges.iter().copied().map(common).sum()
    }

    /// Returns the inclusive ranges, sorted, with a gap between any two.
    pub fn ranges(&self) -> &[(char, char)] {
        &self.ranges
    }

    /// Returns the characters in ascending order, or `None` if there are more than `limit`.
    pub fn chars_up_to(&self, limit: usize) -> Option<Vec<char>> {
        let size: usize = self.ranges.iter().map(|(low, high)| *high as usize - *low as usize + 1).sum();
        (size <= limit).then(|| self.ranges.iter().flat_map(|(low, high)| *low..=*high).collect())
    }
}
