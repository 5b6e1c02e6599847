//! The built-in rules and the lexicon, as the build prepared them, and the rule files they come from.

use crate::error::Result;
use crate::lexicon::Lexicon;
use crate::rule::{RuleFile, RuleSet};

static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
static LEXICON: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bin"));
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// The built-in rules.
pub fn rules() -> RuleSet {
    postcard::from_bytes(RULES).expect("the build wrote the rules with this very code")
}

/// The built-in rule files, read anew from their text, with the examples of their rules.
pub fn files() -> Result<Vec<RuleFile>> {
    let shared = rules().classes;
    FILES.iter().map(|(path, text)| RuleFile::read(path, text, &shared)).collect()
}

/// The lexicon.
pub fn lexicon() -> Lexicon<'static> {
    Lexicon::read(LEXICON).expect("the build wrote the lexicon with this very code")
}
