//! Rule files → valid rules, or errors that name file, line and column.

mod file;
mod option;
mod raw;
mod set;
mod source;
mod toml_file;

use serde::{Deserialize, Serialize};

use crate::block::BlockKinds;
use crate::check::{Asks, Check};
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

/// Returns the name of the file in `docs/rules/` that describes the rules of `family`.
pub fn page_file(family: &str) -> String {
    format!("{family}.md")
}

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
    pub scope: BlockKinds,
    /// Does it run unless named?
    pub enabled: bool,
    /// The id of a rule that finds the same and more: where that runs, this one need not.
    pub yields_to: Option<String>,
    /// The web address of its page, if that is published; see [`RuleSet::set_page_urls`].
    pub page_url: Option<String>,
    /// What a reader is told of it.
    pub metadata: Stored<Metadata>,
    /// Where it wants to be asked.
    pub asks: Stored<Asks>,
    /// What it looks for.
    pub check: Stored<Check>,
}

/// What a reader is told of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// What it finds, in a few words.
    pub title: String,
    /// The standard and its clause.
    pub source: String,
    /// The version since which the rule exists: three numbers, such as `0.1.0`. Every built-in rule has one.
    pub since: Option<String>,
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

    /// The rule's page in `docs/rules/`: file name and anchor, such as `fact.md#sum`.
    pub fn page(&self) -> String {
        format!("{}#{}", page_file(self.family()), self.name())
    }

    /// The message without a finding: `…` stands for what only a finding says.
    pub fn plain_message(&self) -> String {
        FIELDS.into_iter().fold(self.metadata.message.clone(), |text, field| text.replace(&format!("{{{field}}}"), "…"))
    }

    /// The message for one finding of this rule in a draft with that canonical text.
    pub fn message_for(&self, finding: &Finding, canonical: &str) -> String {
        if !self.metadata.message.contains('{') {
            return self.metadata.message.clone();
        }
        self.metadata
            .message
            .replace("{hit}", finding.span.of(canonical))
            .replace("{to}", finding.suggestions.first().map_or("", String::as_str))
            .replace("{detail}", finding.detail.as_deref().unwrap_or_default())
    }
}
