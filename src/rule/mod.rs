//! Rules: rule files → valid rules, or errors with file, line and column.

mod file;
mod option;
mod parsed;
mod raw;
mod set;
mod toml_file;

use serde::{Deserialize, Serialize};

use crate::block::BlockKinds;
use crate::check::{Check, Triggers};
use crate::finding::{Finding, FixSafety, Severity};
use crate::stored::Stored;

pub use file::{Case, Example, ExampleFormat, RuleFile};
pub use option::{ChoiceError, OptionValue, RuleOption, choose};
pub use parsed::{MESSAGE_FIELDS, ParsedRuleFile, RESERVED_NAMES, rule_name_error};
pub use set::RuleSet;
pub use toml_file::TomlFile;

/// The families of rules, each with its Chinese name.
pub const FAMILIES: [(&str, &str); 9] = [
    ("punctuation", "标点"),
    ("number", "数字"),
    ("term", "用词"),
    ("character", "字符"),
    ("typo", "错别字"),
    ("consistency", "前后一致"),
    ("fact", "事实核算"),
    ("layout", "版式"),
    ("house", "本报规定"),
];

/// The family of the built-in rules about the lists of a paper. They find nothing where it has none.
pub const HOUSE_FAMILY: &str = "house";

/// Returns the name of the file in `docs/rules/` that describes the rules of `family`.
pub fn page_file(family: &str) -> String {
    format!("{family}.md")
}

/// A valid rule. [`Stored`] parts of built-in rules are deserialized when they are first used.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `family/name`, unique.
    pub id: String,
    /// The severity of its findings.
    pub severity: Severity,
    /// How severe a finding must be to be reported, if it is a doubtful case and so less severe than the rule.
    pub least_severe: Severity,
    /// How reliable its suggestions are.
    pub fix: FixSafety,
    /// The kinds of blocks that it checks.
    pub scope: BlockKinds,
    /// Does the rule run by default, without being named by id?
    pub enabled: bool,
    /// The id of a rule that looks for the same mistakes with more context. If that rule runs, this one runs only if it
    /// is named by id.
    pub yields_to: Option<String>,
    /// Ids of rules, or families: where this rule has a finding, theirs are left out, because they have misread the same
    /// text. 2О23年, with a letter, is not the year 23.
    pub overrules: Vec<String>,
    /// The number of the rule among the built-in ones, in the order of the catalogue. `None` if it comes from another
    /// file, or has been compiled again with other values of its options.
    pub prepared: Option<u16>,
    /// The web address of the rule's page, if it is published; see [`RuleSet::set_page_urls`].
    pub page_url: Option<String>,
    /// Title, message and other descriptive data.
    pub metadata: Stored<Metadata>,
    /// Where in a text the check is attempted.
    pub triggers: Stored<Triggers>,
    /// The check that produces the findings.
    pub check: Stored<Check>,
}

/// The descriptive data of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// What the rule finds, in a few words.
    pub title: String,
    /// The standard that the rule follows, and the clause.
    pub source: String,
    /// The version since which the rule exists: three numbers, such as `0.1.0`. Every built-in rule has one.
    pub since: Option<String>,
    /// A sentence that says what is wrong and what to do. It can contain the placeholders `{hit}`, `{to}` and
    /// `{detail}`.
    pub message: String,
    /// The ids of the lines in the standards' checklists that the rule covers.
    pub covers: Vec<String>,
    /// The choices that the rule leaves to the newspaper.
    pub options: Vec<RuleOption>,
}

impl Rule {
    /// Returns the family: the part of the id before `/`.
    pub fn family(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Returns the name within the family: the part of the id after `/`.
    pub fn name(&self) -> &str {
        self.id.split('/').nth(1).unwrap_or_default()
    }

    /// Returns whether `name` stands for the family of the rule (`Some(true)`) or for the rule itself: the id, its title, or
    /// the English or Chinese name of the family.
    pub fn is_named(&self, name: &str) -> Option<bool> {
        let is_family =
            FAMILIES.iter().any(|(family, chinese)| *family == self.family() && (*family == name || *chinese == name));
        let is_rule = || self.id == name || !name.is_ascii() && self.metadata.title == name;
        if is_family { Some(true) } else { is_rule().then_some(false) }
    }

    /// Returns whether the findings of `other` are left out where this rule has one.
    pub fn overrules(&self, other: &Rule) -> bool {
        self.id != other.id && self.overrules.iter().any(|name| *name == other.id || name == other.family())
    }

    /// Returns the file name and anchor of the rule's page in `docs/rules/`, such as `fact.md#sum`.
    pub fn page(&self) -> String {
        format!("{}#{}", page_file(self.family()), self.name())
    }

    /// Returns the message with `…` in place of everything that depends on a finding.
    pub fn plain_message(&self) -> String {
        MESSAGE_FIELDS
            .into_iter()
            .fold(self.metadata.message.clone(), |text, field| text.replace(&format!("{{{field}}}"), "…"))
    }

    /// Returns the message for a finding of this rule in a draft with that canonical text.
    pub fn message_for(&self, finding: &Finding, canonical: &str) -> String {
        let mut message = String::new();
        self.push_message(&mut message, finding, canonical);
        message
    }

    /// Appends the message for a finding of this rule in a draft with that canonical text.
    pub fn push_message(&self, out: &mut String, finding: &Finding, canonical: &str) {
        let fields = [
            ("{hit}", finding.span.of(canonical)),
            ("{to}", finding.suggestions.first().map_or("", String::as_str)),
            ("{detail}", finding.detail.as_deref().unwrap_or_default()),
        ];
        let mut rest = self.metadata.message.as_str();
        while let Some(brace) = rest.find('{') {
            out.push_str(&rest[..brace]);
            rest = &rest[brace..];
            let field = fields.iter().find_map(|(field, value)| Some((rest.strip_prefix(field)?, *value)));
            let (after, value) = field.unwrap_or((&rest[1..], "{"));
            out.push_str(value);
            rest = after;
        }
        out.push_str(rest);
    }

    /// Whether all findings of this rule have the same message, [`plain_message`](Rule::plain_message).
    pub fn has_constant_message(&self) -> bool {
        !self.metadata.message.contains('{')
    }
}
