//! The catalogue: `docs/rules/` is what the rule files say (`ZHUBI_WRITE_DOCS=1 cargo test --test catalogue` writes
//! it anew), and what papers write into their settings does not change unseen.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support::{ROOT, assert_document, assert_golden};
use zhubi::builtin;
use zhubi::catalogue::documents;
use zhubi::finding::Severity;

const FOLDER: &str = "docs/rules";

#[test]
fn the_documents_are_what_the_rules_say() {
    let documents = documents().unwrap();
    for document in &documents {
        assert_document(&Path::new(FOLDER).join(&document.name), "catalogue", &document.text);
    }
    let names: BTreeSet<String> = documents.into_iter().map(|document| document.name).collect();
    let files = fs::read_dir(Path::new(ROOT).join(FOLDER)).unwrap();
    let found: BTreeSet<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, names, "of families that are no more nothing is left");
}

/// Settings and drafts name them: whoever renames one breaks them, and shall see it in the diff of this file.
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
fn a_rule_yields_to_one_that_is_there() {
    let rules = builtin::rules();
    for rule in &rules.rules {
        if let Some(other) = &rule.yields_to {
            let other = rules.rule(other).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
            assert!(other.enabled && other.yields_to.is_none(), "{}", rule.id);
        }
    }
    let runs = |only: &[&str], id: &str| {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        builtin::rules().select(&only, &[], Severity::Warning).unwrap().rule(id).is_ok()
    };
    assert!(runs(&[], "number/weekday") && !runs(&[], "fact/weekday"));
    assert!(runs(&["fact"], "fact/weekday") && runs(&["number", "fact/weekday"], "fact/weekday"));
}
