//! What a rule found: where, how grave, and what could stand there instead.

use serde::{Deserialize, Serialize};

use crate::edit::Edit;
use crate::text::Span;

/// How grave a finding is. Ordered: the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Breaks a mandatory clause of the standard, or is certainly a wrong word.
    Error,
    /// Almost certainly wrong, or needs the author.
    Warning,
    /// Style, taste, or a place worth a look.
    Advice,
}

impl Severity {
    /// All severities, the gravest first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Advice];

    /// The name in rule files and reports for programs.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        }
    }

    /// The name for readers.
    pub fn chinese(self) -> &'static str {
        match self {
            Severity::Error => "错误",
            Severity::Warning => "警告",
            Severity::Advice => "建议",
        }
    }
}

/// How far a suggestion may be trusted. Ordered: the safest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FixSafety {
    /// Can be applied unseen on ten thousand drafts.
    Safe,
    /// Wants an eye.
    Suggested,
    /// Is never applied: the finding only points.
    None,
}

impl FixSafety {
    /// All of them, the safest first.
    pub const ALL: [FixSafety; 3] = [FixSafety::Safe, FixSafety::Suggested, FixSafety::None];

    /// The name in rule files and reports for programs.
    pub fn name(self) -> &'static str {
        match self {
            FixSafety::Safe => "safe",
            FixSafety::Suggested => "suggested",
            FixSafety::None => "none",
        }
    }

    /// The name for readers.
    pub fn chinese(self) -> &'static str {
        match self {
            FixSafety::Safe => "可直接改",
            FixSafety::Suggested => "改后请过目",
            FixSafety::None => "只提示",
        }
    }
}

/// Another place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Byte offsets in the canonical text of the draft.
    pub span: Span,
    /// What the place has to do with the finding.
    pub message: String,
}

/// One place where a rule holds the draft to be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule, as its index in the rule set that made the finding.
    pub rule: u32,
    /// The block it stands in (for a pair of marks: the block of the mark that is flagged).
    pub block: u32,
    /// Byte offsets in the canonical text of the draft.
    pub span: Span,
    /// What could stand in place of exactly `span`; the first is what a fix applies.
    pub suggestions: Vec<String>,
    /// How far `suggestions[0]` may be trusted.
    pub fix: FixSafety,
    /// What this case adds to the rule's message, such as the figures of a date.
    pub detail: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
}

/// Something that a rule worked out and that holds: shown to whoever would work it out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The rule, as its index in the rule set that made it.
    pub rule: u32,
    /// The figures, in byte offsets in the canonical text of the draft.
    pub span: Span,
    /// The computation: `9 + 118 = 127`
    pub computation: String,
}

impl Finding {
    /// The change a fix at `safety` makes, if this finding allows one.
    pub fn edit(&self, safety: FixSafety) -> Option<Edit> {
        let text = self.suggestions.first()?;
        (self.fix <= safety && self.fix != FixSafety::None).then(|| Edit { span: self.span, text: text.clone() })
    }
}
