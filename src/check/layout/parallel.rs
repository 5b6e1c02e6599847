//! `parallel`: parallel clauses that contain commas and are separated by nothing but commas.
//!
//! In 持续推进深交流，努力……，持续推进广合作，努力……，持续推进共发展，努力…… every second clause begins alike. The
//! comma before such a clause should be a semicolon, because it separates more than the comma after it (GB/T 15834—2011
//! 4.6.3.1).

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharFinder, CharOccurrence};
use crate::check::options::OptionError;
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::text::Span;

/// Options of a parallel check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParallelOptions {
    /// The minimum number of equal characters at the starts of the clauses: one or more.
    alike: Spanned<usize>,
    /// The minimum number of such clauses: two or more.
    times: Spanned<usize>,
}

/// Looks for parallel clauses that begin alike.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parallel {
    alike: usize,
    times: usize,
}

/// The marks that end a clause. All but the comma also end a sentence.
const MARKS: [char; 8] = ['，', '。', '！', '？', '；', '：', '“', '”'];

/// A clause with the comma or the other mark at its end.
struct Clause<'t> {
    text: &'t str,
    /// The byte of the block's text at which the clause begins.
    at: usize,
}

impl Compile for Parallel {
    type Options = ParallelOptions;

    fn compile(options: &ParallelOptions, _: &Classes) -> Result<Parallel, OptionError> {
        for (name, number, least) in [("alike", &options.alike, 1), ("times", &options.times, 2)] {
            if *number.get_ref() < least {
                return Err(OptionError::of(number, format!("{name} 至少是 {least}。")));
            }
        }
        Ok(Parallel { alike: *options.alike.get_ref(), times: *options.times.get_ref() })
    }
}

impl ArticleCheck for Parallel {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let marks = CharFinder::new(&MARKS);
        article.range.clone().flat_map(|block| self.in_block(block, article.text(block), marks)).collect()
    }
}

impl Parallel {
    /// The hits in a block's text. `marks` finds the [`MARKS`].
    fn in_block(&self, block: usize, text: &str, marks: CharFinder) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut clauses: Vec<Clause> = Vec::new();
        let mut start = 0;
        for (at, mark) in marks.find_in(text) {
            let end = at + mark.len_utf8();
            clauses.push(Clause { text: &text[start..end], at: start });
            start = end;
            if mark != '，' {
                self.in_sentence(block, &clauses, &mut hits);
                clauses.clear();
            }
        }
        if start < text.len() {
            clauses.push(Clause { text: &text[start..], at: start });
        }
        self.in_sentence(block, &clauses, &mut hits);
        hits
    }

    /// Adds the hits in a sentence.
    fn in_sentence(&self, block: usize, clauses: &[Clause], hits: &mut Vec<Hit>) {
        // Another clause follows each of the parallel clauses, also the last.
        if clauses.len() / 2 < self.times {
            return;
        }
        let heads: Vec<Option<&str>> = clauses.iter().map(|clause| self.head(clause.text)).collect();
        // For each clause, how many clauses from it on, counting every second one, begin alike.
        let mut times = vec![1; clauses.len()];
        for index in (0..clauses.len().saturating_sub(2)).rev() {
            if heads[index].is_some() && heads[index] == heads[index + 2] {
                times[index] += times[index + 2];
            }
        }
        let mut first = 0;
        while first + 1 < clauses.len() {
            let are_enough = times[first].min((clauses.len() - first) / 2) >= self.times;
            // If the clauses between them begin with the same characters, all clauses are of one rank, and so are the
            // commas.
            if are_enough && heads[first + 1] != heads[first] {
                for clause in clauses[first..].iter().step_by(2).take(times[first]).skip(1) {
                    let comma = Span::new(clause.at - '，'.len_utf8(), clause.at);
                    hits.push(Hit::new(block, comma, vec!["；".to_owned()]));
                }
                first += 2 * times[first];
            } else {
                first += 1;
            }
        }
    }

    /// The characters that are compared at the start of a clause; `None` if the clause is shorter.
    fn head<'t>(&self, clause: &'t str) -> Option<&'t str> {
        let (last, c) = clause.char_indices().nth(self.alike - 1)?;
        let head = &clause[..last + c.len_utf8()];
        (!head.contains('，')).then_some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(text: &str) -> usize {
        Parallel { alike: 3, times: 3 }.in_block(0, text, CharFinder::new(&MARKS)).len()
    }

    #[test]
    fn finds_clauses_of_which_every_second_begins_alike() {
        assert_eq!(hits("我们将学，甲，我们将看，乙，我们将写，丙。"), 2);
        assert_eq!(hits("我们将学，甲，我们将看，乙，我们将写。"), 0);
        assert_eq!(hits("我们将学，我们将看，我们将写，我们将说，我们将想，我们将做。"), 0);
        assert_eq!(hits("我们，甲，我们，乙，我们，丙。"), 0);
    }

    #[test]
    fn handles_long_sentences_in_linear_time() {
        assert_eq!(hits(&"我们将学，".repeat(100_000)), 0);
    }
}
