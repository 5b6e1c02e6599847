//! The characters of a text, with the hash of any run of them at hand.

/// The longest run of characters that is looked up.
pub const LONGEST: usize = 63;

/// The factor of the polynomial by which runs are hashed.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// The powers of [`FACTOR`].
const POWERS: [u64; LONGEST + 1] = {
    let mut powers = [1_u64; LONGEST + 1];
    let mut n = 1;
    while n <= LONGEST {
        powers[n] = powers[n - 1].wrapping_mul(FACTOR);
        n += 1;
    }
    powers
};

/// The characters of a text.
#[derive(Debug, Default)]
pub struct Characters {
    /// Where each character begins, in bytes, and the end of the text.
    at: Vec<u32>,
    codes: Vec<char>,
    /// For each character the hash of all before it, and that of all.
    sums: Vec<u64>,
}

impl Characters {
    pub fn of(text: &str) -> Characters {
        let mut characters = Characters::default();
        characters.read(text);
        characters
    }

    /// Reads another text; the memory is used again.
    pub fn read(&mut self, text: &str) {
        self.at.clear();
        self.codes.clear();
        self.sums.clear();
        let mut sum = 0_u64;
        for (at, c) in text.char_indices() {
            self.at.push(at as u32);
            self.codes.push(c);
            self.sums.push(sum);
            sum = sum.wrapping_mul(FACTOR).wrapping_add(u64::from(c as u32) + 1);
        }
        self.at.push(text.len() as u32);
        self.sums.push(sum);
    }

    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// All characters.
    pub fn all(&self) -> &[char] {
        &self.codes
    }

    #[inline]
    pub fn get(&self, index: usize) -> Option<char> {
        self.codes.get(index).copied()
    }

    /// Where a character begins; for the number of characters, the end of the text.
    #[inline]
    pub fn byte(&self, index: usize) -> usize {
        self.at[index] as usize
    }

    /// The hash of the characters from one on; `None` if there are not so many. `length` is at most [`LONGEST`].
    #[inline]
    pub fn hash(&self, from: usize, length: usize) -> Option<u32> {
        let end = *self.sums.get(from + length)?;
        Some(mixed(end.wrapping_sub(self.sums[from].wrapping_mul(POWERS[length]))))
    }
}

/// The hash of a run of characters.
pub fn hash_of(run: &[char]) -> u32 {
    mixed(run.iter().fold(0_u64, |sum, c| sum.wrapping_mul(FACTOR).wrapping_add(u64::from(*c as u32) + 1)))
}

/// The hash of two characters with another one between them, which can be any.
pub fn frame_hash(first: char, last: char) -> u32 {
    mixed((u64::from(first as u32) << 32 | u64::from(last as u32)) ^ FACTOR)
}

/// A number that depends on two characters, to be reduced to a place in a table.
#[inline]
pub fn pair_hash(first: char, second: char) -> u32 {
    mixed(u64::from(first as u32) << 21 | u64::from(second as u32))
}

#[inline]
fn mixed(sum: u64) -> u32 {
    let sum = (sum ^ sum >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (sum >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_runs_have_equal_hashes_wherever_they_are() {
        let text = Characters::of("江城日报社在江城日报大厦，a江城");
        assert_eq!(text.hash(0, 4), text.hash(6, 4));
        assert_ne!(text.hash(0, 5), text.hash(6, 5));
        assert_eq!(text.hash(0, 2), Characters::of("江城").hash(0, 2));
        assert_eq!(text.hash(text.len() - 1, 2), None);
        assert_eq!(text.hash(0, 4), Some(hash_of(&['江', '城', '日', '报'])));
    }
}
