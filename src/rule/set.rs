use serde::{Deserialize, Serialize};

use super::{FAMILIES, Rule};
use crate::block::Kinds;
use crate::error::{Error, Result, nearest};
use crate::finding::{FixSafety, Severity};
use crate::matcher::Classes;
use crate::stored::Stored;

/// Rules that can run together, and the words they share.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// In the order of the catalogue.
    pub rules: Vec<Rule>,
    /// The words that every rule file may use.
    pub classes: Classes,
}

/// A rule as it is written down: what is told of it, where it wants to be asked and what it looks for as bytes.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    id: &'a str,
    severity: Severity,
    fix: FixSafety,
    scope: Kinds,
    enabled: bool,
    yields_to: Option<&'a str>,
    told: &'a [u8],
    triggers: &'a [u8],
    check: &'a [u8],
}

impl RuleSet {
    /// Writes the rules down, for [`RuleSet::read`]. The error is that of the format.
    pub fn write(&self) -> std::result::Result<Vec<u8>, postcard::Error> {
        let parts = |rule: &Rule| Ok((rule.told.bytes()?, rule.triggers.bytes()?, rule.check.bytes()?));
        let parts: Vec<_> = self.rules.iter().map(parts).collect::<std::result::Result<_, postcard::Error>>()?;
        let written = self.rules.iter().zip(&parts).map(|(rule, (told, triggers, check))| Written {
            id: &rule.id,
            severity: rule.severity,
            fix: rule.fix,
            scope: rule.scope,
            enabled: rule.enabled,
            yields_to: rule.yields_to.as_deref(),
            told,
            triggers,
            check,
        });
        postcard::to_stdvec(&(written.collect::<Vec<_>>(), &self.classes))
    }

    /// Reads what [`RuleSet::write`] wrote, in place. `None` if the bytes are anything else.
    pub fn read(bytes: &'static [u8]) -> Option<RuleSet> {
        let (written, classes): (Vec<Written>, Classes) = postcard::from_bytes(bytes).ok()?;
        let rule = |written: Written<'static>| Rule {
            id: written.id.to_owned(),
            severity: written.severity,
            fix: written.fix,
            scope: written.scope,
            enabled: written.enabled,
            yields_to: written.yields_to.map(str::to_owned),
            told: Stored::read(written.told),
            triggers: Stored::read(written.triggers),
            check: Stored::read(written.check),
        };
        Some(RuleSet { rules: written.into_iter().map(rule).collect(), classes })
    }

    /// The rules that are to run.
    ///
    /// `only` and `skip` name rules or families; an empty `only` names all. A rule that `only` names by its
    /// full id runs even if it is off or below `level`; all others run if they are on and at least as grave, and
    /// yield to no rule that runs.
    ///
    /// # Errors
    /// A name that is neither a rule's nor a family's.
    pub fn select(self, only: &[String], skip: &[String], level: Severity) -> Result<RuleSet> {
        only.iter().chain(skip).try_for_each(|name| self.check_name(name))?;
        let named = |names: &[String], rule: &Rule| names.iter().any(|name| name == rule.family());
        let by_id = |names: &[String], rule: &Rule| names.contains(&rule.id);
        let RuleSet { rules, classes } = self;
        let mut rules: Vec<Rule> = rules
            .into_iter()
            .filter(|rule| {
                let ordinary = rule.enabled && rule.severity <= level && (only.is_empty() || named(only, rule));
                (ordinary || by_id(only, rule)) && !named(skip, rule) && !by_id(skip, rule)
            })
            .collect();
        let wanted = rules.iter().filter_map(|rule| rule.yields_to.clone());
        let stronger: Vec<String> = wanted.filter(|id| rules.iter().any(|rule| rule.id == *id)).collect();
        rules
            .retain(|rule| by_id(only, rule) || !rule.yields_to.as_ref().is_some_and(|other| stronger.contains(other)));
        Ok(RuleSet { rules, classes })
    }

    /// The rule with that id.
    ///
    /// # Errors
    /// There is none.
    pub fn rule(&self, id: &str) -> Result<&Rule> {
        self.index(id).map(|index| &self.rules[index])
    }

    /// The index of the rule with that id.
    ///
    /// # Errors
    /// There is none.
    pub fn index(&self, id: &str) -> Result<usize> {
        self.rules.iter().position(|rule| rule.id == id).ok_or_else(|| self.unknown(id))
    }

    /// Is `name` that of a rule or of a family?
    ///
    /// # Errors
    /// It is not.
    pub fn check_name(&self, name: &str) -> Result<()> {
        let family = FAMILIES.iter().any(|(family, _)| *family == name);
        if family || self.rules.iter().any(|rule| rule.id == name) { Ok(()) } else { Err(self.unknown(name)) }
    }

    fn unknown(&self, name: &str) -> Error {
        if name.is_empty() {
            return Error::new("规则名是空的。").help("请看看是不是多写了一个逗号；全部规则见 zhubi rules list。");
        }
        let ids = || self.rules.iter().map(|rule| rule.id.as_str()).chain(FAMILIES.iter().map(|(family, _)| *family));
        // The family is the likeliest part to be left out, so a name alone is held against names alone.
        let part = |id: &'_ str| if name.contains('/') { 0 } else { id.find('/').map_or(0, |slash| slash + 1) };
        let near = nearest(name, ids().map(|id| &id[part(id)..]));
        let near = near.and_then(|near| ids().find(|id| id[part(id)..] == *near));
        let help = match near {
            Some(id) => format!("最接近的是 {id}；全部规则见 zhubi rules list。"),
            None => "全部规则见 zhubi rules list。".to_owned(),
        };
        Error::new(format!("没有名为“{name}”的规则或规则族。")).help(help)
    }
}
