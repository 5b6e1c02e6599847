//! Findings as users of the library see them: with the id of the rule, places and the complete message.

use std::ops::Range;

use crate::draft::Draft;
use crate::finding::{self, FixSafety, Severity};
use crate::rule::RuleSet;
use crate::text::{Locator, Position, Span};

/// A place in a draft that a rule considers wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Finding {
    /// The id of the rule: its family and its name, such as `punctuation/halfwidth-comma`.
    pub rule: String,
    /// How severe the error is.
    pub severity: Severity,
    /// What is wrong and what to do about it: one sentence in Chinese.
    pub message: String,
    /// The standard and its clause that the rule enforces, such as `GB/T 15834—2011 4.5`.
    pub source: String,
    /// The place as byte offsets in [`Draft::text`]. It may be empty: then something is missing there.
    pub range: Range<usize>,
    /// The line and column of the first character.
    pub start: Position,
    /// The line and column after the last character.
    pub end: Position,
    /// What could replace exactly `range`, the best first; an empty text deletes it. The texts are written as the
    /// format of the draft needs them, for example with `&amp;` in HTML. Empty if the finding has no suggestion.
    pub suggestions: Vec<String>,
    /// How far the first suggestion can be trusted.
    pub fix: FixSafety,
    /// Other places that belong to the finding.
    pub related: Vec<Related>,
}

/// Another place in the draft that belongs to a finding, such as the number that a total contradicts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Related {
    /// The place as byte offsets in [`Draft::text`].
    pub range: Range<usize>,
    /// The line and column of the first character.
    pub start: Position,
    /// How the place is related to the finding, in Chinese.
    pub message: String,
}

/// Describes `findings`, which are in the order of their spans, of `rules` in `draft`.
pub(super) fn describe(rules: &RuleSet, draft: &Draft, findings: &[finding::Finding]) -> Vec<Finding> {
    let text = draft.text();
    // Each locator is asked for nearly ascending offsets, which is fast.
    let (mut starts, mut ends, mut others) = (Locator::new(text), Locator::new(text), Locator::new(text));
    let describe = |found: &finding::Finding| {
        let rule = &rules.rules[found.rule as usize];
        let related = found.related.iter().map(|related| Related {
            range: related.span.range(),
            start: others.position(related.span.start),
            message: related.message.clone(),
        });
        let Span { start, end } = found.span;
        Finding {
            rule: rule.id.clone(),
            severity: found.severity,
            message: rule.message_for(found, text),
            source: rule.metadata.source.clone(),
            range: start..end,
            start: starts.position(start),
            end: ends.position(end),
            suggestions: found.suggestions.to_vec(),
            fix: if found.suggestions.is_empty() { FixSafety::None } else { found.fix },
            related: related.collect(),
        }
    };
    findings.iter().map(describe).collect()
}
