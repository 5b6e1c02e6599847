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

mod char_set;
mod compile;
mod program;
mod required;
mod syntax;

use serde::{Deserialize, Serialize};

pub use char_set::CharSet;
pub use compile::compile;
pub use program::{Match, Scratch, WINDOW};
pub use syntax::{Classes, PatternError, fill};

use crate::stored::Stored;
use crate::text::{Category, Span};
use program::Program;

/// The character categories that can occur around the start of a hit, as bit masks: for the second and the first
/// character before it, for its first character, and for the next three. Where a mask does not contain
/// [`Category::EDGE`], there must be a character.
pub type NearbyMasks = [u64; 6];

/// The index in [`NearbyMasks`] of the mask for the first character of the hit.
pub const FIRST_CHAR_MASK: usize = 2;

/// A compiled pattern.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Matcher {
    /// The program for the context before the hit. It runs backward.
    backward: Option<Stored<Program>>,
    /// The program for the hit and the context after it. It runs forward.
    forward: Stored<Program>,
    first_chars: CharSet,
    /// The characters that can precede a hit, if they are few. Like `next_chars`, they rule out most attempts.
    previous_chars: Option<CharSet>,
    /// The characters that can follow the first character of a hit, if they are few.
    next_chars: Option<CharSet>,
    masks: NearbyMasks,
    max_bytes_before: u32,
    max_bytes_from_start: u32,
    required_sets: Vec<CharSet>,
}

impl Matcher {
    /// Returns the match whose hit starts at byte `at` of `text`.
    pub fn match_at<'s>(&self, text: &str, at: usize, scratch: &'s mut Scratch) -> Option<Match<'s>> {
        let is_excluded = |allowed: &Option<CharSet>, c: Option<char>| match allowed {
            Some(allowed) => !c.is_some_and(|c| allowed.has(c)),
            None => false,
        };
        if is_excluded(&self.previous_chars, text[..at].chars().next_back())
            || is_excluded(&self.next_chars, text[at..].chars().nth(1))
        {
            return None;
        }
        if !self.masks_allow(text, at) {
            return None;
        }
        let end = self.forward.run_forward(text, at, scratch)?;
        if let Some(backward) = &self.backward {
            backward.run_backward(text, at, scratch)?;
        }
        Some(Match::new(Span::new(at, end), &self.forward, scratch))
    }

    /// Returns whether the masks allow a hit that starts at byte `at` of `text`.
    fn masks_allow(&self, text: &str, at: usize) -> bool {
        let (before, from_first) = self.masks.split_at(FIRST_CHAR_MASK);
        let is_allowed = |(mask, c): (&u64, Option<char>)| c.map_or(Category::EDGE, Category::of).is_in(*mask);
        let chars_before = text[..at].chars().rev().map(Some).chain(std::iter::repeat(None));
        let chars_from_first = text[at..].chars().map(Some).chain(std::iter::repeat(None));
        from_first.iter().zip(chars_from_first).all(is_allowed) && before.iter().rev().zip(chars_before).all(is_allowed)
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

    /// Returns the characters that can precede a hit. `None` if there are too many of them or if a hit can be at the
    /// start of the block.
    pub fn previous_chars(&self) -> Option<&CharSet> {
        self.previous_chars.as_ref()
    }

    /// Returns the characters that can follow the first character of a hit. `None` if there are too many of them or if
    /// the block can end there.
    pub fn next_chars(&self) -> Option<&CharSet> {
        self.next_chars.as_ref()
    }

    /// Returns the required character sets, the rarest first: the block must contain at least one character of each
    /// set, in the hit or its context.
    pub fn required_sets(&self) -> &[CharSet] {
        &self.required_sets
    }

    /// Returns the character categories that can occur around the start of a hit.
    pub fn masks(&self) -> &NearbyMasks {
        &self.masks
    }

    /// Returns the maximum number of bytes between the start of the block and a hit, or `u32::MAX` if there is no limit.
    pub fn max_bytes_before(&self) -> u32 {
        self.max_bytes_before
    }

    /// Returns the maximum number of bytes between the start of a hit and the end of the block, or `u32::MAX` if there
    /// is no limit.
    pub fn max_bytes_from_start(&self) -> u32 {
        self.max_bytes_from_start
    }
}
