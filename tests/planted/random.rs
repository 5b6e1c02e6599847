/// Numbers that look random and are the same in every run.
pub struct Random(u64);

impl Random {
    /// The numbers of that seed; those of another `stream` are others.
    pub fn new(seed: u64, stream: &str) -> Random {
        Random(stream.bytes().fold(seed, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)))
    }

    /// The next number: SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// One of them.
    pub fn pick<'t, T: ?Sized>(&mut self, among: &[&'t T]) -> &'t T {
        among[self.between(0, among.len() as u64 - 1) as usize]
    }

    /// `count` of them, all different, in some order.
    pub fn some<'t, T: ?Sized>(&mut self, count: usize, among: &[&'t T]) -> Vec<&'t T> {
        let mut left = among.to_vec();
        (0..count).map(|_| left.swap_remove(self.between(0, left.len() as u64 - 1) as usize)).collect()
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.between(1, times) == 1
    }
}
