//! `parallel`: clauses that run parallel and hold commas themselves, parted by nothing but commas.
//!
//! 持续推进深交流，努力……，持续推进广合作，努力……，持续推进共发展，努力……: every second clause begins alike, so
//! the comma before it parts what the comma behind it does not (GB/T 15834—2011 4.6.3.1).

use serde::{Deserialize, Serialize};

use super::{Article, Hit};
use crate::text::Span;

/// Options of a parallel check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parallel {
    /// How many characters at least the clauses begin alike with.
    alike: usize,
    /// How many such clauses there are at least.
    times: usize,
}

/// A clause that ends in a comma or ends its sentence.
struct Clause<'t> {
    text: &'t str,
    /// Where it begins, in bytes of the block's text.
    at: usize,
}

impl Parallel {
    pub(super) fn over(&self, article: &Article) -> Vec<Hit> {
        article.range.clone().flat_map(|block| self.in_block(block, article.text(block))).collect()
    }

    fn in_block(&self, block: usize, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut at = 0;
        for sentence in text.split_inclusive(['。', '！', '？', '；', '：', '“', '”']) {
            let mut clauses = Vec::new();
            for clause in sentence.split_inclusive('，') {
                clauses.push(Clause { text: clause, at });
                at += clause.len();
            }
            self.in_sentence(block, &clauses, &mut hits);
        }
        hits
    }

    fn in_sentence(&self, block: usize, clauses: &[Clause], hits: &mut Vec<Hit>) {
        let mut first = 0;
        while first + 2 * (self.times - 1) + 1 < clauses.len() {
            let heads = clauses[first..].iter().step_by(2);
            let times = heads.take_while(|clause| self.begin_alike(clause.text, clauses[first].text)).count();
            // The clauses between must not begin so too: then each comma parts alike.
            let differs = !self.begin_alike(clauses[first + 1].text, clauses[first].text);
            if times >= self.times && differs {
                for clause in clauses[first..].iter().step_by(2).take(times).skip(1) {
                    let comma = Span::new(clause.at - '，'.len_utf8(), clause.at);
                    hits.push(Hit::new(block, comma, vec!["；".to_owned()]));
                }
                first += 2 * times;
            } else {
                first += 1;
            }
        }
    }

    fn begin_alike(&self, one: &str, other: &str) -> bool {
        let alike = one.chars().zip(other.chars()).take_while(|(a, b)| a == b && *a != '，').count();
        alike >= self.alike
    }
}
