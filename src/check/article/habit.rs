//! Whether a form that an article uses a few times is a slip, given how often it uses the usual form.

/// If not even one in so many uses differs, the ones that differ are slips, however many they are.
const CERTAIN: usize = 20;

/// Whether `uses` of a form are slips in an article that has `usual` uses of another form.
///
/// A single deviation is a slip if the usual form occurs `odds` times: few articles mix the forms at all. The more
/// deviations there are, the more probable is a second habit, so the evidence that is needed grows with their square, up
/// to the ratio of [`CERTAIN`].
pub fn is_odd(uses: usize, usual: usize, odds: usize) -> bool {
    let needed = (odds * uses).min(odds.max(CERTAIN)) * uses;
    usual >= needed
}

/// A number of uses of the usual form that makes any smaller or equal number of `uses` odd. Nobody has to count further.
pub fn enough(uses: usize, odds: usize) -> usize {
    odds.max(CERTAIN) * uses + 1
}

#[cfg(test)]
mod tests {
    use super::{enough, is_odd};

    #[test]
    fn needs_more_evidence_for_more_deviations() {
        assert!(is_odd(1, 2, 2) && !is_odd(1, 1, 2));
        assert!(is_odd(2, 8, 2) && !is_odd(2, 7, 2));
        assert!(is_odd(30, 600, 2) && !is_odd(30, 599, 2));
        assert!((1..=50).all(|uses| is_odd(uses, enough(50, 2), 2)));
    }
}
