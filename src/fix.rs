//! Turns findings into the set of edits that a fix makes, and records which findings are skipped and why.
//!
//! This is the only place that decides between overlapping findings.

use std::cmp::Reverse;

use crate::edit::{EditRef, EditSet};
use crate::finding::{Finding, FixSafety};

/// The edits that a fix makes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The edits of the canonical text.
    pub edits: EditSet,
    /// For each edit, in order, the index of the finding it comes from.
    pub applied: Vec<usize>,
    /// The findings whose edit is skipped because it overlaps another: the index of the skipped finding, and the index
    /// of the finding whose edit is made instead.
    pub skipped: Vec<(usize, usize)>,
}

/// Plans the fixes that `safety` allows, for findings in a draft with the canonical text `canonical`. Of overlapping
/// edits the earliest is made; of those with the same start, the longest. Skipped findings come up again in the next
/// round of fixing.
pub fn plan(findings: &[Finding], canonical: &str, safety: FixSafety) -> Plan {
    let mut candidates: Vec<(usize, EditRef)> = findings
        .iter()
        .enumerate()
        .filter_map(|(index, finding)| Some((index, finding.edit(safety)?.trimmed(canonical))))
        .collect();
    candidates.sort_by_key(|(index, edit)| (edit.span.start, Reverse(edit.span.end), *index));
    let mut plan = Plan::default();
    for (index, edit) in candidates {
        match plan.edits.push(edit.to_edit()) {
            Ok(()) => plan.applied.push(index),
            Err(_) => {
                let winner = *plan.applied.last().expect("only an edit before it can make an edit overlap");
                plan.skipped.push((index, winner));
            }
        }
    }
    plan
}

impl Plan {
    /// Removes the edits with these indices, which are in ascending order.
    pub fn remove(&mut self, refused: &[usize]) {
        if refused.is_empty() {
            return;
        }
        let kept: Vec<usize> = (0..self.applied.len()).filter(|edit| refused.binary_search(edit).is_err()).collect();
        self.edits = self.edits.subset(&kept);
        self.applied = kept.into_iter().map(|edit| self.applied[edit]).collect();
    }
}
