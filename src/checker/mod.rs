//! The public interface of the library: a [`Checker`] finds and fixes the errors in a draft.

mod builder;
#[cfg(feature = "model")]
mod context_model;
mod report;
mod session;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::Result;
use crate::finding::FixSafety;
use crate::guard;
use crate::revise::revise_with;
use crate::stet::{Review, ReviewOptions};

pub use builder::CheckerBuilder;
#[cfg(feature = "model")]
pub use context_model::ContextModel;
pub use report::{Finding, Related};
pub use session::Session;

/// Checks drafts with a set of rules.
///
/// A checker can be used for any number of drafts, and by several threads at once. Creating one takes longer than
/// checking a short draft.
#[derive(Debug)]
pub struct Checker {
    engine: Engine,
    ignores_suppressions: bool,
}

/// A draft that has been fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fixed {
    /// The whole file in the encoding of the draft. All bytes outside the fixes are those of the draft.
    pub bytes: Vec<u8>,
    /// How many fixes were applied, by the id of their rule. Empty if the file is unchanged.
    pub applied: BTreeMap<String, usize>,
    /// How many fixes were not applied because they would have changed more than prose, such as the markup of the draft.
    pub refused: usize,
    /// The ids of rules that undo each other's fixes, so that none of their fixes was applied.
    pub contending: Vec<String>,
}

impl Checker {
    /// Creates a checker with the built-in rules. It reports errors and warnings, but no advice.
    #[must_use]
    pub fn new() -> Checker {
        CheckerBuilder::new().build().expect("the built-in rules are valid")
    }

    /// Returns a builder to choose other rules.
    pub fn builder() -> CheckerBuilder {
        CheckerBuilder::new()
    }

    /// Returns the ids of the rules that run, such as `punctuation/halfwidth-comma`.
    pub fn rule_ids(&self) -> impl Iterator<Item = &str> {
        self.engine.rules().rules.iter().map(|rule| rule.id.as_str())
    }

    /// Returns the findings in a draft, sorted by where they start, then by where they end. A finding that a mark in
    /// the draft suppresses (`<!-- zhubi stet RULE -->`, `【朱笔保留 RULE】`) is left out.
    #[must_use]
    pub fn check(&self, draft: &Draft) -> Vec<Finding> {
        self.describe(draft, self.review_options().review(&self.engine, draft))
    }

    /// Returns a session, which checks states of one draft one after the other, as in an editor.
    #[must_use]
    pub fn session(&self) -> Session<'_> {
        Session::new(self)
    }

    /// Applies the first suggestion of every finding whose [`fix`](Finding::fix) is at least as safe as `safety`, then
    /// checks the result and fixes it again until there is nothing left to fix. A finding with [`FixSafety::None`] is
    /// never fixed. Of overlapping suggestions the one that starts first is applied.
    ///
    /// The fixed file is read again. A fix that would change more than prose is not applied.
    ///
    /// # Errors
    /// [`InvalidDraft`](crate::ErrorKind::InvalidDraft) if the fixes cannot be written into the file.
    pub fn fix(&self, draft: &Draft, safety: FixSafety) -> Result<Fixed> {
        let revision = revise_with(&self.engine, draft, safety, &self.review_options())?;
        let rules = &self.engine.rules().rules;
        let id = |rule: u32| rules[rule as usize].id.clone();
        Ok(Fixed {
            bytes: revision.bytes,
            applied: revision.edits_by_rule.into_iter().map(|(rule, count)| (id(rule), count)).collect(),
            refused: revision.refused,
            contending: revision.contending.into_iter().map(id).collect(),
        })
    }

    /// Describes the findings to report.
    fn describe(&self, draft: &Draft, mut review: Review) -> Vec<Finding> {
        guard::withdraw_harmful_fixes(draft, &mut review.findings);
        report::describe(self.engine.rules(), draft, &review.findings)
    }

    fn review_options(&self) -> ReviewOptions<'_> {
        ReviewOptions { ignore_suppressions: self.ignores_suppressions, ..ReviewOptions::default() }
    }
}

impl Default for Checker {
    fn default() -> Checker {
        Checker::new()
    }
}
