//! What differs between the catalogues of two versions, and which number of the version such a difference raises.
//!
//! `docs/versions.md` states the promises in prose; [`Effect`] is where the program knows them.

use std::collections::HashMap;

use serde::Serialize;

use super::published::{Catalogue, PublishedOption, PublishedRule};

/// How much users notice of a difference, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing is found or fixed that was not before, and all settings mean the same.
    Compatible,
    /// A clean draft can get findings, or `zhubi fix` changes more.
    Findings,
    /// Settings and marks in drafts can name what does not exist any more.
    Breaking,
}

/// A number of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionNumber {
    /// The first.
    Major,
    /// The second.
    Minor,
    /// The third.
    Patch,
}

/// The differences between two catalogues. Rules are in the order of their catalogue.
#[derive(Debug, Serialize)]
pub struct CatalogueDiff<'c> {
    /// The older version.
    pub old: &'c str,
    /// The newer version.
    pub new: &'c str,
    /// The number of the older version that has to be raised, if there is a difference.
    pub raises: Option<VersionNumber>,
    /// Rules that only the newer catalogue has.
    pub added: Vec<&'c PublishedRule>,
    /// Rules that only the older catalogue has.
    pub removed: Vec<&'c PublishedRule>,
    /// Rules that have another id.
    pub renamed: Vec<Renaming<'c>>,
    /// Rules, renamed ones too, of which something else is different.
    pub changed: Vec<RuleChange<'c>>,
}

/// A rule whose id was changed: a rule of the older catalogue and one of the newer, of which each has no counterpart by
/// id, and which have the same title.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Renaming<'c> {
    /// The older id.
    pub from: &'c str,
    /// The newer id.
    pub to: &'c str,
    /// The title of both.
    pub title: &'c str,
}

/// What has changed of one rule.
#[derive(Debug, Serialize)]
pub struct RuleChange<'c> {
    /// The id in the newer catalogue.
    pub id: &'c str,
    /// The title in the newer catalogue.
    pub title: &'c str,
    /// The changes, at least one.
    pub changes: Vec<FieldChange>,
}

/// A field of a rule whose value has changed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The name of the field, in the JSON of the catalogue; that of an option is `options.NAME`.
    pub field: String,
    /// The value in the older catalogue, as in its JSON; values of an option are separated by `|`, the default first.
    pub old: Option<String>,
    /// The value in the newer catalogue.
    pub new: Option<String>,
    /// How much users notice.
    pub effect: Effect,
}

impl<'c> CatalogueDiff<'c> {
    /// Compares two catalogues.
    pub fn between(old: &'c Catalogue, new: &'c Catalogue) -> CatalogueDiff<'c> {
        let (old_rules, new_rules) = (by_id(old), by_id(new));
        let mut removed: Vec<_> = old.rules.iter().filter(|rule| !new_rules.contains_key(rule.id.as_str())).collect();
        let mut added: Vec<_> = new.rules.iter().filter(|rule| !old_rules.contains_key(rule.id.as_str())).collect();
        let pairs = renamed_pairs(&removed, &added);
        removed.retain(|rule| !pairs.iter().any(|(from, _)| from.id == rule.id));
        added.retain(|rule| !pairs.iter().any(|(_, to)| to.id == rule.id));
        let before: HashMap<&str, &PublishedRule> = pairs.iter().map(|(from, to)| (to.id.as_str(), *from)).collect();
        let changed = new.rules.iter().filter_map(|rule| {
            let old = old_rules.get(rule.id.as_str()).or_else(|| before.get(rule.id.as_str()))?;
            let changes = changes(old, rule);
            (!changes.is_empty()).then_some(RuleChange { id: &rule.id, title: &rule.title, changes })
        });
        let renamed = pairs.iter().map(|(from, to)| Renaming { from: &from.id, to: &to.id, title: &to.title });
        let mut diff = CatalogueDiff {
            old: &old.version,
            new: &new.version,
            raises: None,
            changed: changed.collect(),
            renamed: renamed.collect(),
            added,
            removed,
        };
        diff.raises = diff.effect().map(|effect| raised(&old.version, effect));
        diff
    }

    /// Whether the catalogues have the same rules.
    pub fn is_empty(&self) -> bool {
        self.effect().is_none()
    }

    /// How much users notice of all differences together; `None` if there is none.
    fn effect(&self) -> Option<Effect> {
        let breaking = (!self.removed.is_empty() || !self.renamed.is_empty()).then_some(Effect::Breaking);
        let findings = self.added.iter().map(|rule| if rule.enabled { Effect::Findings } else { Effect::Compatible });
        let changes = self.changed.iter().flat_map(|rule| &rule.changes).map(|change| change.effect);
        breaking.into_iter().chain(findings).chain(changes).max()
    }
}

fn by_id(catalogue: &Catalogue) -> HashMap<&str, &PublishedRule> {
    catalogue.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect()
}

/// Pairs rules without a counterpart by their titles. A title that several of them share says nothing.
fn renamed_pairs<'c>(
    removed: &[&'c PublishedRule],
    added: &[&'c PublishedRule],
) -> Vec<(&'c PublishedRule, &'c PublishedRule)> {
    fn only<'c>(rules: &[&'c PublishedRule], title: &str) -> Option<&'c PublishedRule> {
        let mut with_title = rules.iter().filter(|rule| rule.title == title);
        with_title.next().copied().filter(|_| with_title.next().is_none())
    }
    let from = removed.iter().filter_map(|rule| only(removed, &rule.title));
    from.filter_map(|from| Some((from, only(added, &from.title)?))).collect()
}

/// Returns what differs between two rules that are the same one.
fn changes(old: &PublishedRule, new: &PublishedRule) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut compare = |field: &str, old: &str, new: &str, effect: Effect| {
        if old != new {
            let (old, new) = (Some(old.to_owned()), Some(new.to_owned()));
            changes.push(FieldChange { field: field.to_owned(), old, new, effect });
        }
    };
    let if_more = |more: bool| if more { Effect::Findings } else { Effect::Compatible };
    compare("enabled", &old.enabled.to_string(), &new.enabled.to_string(), if_more(new.enabled));
    compare("severity", old.severity.name(), new.severity.name(), if_more(new.severity < old.severity));
    compare("fix", old.fix.name(), new.fix.name(), if_more(new.fix < old.fix));
    compare("title", &old.title, &new.title, Effect::Compatible);
    compare("message", &old.message, &new.message, Effect::Compatible);
    compare("source", &old.source, &new.source, Effect::Compatible);
    for option in &old.options {
        let now = new.options.iter().find(|other| other.name == option.name);
        changes.extend(option_change(&option.name, Some(option), now));
    }
    let added = new.options.iter().filter(|option| old.options.iter().all(|other| other.name != option.name));
    changes.extend(added.filter_map(|option| option_change(&option.name, None, Some(option))));
    changes
}

/// Returns what has changed of an option.
fn option_change(name: &str, old: Option<&PublishedOption>, new: Option<&PublishedOption>) -> Option<FieldChange> {
    let effect = match (old, new) {
        (Some(old), Some(new)) if old == new => return None,
        (Some(old), Some(new)) if old.values.iter().any(|value| !new.values.contains(value)) => Effect::Breaking,
        (Some(old), Some(new)) if old.default != new.default => Effect::Findings,
        (Some(_), None) => Effect::Breaking,
        _ => Effect::Compatible,
    };
    let text = |option: &PublishedOption| {
        let others = option.values.iter().filter(|value| **value != option.default).map(String::as_str);
        [option.default.as_str()].into_iter().chain(others).collect::<Vec<_>>().join("|")
    };
    Some(FieldChange { field: format!("options.{name}"), old: old.map(text), new: new.map(text), effect })
}

/// Returns the number of the version `old` that a change with that effect raises. Before 1.0 there is no higher one than the
/// second.
fn raised(old: &str, effect: Effect) -> VersionNumber {
    match effect {
        Effect::Breaking if !old.starts_with("0.") => VersionNumber::Major,
        Effect::Breaking | Effect::Findings => VersionNumber::Minor,
        Effect::Compatible => VersionNumber::Patch,
    }
}
