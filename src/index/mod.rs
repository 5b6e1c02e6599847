//! The index: for characters and pairs of characters of a text, what the engine has to do there. The build prepares
//! indexes of the built-in rules; they are used in the form in which they are stored.

mod anchors;
mod builder;
mod cell;
mod classes;
mod numbers;
mod pairs;

use serde::{Deserialize, Serialize};

pub use anchors::{Anchors, RequiredSets, RuleAnchor};
pub use builder::IndexTables;
pub use cell::{Cell, Cells};
pub use pairs::{PairAction, PairFlags, PairIndex};

use numbers::{Lists, Records, U16s, U32s};

/// What the engine does at the positions of a text. It borrows its tables from the bytes in which they are stored. Rules
/// are known by the numbers with which they were added.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Index<'a> {
    /// The numbers of the rules, ascending.
    #[serde(borrow)]
    rules: U16s<'a>,
    /// What is known of each character: a [`Cell`] as a number, by its [`code_of`](crate::text::code_of).
    #[serde(borrow)]
    cells: U32s<'a>,
    /// For each class of characters the required sets that contain it.
    #[serde(borrow)]
    sets_of: Records<'a, { size_of::<RequiredSets>() }>,
    /// For each class the anchors that are tried where one of its characters occurs.
    #[serde(borrow)]
    anchors_of: Lists<'a>,
    /// For each class the anchors that are tried only at the first character of a block.
    #[serde(borrow)]
    anchors_at_start: Lists<'a>,
    /// For each class the anchors that are tried only at the last character of a block.
    #[serde(borrow)]
    anchors_at_end: Lists<'a>,
    /// For each class the watches that look for its characters.
    #[serde(borrow)]
    watches_of: Lists<'a>,
    /// What to do at pairs of characters.
    #[serde(borrow)]
    pub by_pair: PairIndex<'a>,
    /// The anchors of all lists.
    #[serde(borrow)]
    pub anchors: Anchors<'a>,
    /// The anchors that are tried at every character.
    #[serde(borrow)]
    anywhere: U16s<'a>,
    /// The rules whose checks have tables of words.
    #[serde(borrow)]
    table_rules: U16s<'a>,
    /// The rules whose checks judge idioms.
    #[serde(borrow)]
    idiom_rules: U16s<'a>,
    /// The rules whose checks judge text that stands twice in succession.
    #[serde(borrow)]
    repeat_rules: U16s<'a>,
    /// For each watch of characters or cues, the rules whose checks watch them.
    #[serde(borrow)]
    watch_rules: Lists<'a>,
    /// For each of these watches, 1 if the checks run only if something of it occurs; those of an empty watch always run.
    #[serde(borrow)]
    is_needed: Records<'a, 1>,
    /// For each list of watched words, the rules whose checks watch it.
    #[serde(borrow)]
    word_watch_rules: Lists<'a>,
    /// The watched words.
    #[serde(borrow)]
    words: Records<'a, { WatchedWord::SIZE }>,
    /// The texts of the watched words, one after the other.
    word_texts: &'a [u8],
    /// How many distinct sets of characters the anchors require.
    required_set_count: u16,
}

/// A word that article checks watch.
#[derive(Debug, Clone, Copy)]
pub struct WatchedWord<'a> {
    /// The word in UTF-8.
    pub text: &'a [u8],
    /// The tag by which the check knows it.
    pub tag: u16,
    /// The list of watched words that it belongs to.
    pub watch: u16,
}

impl WatchedWord<'_> {
    /// The size of a stored word: where its text begins (4 bytes), how long it is, its tag and its watch (2 bytes each).
    const SIZE: usize = 10;
}

impl<'a> Index<'a> {
    /// Reads an index that [`Index::to_bytes`] has made. Returns `None` if the bytes are malformed.
    pub fn read(bytes: &'a [u8]) -> Option<Index<'a>> {
        postcard::from_bytes(bytes).ok()
    }

    /// Serializes the index.
    ///
    /// # Errors
    /// The serialization format reports an error.
    #[cfg(not(prepared))]
    pub fn to_bytes(self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&self)
    }

    /// The numbers of the rules, ascending.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.rules.iter()
    }

    /// What the index knows of each character.
    ///
    /// # Panics
    /// If the table has another size than the builder gives it.
    pub fn cells(&self) -> Cells<'a> {
        Cells(self.cells.0.try_into().expect("there is a cell for each code"))
    }

    /// The required sets that contain the characters of this class.
    #[inline]
    pub fn sets_of(&self, class: usize) -> RequiredSets {
        RequiredSets::from_le_bytes(self.sets_of.0[class])
    }

    /// The anchors that are tried where a character of this class occurs, as indices of [`Index::anchors`].
    #[inline]
    pub fn anchors_of(&self, class: usize) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.anchors_of.get(class)
    }

    /// The anchors that are tried where a block begins with a character of this class.
    pub fn anchors_at_start(&self, class: usize) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.anchors_at_start.get(class)
    }

    /// The anchors that are tried where a block ends with a character of this class.
    pub fn anchors_at_end(&self, class: usize) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.anchors_at_end.get(class)
    }

    /// The anchors that are tried at every character.
    pub fn anywhere(&self) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.anywhere.iter()
    }

    /// The watches that look for characters of this class.
    #[inline]
    pub fn watches_of(&self, class: usize) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.watches_of.get(class)
    }

    /// The rule that has the table with this number.
    #[inline]
    pub fn table_rule(&self, table: u16) -> u16 {
        u16::from_le_bytes(self.table_rules.0[table as usize])
    }

    /// The rules whose checks judge idioms.
    pub fn idiom_rules(&self) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.idiom_rules.iter()
    }

    /// The rules whose checks judge text that stands twice in succession.
    pub fn repeat_rules(&self) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.repeat_rules.iter()
    }

    /// For each watch of characters or cues, the rules whose checks watch them, and whether they run only
    /// if something of it occurs.
    pub fn watches(&self) -> impl ExactSizeIterator<Item = (bool, impl Iterator<Item = u16> + use<'a>)> + use<'a> {
        let (is_needed, rules) = (self.is_needed.0, self.watch_rules);
        (0..is_needed.len()).map(move |watch| (is_needed[watch] != [0], rules.get(watch)))
    }

    /// For each list of watched words, the rules whose checks watch it.
    pub fn word_watches(&self) -> impl ExactSizeIterator<Item = impl Iterator<Item = u16> + use<'a>> + use<'a> {
        let rules = self.word_watch_rules;
        (0..rules.len()).map(move |watch| rules.get(watch))
    }

    /// The watched word with this number.
    #[inline]
    pub fn word(&self, number: u32) -> WatchedWord<'a> {
        let [a, b, c, d, e, f, g, h, i, j] = self.words.0[number as usize];
        let (start, length) = (u32::from_le_bytes([a, b, c, d]) as usize, u16::from_le_bytes([e, f]) as usize);
        WatchedWord {
            text: &self.word_texts[start..start + length],
            tag: u16::from_le_bytes([g, h]),
            watch: u16::from_le_bytes([i, j]),
        }
    }
}
