//! An article as checks see it: its blocks, and analyses of its text that several checks share. Each analysis is
//! computed when a check first needs it, and kept for the article.

pub mod dates;
pub mod echoes;
pub mod habit;
pub mod items;
pub mod lines;
pub mod notes;
pub mod pairing;
pub mod periods;
pub mod person;
pub mod similar;

mod sentence;
mod words;

use std::cell::{OnceCell, RefCell, RefMut};
use std::ops::Range;

pub use sentence::{Near, Sentence, SentencesRead};
pub use words::{CharFinder, CharPlaces, WordOccurrence, find_words, occurrences_of};

use crate::block::Block;
use crate::context::ContextReader;
use crate::house::{House, HouseReading};
use crate::lexicon::Lexicon;
use crate::matcher::Scratch;
use crate::quantity::{Date, Quantity};
use crate::text::Span;

/// An occurrence of a watched character or of a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CharOccurrence {
    /// The block, as an index into the blocks of the draft.
    pub block: u32,
    /// The byte in the block's text at which the character or the cue begins.
    pub at: u32,
    /// The character, or the first character of the cue.
    pub character: char,
}

/// One article of a draft.
pub struct Article<'d> {
    /// The canonical text of the draft.
    pub canonical: &'d str,
    /// All blocks of the draft.
    pub blocks: &'d [Block],
    /// The blocks of the article, as a range of the indices into `blocks`.
    pub range: Range<usize>,
    /// The day of the issue that the article is for, if it is known.
    pub issue_date: Option<Date>,
    /// The lexicon, for checks that are not given it. `None` only in tests of single checks.
    pub lexicon: Option<&'d Lexicon<'d>>,
    /// The model of context, if there is one.
    pub context: Option<&'d dyn ContextReader>,
    /// The lists of the paper, if it has any.
    pub house: Option<&'d House>,
    house_readings: OnceCell<Vec<HouseReading<'d>>>,
    pairing: OnceCell<pairing::Pairing>,
    items: OnceCell<Vec<items::Item>>,
    lines: OnceCell<lines::Lines<'d>>,
    persons: OnceCell<Vec<person::Person<'d>>>,
    similar: OnceCell<similar::Similar>,
    notes: OnceCell<notes::Notes>,
    echoes: OnceCell<echoes::Echoes>,
    quantities: OnceCell<sentence::QuantitiesBySentence>,
    /// Where the quantities of a sentence are collected. It is empty between two sentences.
    scanned_quantities: RefCell<Vec<Quantity>>,
    years: OnceCell<Vec<u32>>,
    own_date: OnceCell<Option<Date>>,
    scratch: RefCell<Scratch>,
    /// The places of names that a check has reported.
    reported_names: RefCell<Vec<(usize, Span)>>,
    /// The agreements that no call of `take_agreements` has returned yet; `None` if agreements are not collected.
    agreements: Option<RefCell<Vec<Agreement>>>,
}

/// One page of an issue.
pub struct Page<'d> {
    /// The name of its file.
    pub name: &'d str,
    /// The whole page, as one article.
    pub article: Article<'d>,
}

/// A calculation with numbers of the article that came out right: `9 + 118 = 127`. The engine turns it into a
/// confirmation.
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
    /// Creates an article from the blocks `range` of a draft.
    pub fn new(canonical: &'d str, blocks: &'d [Block], range: Range<usize>) -> Article<'d> {
        Article {
            canonical,
            blocks,
            range,
            issue_date: None,
            lexicon: None,
            context: None,
            house: None,
            house_readings: OnceCell::new(),
            pairing: OnceCell::new(),
            items: OnceCell::new(),
            lines: OnceCell::new(),
            persons: OnceCell::new(),
            similar: OnceCell::new(),
            notes: OnceCell::new(),
            echoes: OnceCell::new(),
            quantities: OnceCell::new(),
            scanned_quantities: RefCell::default(),
            years: OnceCell::new(),
            own_date: OnceCell::new(),
            scratch: RefCell::default(),
            reported_names: RefCell::default(),
            agreements: None,
        }
    }

    /// Sets the day of the issue.
    pub fn in_issue_of(mut self, date: Option<Date>) -> Article<'d> {
        self.issue_date = date;
        self
    }

    /// Sets the lexicon.
    pub fn with_lexicon(mut self, lexicon: &'d Lexicon<'d>) -> Article<'d> {
        self.lexicon = Some(lexicon);
        self
    }

    /// Sets the model of context.
    pub fn with_context(mut self, context: Option<&'d dyn ContextReader>) -> Article<'d> {
        self.context = context;
        self
    }

    /// Sets the lists of the paper.
    pub fn with_house(mut self, house: Option<&'d House>) -> Article<'d> {
        self.house = house;
        self
    }

    /// Sets the sentences and numerals of the article, which whoever has read its blocks knows already.
    pub fn with_notes(mut self, notes: notes::Notes) -> Article<'d> {
        self.notes = OnceCell::from(notes);
        self
    }

    /// Sets the echoes of the article, which whoever has read its blocks knows already.
    pub fn with_echoes(mut self, echoes: echoes::Echoes) -> Article<'d> {
        self.echoes = OnceCell::from(echoes);
        self
    }

    /// Whether agreements are collected, that is, whether findings are to be explained.
    pub fn is_explained(&self) -> bool {
        self.agreements.is_some()
    }

    /// Sets whether agreements are collected.
    pub fn with_agreements(mut self, is_wanted: bool) -> Article<'d> {
        self.agreements = is_wanted.then(RefCell::default);
        self
    }

    /// Sets the working memory for matching patterns, so that it is not allocated for every article.
    pub fn with_scratch(mut self, scratch: Scratch) -> Article<'d> {
        self.scratch = RefCell::new(scratch);
        self
    }

    /// Takes the notes out of the article, so that their memory can serve the next one.
    pub fn take_notes(&mut self) -> notes::Notes {
        self.notes.take().unwrap_or_default()
    }

    /// Takes the echoes out of the article, so that their memory can serve the next one.
    pub fn take_echoes(&mut self) -> echoes::Echoes {
        self.echoes.take().unwrap_or_default()
    }

    /// Returns the working memory for matching patterns.
    pub fn into_scratch(self) -> Scratch {
        self.scratch.into_inner()
    }

    /// Borrows the working memory for matching patterns.
    ///
    /// # Panics
    /// If it is already borrowed.
    pub fn scratch(&self) -> RefMut<'_, Scratch> {
        self.scratch.borrow_mut()
    }

    /// The text of a block.
    pub fn text(&self, block: usize) -> &'d str {
        self.blocks[block].text(self.canonical)
    }

    /// Adds an agreement: the numbers at `span` of a block's text, and the calculation. `computation` is only called if
    /// agreements are collected.
    pub fn agrees(&self, block: usize, span: Span, computation: impl FnOnce() -> String) {
        if let Some(agreements) = &self.agreements {
            agreements.borrow_mut().push(Agreement { block, span, computation: computation() });
        }
    }

    /// Notes that a check reports the name at a place, unless another one has reported it before: several checks find the
    /// same slip in different ways. Returns whether the place is new.
    pub fn reports_name(&self, block: usize, span: Span) -> bool {
        let mut reported = self.reported_names.borrow_mut();
        let overlaps = |it: &(usize, Span)| it.0 == block && it.1.start < span.end && span.start < it.1.end;
        let is_new = !reported.iter().any(overlaps);
        reported.push((block, span));
        is_new
    }

    /// Returns the agreements added since the last call.
    pub fn take_agreements(&self) -> Vec<Agreement> {
        self.agreements.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// The pairs of brackets, quotation marks and title marks. `occurrences` are those of [`pairing::watched`].
    pub fn pairing(&self, occurrences: &[CharOccurrence]) -> &pairing::Pairing {
        self.pairing.get_or_init(|| pairing::Pairing::read(self, occurrences))
    }

    /// The sentences and numerals. Unless they were given to the article, its text is read for them.
    pub fn notes(&self) -> &notes::Notes {
        self.notes.get_or_init(|| {
            let mut notes = notes::Notes::default();
            self.range.clone().for_each(|block| notes.add_block(block, self.text(block)));
            notes
        })
    }

    /// What occurs more than once. Unless it was given to the article, its text is read for it.
    pub fn echoes(&self) -> &echoes::Echoes {
        self.echoes.get_or_init(|| echoes::read(self))
    }

    /// What the blocks have of the paper's lists, each block with its reading; empty without lists.
    pub fn house_readings(&self) -> impl Iterator<Item = (usize, &HouseReading<'d>)> {
        let read = |house: &'d House| self.range.clone().map(|block| house.read(self.text(block))).collect();
        let readings = self.house_readings.get_or_init(|| self.house.map(read).unwrap_or_default());
        self.range.clone().zip(readings)
    }

    /// The numbered items, in the order of their blocks.
    pub fn items(&self) -> &[items::Item] {
        self.items.get_or_init(|| items::read(self))
    }

    /// The length of the number with which a block begins as an item; 0 if it begins with none.
    pub fn item_number_length(&self, block: usize) -> usize {
        let items = self.items();
        let first = items.get(items.partition_point(|item| item.block < block));
        first.filter(|item| item.block == block && item.span.start == 0).map_or(0, |item| item.span.end)
    }

    /// How its lines and paragraphs end.
    pub fn lines(&self, lexicon: &Lexicon) -> &lines::Lines<'d> {
        self.lines.get_or_init(|| lines::Lines::read(self, lexicon))
    }

    /// The persons that the article names. `occurrences` are those of words that [`person::NameCue`] distinguishes.
    pub fn persons(&self, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> &[person::Person<'d>] {
        self.persons.get_or_init(|| person::persons(self, occurrences, lexicon))
    }

    /// The long sentences, and which of them are similar. `occurrences` are those of [`similar::watched`].
    pub fn similar(&self, occurrences: &[CharOccurrence]) -> &similar::Similar {
        self.similar.get_or_init(|| similar::read(self, occurrences))
    }
}
