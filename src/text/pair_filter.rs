//! Which pairs of characters something is known of.

/// A set of pairs of characters that never forgets one, and seldom takes another for one.
#[derive(Debug, Clone)]
pub struct PairFilter {
    bits: Box<[u64; PairFilter::WORDS]>,
}

impl Default for PairFilter {
    fn default() -> PairFilter {
        PairFilter { bits: Box::new([0; PairFilter::WORDS]) }
    }
}

impl PairFilter {
    const WORDS: usize = 4096;
    /// How many bytes it is written down in.
    pub const BYTES: usize = PairFilter::WORDS * 8;

    /// A pair of characters as a number in whose high bits all bits of both have a part.
    #[inline]
    pub fn mixed((first, second): (char, char)) -> u32 {
        (first as u32).wrapping_mul(0x9E37_79B1) ^ (second as u32).wrapping_mul(0x85EB_CA77)
    }

    #[inline]
    fn place(pair: (char, char)) -> (usize, u64) {
        let bit = PairFilter::mixed(pair) >> 14;
        (bit as usize / 64 % PairFilter::WORDS, 1 << (bit % 64))
    }

    /// Adds a pair.
    pub fn add(&mut self, pair: (char, char)) {
        let (word, bit) = PairFilter::place(pair);
        self.bits[word] |= bit;
    }

    /// Adds all pairs of a filter that was written down.
    pub fn join(&mut self, written: &[u8]) {
        for (word, bytes) in self.bits.iter_mut().zip(written.as_chunks().0) {
            *word |= u64::from_le_bytes(*bytes);
        }
    }

    /// Writes it down.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bits.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// May the pair be in the set? `false` is certain.
    #[inline]
    pub fn may_hold(&self, pair: (char, char)) -> bool {
        let (word, bit) = PairFilter::place(pair);
        self.bits[word] & bit != 0
    }
}
