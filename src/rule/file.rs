//! One rule file: text → valid rules and their examples, or an error that names the place.

use std::ops::Range;

use super::{Rule, RuleOption, Source};
use crate::block::BlockKind;
use crate::error::{Error, Result};
use crate::matcher::Classes;

/// A rule file that has been read.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// What it was read from.
    pub source: Source,
    /// Its rules, each with its examples.
    pub rules: Vec<(Rule, Vec<Example>)>,
}

/// What an example is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// One block of that kind.
    Block(BlockKind),
    /// A draft in plain text.
    Plain,
    /// A draft in Markdown.
    Markdown,
    /// The pages of an issue in plain text, each under a line `@ name of its file`.
    Issue,
}

/// An example of a rule.
#[derive(Debug, Clone)]
pub struct Example {
    /// Where it stands in the rule file (bytes).
    pub at: Range<usize>,
    /// What it is.
    pub case: Case,
    /// How it is to be read.
    pub written: Written,
    /// The rule's options with the values it holds under.
    pub options: Vec<RuleOption>,
}

/// What an example shows.
#[derive(Debug, Clone)]
pub enum Case {
    /// A text that the rule hits once; with the text that the first suggestion makes of it.
    Bad {
        /// The text, perhaps with ⟦ ⟧ around what is flagged.
        text: String,
        /// The text afterwards.
        good: Option<String>,
    },
    /// A text that the rule leaves alone.
    Right(String),
}

impl RuleFile {
    /// Reads a rule file. `shared` are the words that every rule file may use.
    ///
    /// # Errors
    /// The first thing that is wrong, with file, line and column.
    pub fn read(path: &str, text: &str, shared: &Classes) -> Result<RuleFile> {
        let source = Source::parse(path, text, shared)?;
        Ok(RuleFile { rules: source.rules()?, source })
    }

    /// An error at a place of this file.
    pub fn error(&self, at: Range<usize>, what: impl Into<String>) -> Error {
        self.source.file.error(at, what)
    }
}
