//! What a check reports: hits, before the engine turns them into findings of a rule.

use crate::finding::{FixSafety, Severity, Suggestions};
use crate::text::Span;

/// A place where a check matches. It knows nothing of rules: the engine adds id, severity and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The flagged text, in bytes of the block's text.
    pub span: Span,
    /// Replacements for the flagged text, the best first.
    pub to: Suggestions,
    /// An upper limit on the safety of the fix in this place; the rule's own limit applies too.
    pub at_most: FixSafety,
    /// An upper limit on the severity of the finding; that of the rule applies too. A hit that is only a doubtful case of
    /// what the rule is about is advice.
    pub at_most_severe: Severity,
    /// Whether the hit also covers the end of a line and the first character after it: the replacements join the lines.
    /// They can be made in plain text only.
    pub joins_lines: bool,
    /// What the message says about this place, for `{detail}`.
    pub detail: Option<String>,
    /// Related places: block, span in its text, and how it is related (one Chinese sentence).
    pub related: Vec<(usize, Span, String)>,
}

impl Hit {
    /// Creates a hit that may be fixed as far as its rule allows.
    pub(super) fn new(block: usize, span: Span, to: Vec<String>) -> Hit {
        Hit::sharing(block, span, to.into())
    }

    /// Creates a hit that may be fixed as far as its rule allows, with replacements that it shares with other hits.
    pub(super) fn sharing(block: usize, span: Span, to: Suggestions) -> Hit {
        Hit {
            block,
            span,
            to,
            at_most: FixSafety::Safe,
            at_most_severe: Severity::Error,
            joins_lines: false,
            detail: None,
            related: Vec::new(),
        }
    }

    /// Makes the hit a doubtful case: it is reported as advice, however severe the rule is.
    pub(super) fn into_advice(mut self) -> Hit {
        self.at_most_severe = Severity::Advice;
        self
    }

    /// Extends the hit over the end of its line to the first character of the next one.
    pub(super) fn joining_lines(mut self) -> Hit {
        self.joins_lines = true;
        self
    }

    /// Sets the detail.
    pub(super) fn detail(mut self, detail: impl Into<String>) -> Hit {
        self.detail = Some(detail.into());
        self
    }
}

/// Text that stands twice in succession: after the first copy comes the second one, and perhaps more of the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// Both copies, in bytes of the block's text.
    pub span: Span,
    /// The byte at which the second copy begins.
    pub second: usize,
    /// The byte at which the text is no longer the same as that before it. It is not before the end of the second copy.
    pub end: usize,
    /// The number of characters of each copy.
    pub length: usize,
}

/// An example that a check states about itself: a table of terms implies one for each of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'c> {
    /// The text to check.
    pub text: &'c str,
    /// The text after the first suggestion, if the whole text is one hit; `None` if there must be no hit.
    pub becomes: Option<&'c str>,
}
