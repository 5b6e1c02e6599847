//! Checks a draft again and again while it is edited.

use super::{Checker, Finding};
use crate::draft::Draft;
use crate::engine::FindingCache;

/// Checks states of one draft one after the other, as in an editor. An article that has not changed since the last state is
/// not checked again, even if it has moved. Its memory is about that of the draft.
///
/// ```
/// use zhubi::{Checker, Draft, Format};
///
/// let checker = Checker::new();
/// let mut session = checker.session();
/// for text in ["两地携手", "两地携手,", "两地携手,共建联盟"] {
///     let draft = Draft::open(text.into(), Format::Plain)?;
///     assert_eq!(session.check(&draft), checker.check(&draft));
/// }
/// # Ok::<(), zhubi::Error>(())
/// ```
#[derive(Debug)]
pub struct Session<'c> {
    checker: &'c Checker,
    cache: FindingCache,
}

impl<'c> Session<'c> {
    pub(super) fn new(checker: &'c Checker) -> Session<'c> {
        Session { checker, cache: FindingCache::default() }
    }

    /// Returns the findings in a draft, as [`Checker::check`] does.
    #[must_use]
    pub fn check(&mut self, draft: &Draft) -> Vec<Finding> {
        let engine = &self.checker.engine;
        let findings = engine.check_with(draft, &mut self.cache);
        let review = self.checker.review_options().divide(engine, draft, findings);
        self.checker.describe(draft, review)
    }
}
