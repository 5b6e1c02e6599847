//! The index: for characters and pairs of characters of a text, what the engine has to do there. The build prepares the
//! index of the built-in rules; it is used in the form in which it is stored.

mod anchors;
mod builder;
mod cell;
mod classes;
mod numbers;
mod pairs;

use serde::{Deserialize, Serialize};

pub use anchors::{Anchors, RequiredSets, RuleAnchor};
pub use cell::{Cell, cell_index};
pub use pairs::{PairAction, PairIndex};

use numbers::{Lists, Records, U16s, U32s, U128s};

/// What the engine does at the positions of a text. Rules are known by the numbers with which
/// they were added.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Index {
    /// What is known of each character: a [`Cell`] as a number, by [`cell_index`].
    cells: U32s,
    /// For each class of characters the required sets that contain it.
    sets_of: U128s,
    /// For each class the anchors that are tried where one of its characters occurs.
    anchors_of: Lists,
    /// For each class the anchors that are tried only at the first character of a block.
    anchors_at_start: Lists,
    /// For each class the anchors that are tried only at the last character of a block.
    anchors_at_end: Lists,
    /// For each class the watches that look for its characters.
    watches_of: Lists,
    /// What to do at pairs of characters.
    pub by_pair: PairIndex,
    /// The anchors of all lists.
    pub anchors: Anchors,
    /// The anchors that are tried at every character.
    anywhere: U16s,
    /// The rules whose checks have tables of words.
    table_rules: U16s,
    /// The rules whose checks judge idioms.
    idiom_rules: U16s,
    /// For each watch of characters or cues, the rules whose checks watch them.
    watch_rules: Lists,
    /// For each of these watches, 1 if it is for cues, so that the checks run only if one occurs.
    is_for_cues: Records<1>,
    /// For each list of watched words, the rules whose checks watch it.
    word_watch_rules: Lists,
    /// The watched words.
    words: Records<{ WatchedWord::SIZE }>,
    /// The texts of the watched words, one after the other.
    word_texts: Records<1>,
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

impl Index {
    /// Reads an index that the build has stored. Returns `None` if the bytes are malformed.
    pub fn read(bytes: &'static [u8]) -> Option<Index> {
        postcard::from_bytes(bytes).ok()
    }

    /// Serializes the index for [`Index::read`].
    ///
    /// # Errors
    /// The serialization format reports an error.
    #[cfg(not(prepared))]
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(self)
    }

    /// The cells of all characters, by [`cell_index`]: see [`Index::cell`].
    pub fn cells(&self) -> &[[u8; 4]] {
        self.cells.as_slice()
    }

    /// The required sets of all classes.
    pub fn sets_of(&self) -> &[[u8; 16]] {
        self.sets_of.as_slice()
    }

    /// The anchors that are tried where a character of this class occurs, as indices of [`Index::anchors`].
    #[inline]
    pub fn anchors_of(&self, class: usize) -> impl ExactSizeIterator<Item = u16> + '_ {
        self.anchors_of.get(class)
    }

    /// The anchors that are tried where a block begins with a character of this class.
    pub fn anchors_at_start(&self, class: usize) -> impl ExactSizeIterator<Item = u16> + '_ {
        self.anchors_at_start.get(class)
    }

    /// The anchors that are tried where a block ends with a character of this class.
    pub fn anchors_at_end(&self, class: usize) -> impl ExactSizeIterator<Item = u16> + '_ {
        self.anchors_at_end.get(class)
    }

    /// The anchors that are tried at every character.
    pub fn anywhere(&self) -> impl ExactSizeIterator<Item = u16> + '_ {
        self.anywhere.as_slice().iter().map(|number| u16::from_le_bytes(*number))
    }

    /// The watches that look for characters of this class.
    #[inline]
    pub fn watches_of(&self, class: usize) -> impl ExactSizeIterator<Item = u16> + '_ {
        self.watches_of.get(class)
    }

    /// The rule that has the table with this number.
    #[inline]
    pub fn table_rule(&self, table: u16) -> u16 {
        self.table_rules.get(table as usize)
    }

    /// The rules whose checks judge idioms.
    pub fn idiom_rules(&self) -> impl ExactSizeIterator<Item = u16> + '_ {
        self.idiom_rules.as_slice().iter().map(|number| u16::from_le_bytes(*number))
    }

    /// For each watch of characters or cues, the rules whose checks watch them, and whether it is for cues.
    pub fn watches(&self) -> impl ExactSizeIterator<Item = (bool, impl Iterator<Item = u16> + '_)> {
        let is_for_cues = self.is_for_cues.as_slice();
        (0..is_for_cues.len()).map(move |watch| (is_for_cues[watch] != [0], self.watch_rules.get(watch)))
    }

    /// For each list of watched words, the rules whose checks watch it.
    pub fn word_watches(&self) -> impl ExactSizeIterator<Item = impl Iterator<Item = u16> + '_> {
        (0..self.word_watch_rules.len()).map(move |watch| self.word_watch_rules.get(watch))
    }

    /// The watched word with this number.
    #[inline]
    pub fn word(&self, number: u32) -> WatchedWord<'_> {
        let [a, b, c, d, e, f, g, h, i, j] = self.words.as_slice()[number as usize];
        let (start, length) = (u32::from_le_bytes([a, b, c, d]) as usize, u16::from_le_bytes([e, f]) as usize);
        WatchedWord {
            text: &self.word_texts.as_slice().as_flattened()[start..start + length],
            tag: u16::from_le_bytes([g, h]),
            watch: u16::from_le_bytes([i, j]),
        }
    }
}

/// The cell of a character. `cells` are [`Index::cells`].
#[inline]
pub fn cell_of(cells: &[[u8; 4]], c: char) -> Cell {
    Cell::from_number(u32::from_le_bytes(cells[cell_index(c)]))
}
