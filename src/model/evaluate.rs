//! Measures a model on errors and on clean text.

use super::corrections::Row;
use super::scorer::{Features, Model};
use super::symbols::{Symbols, char_of};
use crate::parallel;

/// A proposed change of one character.
#[derive(Debug, Clone, Copy)]
pub struct Proposal {
    /// The logarithm of the odds that it is right.
    pub score: f32,
    /// The byte of the text where the character is.
    pub start: usize,
    pub written: char,
    pub meant: char,
}

/// Returns the best change of each character of a text that others fit better, the most certain first. A change next to
/// a more certain one is left out.
pub fn proposals(model: &Model, text: &str) -> Vec<Proposal> {
    let mut symbols = Symbols::default();
    symbols.read(text);
    let score = |features: &Features| model.decision.as_ref().map_or(features[0], |it| it.score(features));
    let mut all: Vec<(usize, Proposal)> = Vec::new();
    for suspicion in model.suspicions(&symbols) {
        let proposal = Proposal {
            score: score(&suspicion.features),
            start: symbols.start(suspicion.at),
            written: char_of(suspicion.written),
            meant: char_of(suspicion.meant),
        };
        all.push((suspicion.at, proposal));
    }
    all.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
    let mut chosen: Vec<(usize, Proposal)> = Vec::new();
    for (at, proposal) in all {
        if chosen.iter().all(|&(other, _)| other.abs_diff(at) > 1) {
            chosen.push((at, proposal));
        }
    }
    chosen.into_iter().map(|(_, proposal)| proposal).collect()
}

/// What is found in a set of rows at a threshold.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct RowResult {
    /// Rows with an error.
    pub wrong: usize,
    /// Of these, the rows that are right after all changes.
    pub mended: usize,
    /// Rows that are changed.
    pub changed: usize,
    /// Rows without an error that are changed.
    pub harmed: usize,
}

/// Rows with the changes that are proposed for them.
pub struct Judged<'r> {
    rows: Vec<(&'r Row, Vec<Proposal>)>,
}

impl<'r> Judged<'r> {
    /// Runs the model over rows.
    pub fn new(model: &Model, rows: &'r [Row]) -> Judged<'r> {
        let rows = parallel::map(rows, |row| (row, proposals(model, &row.written)));
        Judged { rows }
    }

    /// The result if changes with at least this score are made.
    pub fn at(&self, threshold: f32) -> RowResult {
        let mut result = RowResult::default();
        for (row, proposals) in &self.rows {
            let made: Vec<&Proposal> = proposals.iter().filter(|proposal| proposal.score >= threshold).collect();
            let is_wrong = !row.is_right();
            result.wrong += usize::from(is_wrong);
            result.changed += usize::from(!made.is_empty());
            result.harmed += usize::from(!made.is_empty() && !is_wrong);
            if is_wrong && !made.is_empty() && row.right.contains(&changed(&row.written, &made)) {
                result.mended += 1;
            }
        }
        result
    }
}

/// Returns a text with changes made.
fn changed(text: &str, proposals: &[&Proposal]) -> String {
    let replacement = |at| proposals.iter().find(|proposal| proposal.start == at).map(|proposal| proposal.meant);
    text.char_indices().map(|(at, c)| replacement(at).unwrap_or(c)).collect()
}

/// Returns the scores of all changes that are proposed in clean text, the highest first, with their lines.
pub fn alarms(model: &Model, lines: &[String]) -> Vec<(usize, Proposal)> {
    let numbers: Vec<usize> = (0..lines.len()).collect();
    let found = parallel::map(&numbers, |&number| {
        let proposals = proposals(model, &lines[number]);
        proposals.into_iter().map(move |proposal| (number, proposal)).collect::<Vec<_>>()
    });
    let mut all: Vec<(usize, Proposal)> = found.into_iter().flatten().collect();
    all.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
    all
}

/// The score that a change needs so that there are at most this many alarms in 100,000 characters.
pub fn threshold(alarms: &[(usize, Proposal)], characters: usize, per_100k: f64) -> f32 {
    let allowed = (per_100k * characters as f64 / 1e5) as usize;
    alarms.get(allowed).map_or(f32::MIN, |(_, proposal)| proposal.score.next_up())
}
