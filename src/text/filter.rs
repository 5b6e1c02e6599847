//! Blocked Bloom filters: one memory access per query, with a small rate of false positives.

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

/// Two adjacent characters as one number: the 16-bit codes of both. All characters outside the basic plane have the same
/// code, which is no character.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair(u32);

impl Pair {
    /// The pair of these characters.
    #[inline]
    pub fn new(first: char, second: char) -> Pair {
        Pair(Pair::code(first)).followed_by(second)
    }

    /// The pair of the second character of this one and the character after it.
    #[inline]
    pub fn followed_by(self, next: char) -> Pair {
        Pair(self.0 << 16 | Pair::code(next))
    }

    #[inline]
    fn code(c: char) -> u32 {
        (c as u32).min(0xFFFF)
    }

    /// The pair as a number.
    #[inline]
    pub fn number(self) -> u32 {
        self.0
    }

    /// A number below 2^32 that depends on both characters in all its bits, the highest the most.
    #[inline]
    pub fn hash(self) -> u32 {
        self.0.wrapping_mul(0x9E37_79B1)
    }
}

/// A Bloom filter of pairs of characters, of a fixed size. A pair sets one bit, at the same place in all filters, so that
/// asking several filters costs little more than asking one. At one pair per nine bits, about one absent pair in ten is
/// reported as present.
#[derive(Debug, Clone)]
pub enum PairFilter<'a> {
    /// A filter that the build has stored.
    Stored(&'a PairBits),
    /// A filter in memory.
    Made(Box<PairBits>),
}

/// The bits of a [`PairFilter`], as 64-bit words in little-endian byte order: enough for some 60,000 pairs, and few enough
/// to stay in the CPU cache.
pub type PairBits = [[u8; 8]; 1 << PAIR_WORD_BITS];

/// The number of bits in the index of a word in [`PairBits`].
const PAIR_WORD_BITS: u32 = 13;

impl Default for PairFilter<'_> {
    fn default() -> Self {
        let words: Result<Box<PairBits>, _> = vec![[0; 8]; 1 << PAIR_WORD_BITS].try_into();
        PairFilter::Made(words.expect("the vector has the length of the array"))
    }
}

impl<'a> PairFilter<'a> {
    /// Creates a filter that borrows `bytes`, which [`PairFilter::bytes`] produced. Returns `None` if they have another
    /// size.
    pub fn read(bytes: &'a [u8]) -> Option<PairFilter<'a>> {
        match bytes.as_chunks() {
            (words, []) => words.try_into().ok().map(PairFilter::Stored),
            _ => None,
        }
    }

    /// Returns the serialized filter.
    pub fn bytes(&self) -> &[u8] {
        self.bits().as_flattened()
    }

    /// Returns the bits, for [`may_contain_pair`].
    pub fn bits(&self) -> &PairBits {
        match self {
            PairFilter::Stored(bits) => bits,
            PairFilter::Made(bits) => bits,
        }
    }

    /// Adds a pair.
    pub fn add(&mut self, pair: Pair) {
        if let PairFilter::Stored(bits) = self {
            *self = PairFilter::Made(Box::new(**bits));
        }
        if let PairFilter::Made(bits) = self {
            let (word, bit) = word_and_bit(pair.hash());
            bits[word] = (u64::from_le_bytes(bits[word]) | 1 << bit).to_le_bytes();
        }
    }
}

/// Returns the index of the word, and of the bit in it, for a pair with this hash.
#[inline]
fn word_and_bit(hash: u32) -> (usize, u32) {
    ((hash >> (u32::BITS - PAIR_WORD_BITS)) as usize, hash >> (u32::BITS - PAIR_WORD_BITS - 6) & 63)
}

/// Returns whether the filter with these bits may contain the pair with this hash. `false` is certain; `true` may be a
/// false positive.
#[inline]
pub fn may_contain_pair(bits: &PairBits, hash: u32) -> bool {
    let (word, bit) = word_and_bit(hash);
    u64::from_le_bytes(bits[word]) >> bit & 1 != 0
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

    #[test]
    fn pair_filter_has_no_false_negatives_and_few_false_positives() {
        let mut filter = PairFilter::default();
        let pairs = |second: char| ('一'..='龥').map(move |first| Pair::new(first, second));
        pairs('人').chain(pairs('民')).for_each(|pair| filter.add(pair));
        let found = |filter: &PairFilter, second: char| {
            pairs(second).filter(|pair| may_contain_pair(filter.bits(), pair.hash())).count()
        };
        let read = PairFilter::read(filter.bytes()).unwrap();
        assert_eq!((found(&filter, '人'), found(&read, '民')), (pairs('人').count(), pairs('民').count()));
        assert!(found(&filter, '日') < pairs('日').count() / 8, "{}", found(&filter, '日'));
        assert!(PairFilter::read(&filter.bytes()[1..]).is_none());
    }
}
