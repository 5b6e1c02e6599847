//! The pattern language of rule files and the virtual machine that runs it.
//!
//! A pattern is a regular expression in the syntax of the crate `regex`, with three differences:
//!
//! - `⟦ ⟧` encloses the hit, the text to flag. The text before and after is context: it must match, it is not
//!   edited, and several hits may share it.
//! - `{name}` is a character class (`{han}`, `{digit}`, …) or a list of words defined by a rule file.
//! - A pattern matches within one block. `^` and `$` are the start and end of the block; `\b` is not supported. Context
//!   and hit extend at most [`WINDOW`] bytes to either side of the start of the hit.
//!
//! The crate `regex` defines the semantics: the hit and the context after it match at a position like an anchored
//! search there, and the context before the hit matches if a search for it can end there.
//!
//! Patterns do not run on `regex` itself, because it would have to build its automata over bytes at every startup
//! (0.2 ms per rule). Here a pattern is compiled at build time to a program over characters, and one attempt takes tens
//! of nanoseconds.

mod assembler;
mod char_set;
mod compile;
mod machine;
mod program;
mod reader;
#[cfg(all(prepared, any(test, fuzzing)))]
pub mod reference;
mod required;
mod surroundings;
mod syntax;

use serde::{Deserialize, Serialize};

pub use char_set::CharSet;
pub use compile::compile;
pub use machine::{Match, Scratch, WINDOW};
pub use surroundings::{FIRST_CHAR_MASK, NearbyMasks, Surroundings};
pub use syntax::{Classes, PatternError, fill};

use crate::text::Span;
use machine::{next_worth, run_backward, run_forward};
use program::Program;

/// A compiled pattern.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Matcher {
    /// The program for the context before the hit. It runs backward.
    backward: Option<Program>,
    /// The program for the hit and the context after it. It runs forward.
    forward: Program,
    first_chars: CharSet,
    /// Only for the anchors, which are made when the pattern is compiled, and are stored apart from it.
    #[serde(skip)]
    surroundings: Option<Box<Surroundings>>,
}

impl Matcher {
    /// Returns the match whose hit starts at byte `at` of `text`.
    pub fn match_at<'s>(&self, text: &str, at: usize, scratch: &'s mut Scratch) -> Option<Match<'s>> {
        let is_after_context = |scratch: &mut Scratch| {
            self.backward.as_ref().is_none_or(|backward| run_backward(backward, text, at, scratch))
        };
        let end = run_forward(&self.forward, text, at, scratch, is_after_context)?;
        is_after_context(scratch).then(|| Match::new(Span::new(at, end), &self.forward, scratch))
    }

    /// Returns where a hit can start next, after none was found to start at byte `at` because the hit and the text after it
    /// do not match there. It is `at` if nothing is known.
    pub fn next_worth(&self, text: &str, at: usize) -> usize {
        next_worth(&self.forward, text, at)
    }

    /// Returns whether a hit that starts at byte `from` or later covers all of `span`.
    pub fn covers(&self, text: &str, from: usize, span: Span, scratch: &mut Scratch) -> bool {
        text[from..].char_indices().map(|(at, c)| (from + at, c)).take_while(|(at, _)| *at <= span.start).any(
            |(at, c)| {
                self.first_chars.has(c)
                    && self.match_at(text, at, scratch).is_some_and(|found| found.span.end >= span.end)
            },
        )
    }

    /// Returns the characters that a hit can start with (for an empty hit, the characters that can follow it).
    pub fn first_chars(&self) -> &CharSet {
        &self.first_chars
    }

    /// Returns what the pattern requires of the text around its hits.
    ///
    /// # Panics
    /// If the matcher has been deserialized.
    pub fn surroundings(&self) -> &Surroundings {
        self.surroundings.as_deref().expect("anchors are made when the pattern is compiled")
    }
}
