//! A static map from 64-bit keys to 16-bit values in about 18 bits a key: a binary fuse table (Graf and Lemire, 2022).
//!
//! The value of a key is the exclusive or of three cells. A key that is not in the map yields an arbitrary value, so
//! values contain a checksum of the key.

use crate::error::{Error, ErrorKind, Result};

/// A map, borrowed from the bytes of a file.
#[derive(Debug, Clone, Copy)]
pub struct FuseMap<'a> {
    layout: Layout,
    seed: u64,
    cells: &'a [[u8; 2]],
}

/// Where the cells of a key are.
#[derive(Debug, Clone, Copy)]
struct Layout {
    /// The number of cells in a segment, a power of two.
    segment: u32,
    /// The number of cells at which a key may begin.
    starts: u32,
}

impl Layout {
    /// The layout for a number of keys.
    fn new(keys: usize) -> Layout {
        let n = (keys as f64).max(2.0);
        let exponent = (n.ln() / 3.33_f64.ln() + 2.25).floor() as u32;
        let segment = 1_u32 << exponent.clamp(2, 16);
        let factor = (0.875 + 0.25 * 1e6_f64.ln() / n.ln()).max(1.125);
        let capacity = (n * factor).round() as u32;
        let segments = capacity.div_ceil(segment).max(3) - 2;
        Layout { segment, starts: segments * segment }
    }

    fn cells(self) -> usize {
        self.starts as usize + 2 * self.segment as usize
    }

    /// The three cells of a hash.
    fn cells_of(self, hash: u64) -> [usize; 3] {
        let first = ((u128::from(hash) * u128::from(self.starts)) >> 64) as u32;
        let mask = self.segment - 1;
        let second = (first + self.segment) ^ ((hash >> 18) as u32 & mask);
        let third = (first + 2 * self.segment) ^ (hash as u32 & mask);
        [first as usize, second as usize, third as usize]
    }
}

/// Mixes the bits of a key (the finalizer of MurmurHash3).
pub fn mix(key: u64) -> u64 {
    let key = (key ^ (key >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let key = (key ^ (key >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^ (key >> 33)
}

/// The checksum of a key, in the high byte of its value.
fn check_of(hash: u64) -> u16 {
    (hash >> 24) as u16 & 0xff00
}

impl<'a> FuseMap<'a> {
    /// Reads a map from its bytes, as [`build`] returned them.
    ///
    /// # Errors
    /// The bytes are not those of a map.
    pub fn read(bytes: &'a [u8]) -> Result<FuseMap<'a>> {
        let invalid = || Error::new("模型文件里的表不完整。").of_kind(ErrorKind::InvalidFile);
        let (header, cells) = bytes.split_at_checked(16).ok_or_else(invalid)?;
        let number = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let layout = Layout { segment: number(0), starts: number(4) };
        let seed = u64::from(number(8)) | u64::from(number(12)) << 32;
        let (cells, rest) = cells.as_chunks();
        let is_whole = layout.segment.is_power_of_two()
            && layout.segment <= 1 << 20
            && layout.starts <= 1 << 30
            && layout.starts.is_multiple_of(layout.segment)
            && layout.starts > 0
            && cells.len() == layout.cells()
            && rest.is_empty();
        is_whole.then_some(FuseMap { layout, seed, cells }).ok_or_else(invalid)
    }

    /// Returns the value of a key, or `None` if it is not in the map; one missing key in 256 yields a value all the same.
    pub fn get(&self, key: u64) -> Option<u8> {
        self.value(self.hash(key))
    }

    /// Returns the values of many keys. Where the cells of a key are is random, so to read them takes long, but those of many
    /// keys are read at a time.
    pub fn get_all(&self, mut keys: Vec<u64>) -> impl Iterator<Item = Option<u8>> {
        keys.iter_mut().for_each(|key| *key = self.hash(*key));
        keys.into_iter().map(|hash| self.value(hash))
    }

    fn hash(&self, key: u64) -> u64 {
        mix(key.wrapping_add(self.seed))
    }

    fn value(&self, hash: u64) -> Option<u8> {
        let [a, b, c] = self.layout.cells_of(hash).map(|cell| u16::from_le_bytes(self.cells[cell]));
        let value = a ^ b ^ c ^ check_of(hash);
        (value < 0x100).then_some(value as u8)
    }
}

/// Returns the bytes of a map. `entries` are keys, which must be distinct, and their values.
pub fn build(entries: &[(u64, u8)]) -> Vec<u8> {
    let layout = Layout::new(entries.len());
    // One attempt in some hundreds fails.
    let (seed, cells) = (0_u64..)
        .map(|attempt| mix(attempt.wrapping_add(0x9e37_79b9_7f4a_7c15)))
        .find_map(|seed| Some((seed, try_build(entries, layout, seed)?)))
        .unwrap_or_default();
    let mut bytes = Vec::with_capacity(16 + 2 * cells.len());
    bytes.extend(layout.segment.to_le_bytes());
    bytes.extend(layout.starts.to_le_bytes());
    bytes.extend(seed.to_le_bytes());
    bytes.extend(cells.iter().flat_map(|cell| cell.to_le_bytes()));
    bytes
}

/// Computes the cells for a seed; `None` if the keys cannot be told apart with it.
fn try_build(entries: &[(u64, u8)], layout: Layout, seed: u64) -> Option<Vec<u16>> {
    // Of the keys that use a cell: how many, and the exclusive or of their numbers.
    let mut users = vec![(0_u32, 0_u32); layout.cells()];
    let hash_of = |number: usize| mix(entries[number].0.wrapping_add(seed));
    for number in 0..entries.len() {
        for cell in layout.cells_of(hash_of(number)) {
            users[cell].0 += 1;
            users[cell].1 ^= number as u32;
        }
    }
    // A cell that only one key uses can be set last for that key, which then frees its other cells.
    let mut order: Vec<(u32, u32)> = Vec::with_capacity(entries.len());
    let mut alone: Vec<u32> = (0..users.len() as u32).filter(|&cell| users[cell as usize].0 == 1).collect();
    while let Some(cell) = alone.pop() {
        let (1, number) = users[cell as usize] else { continue };
        order.push((number, cell));
        for used in layout.cells_of(hash_of(number as usize)) {
            users[used].0 -= 1;
            users[used].1 ^= number;
            if users[used].0 == 1 {
                alone.push(used as u32);
            }
        }
    }
    if order.len() < entries.len() {
        return None;
    }
    let mut cells = vec![0_u16; users.len()];
    for &(number, cell) in order.iter().rev() {
        let hash = hash_of(number as usize);
        let value = check_of(hash) | u16::from(entries[number as usize].1);
        let others = layout.cells_of(hash).iter().fold(0, |sum, &used| sum ^ cells[used]);
        cells[cell as usize] ^= value ^ others;
    }
    Some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_the_values_of_its_keys() {
        for count in [0_u64, 1, 2, 10, 1000, 40_000] {
            let entries: Vec<(u64, u8)> = (0..count).map(|key| (mix(key), (key * 7) as u8)).collect();
            let bytes = build(&entries);
            let map = FuseMap::read(&bytes).unwrap();
            assert!(entries.iter().all(|&(key, value)| map.get(key) == Some(value)));
            let wrong = (count..count + 10_000).filter(|&key| map.get(mix(key)).is_some()).count();
            assert!(wrong < 100, "{wrong} of {count}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_map() {
        let bytes = build(&[(1, 1), (2, 2)]);
        assert!(FuseMap::read(&bytes[..bytes.len() - 1]).is_err());
        assert!(FuseMap::read(&[]).is_err());
        assert!(FuseMap::read(&[0; 40]).is_err());
    }
}
