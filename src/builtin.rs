//! The built-in rules, styles and lexicon, as the build prepared them, and the rule files they come from.

use crate::error::Result;
use crate::lexicon::Lexicon;
use crate::rule::{RuleFile, RuleSet, Source};

static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
static LEXICON: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bin"));
/// Path, ids of its rules, text.
static FILES: &[(&str, &[&str], &str)] = include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));
/// Path, text.
static STYLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/style_files.rs"));

/// Path, text.
static CHECKLISTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/checklist_files.rs"));

/// The built-in rules.
pub fn rules() -> RuleSet {
    RuleSet::read(RULES).expect("the build wrote the rules with this very code")
}

/// The built-in rule files, read anew from their text, with the examples of their rules.
pub fn files() -> Result<Vec<RuleFile>> {
    let shared = rules().classes;
    FILES.iter().map(|(path, _, text)| RuleFile::read(path, text, &shared)).collect()
}

/// The rule file that holds the built-in rule with that id, parsed anew; `rules` are rules that begin with the
/// built-in ones. `None` where no built-in rule has the id.
///
/// # Errors
/// None that a test of this crate would not have met.
pub fn source(id: &str, rules: &RuleSet) -> Result<Option<Source>> {
    let file = FILES.iter().find(|(_, ids, _)| ids.contains(&id));
    file.map(|(path, _, text)| Source::parse(path, text, &rules.classes)).transpose()
}

/// The paths and texts of the built-in styles, by name.
pub fn styles() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    STYLES.iter().map(|(path, text)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        (name.strip_suffix(".toml").unwrap_or(name), *path, *text)
    })
}

/// The texts of the standards' checklists.
pub fn checklists() -> impl Iterator<Item = &'static str> {
    CHECKLISTS.iter().map(|(_, text)| *text)
}

/// The lexicon.
pub fn lexicon() -> Lexicon<'static> {
    Lexicon::read(LEXICON).expect("the build wrote the lexicon with this very code")
}
