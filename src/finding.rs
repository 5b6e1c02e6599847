//! The results of rules: findings with their severity and suggestions, and confirmed calculations.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::edit::EditRef;
use crate::text::Span;

/// The severity of a finding, ordered from most to least severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A breach of a mandatory clause of the standard, or a word that is certainly wrong.
    Error,
    /// Almost certainly wrong, or something only the author can settle.
    Warning,
    /// A matter of style or taste, or something worth checking.
    Advice,
}

impl Severity {
    /// All severities, the most severe first.
    pub(crate) const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Advice];

    /// Returns the name used in rule files and machine-readable reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        }
    }

    /// Returns the Chinese name shown to users.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Severity::Error => "错误",
            Severity::Warning => "警告",
            Severity::Advice => "建议",
        }
    }
}

/// How reliable a suggestion is, ordered from the safest to the least safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FixSafety {
    /// Can be applied to any number of drafts without review.
    Safe,
    /// Needs review after it is applied.
    Suggested,
    /// Is never applied; the finding is only reported.
    None,
}

impl FixSafety {
    /// All levels, the safest first.
    pub(crate) const ALL: [FixSafety; 3] = [FixSafety::Safe, FixSafety::Suggested, FixSafety::None];

    /// Returns the name used in rule files and machine-readable reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FixSafety::Safe => "safe",
            FixSafety::Suggested => "suggested",
            FixSafety::None => "none",
        }
    }

    /// Returns the Chinese name shown to users.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            FixSafety::Safe => "可直接改",
            FixSafety::Suggested => "改后请过目",
            FixSafety::None => "只提示",
        }
    }
}

/// Texts that can replace one span of a draft, the best first. A copy shares the texts, and an empty list owns no memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Suggestions(Option<Arc<[String]>>);

impl Deref for Suggestions {
    type Target = [String];

    fn deref(&self) -> &[String] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<Vec<String>> for Suggestions {
    fn from(texts: Vec<String>) -> Suggestions {
        Suggestions((!texts.is_empty()).then(|| texts.into()))
    }
}

impl From<Suggestions> for Vec<String> {
    fn from(suggestions: Suggestions) -> Vec<String> {
        suggestions.to_vec()
    }
}

/// A further span that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Byte offsets in the canonical text of the draft.
    pub span: Span,
    /// How the span is related to the finding.
    pub message: String,
}

/// A problem that a rule detected at one span of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The index of the rule in the rule set that produced the finding.
    pub rule: u32,
    /// The index of the block that contains the finding (for a pair of punctuation marks, the block of the mark
    /// that is reported).
    pub block: u32,
    /// Byte offsets in the canonical text of the draft.
    pub span: Span,
    /// Possible replacements for exactly `span`. A fix applies the first. Findings of one rule with the same suggestions
    /// usually share them.
    pub suggestions: Suggestions,
    /// How reliable `suggestions[0]` is.
    pub fix: FixSafety,
    /// How severe the finding is: as severe as its rule, unless the place is a doubtful case.
    pub severity: Severity,
    /// An addition to the rule's message for this finding, such as a calculation.
    pub detail: Option<Box<str>>,
    /// Further spans that belong to the finding.
    pub related: Box<[Related]>,
}

/// A calculation in the draft that came out right. `--explain` shows it, so that a proofreader need not repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The index of the rule in the rule set that produced the confirmation.
    pub rule: u32,
    /// The span of the numbers, in byte offsets in the canonical text of the draft.
    pub span: Span,
    /// The calculation, such as `9 + 118 = 127`.
    pub computation: String,
}

impl Finding {
    /// Returns the key by which findings are sorted: start, then end, then rule.
    pub fn sort_key(&self) -> (usize, usize, u32) {
        (self.span.start, self.span.end, self.rule)
    }

    /// Returns the edit that applies the first suggestion. Returns `None` if there is no suggestion, if it is less safe
    /// than `safety`, or if its safety is [`FixSafety::None`].
    pub fn edit(&self, safety: FixSafety) -> Option<EditRef<'_>> {
        let text = self.suggestions.first()?;
        (self.fix <= safety && self.fix != FixSafety::None).then_some(EditRef { span: self.span, text })
    }
}
