//! A set of rules: serialized at build time, narrowed by the selection of a run, searched by id.

use serde::{Deserialize, Serialize};

use super::{FAMILIES, HOUSE_FAMILY, Rule};
use crate::block::BlockKinds;
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::finding::{FixSafety, Severity};
use crate::matcher::Classes;
use crate::stored::Stored;

/// Rules with unique ids, and the character classes that they share.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// The rules in the order of the catalogue.
    pub rules: Vec<Rule>,
    /// The character classes that every rule file may use.
    pub classes: Classes,
}

/// A rule in serialized form. Metadata, triggers and check are bytes, which a run deserializes only if it needs them.
#[derive(Serialize, Deserialize)]
struct SerializedRule<'a> {
    id: &'a str,
    severity: Severity,
    fix: FixSafety,
    scope: BlockKinds,
    enabled: bool,
    yields_to: Option<&'a str>,
    #[serde(borrow)]
    overrules: Vec<&'a str>,
    metadata: &'a [u8],
    triggers: &'a [u8],
    check: &'a [u8],
}

impl RuleSet {
    /// Serializes the rules for [`RuleSet::from_bytes`].
    ///
    /// # Errors
    /// The serialization format reports an error.
    #[cfg(not(prepared))]
    pub fn to_bytes(&self) -> std::result::Result<Vec<u8>, postcard::Error> {
        let parts = |rule: &Rule| Ok((rule.metadata.bytes()?, rule.triggers.bytes()?, rule.check.bytes()?));
        let parts: Vec<_> = self.rules.iter().map(parts).collect::<std::result::Result<_, postcard::Error>>()?;
        let serialized = self.rules.iter().zip(&parts).map(|(rule, (metadata, triggers, check))| SerializedRule {
            id: &rule.id,
            severity: rule.severity,
            fix: rule.fix,
            scope: rule.scope,
            enabled: rule.enabled,
            yields_to: rule.yields_to.as_deref(),
            overrules: rule.overrules.iter().map(String::as_str).collect(),
            metadata,
            triggers,
            check,
        });
        postcard::to_stdvec(&(serialized.collect::<Vec<_>>(), &self.classes))
    }

    /// Deserializes what [`RuleSet::to_bytes`] returned. Metadata, triggers and checks stay serialized until they are
    /// first used. Returns `None` if the bytes are malformed.
    pub fn from_bytes(bytes: &'static [u8]) -> Option<RuleSet> {
        let (serialized, classes): (Vec<SerializedRule>, Classes) = postcard::from_bytes(bytes).ok()?;
        let rule = |(number, serialized): (u16, SerializedRule<'static>)| Rule {
            id: serialized.id.to_owned(),
            severity: serialized.severity,
            least_severe: Severity::Advice,
            fix: serialized.fix,
            scope: serialized.scope,
            enabled: serialized.enabled,
            yields_to: serialized.yields_to.map(str::to_owned),
            overrules: serialized.overrules.into_iter().map(str::to_owned).collect(),
            prepared: Some(number),
            page_url: None,
            metadata: Stored::read(serialized.metadata),
            triggers: Stored::read(serialized.triggers),
            check: Stored::read(serialized.check),
        };
        Some(RuleSet { rules: (0..).zip(serialized).map(rule).collect(), classes })
    }

    /// Sets the web address of every rule's page. `docs_url` is the address under which `docs/rules/` is published,
    /// without a slash at its end. Only the built-in rules have pages there, so it must be called before others are
    /// added.
    pub fn set_page_urls(&mut self, docs_url: &str) {
        for rule in &mut self.rules {
            rule.page_url = Some(format!("{docs_url}/{}", rule.page()));
        }
    }

    /// Keeps the rules that run.
    ///
    /// `only` and `skip` contain names of rules and families (see [`RuleSet::canonical`]); an empty `only` selects all rules. Skipped rules
    /// never run. A rule whose id is in `only` runs even if it is disabled or less severe than `level`. Other selected
    /// rules run if they are enabled, at least as severe as `level`, and do not yield to a rule that runs. Findings that are
    /// less severe than their rule are reported if they are at least as severe as `level`.
    ///
    /// # Errors
    /// `only` or `skip` contains an unknown name.
    pub fn select(self, only: &[String], skip: &[String], level: Severity) -> Result<RuleSet> {
        let canonical = |names: &[String]| names.iter().map(|name| self.canonical(name)).collect::<Result<Vec<_>>>();
        let (only, skip) = (&canonical(only)?[..], &canonical(skip)?[..]);
        let has_family = |names: &[String], rule: &Rule| names.iter().any(|name| name == rule.family());
        let has_id = |names: &[String], rule: &Rule| names.contains(&rule.id);
        let RuleSet { rules, classes } = self;
        let mut rules: Vec<Rule> = rules
            .into_iter()
            .filter(|rule| {
                let is_selected = only.is_empty() || has_family(only, rule);
                let runs_by_default = rule.enabled && rule.severity <= level && is_selected;
                (runs_by_default || has_id(only, rule)) && !has_family(skip, rule) && !has_id(skip, rule)
            })
            .collect();
        for rule in &mut rules {
            rule.least_severe = if has_id(only, rule) { Severity::Advice } else { level.max(rule.severity) };
        }
        let yielded_to: Vec<String> = rules
            .iter()
            .filter_map(|rule| rule.yields_to.clone())
            .filter(|id| rules.iter().any(|rule| rule.id == *id))
            .collect();
        rules.retain(|rule| {
            has_id(only, rule) || !rule.yields_to.as_ref().is_some_and(|other| yielded_to.contains(other))
        });
        Ok(RuleSet { rules, classes })
    }

    /// Leaves out the built-in rules about the lists of a paper, for drafts of a paper that has none.
    pub fn without_house(mut self) -> RuleSet {
        let is_of_house = |rule: &Rule| rule.id.starts_with(HOUSE_FAMILY) && rule.family() == HOUSE_FAMILY;
        self.rules.retain(|rule| rule.prepared.is_none() || !is_of_house(rule));
        self
    }

    /// Returns the ids of the rules that run by default.
    #[cfg(not(prepared))]
    pub fn default_ids(&self) -> Vec<String> {
        let selected = self.clone().select(&[], &[], Severity::Warning).expect("no rule is named");
        selected.rules.into_iter().map(|rule| rule.id).collect()
    }

    /// Returns the rule with that id.
    ///
    /// # Errors
    /// There is no such rule.
    pub fn rule(&self, id: &str) -> Result<&Rule> {
        self.index(id).map(|index| &self.rules[index])
    }

    /// Returns the index of the rule with that id or title.
    ///
    /// # Errors
    /// There is no such rule.
    pub fn index(&self, name: &str) -> Result<usize> {
        let with_id = |id: &str| self.rules.iter().position(|rule| rule.id == id);
        with_id(name).or_else(|| with_id(&self.canonical(name).ok()?)).ok_or_else(|| self.unknown(name))
    }

    /// Returns the id of the rule, or the English name of the family, that `name` stands for: that name itself, the
    /// Chinese name of a family, or the title of a rule.
    ///
    /// # Errors
    /// There is no such rule or family, or several rules have that title.
    pub fn canonical(&self, name: &str) -> Result<String> {
        let family = FAMILIES.iter().find(|(family, chinese)| *family == name || *chinese == name);
        if let Some((family, _)) = family {
            return Ok((*family).to_owned());
        }
        if self.rules.iter().any(|rule| rule.id == name) {
            return Ok(name.to_owned());
        }
        // No id has other than ASCII characters, and titles are decoded to be compared.
        let titled = self.rules.iter().filter(|rule| !name.is_ascii() && rule.metadata.title == name);
        let ids: Vec<&str> = titled.map(|rule| rule.id.as_str()).collect();
        match ids.as_slice() {
            [] => Err(self.unknown(name)),
            [only] => Ok((*only).to_owned()),
            several => {
                let error = Error::new(format!("有几条规则都叫“{name}”。")).of_kind(ErrorKind::UnknownName);
                Err(error.help(format!("请写编号：{}。", several.join("、"))))
            }
        }
    }

    /// Checks that `name` stands for a rule or a family.
    ///
    /// # Errors
    /// It does not.
    pub fn check_name(&self, name: &str) -> Result<()> {
        self.canonical(name).map(|_| ())
    }

    /// Returns the error for a name that is neither a rule nor a family. It suggests the most similar name.
    fn unknown(&self, name: &str) -> Error {
        if name.is_empty() {
            let error = Error::new("规则名是空的。").of_kind(ErrorKind::UnknownName);
            return error.help("请看看是不是多写了一个逗号；全部规则见 zhubi rules list。");
        }
        let ids = || self.rules.iter().map(|rule| rule.id.as_str()).chain(FAMILIES.iter().map(|(family, _)| *family));
        // Users often leave out the family, so a name without a family is compared with names without family.
        let compared_from =
            |id: &'_ str| if name.contains('/') { 0 } else { id.find('/').map_or(0, |slash| slash + 1) };
        let near = nearest(name, ids().map(|id| &id[compared_from(id)..]));
        let near = near.and_then(|near| ids().find(|id| id[compared_from(id)..] == *near));
        if !name.is_ascii() {
            let titles = || self.rules.iter().map(|rule| rule.metadata.title.as_str());
            let chinese = titles().chain(FAMILIES.iter().map(|(_, chinese)| *chinese));
            let near = nearest(name, chinese).or_else(|| titles().find(|title| title.contains(name)));
            let near = near.map(|near| format!("最接近的是“{near}”；")).unwrap_or_default();
            let error = Error::new(format!("没有名为“{name}”的规则或规则族。")).of_kind(ErrorKind::UnknownName);
            return error.help(format!("{near}全部规则见 zhubi rules list。"));
        }
        let help = match near {
            Some(id) => format!("最接近的是 {id}；全部规则见 zhubi rules list。"),
            None => "全部规则见 zhubi rules list。".to_owned(),
        };
        Error::new(format!("没有名为“{name}”的规则或规则族。")).help(help).of_kind(ErrorKind::UnknownName)
    }
}
