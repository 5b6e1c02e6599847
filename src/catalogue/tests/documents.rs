//! Checks that `docs/rules/` matches the rule files, and that rule ids and options, which users name in their
//! configuration, do not change unnoticed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::golden::{ROOT, assert_document, assert_golden};
use crate::builtin;
use crate::catalogue::document::documents;
use crate::finding::Severity;

const FOLDER: &str = "docs/rules";

#[test]
fn rule_documents_are_up_to_date() {
    let documents = documents().unwrap();
    for document in &documents {
        assert_document(&Path::new(FOLDER).join(&document.name), &document.text);
    }
    let names: BTreeSet<String> = documents.into_iter().map(|document| document.name).collect();
    let files = fs::read_dir(Path::new(ROOT).join(FOLDER)).unwrap();
    let found: BTreeSet<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, names, "docs/rules/ must contain exactly one page per family and an index");
}

/// Configurations and drafts name rule ids and options, so renaming one breaks them. The diff of `tests/rules.txt` shows
/// every such change.
#[test]
fn ids_and_options_are_stable() {
    let mut text = String::new();
    for rule in builtin::rules().rules {
        text += &rule.id;
        for option in &rule.metadata.options {
            let values: Vec<&str> = option.values.iter().map(|value| value.name.as_str()).collect();
            text += &format!(" {}={}", option.name, values.join("|"));
        }
        text.push('\n');
    }
    assert_golden(&Path::new(ROOT).join("tests/rules.txt"), text.as_bytes());
}

#[test]
fn overrules_names_rules_or_families() {
    let rules = builtin::rules();
    for name in rules.rules.iter().flat_map(|rule| &rule.overrules) {
        assert!(rules.rules.iter().any(|rule| rule.id == *name || rule.family() == name), "{name}");
    }
}

#[test]
fn yields_to_names_a_rule_that_does_not_yield() {
    let rules = builtin::rules();
    for rule in &rules.rules {
        if let Some(other) = &rule.yields_to {
            let other = rules.rule(other).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
            // It may be one that only a paper with this house style enables.
            assert!(other.yields_to.is_none(), "{}", rule.id);
        }
    }
    // A rule that yields does not run together with the other rule, unless --only names it by its full id.
    let runs = |only: &[&str], id: &str| {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        builtin::rules().select(&only, &[], Severity::Advice).unwrap().rule(id).is_ok()
    };
    let (rule, other) = ("consistency/blank-beside-latin", "punctuation/blank-beside-latin");
    assert!(runs(&["consistency"], rule) && !runs(&["consistency", other], rule));
    assert!(runs(&["consistency/blank-beside-latin", other], rule));
}
