//! Rule files → valid rules, or errors that name file, line and column.

mod file;
mod option;
mod raw;
mod set;
mod source;
mod toml_file;

use serde::{Deserialize, Serialize};

use crate::block::Kinds;
use crate::check::{Check, Triggers};
use crate::finding::{Finding, FixSafety, Severity};
use crate::stored::Stored;

pub use file::{Case, Example, RuleFile, Written};
pub use option::{Refusal, RuleOption, Value, choose};
pub use set::RuleSet;
pub use source::{FIELDS, RESERVED, Source, name_fault};
pub use toml_file::TomlFile;

/// The families of rules, each with its name for readers.
pub const FAMILIES: [(&str, &str); 7] = [
    ("punctuation", "标点"),
    ("number", "数字"),
    ("term", "用词"),
    ("typo", "错别字"),
    ("consistency", "前后一致"),
    ("fact", "事实核算"),
    ("layout", "版式"),
];

/// A valid rule. What a run may not need is read when it is asked for.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `family/name`, unique.
    pub id: String,
    /// How grave its findings are.
    pub severity: Severity,
    /// How far its suggestions may be trusted.
    pub fix: FixSafety,
    /// The kinds of blocks it looks at.
    pub scope: Kinds,
    /// Does it run unless named?
    pub enabled: bool,
    /// The id of a rule that finds the same and more: where that runs, this one need not.
    pub yields_to: Option<String>,
    /// What a reader is told of it.
    pub told: Stored<Told>,
    /// Where it wants to be asked.
    pub triggers: Stored<Triggers>,
    /// What it looks for.
    pub check: Stored<Check>,
}

/// What a reader is told of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What it finds, in a few words.
    pub title: String,
    /// The standard and its clause.
    pub source: String,
    /// What is wrong and what to do, one sentence. May hold `{hit}`, `{to}` and `{detail}`.
    pub message: String,
    /// The lines of the standards' checklists that it answers.
    pub covers: Vec<String>,
    /// What it leaves to the paper.
    pub options: Vec<RuleOption>,
}

impl Rule {
    /// The family: what stands before the `/` of its id.
    pub fn family(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// The name in its family: what stands behind the `/` of its id.
    pub fn name(&self) -> &str {
        self.id.split('/').nth(1).unwrap_or_default()
    }

    /// The message without a finding: `…` stands for what only a finding says.
    pub fn plain_message(&self) -> String {
        FIELDS.into_iter().fold(self.told.message.clone(), |text, field| text.replace(&format!("{{{field}}}"), "…"))
    }

    /// The message for one finding of this rule in a draft with that canonical text.
    pub fn message_for(&self, finding: &Finding, canonical: &str) -> String {
        if !self.told.message.contains('{') {
            return self.told.message.clone();
        }
        self.told
            .message
            .replace("{hit}", finding.span.of(canonical))
            .replace("{to}", finding.suggestions.first().map_or("", String::as_str))
            .replace("{detail}", finding.detail.as_deref().unwrap_or_default())
    }
}
