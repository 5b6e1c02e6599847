//! Filters: sets of numbers that answer at one look, and now and then say yes too often.

use std::borrow::Cow;

/// A set that never forgets a key, and seldom takes another for one of its own: each key sets two bits of one word.
#[derive(Debug, Clone)]
pub struct BloomFilter<'a> {
    /// As many as a power of two, the low byte first.
    words: Cow<'a, [[u8; 8]]>,
}

/// A pair of characters as a key.
#[inline]
pub fn pair_key(first: char, second: char) -> u64 {
    u64::from(first) << 21 | u64::from(second)
}

/// A key as a number in whose highest and lowest bits all its bits have a part.
#[inline]
pub fn mix_bits(key: u64) -> u64 {
    let product = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ product >> 32
}

impl Default for BloomFilter<'_> {
    fn default() -> Self {
        BloomFilter::new(1)
    }
}

impl<'a> BloomFilter<'a> {
    /// An empty set of `words` words of 64 bits, which must be a power of two. With eight bits a key, it is wrong about
    /// one other key in twenty.
    pub fn new(words: usize) -> BloomFilter<'a> {
        assert!(words.is_power_of_two(), "{words} is not a power of two");
        BloomFilter { words: vec![[0; 8]; words].into() }
    }

    /// Reads what [`BloomFilter::bytes`] gave, in place. `None` if it is not of `words` words.
    pub fn read(bytes: &'a [u8], words: usize) -> Option<BloomFilter<'a>> {
        let (read, rest) = bytes.as_chunks();
        (read.len() == words && rest.is_empty() && words.is_power_of_two()).then_some(BloomFilter { words: read.into() })
    }

    /// How it is written down.
    pub fn bytes(&self) -> &[u8] {
        self.words.as_flattened()
    }

    /// Its word, and its bits there.
    #[inline]
    fn place(&self, key: u64) -> (usize, u64) {
        let mixed = mix_bits(key);
        (mixed as usize & (self.words.len() - 1), 1 << (mixed >> 18 & 63) | 1 << (mixed >> 24 & 63))
    }

    /// Adds a key.
    pub fn add(&mut self, key: u64) {
        let (word, bits) = self.place(key);
        let word = &mut self.words.to_mut()[word];
        *word = (u64::from_le_bytes(*word) | bits).to_le_bytes();
    }

    /// May the key be in the set? `false` is certain.
    #[inline]
    pub fn may_contain(&self, key: u64) -> bool {
        let (word, bits) = self.place(key);
        u64::from_le_bytes(self.words[word]) & bits == bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_forgets_none_and_is_seldom_wrong() {
        let mut filter = BloomFilter::new(1 << 10);
        let keys = |from: u32| (from..from + 8000).filter_map(char::from_u32).map(|c| pair_key(c, '一'));
        keys(0x4E00).for_each(|key| filter.add(key));
        assert!(keys(0x4E00).all(|key| filter.may_contain(key)));
        let wrong = keys(0x8E00).filter(|key| filter.may_contain(*key)).count();
        assert!(wrong < 800, "{wrong}");
        let read = BloomFilter::read(filter.bytes(), 1 << 10).unwrap();
        assert!(keys(0x4E00).all(|key| read.may_contain(key)));
        assert!(BloomFilter::read(filter.bytes(), 1 << 11).is_none());
    }
}
