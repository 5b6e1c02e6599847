//! What a proofreader decides on a finding.

use serde::{Deserialize, Serialize};

use crate::sheet::OPEN;
use crate::text::Span;

/// What stands in place of the id of a rule where no rule found anything: a correction by hand.
pub const BY_HAND: &str = "by-hand";

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Verdict {
    /// A suggestion is taken; without a text, the first one.
    Take {
        #[serde(default)]
        text: Option<String>,
    },
    /// The place gets the proofreader's own wording.
    Own { text: String },
    /// The place is left as it is, without further ado.
    Leave,
    /// The place is right: let it stand, with the reason.
    Stet {
        #[serde(default)]
        reason: String,
    },
    /// The text is a word that is right wherever it stands.
    Word,
    /// The decision is withdrawn: the place is as it was.
    Reopen,
}

impl Verdict {
    /// Returns the name of the state of a place on which this has been decided.
    pub fn state(&self) -> &'static str {
        match self {
            Verdict::Take { .. } => "taken",
            Verdict::Own { .. } => "own",
            Verdict::Leave => "left",
            Verdict::Stet { .. } => "stet",
            Verdict::Word => "word",
            Verdict::Reopen => OPEN,
        }
    }

    /// Whether the decision changes the draft.
    pub fn is_change(&self) -> bool {
        matches!(self, Verdict::Take { .. } | Verdict::Own { .. })
    }

    /// Returns the reason that is given.
    pub fn reason(&self) -> &str {
        match self {
            Verdict::Stet { reason } => reason,
            _ => "",
        }
    }
}

/// A place on which something has been decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The number of the decision, which stays the same.
    pub number: usize,
    /// The id of the rule, or [`BY_HAND`].
    pub rule: String,
    /// The place in the text as it is now: of a change, what it has written.
    #[serde(with = "span_as_pair")]
    pub span: Span,
    /// The text that the rule found, or that was corrected.
    pub before: String,
    /// The text that is there now.
    pub after: String,
    /// What was decided.
    pub verdict: Verdict,
    /// What the rule said, for the record.
    pub message: String,
    /// The text around the place, by which it is found again in a draft that was changed elsewhere.
    pub around: (String, String),
}

/// Writes a span as `[start, end]`.
pub(super) mod span_as_pair {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::text::Span;

    pub fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
        (span.start, span.end).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        let (start, end) = <(usize, usize)>::deserialize(deserializer)?;
        if start > end {
            return Err(serde::de::Error::custom("a span that ends before it starts"));
        }
        Ok(Span::new(start, end))
    }
}
