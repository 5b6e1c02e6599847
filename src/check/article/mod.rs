//! An article as checks see it: its blocks, the occurrences of watched characters and words, and analyses that several
//! checks share. Each analysis is computed when a check first asks for it, and kept for the article.

pub mod items;
pub mod pairing;
pub mod person;
pub mod similar;

mod sentence;
mod words;

use std::cell::{OnceCell, RefCell, RefMut};
use std::ops::Range;

pub use sentence::{Near, Reach, Sentence};
pub use words::{WordOccurrence, find_words, occurrences_of};

use crate::block::Block;
use crate::lexicon::Lexicon;
use crate::matcher::Scratch;
use crate::quantity::Date;
use crate::text::Span;

/// A place where a watched character or a cue occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CharOccurrence {
    /// The block, as an index into the blocks of the draft.
    pub block: u32,
    /// The byte in the block's text.
    pub at: u32,
    /// The character.
    pub character: char,
}

/// One article of a draft.
pub struct Article<'d> {
    /// The canonical text of the draft.
    pub canonical: &'d str,
    /// All blocks of the draft.
    pub blocks: &'d [Block],
    /// The blocks of the article.
    pub range: Range<usize>,
    /// The day of the issue that the article is for.
    pub issue_date: Option<Date>,
    pairing: OnceCell<pairing::Pairing>,
    items: OnceCell<Vec<items::Item>>,
    persons: OnceCell<Vec<person::Person<'d>>>,
    similar: OnceCell<similar::Similar>,
    sentences: RefCell<sentence::ReadRanges>,
    scratch: RefCell<Scratch>,
    /// The agreements found so far; `None` if nobody wants to see them.
    agreements: Option<RefCell<Vec<Agreement>>>,
}

/// One page of an issue.
pub struct Page<'d> {
    /// The name of its file.
    pub name: &'d str,
    /// The whole page, as one article.
    pub article: Article<'d>,
}

/// A calculation that came out right: `9 + 118 = 127`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The numbers, in bytes of the block's text.
    pub span: Span,
    /// The calculation as text.
    pub computation: String,
}

impl<'d> Article<'d> {
    /// The article made up of the blocks `range` of a draft.
    pub fn new(canonical: &'d str, blocks: &'d [Block], range: Range<usize>) -> Article<'d> {
        Article {
            canonical,
            blocks,
            range,
            issue_date: None,
            pairing: OnceCell::new(),
            items: OnceCell::new(),
            persons: OnceCell::new(),
            similar: OnceCell::new(),
            sentences: RefCell::default(),
            scratch: RefCell::default(),
            agreements: None,
        }
    }

    /// Sets the day of the issue.
    pub fn in_issue_of(mut self, date: Option<Date>) -> Article<'d> {
        self.issue_date = date;
        self
    }

    /// Sets whether agreements are collected.
    pub fn with_agreements(mut self, is_wanted: bool) -> Article<'d> {
        self.agreements = is_wanted.then(RefCell::default);
        self
    }

    /// Uses this memory for matching patterns, so that it need not be allocated for every article.
    pub fn with_scratch(mut self, scratch: Scratch) -> Article<'d> {
        self.scratch = RefCell::new(scratch);
        self
    }

    /// Gives the memory back.
    pub fn into_scratch(self) -> Scratch {
        self.scratch.into_inner()
    }

    /// The memory for matching patterns. It must be given back before it is asked for again.
    pub fn scratch(&self) -> RefMut<'_, Scratch> {
        self.scratch.borrow_mut()
    }

    /// The text of a block.
    pub fn text(&self, block: usize) -> &'d str {
        self.blocks[block].text(self.canonical)
    }

    /// Whether agreements are collected.
    pub fn wants_agreements(&self) -> bool {
        self.agreements.is_some()
    }

    /// Notes an agreement; its text is only built if agreements are collected.
    pub fn agrees(&self, block: usize, span: Span, computation: impl FnOnce() -> String) {
        if let Some(agreements) = &self.agreements {
            agreements.borrow_mut().push(Agreement { block, span, computation: computation() });
        }
    }

    /// Returns the agreements noted since the last call.
    pub fn take_agreements(&self) -> Vec<Agreement> {
        self.agreements.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// How the brackets, quotation marks and title marks belong together. `occurrences` are those of
    /// [`pairing::watched`].
    pub fn pairing(&self, occurrences: &[CharOccurrence]) -> &pairing::Pairing {
        self.pairing.get_or_init(|| pairing::Pairing::read(self, occurrences))
    }

    /// The numbered items.
    pub fn items(&self) -> &[items::Item] {
        self.items.get_or_init(|| items::read(self))
    }

    /// The persons, from the occurrences of the cues of names.
    pub fn persons(&self, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> &[person::Person<'d>] {
        self.persons.get_or_init(|| person::persons(self, occurrences, lexicon))
    }

    /// The long sentences, and which of them are similar. `occurrences` are those of [`similar::watched`].
    pub fn similar(&self, occurrences: &[CharOccurrence]) -> &similar::Similar {
        self.similar.get_or_init(|| similar::read(self, occurrences))
    }
}
