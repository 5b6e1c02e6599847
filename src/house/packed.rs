//! Numbers and multimaps that are used as they are stored: a prepared list is read, not decoded.

use std::ops::Range;

/// The numbers of a stored section.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'b>(&'b [[u8; 4]]);

impl<'b> Numbers<'b> {
    pub fn new(bytes: &'b [u8]) -> Numbers<'b> {
        Numbers(bytes.as_chunks().0)
    }

    pub fn len(self) -> usize {
        self.0.len()
    }

    /// The number with that index; 0 if there is none, which only damaged data lead to.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        self.0.get(index).map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }
}

/// Appends numbers as they are stored.
pub fn store(bytes: &mut Vec<u8>, numbers: impl IntoIterator<Item = u32>) {
    numbers.into_iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
}

/// A multimap from hashes to numbers: for each value of the highest bits of a hash the range of its items.
#[derive(Debug, Clone, Copy)]
pub struct Multimap<'b> {
    /// One more than there are ranges.
    starts: Numbers<'b>,
    /// Hashes and values in turn.
    items: Numbers<'b>,
}

impl<'b> Multimap<'b> {
    pub fn new(starts: &'b [u8], items: &'b [u8]) -> Multimap<'b> {
        Multimap { starts: Numbers::new(starts), items: Numbers::new(items) }
    }

    /// The values of a hash.
    pub fn values(self, hash: u32) -> impl Iterator<Item = u32> + 'b {
        let ranges = self.starts.len().saturating_sub(1).max(1);
        let range = bucket(hash, ranges);
        let end = (self.starts.at(range + 1) as usize).min(self.items.len() / 2);
        let items = self.starts.at(range) as usize..end;
        items.filter(move |item| self.items.at(2 * item) == hash).map(move |item| self.items.at(2 * item + 1))
    }

    /// Stores a multimap of these hashes and values. Returns the places of its starts and of its items in `bytes`.
    pub fn store(bytes: &mut Vec<u8>, items: &[(u32, u32)]) -> [Range<usize>; 2] {
        // A few items are compared faster than another page of memory is read.
        let ranges = (items.len() / 4).next_power_of_two();
        let mut starts = vec![0_u32; ranges + 1];
        for (hash, _) in items {
            starts[bucket(*hash, ranges) + 1] += 1;
        }
        for range in 0..ranges {
            starts[range + 1] += starts[range];
        }
        let mut next = starts.clone();
        let mut sorted = vec![(0, 0); items.len()];
        for item in items {
            let place = &mut next[bucket(item.0, ranges)];
            sorted[*place as usize] = *item;
            *place += 1;
        }
        let from = bytes.len();
        store(bytes, starts);
        let middle = bytes.len();
        store(bytes, sorted.iter().flat_map(|(hash, value)| [*hash, *value]));
        [from..middle, middle..bytes.len()]
    }
}

/// The range of a hash. `ranges` is a power of two.
fn bucket(hash: u32, ranges: usize) -> usize {
    ((u64::from(hash) * ranges as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_all_values_of_a_hash_and_no_others() {
        let items: Vec<(u32, u32)> = (0..1000_u32).map(|n| ((n % 300).wrapping_mul(0x9E37_79B1), n)).collect();
        let mut bytes = vec![1, 2, 3, 4];
        let [starts, stored] = Multimap::store(&mut bytes, &items);
        let map = Multimap::new(&bytes[starts], &bytes[stored]);
        for n in 0..300_u32 {
            let found: Vec<u32> = map.values(n.wrapping_mul(0x9E37_79B1)).collect();
            assert_eq!(found, (0..1000).filter(|other| other % 300 == n).collect::<Vec<_>>());
        }
        assert_eq!(map.values(7).count(), 0);
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert_eq!(Multimap::new(&[], &[]).values(3).count(), 0);
        let mut bytes = Vec::new();
        let [starts, items] = Multimap::store(&mut bytes, &[]);
        assert_eq!(Multimap::new(&bytes[starts], &bytes[items]).values(3).count(), 0);
    }
}
