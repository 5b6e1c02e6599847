//! Finds what comes next in a text that is scanned from its start to its end.

use memchr::memmem;

/// The next occurrence of one needle. The answer is kept until the scan has passed it, so that all searches together
/// read the text once, even if every position asks and there is no occurrence.
pub struct Lookahead {
    needle: &'static str,
    /// The answer for all positions from `from` up to the occurrence, if it has been looked for.
    answer: Option<(usize, Option<usize>)>,
}

impl Lookahead {
    pub fn new(needle: &'static str) -> Lookahead {
        Lookahead { needle, answer: None }
    }

    /// Returns the first occurrence of the needle in `bytes` at or after `at`. `bytes` has to be the same in all calls.
    pub fn next(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        match self.answer {
            Some((from, found)) if from <= at && found.is_none_or(|found| found >= at) => found,
            _ => {
                let rest = bytes.get(at..)?;
                let found = memmem::find(rest, self.needle.as_bytes()).map(|found| at + found);
                self.answer = Some((at, found));
                found
            }
        }
    }
}
