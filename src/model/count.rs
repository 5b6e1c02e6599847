//! Counts sequences of symbols by sorting.
//!
//! The text is held as symbols, two bytes each. The sequences that begin with the same symbols are counted together, a
//! share of the symbols at a time, so memory is bounded and the result does not depend on the number of threads.

use super::ORDER;
use super::symbols::{BOUNDARY, Symbol};
use crate::parallel;

/// The number of sequences that are sorted at a time in one thread.
const SHARE: usize = 4 << 20;

/// The least number of occurrences of a sequence that is kept, by its length. It must not decrease.
pub type Cutoffs = [u32; ORDER];

/// The sequences of one length that are kept, in the order of their symbols.
pub type Level = Vec<Node>;

/// A sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Its last symbol.
    pub symbol: Symbol,
    /// How often it occurs.
    pub count: u32,
    /// The place of the first sequence, in the next level, that is longer by one symbol. Those of a sequence end where
    /// those of the next begin.
    pub children: u32,
}

/// Counted sequences of one to [`ORDER`] symbols.
#[derive(Debug, Default)]
pub struct Counts {
    pub levels: [Level; ORDER],
    /// How many sequences occur once, twice, three and four times, by their length, also of those that are not kept.
    pub counts_of_counts: [[u64; 4]; ORDER],
}

impl Counts {
    /// Counts the sequences in a text, which must end in [`BOUNDARY`]. No sequence extends across one.
    pub fn new(text: &[Symbol], cutoffs: Cutoffs) -> Counts {
        let mut counts = Counts::default();
        for part in parallel::map(&shares(text), |&share| count_share(text, share, cutoffs)) {
            counts.append(part);
        }
        counts
    }

    /// Appends the sequences of a share that follows.
    fn append(&mut self, part: Counts) {
        let offsets: Vec<u32> = self.levels.iter().map(|level| level.len() as u32).collect();
        for (length, nodes) in part.levels.into_iter().enumerate() {
            let offset = offsets.get(length + 1).copied().unwrap_or(0);
            let shifted = nodes.into_iter().map(|node| Node { children: node.children + offset, ..node });
            self.levels[length].extend(shifted);
        }
        for (sum, part) in self.counts_of_counts.iter_mut().flatten().zip(part.counts_of_counts.iter().flatten()) {
            *sum += part;
        }
    }

    /// Returns the places in the next level of the sequences that are longer by one symbol.
    pub fn children(&self, length: usize, index: usize) -> std::ops::Range<usize> {
        let Some(next) = self.levels.get(length) else { return 0..0 };
        let level = &self.levels[length - 1];
        let end = level.get(index + 1).map_or(next.len(), |node| node.children as usize);
        level[index].children as usize..end
    }

    /// Returns the place of the sequence that extends the one at `index` by `symbol`.
    pub fn child(&self, length: usize, index: usize, symbol: Symbol) -> Option<usize> {
        let children = self.children(length, index);
        let found = self.levels.get(length)?[children.clone()].binary_search_by_key(&symbol, |node| node.symbol);
        found.ok().map(|found| children.start + found)
    }
}

/// Divides the symbols into ranges whose sequences fit into memory together.
fn shares(text: &[Symbol]) -> Vec<(Symbol, Symbol)> {
    let mut frequencies = vec![0_usize; 1 << 16];
    for &symbol in text {
        frequencies[usize::from(symbol)] += 1;
    }
    let mut shares = Vec::new();
    let (mut first, mut sum) = (0, 0);
    for (symbol, frequency) in frequencies.iter().enumerate() {
        if sum > 0 && sum + frequency > SHARE {
            shares.push((first as Symbol, (symbol - 1) as Symbol));
            (first, sum) = (symbol, 0);
        }
        sum += frequency;
    }
    shares.push((first as Symbol, Symbol::MAX));
    shares
}

/// Counts the sequences whose first symbol is in a range.
fn count_share(text: &[Symbol], (first, last): (Symbol, Symbol), cutoffs: Cutoffs) -> Counts {
    let mut begins = vec![0_usize; usize::from(last - first) + 2];
    let is_in_share = |symbol: Symbol| (first..=last).contains(&symbol);
    for &symbol in text.iter().filter(|&&symbol| is_in_share(symbol)) {
        begins[usize::from(symbol - first) + 1] += 1;
    }
    for index in 1..begins.len() {
        begins[index] += begins[index - 1];
    }
    let mut ends = begins.clone();
    let mut tails = vec![0_u64; begins.last().copied().unwrap_or(0)];
    for (at, &symbol) in text.iter().enumerate().filter(|&(_, &symbol)| is_in_share(symbol)) {
        let end = &mut ends[usize::from(symbol - first)];
        tails[*end] = tail(&text[at + 1..]);
        *end += 1;
    }
    let mut counts = Counts::default();
    for (symbol, range) in (first..=last).zip(begins.windows(2)) {
        let tails = &mut tails[range[0]..range[1]];
        tails.sort_unstable();
        counts.add(tails, symbol, 1, true, &cutoffs);
    }
    counts
}

/// The symbols after the first one of a sequence, up to a boundary, as one number.
fn tail(text: &[Symbol]) -> u64 {
    let mut tail = 0;
    let mut is_over = false;
    for index in 0..ORDER - 1 {
        let symbol = if is_over { BOUNDARY } else { text.get(index).copied().unwrap_or(BOUNDARY) };
        is_over |= symbol == BOUNDARY;
        tail = tail << 16 | u64::from(symbol);
    }
    tail
}

impl Counts {
    /// Adds the sequence of `length` symbols that ends in `symbol`, and those that extend it. `tails` are the symbols
    /// after the first one of all its occurrences, sorted.
    fn add(&mut self, tails: &[u64], symbol: Symbol, length: usize, is_kept: bool, cutoffs: &Cutoffs) {
        let count = tails.len() as u32;
        if count == 0 {
            return;
        }
        if let 1..=4 = count {
            self.counts_of_counts[length - 1][count as usize - 1] += 1;
        }
        let is_kept = is_kept && count >= cutoffs[length - 1];
        if is_kept {
            let children = self.levels.get(length).map_or(0, |next| next.len() as u32);
            self.levels[length - 1].push(Node { symbol, count, children });
        }
        if length == ORDER || (symbol == BOUNDARY && length > 1) {
            return;
        }
        let shift = 16 * (ORDER - 1 - length);
        let symbol_at = |tail: &u64| (tail >> shift) as Symbol;
        for run in tails.chunk_by(|a, b| symbol_at(a) == symbol_at(b)) {
            self.add(run, symbol_at(&run[0]), length + 1, is_kept, cutoffs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::symbols::append_line;

    fn counts(lines: &[&str]) -> Counts {
        let mut text = vec![BOUNDARY];
        lines.iter().for_each(|line| append_line(line, &mut text));
        Counts::new(&text, [1; ORDER])
    }

    fn count(counts: &Counts, sequence: &str) -> u32 {
        let mut symbols = sequence.chars().map(|c| c as Symbol);
        let first = symbols.next().unwrap();
        let mut at = counts.levels[0].binary_search_by_key(&first, |node| node.symbol).ok();
        let mut length = 1;
        for symbol in symbols {
            at = at.and_then(|at| counts.child(length, at, symbol));
            length += 1;
        }
        at.map_or(0, |at| counts.levels[length - 1][at].count)
    }

    #[test]
    fn counts_sequences_within_lines() {
        let counts = counts(&["甲乙甲乙", "乙甲"]);
        for (sequence, expected) in [
            ("甲", 3),
            ("甲乙", 2),
            ("甲乙甲", 1),
            ("乙甲", 2),
            ("甲乙\0", 1),
            ("\0乙甲\0", 1),
            ("\0甲乙甲乙", 1),
            ("乙乙", 0),
        ] {
            assert_eq!(count(&counts, sequence), expected, "{sequence:?}");
        }
    }
}
