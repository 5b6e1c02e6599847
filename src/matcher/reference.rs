//! Patterns as the crate `regex` matches them: what the compiler and the machine are compared with.

use regex::Regex;
use regex_syntax::hir::Look;

use super::syntax::{Classes, split_pattern};
use crate::text::Span;

/// A pattern, compiled by the crate `regex`.
#[derive(Debug)]
pub struct Reference {
    before: Option<Regex>,
    hit_and_after: Regex,
}

impl Reference {
    /// Compiles a pattern. `None` if the crate has reasons of its own not to, or if the end of the text is asked for in the
    /// context before the hit, which is searched for in the text before the hit alone.
    pub fn new(pattern: &str) -> Option<Reference> {
        let parts = split_pattern(pattern, &Classes::default()).ok()?;
        let before = regex_syntax::Parser::new().parse(&parts.before).ok()?;
        if before.properties().look_set().contains(Look::End) {
            return None;
        }
        let before = (!parts.before.is_empty()).then(|| Regex::new(&format!("(?:{})\\z", parts.before)));
        let hit_and_after = Regex::new(&format!("(?P<hit>{})(?:{})", parts.hit, parts.after)).ok()?;
        Some(Reference { before: before.transpose().ok()?, hit_and_after })
    }

    /// Returns the hit that begins at byte `at`.
    pub fn match_at(&self, text: &str, at: usize) -> Option<Span> {
        let groups = self.groups_at(text, at)?;
        groups.first().copied().flatten()
    }

    /// Returns the hit that begins at byte `at`, and the groups in it and after it.
    pub fn groups_at(&self, text: &str, at: usize) -> Option<Vec<Option<Span>>> {
        if self.before.as_ref().is_some_and(|before| !before.is_match(&text[..at])) {
            return None;
        }
        let found = self.hit_and_after.captures_at(text, at)?;
        let span = |group: Option<regex::Match>| group.map(|group| Span::new(group.start(), group.end()));
        (found.get(0)?.start() == at).then(|| found.iter().skip(1).map(span).collect())
    }
}
