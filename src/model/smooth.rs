//! Counts of sequences → probabilities, by interpolated absolute discounting with three discounts (Chen and Goodman,
//! 1999).

use super::ORDER;
use super::count::{Counts, Node};
use super::math::{exp, ln};

/// The natural logarithms of the probabilities that a sequence stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// That its last symbol follows the others.
    pub last: f32,
    /// What is left for the symbols that never followed the sequence: the factor of their probability after the shorter
    /// sequence.
    pub rest: f32,
}

/// What is subtracted from a count of one, of two, and of three and more.
type Discounts = [f64; 3];

/// Returns the estimates of all sequences, by their length.
pub fn estimate(counts: &Counts) -> [Vec<Estimate>; ORDER] {
    let mut estimates: [Vec<Estimate>; ORDER] = Default::default();
    let total: f64 = counts.levels[0].iter().map(|node| f64::from(node.count)).sum();
    // One more symbol, which stands for all that do not occur.
    let kinds = counts.levels[0].len() as f64 + 1.0;
    let last_of_first = counts.levels[0].iter().map(|node| (f64::from(node.count) + 0.5) / (total + kinds * 0.5));
    estimates[0] = last_of_first.map(|last| Estimate { last: ln(last) as f32, rest: 0.0 }).collect();
    // For each sequence, the place of the one without its first symbol.
    let mut suffixes: Vec<u32> = Vec::new();
    for length in 1..ORDER {
        let discounts = discounts(&counts.counts_of_counts[length]);
        let mut next = Vec::with_capacity(counts.levels[length].len());
        let mut next_suffixes = Vec::with_capacity(counts.levels[length].len());
        for (index, node) in counts.levels[length - 1].iter().enumerate() {
            let children = counts.children(length, index);
            let of_children = &counts.levels[length][children];
            let all = f64::from(node.count);
            let kept: f64 = of_children.iter().map(|child| discounted(child, discounts)).sum();
            let rest = if of_children.is_empty() { 1.0 } else { ((all - kept) / all).max(1e-6) };
            estimates[length - 1][index].rest = ln(rest) as f32;
            for child in of_children {
                let suffix = match length {
                    1 => counts.levels[0].binary_search_by_key(&child.symbol, |node| node.symbol).ok(),
                    _ => counts.child(length - 1, suffixes[index] as usize, child.symbol),
                };
                // A sequence is kept only if its parts are, so there is one.
                let suffix = suffix.unwrap_or(0);
                let shorter = exp(f64::from(estimates[length - 1][suffix].last));
                let last = discounted(child, discounts) / all + rest * shorter;
                next.push(Estimate { last: ln(last) as f32, rest: 0.0 });
                next_suffixes.push(suffix as u32);
            }
        }
        estimates[length] = next;
        suffixes = next_suffixes;
    }
    estimates
}

/// The discounts that predict the counts best, from how many sequences occur one to four times.
fn discounts([once, twice, thrice, four_times]: &[u64; 4]) -> Discounts {
    let [n1, n2, n3, n4] = [once, twice, thrice, four_times].map(|&count| count.max(1) as f64);
    let y = n1 / (n1 + 2.0 * n2);
    let estimated = [1.0 - 2.0 * y * n2 / n1, 2.0 - 3.0 * y * n3 / n2, 3.0 - 4.0 * y * n4 / n3];
    let within = |discount: f64, low: f64, high: f64| discount.clamp(low, high);
    [within(estimated[0], 0.3, 0.95), within(estimated[1], 0.5, 1.6), within(estimated[2], 0.7, 2.2)]
}

/// The count of a sequence less its discount.
fn discounted(node: &Node, discounts: Discounts) -> f64 {
    let of_count = match node.count {
        1 => discounts[0],
        2 => discounts[1],
        _ => discounts[2],
    };
    f64::from(node.count) - of_count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::symbols::{BOUNDARY, append_line};

    #[test]
    fn what_follows_a_sequence_has_a_probability_of_one_in_all() {
        let mut text = vec![BOUNDARY];
        for line in ["甲乙丙丁戊", "甲乙丙甲乙丁", "丙丁甲乙丙"] {
            append_line(line, &mut text);
        }
        let counts = Counts::new(&text, [1; ORDER]);
        let estimates = estimate(&counts);
        for (length, of_length) in estimates.iter().enumerate().take(ORDER - 1) {
            for (index, own) in of_length.iter().enumerate() {
                let children = counts.children(length + 1, index);
                let seen: f32 = children.clone().map(|child| estimates[length + 1][child].last.exp()).sum();
                assert!(seen < 1.0 && (children.is_empty() || seen + own.rest.exp() > 1.0), "{seen} {own:?}");
            }
        }
    }
}
