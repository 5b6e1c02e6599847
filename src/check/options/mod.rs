//! Types for the options of checks: how they are written in a rule file, and what they are at run time.

mod cue;
mod one_or_many;
mod watched_words;
mod word_list;

use std::ops::Range;

use toml::Spanned;

pub use cue::{CueIndex, CueList};
pub use one_or_many::OneOrMany;
pub use watched_words::{WatchedWords, first_pair};
pub use word_list::{PossibleWords, WordList, is_inside};

use crate::matcher::{CharSet, Classes, Matcher, PatternError};

/// An error in the options of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionError {
    /// Where it is in the rule file, in bytes.
    pub at: Range<usize>,
    /// What is wrong: one Chinese sentence.
    pub message: String,
}

impl OptionError {
    /// An error at the place of an option's value.
    pub fn of<T>(value: &Spanned<T>, message: impl Into<String>) -> OptionError {
        OptionError { at: value.span(), message: message.into() }
    }
}

/// The words of the class that an option names.
///
/// # Errors
/// There is no such class.
pub fn class_words(name: &Spanned<String>, classes: &Classes) -> Result<Vec<String>, OptionError> {
    let words = classes.words(name.get_ref()).map(<[String]>::to_vec);
    words.ok_or_else(|| OptionError::of(name, format!("没有名为“{}”的字类。", name.get_ref())))
}

/// The characters of the class that an option names, all words of which are single characters.
///
/// # Errors
/// There is no such class.
pub fn class_characters(name: &Spanned<String>, classes: &Classes) -> Result<CharSet, OptionError> {
    let words = class_words(name, classes)?;
    Ok(CharSet::new(words.iter().flat_map(|word| word.chars()).map(|c| (c, c)).collect()))
}

/// Compiles a pattern from a rule file.
pub fn compile_matcher(pattern: &Spanned<String>, classes: &Classes) -> Result<Matcher, OptionError> {
    crate::matcher::compile(pattern.get_ref(), classes)
        .map_err(|PatternError(message)| OptionError::of(pattern, message))
}
