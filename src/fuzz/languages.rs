//! Targets on what is read from people who write rules and settings, and on the readings of a text.

use std::path::Path;

use super::drafts::{ENGINE, check_findings};
use crate::builtin;
use crate::config::{Config, Style};
use crate::draft::{Draft, Format};
use crate::engine::Engine;
use crate::example;
use crate::finding::FixSafety;
use crate::grade::Weights;
use crate::matcher::reference::Reference;
use crate::matcher::{Classes, Scratch, compile};
use crate::quantity;
use crate::revise::revise_with;
use crate::rule::{RuleFile, RuleSet, TomlFile};
use crate::stet::ReviewOptions;

/// The longest pattern and the longest text to which it is applied, in bytes: far less than the window of a match.
const LONGEST_PATTERN: usize = 120;
const LONGEST_TEXT: usize = 120;

/// A pattern matches as the crate `regex` does.
pub fn pattern(input: &[u8]) {
    let Ok(input) = std::str::from_utf8(input) else { return };
    let (pattern, text) = input.split_once('\n').unwrap_or((input, ""));
    if pattern.len() > LONGEST_PATTERN || text.len() > LONGEST_TEXT {
        return;
    }
    let Ok(matcher) = compile(pattern, &Classes::default()) else { return };
    let Some(reference) = Reference::new(pattern) else { return };
    let mut scratch = Scratch::default();
    for (at, c) in text.char_indices() {
        let found = matcher.match_at(text, at, &mut scratch).map(|found| found.span);
        assert_eq!(found, reference.match_at(text, at), "{pattern} at {at} of {text:?}");
        assert!(found.is_none() || matcher.first_chars().has(c), "{pattern} at {at} of {text:?}");
    }
}

/// A rule file is refused with a reason, or its rules can be proved, and run on the text of the file.
pub fn rules(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let known = builtin::rules();
    let file = match RuleFile::read("规则.toml", text, &known.classes) {
        Ok(file) => file,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let rules: Vec<_> = file.rules.iter().map(|(rule, _)| rule.clone()).collect();
    let engine = Engine::new(RuleSet { rules, ..RuleSet::default() });
    let _ = example::prove(&[file]);
    let draft = Draft::open(input.to_vec(), Format::Plain).unwrap();
    for finding in engine.check(&draft) {
        assert!(draft.text().get(finding.span.range()).is_some());
    }
    let _ = revise_with(&engine, &draft, FixSafety::Suggested, &ReviewOptions::default());
}

/// Settings are refused with a reason, or can be applied.
pub fn config(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let _ = Weights::parse("权重.toml", text);
    let file = || TomlFile::new("zhubi.toml", text);
    let style = Style::read(file()).map(|style| style.settings);
    let config = Config::parse(file(), Path::new(""));
    if let Ok(config) = &config {
        config.overrides_for(Path::new("稿件/甲.txt"));
        config.ignore.matches(Path::new("稿件/甲.txt"));
    }
    for settings in style.into_iter().chain(config.map(|config| config.choices.settings)) {
        let _ = settings.apply(&mut builtin::rules(), builtin::rule_file_of);
    }
}

/// Quantities stand in the order of the text, apart from each other.
pub fn quantities(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut end = 0;
    for quantity in quantity::scan(&text) {
        let core = quantity.core();
        assert!(text.get(quantity.span.range()).is_some() && quantity.span.covers(core));
        assert!(quantity.span.start >= end, "quantities overlap in {text:?}");
        end = quantity.span.end;
        let _ = (quantity.date(), quantity.in_base(), quantity.dimension());
    }
    let draft = Draft::open(text.into_owned().into(), Format::Plain);
    draft.iter().for_each(|draft| check_findings(draft, &ENGINE.check(draft)));
}
