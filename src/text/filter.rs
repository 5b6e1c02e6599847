//! A blocked Bloom filter over 64-bit keys: one memory access per query, with a small rate of false positives.

use std::borrow::Cow;

/// A Bloom filter: a set of keys with rare false positives and no false negatives. Each key sets two bits of one
/// 64-bit word.
#[derive(Debug, Clone)]
pub struct BloomFilter<'a> {
    /// The words in little-endian byte order. Their number is a power of two.
    words: Cow<'a, [[u8; 8]]>,
}

/// Hashes `key`. The highest bit of the result depends on every bit of the key, and bit *k* of the low half on the bits of
/// the key up to *k* + 32.
#[inline]
fn mix_bits(key: u64) -> u64 {
    let product = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ product >> 32
}

impl Default for BloomFilter<'_> {
    fn default() -> Self {
        BloomFilter::new(1)
    }
}

impl<'a> BloomFilter<'a> {
    /// Creates an empty filter of `words` 64-bit words. At eight bits per key, about one absent key in twenty is
    /// reported as present.
    ///
    /// # Panics
    /// If `words` is not a power of two.
    pub fn new(words: usize) -> BloomFilter<'a> {
        assert!(words.is_power_of_two(), "{words} is not a power of two");
        BloomFilter { words: vec![[0; 8]; words].into() }
    }

    /// Creates a filter that borrows `bytes`, which [`BloomFilter::bytes`] produced. Returns `None` unless they are
    /// exactly `words` words and `words` is a power of two.
    pub fn read(bytes: &'a [u8], words: usize) -> Option<BloomFilter<'a>> {
        let (chunks, rest) = bytes.as_chunks();
        let is_valid = chunks.len() == words && rest.is_empty() && words.is_power_of_two();
        is_valid.then_some(BloomFilter { words: chunks.into() })
    }

    /// Returns the serialized filter.
    #[cfg(any(test, not(prepared)))]
    pub fn bytes(&self) -> &[u8] {
        self.words.as_flattened()
    }

    /// Returns the index of the word for `key`, and the mask of its two bits in that word.
    #[inline]
    fn word_and_bits(&self, key: u64) -> (usize, u64) {
        let mixed = mix_bits(key);
        (mixed as usize & (self.words.len() - 1), 1 << (mixed >> 18 & 63) | 1 << (mixed >> 24 & 63))
    }

    /// Adds `key`.
    #[cfg(any(test, not(prepared)))]
    pub fn add(&mut self, key: u64) {
        let (word, bits) = self.word_and_bits(key);
        let word = &mut self.words.to_mut()[word];
        *word = (u64::from_le_bytes(*word) | bits).to_le_bytes();
    }

    /// Returns whether the filter may contain `key`. `false` is certain; `true` may be a false positive.
    #[inline]
    pub fn may_contain(&self, key: u64) -> bool {
        let (word, bits) = self.word_and_bits(key);
        u64::from_le_bytes(self.words[word]) & bits == bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_no_false_negatives_and_few_false_positives() {
        let mut filter = BloomFilter::new(1 << 10);
        let keys = |from: u64| from..from + 8000;
        keys(0x4E00).for_each(|key| filter.add(key));
        assert!(keys(0x4E00).all(|key| filter.may_contain(key)));
        let false_positives = keys(0x8E00).filter(|key| filter.may_contain(*key)).count();
        assert!(false_positives < 800, "{false_positives}");
        let read = BloomFilter::read(filter.bytes(), 1 << 10).unwrap();
        assert!(keys(0x4E00).all(|key| read.may_contain(key)));
        assert!(BloomFilter::read(filter.bytes(), 1 << 11).is_none());
    }
}
