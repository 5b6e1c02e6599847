//! What an article check sees: the article, what was seen in it in passing, and what several checks ask of it.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use super::{numbering, pairing, person, repeated, sentence};
use crate::block::Block;
use crate::quantity::Date;
use crate::text::Span;

/// A watched character, seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// The block, as an index into the blocks of the draft.
    pub block: u32,
    /// Its byte in the block's text.
    pub at: u32,
    /// The character.
    pub character: char,
}

/// One article, as article checks see it.
pub struct Article<'d> {
    /// The canonical text of the draft.
    pub canonical: &'d str,
    /// All blocks of the draft.
    pub blocks: &'d [Block],
    /// The blocks of the article.
    pub range: Range<usize>,
    /// What several rules ask of the article, found out once.
    pub(super) marks: OnceCell<pairing::Pairing>,
    pub(super) items: OnceCell<Vec<numbering::Item>>,
    pub(super) persons: OnceCell<Vec<person::Person<'d>>>,
    pub(super) repeated: OnceCell<repeated::Alike>,
    pub(super) stretches: RefCell<sentence::Stretches>,
    /// The day of the issue that the article is for.
    pub(super) issue_date: Option<Date>,
    /// What holds, if somebody wants to know.
    pub(super) held: Option<RefCell<Vec<Held>>>,
}

/// One page of an issue, as issue checks see it.
pub struct Page<'d> {
    /// The name of its file.
    pub name: &'d str,
    /// All of it.
    pub article: Article<'d>,
}

/// Something that a check worked out, and that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The figures, in bytes of the block's text.
    pub span: Span,
    /// The computation: `9 + 118 = 127`
    pub computation: String,
}

impl<'d> Article<'d> {
    /// The article that the blocks `range` of a draft are.
    pub fn new(canonical: &'d str, blocks: &'d [Block], range: Range<usize>) -> Article<'d> {
        Article {
            canonical,
            blocks,
            range,
            marks: OnceCell::new(),
            items: OnceCell::new(),
            persons: OnceCell::new(),
            repeated: OnceCell::new(),
            stretches: RefCell::default(),
            issue_date: None,
            held: None,
        }
    }

    /// The article in the issue of that day.
    pub fn in_issue_of(mut self, date: Option<Date>) -> Article<'d> {
        self.issue_date = date;
        self
    }

    /// The article with what holds in it noted down, if it `is_wanted`.
    pub fn explained(mut self, is_wanted: bool) -> Article<'d> {
        self.held = is_wanted.then(RefCell::default);
        self
    }

    /// What was noted down since this was last asked.
    pub fn take_held(&self) -> Vec<Held> {
        self.held.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// Notes down that a computation holds; it is written out only if somebody wants to know.
    pub(super) fn holds(&self, block: usize, span: Span, computation: impl FnOnce() -> String) {
        if let Some(held) = &self.held {
            held.borrow_mut().push(Held { block, span, computation: computation() });
        }
    }

    /// The text of a block.
    pub fn text(&self, block: usize) -> &'d str {
        self.blocks[block].text(self.canonical)
    }
}
