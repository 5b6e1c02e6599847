//! Reproducible random choices for generated articles.

/// A pseudo-random number generator (SplitMix64). The same seed gives the same numbers in every run.
pub struct Random(u64);

impl Random {
    /// Creates a generator from a seed and a stream name. Different streams give different numbers for the same seed.
    pub fn new(seed: u64, stream: &str) -> Random {
        Random(stream.bytes().fold(seed, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)))
    }

    /// Returns the next number.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// Returns a number from `low` to `high`, both inclusive.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// Returns one of `choices`.
    pub fn pick<'t, T: ?Sized>(&mut self, choices: &[&'t T]) -> &'t T {
        choices[self.between(0, choices.len() as u64 - 1) as usize]
    }

    /// Returns `count` different elements of `choices` in random order.
    pub fn sample<'t, T: ?Sized>(&mut self, count: usize, choices: &[&'t T]) -> Vec<&'t T> {
        let mut remaining = choices.to_vec();
        (0..count).map(|_| remaining.swap_remove(self.between(0, remaining.len() as u64 - 1) as usize)).collect()
    }

    /// Returns true with a probability of 1 in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.between(1, times) == 1
    }
}
