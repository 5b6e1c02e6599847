//! The names of rules and families by which suppressions select rules.

use std::collections::HashSet;

use crate::builtin;
use crate::error::{Error, nearest};
use crate::rule::{FAMILIES, Rule};

/// How many errors on unknown names suggest another name. Finding one takes long, and a draft can have many.
const SUGGESTIONS: usize = 20;

/// The names that exist.
pub(super) struct KnownNames<'n> {
    /// The ids of all rules. Empty if they are unknown; then no name is wrong.
    ids: &'n [String],
    names: HashSet<&'n str>,
    /// How many errors may still suggest a name.
    suggestions_left: usize,
}

impl<'n> KnownNames<'n> {
    /// Creates the names for the rules with these ids.
    pub(super) fn new(ids: &'n [String]) -> KnownNames<'n> {
        let names = ids.iter().map(String::as_str).chain(FAMILIES.iter().map(|(family, _)| *family)).collect();
        KnownNames { ids, names, suggestions_left: SUGGESTIONS }
    }

    /// Returns an error if `name` is neither the id of a rule nor a family.
    pub(super) fn error_for(&mut self, name: &str) -> Option<Error> {
        // A name in Chinese is that of a rule that may not run.
        let is_title = || !name.is_ascii() && builtin::rules().canonical(name).is_ok();
        if self.ids.is_empty() || self.names.contains(name) || is_title() {
            return None;
        }
        let near = self.suggestion_for(name);
        let help =
            near.map_or("全部规则见 zhubi rules list。".to_owned(), |near| format!("想写的是 {near} 吗？"));
        Some(Error::new(format!("要保留的规则“{name}”并不存在，不起作用。")).help(help))
    }

    fn suggestion_for(&mut self, name: &str) -> Option<&'n str> {
        self.suggestions_left = self.suggestions_left.checked_sub(1)?;
        let ids = self.ids.iter().map(String::as_str);
        let near = nearest(name, ids.clone().chain(FAMILIES.iter().map(|(family, _)| *family)));
        near.or_else(|| ids.into_iter().find(|id| id.rsplit('/').next() == Some(name)))
    }
}

/// Returns the id of the rule of `rules`, or the English name of the family, that `name` stands for: a title, or the Chinese
/// name of a family. Any other name stays as it is.
pub(super) fn canonical<'n>(rules: &'n [Rule], name: &'n str) -> &'n str {
    if name.is_ascii() {
        return name;
    }
    match rules.iter().find_map(|rule| Some((rule, rule.is_named(name)?))) {
        Some((rule, true)) => rule.family(),
        Some((rule, false)) => &rule.id,
        None => name,
    }
}

/// Returns the names that select the rule with the id `id`: the id and its family.
pub(super) fn names_of(id: &str) -> impl Iterator<Item = &str> {
    id.match_indices('/').map(|(at, _)| &id[..at]).chain([id])
}

/// Whether `name`, the id of a rule or the name of a family, selects the rule with the id `id`.
pub(super) fn selects(name: &str, id: &str) -> bool {
    id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
