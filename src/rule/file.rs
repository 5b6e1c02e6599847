//! Rule files that have been read: valid rules with their examples.

use std::ops::Range;

use super::{ParsedRuleFile, Rule, RuleOption};
use crate::block::BlockKind;
use crate::error::{Error, Result};
use crate::matcher::Classes;

/// A rule file whose rules have been compiled.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// The file before compilation.
    pub parsed: ParsedRuleFile,
    /// The rules, each with its examples.
    pub rules: Vec<(Rule, Vec<Example>)>,
}

/// How the text of an example is read (the key `as`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleFormat {
    /// As one block of that kind.
    Block(BlockKind),
    /// As a draft in plain text.
    Plain,
    /// As a draft in Markdown.
    Markdown,
    /// As the pages of a newspaper issue in plain text, each below a line `@ FILE NAME`.
    Issue,
}

/// An example of a rule.
#[derive(Debug, Clone)]
pub struct Example {
    /// The byte range in the rule file.
    pub at: Range<usize>,
    /// The text and what the rule does with it.
    pub case: Case,
    /// How the text is read.
    pub format: ExampleFormat,
    /// The options of the rule, with the values for which the example is meant.
    pub options: Vec<RuleOption>,
}

/// The text of an example and what the rule does with it.
#[derive(Debug, Clone)]
pub enum Case {
    /// A text in which the rule reports an error (反例).
    Bad {
        /// The text. ⟦ ⟧ can mark the expected findings; without them, exactly one finding is expected.
        text: String,
        /// The corrected text, in which the rule finds nothing. If the rule has a fix, this must be given, and is the
        /// text after the first suggestions have been applied.
        good: Option<String>,
    },
    /// A text in which the rule finds nothing.
    Ok(String),
}

impl RuleFile {
    /// Reads a rule file. `shared` contains the character classes that every rule file may use.
    ///
    /// # Errors
    /// Returns the first problem, with file, line and column.
    pub fn read(path: &str, text: &str, shared: &Classes) -> Result<RuleFile> {
        let parsed = ParsedRuleFile::parse(path, text, shared)?;
        Ok(RuleFile { rules: parsed.rules()?, parsed })
    }

    /// Returns an error at a byte range of this file.
    pub fn error(&self, at: Range<usize>, what: impl Into<String>) -> Error {
        self.parsed.file.error(at, what)
    }
}
