//! The pattern language of rule files, and the small machine that runs it.
//!
//! A pattern is a regular expression in the syntax of the crate `regex`, with three additions:
//!
//! - `⟦ ⟧` marks what is flagged. What stands before and after is context: it must be there, it is not
//!   touched, and hits may share it.
//! - `{name}` is a class of characters (`{han}`, `{digit}`, …) or a list of words that a rule file defines.
//! - It looks at one block. `^` and `$` are the block's beginning and end; there is no `\b`. Context and
//!   hit reach at most [`WINDOW`] bytes to either side of where the hit begins.
//!
//! The meaning of a pattern is defined by the crate `regex`: the hit and the context behind it match at a
//! place as an anchored search there would, and the context before it matches if a search for it can end there.
//! A regex automaton of bytes would have to be built at every start (0.2 ms a rule); a program over
//! characters is built once, when zhubi is, and answers in some ten nanoseconds.

mod char_set;
mod compile;
mod needs;
mod program;
mod syntax;

use serde::{Deserialize, Serialize};

pub use char_set::CharSet;
pub use compile::compile;
pub use program::{Match, Scratch, WINDOW};
pub use syntax::{Classes, PatternError, fill};

use crate::stored::Stored;
use crate::text::Span;
use program::Program;

/// A compiled pattern.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Matcher {
    /// The context before the hit, as a program that runs backwards.
    before: Option<Stored<Program>>,
    /// The hit and the context behind it.
    here: Stored<Program>,
    first: CharSet,
    /// The only characters that can stand right before a hit, and behind its first character, where they are
    /// few: most attempts need not begin.
    previous: Option<CharSet>,
    next: Option<CharSet>,
    previous_mask: u64,
    next_mask: u64,
    /// Where every hit lies near the beginning or the end of the block: how far from it at most, in bytes.
    most_before: u32,
    most_behind: u32,
    /// The rarest sets of characters of each of which the text around a hit has one.
    needs: Vec<CharSet>,
}

impl Matcher {
    /// The hit that begins at byte `at` of `text`, if there is one.
    pub fn match_at<'s>(&self, text: &str, at: usize, scratch: &'s mut Scratch) -> Option<Match<'s>> {
        let lacks = |few: &Option<CharSet>, c: Option<char>| match few {
            Some(few) => !c.is_some_and(|c| few.has(c)),
            None => false,
        };
        if lacks(&self.previous, text[..at].chars().next_back()) || lacks(&self.next, text[at..].chars().nth(1)) {
            return None;
        }
        let end = self.here.run_forward(text, at, scratch)?;
        if let Some(before) = &self.before {
            before.run_backward(text, at, scratch)?;
        }
        Some(Match::new(Span::new(at, end), &self.here, scratch))
    }

    /// Does some match that begins at `from` or later, and before `span` ends, cover all of `span`?
    pub fn covers(&self, text: &str, from: usize, span: Span, scratch: &mut Scratch) -> bool {
        text[from..].char_indices().map(|(at, c)| (from + at, c)).take_while(|(at, _)| *at <= span.start).any(
            |(at, c)| {
                self.first.has(c) && self.match_at(text, at, scratch).is_some_and(|found| found.span.end >= span.end)
            },
        )
    }

    /// The characters that a hit can begin with (or, for an empty hit, that can stand behind it).
    pub fn first(&self) -> &CharSet {
        &self.first
    }

    /// The only characters that can stand right before a hit, where they are few.
    pub fn previous(&self) -> Option<&CharSet> {
        self.previous.as_ref()
    }

    /// The only characters that can stand behind the first character of a hit, where they are few.
    pub fn next(&self) -> Option<&CharSet> {
        self.next.as_ref()
    }

    /// Sets of characters of each of which one must stand in the block: in the hit or its context.
    pub fn needs(&self) -> &[CharSet] {
        &self.needs
    }

    /// The categories that may stand before a hit.
    pub fn previous_mask(&self) -> u64 {
        self.previous_mask
    }

    /// The categories that may stand behind the first character of a hit.
    pub fn next_mask(&self) -> u64 {
        self.next_mask
    }

    /// The most bytes of a block that can stand before a hit; `u32::MAX` where there is no limit.
    pub fn max_bytes_before(&self) -> u32 {
        self.most_before
    }

    /// The most bytes of a block from the beginning of a hit on; `u32::MAX` where there is no limit.
    pub fn max_bytes_from_start(&self) -> u32 {
        self.most_behind
    }
}
