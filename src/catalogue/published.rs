//! The catalogue as data: what `zhubi rules list --format json` prints, what is published with a release, and what
//! `zhubi rules diff` compares.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::finding::{FixSafety, Severity};
use crate::rule::Rule;

/// The rules of one version of the program. Later versions may add fields, and none becomes required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The version of the program that has these rules.
    pub version: String,
    /// The rules, in the order in which they are listed.
    pub rules: Vec<PublishedRule>,
}

/// What users of a rule can notice of it without running it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedRule {
    /// `family/name`.
    pub id: String,
    /// What the rule finds, in a few words.
    pub title: String,
    /// What is wrong and what to do, with `…` in place of what depends on the finding.
    #[serde(default)]
    pub message: String,
    /// The clause that the rule follows.
    #[serde(default)]
    pub source: String,
    /// The severity of its findings.
    pub severity: Severity,
    /// How reliable its suggestions are.
    pub fix: FixSafety,
    /// Does it run by default?
    pub enabled: bool,
    /// The version since which the rule exists.
    #[serde(default)]
    pub since: Option<String>,
    /// What a paper can choose.
    #[serde(default)]
    pub options: Vec<PublishedOption>,
    /// The file name and anchor of the rule's page in `docs/rules/`.
    #[serde(default)]
    pub page: String,
}

/// A choice that a rule leaves to the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedOption {
    /// The name in settings.
    pub name: String,
    /// The names of the values.
    pub values: Vec<String>,
    /// The value that counts if none is chosen.
    pub default: String,
}

impl Catalogue {
    /// The catalogue of `rules`, which are those of this version of the program.
    pub fn of<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Catalogue {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Catalogue { version, rules: rules.into_iter().map(PublishedRule::of).collect() }
    }

    /// Reads a catalogue from JSON.
    ///
    /// # Errors
    /// The text is not the JSON of a catalogue, or an id occurs twice in it.
    pub fn from_json(text: &str) -> Result<Catalogue> {
        let catalogue: Catalogue = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let what = format!("这不是规则目录，第 {} 行第 {} 列起读不下去。", error.line(), error.column());
            let help = "规则目录用 zhubi rules list --format json 输出；随每一版发表的也是这样的文件。";
            Error::new(what).help(help).of_kind(ErrorKind::InvalidFile).caused_by(error)
        })?;
        let mut ids: Vec<&str> = catalogue.rules.iter().map(|rule| rule.id.as_str()).collect();
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            let error = Error::new(format!("规则目录里有两条“{}”。", pair[0]));
            return Err(error.help("请重新输出或取得这份目录。").of_kind(ErrorKind::InvalidFile));
        }
        Ok(catalogue)
    }

    /// Returns the catalogue as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl PublishedRule {
    fn of(rule: &Rule) -> PublishedRule {
        let options = rule.metadata.options.iter().map(|option| PublishedOption {
            name: option.name.clone(),
            values: option.values.iter().map(|value| value.name.clone()).collect(),
            default: option.value().name.clone(),
        });
        PublishedRule {
            id: rule.id.clone(),
            title: rule.metadata.title.clone(),
            message: rule.plain_message(),
            source: rule.metadata.source.clone(),
            severity: rule.severity,
            fix: rule.fix,
            enabled: rule.enabled,
            since: rule.metadata.since.clone(),
            options: options.collect(),
            page: rule.page(),
        }
    }
}
