//! Findings → the set of edits a fix makes, and what was held back and why.
//!
//! The only place that decides between findings that overlap.

use crate::edit::EditSet;
use crate::finding::{Finding, FixSafety};

/// What a fix would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The edits, of the canonical text.
    pub edits: EditSet,
    /// For every edit the finding it comes from, as an index into the findings.
    pub applied: Vec<usize>,
    /// The findings whose edit had to give way, each with the finding that won.
    pub held: Vec<(usize, usize)>,
}

/// Plans the fixes that `safety` allows. Of findings that overlap the earliest wins; of those that
/// begin together the longest. The losers stay findings, and the next round of fixing meets them again.
pub fn plan(findings: &[Finding], canonical: &str, safety: FixSafety) -> Plan {
    let mut wanted: Vec<(usize, crate::edit::Edit)> = findings
        .iter()
        .enumerate()
        .filter_map(|(index, finding)| Some((index, finding.edit(safety)?.trimmed(canonical))))
        .collect();
    wanted.sort_by_key(|(index, edit)| (edit.span.start, std::cmp::Reverse(edit.span.end), *index));
    let mut plan = Plan::default();
    for (index, edit) in wanted {
        match plan.edits.push(edit) {
            Ok(()) => plan.applied.push(index),
            Err(_) => plan.held.push((index, *plan.applied.last().expect("an edit is refused for one before it"))),
        }
    }
    plan
}
