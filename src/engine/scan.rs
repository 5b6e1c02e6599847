//! One pass over the text of a block: its characters, and the positions where the engine has something to do.

use crate::index::{Cell, Index, RequiredSets, cell_of};
use crate::lexicon::Lexicon;
use crate::text::{Pair, may_contain_pair};

/// A character of the block, or the absence of one beyond its edges.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScannedChar {
    pub(super) character: char,
    /// Its byte in the block's text.
    pub(super) at: u32,
    /// What the index knows of it.
    pub(super) cell: Cell,
}

/// A position where the engine may have something to do: the index of a character, with flags in the highest bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position(u32);

impl Position {
    /// The index has an entry for the character.
    const HAS_ENTRY: u32 = 1 << 31;
    /// The index may have actions for the pair of this character and the one before it.
    const ENDS_PAIR: u32 = 1 << 30;
    /// This character and the one before it may be half of an idiom.
    const ENDS_HALF: u32 = 1 << 29;

    #[inline]
    fn flags(has_entry: bool, ends_pair: bool, ends_half: bool) -> u32 {
        let flag = |is_set: bool, flag: u32| u32::from(is_set) * flag;
        flag(has_entry, Position::HAS_ENTRY)
            | flag(ends_pair, Position::ENDS_PAIR)
            | flag(ends_half, Position::ENDS_HALF)
    }

    /// The index of the character in the block.
    #[inline]
    pub(super) fn index(self) -> usize {
        (self.0 & (Position::ENDS_HALF - 1)) as usize
    }

    #[inline]
    pub(super) fn has_entry(self) -> bool {
        self.0 & Position::HAS_ENTRY != 0
    }

    #[inline]
    pub(super) fn ends_pair(self) -> bool {
        self.0 & Position::ENDS_PAIR != 0
    }

    #[inline]
    pub(super) fn ends_half(self) -> bool {
        self.0 & Position::ENDS_HALF != 0
    }
}

/// How many characters beyond either edge of a block may be looked at: they are absent.
const MARGIN: usize = 3;

const ABSENT: ScannedChar = ScannedChar { character: '\0', at: 0, cell: Cell::EDGE };

/// A scanned block. One value is reused for all blocks, so that scanning a block does not allocate.
#[derive(Debug, Default)]
pub(super) struct BlockScan {
    /// The characters of the block, with a margin before and after them; further elements are left from longer blocks.
    characters: Vec<ScannedChar>,
    /// The number of characters in the block.
    length: usize,
    /// The positions; further elements are left from longer blocks.
    positions: Vec<Position>,
    /// The number of positions.
    count: usize,
    /// The required sets of which the block contains a character.
    present: RequiredSets,
}

impl BlockScan {
    /// Scans the text of a block. With `everywhere`, every character is a position.
    pub(super) fn scan(&mut self, index: &Index, lexicon: &Lexicon, everywhere: bool, text: &str) {
        self.make_room(text);
        let (cells, sets_of) = (index.cells(), index.sets_of());
        let (pairs, halves) = (index.by_pair.filter(), lexicon.idiom_halves());
        let everywhere = usize::from(everywhere);
        let (mut length, mut count, mut present, mut pair) = (0, 0, 0, Pair::default());
        for ((at, character), scanned) in text.char_indices().zip(&mut self.characters[MARGIN..]) {
            let cell = cell_of(cells, character);
            *scanned = ScannedChar { character, at: at as u32, cell };
            present |= RequiredSets::from_le_bytes(sets_of[cell.class()]);
            pair = pair.followed_by(character);
            let hash = pair.hash();
            let flags =
                Position::flags(cell.has_entry(), may_contain_pair(pairs, hash), may_contain_pair(halves, hash));
            // The position is always written, and counted only if it is needed: a branch would be mispredicted often.
            self.positions[count] = Position(length as u32 | flags);
            count += usize::from(flags != 0) | everywhere;
            length += 1;
        }
        self.characters[MARGIN + length..][..MARGIN].fill(ABSENT);
        (self.length, self.count, self.present) = (length, count, present);
    }

    /// Makes both lists long enough for the text.
    fn make_room(&mut self, text: &str) {
        // In a short text some room for nothing is cheaper than counting its characters.
        let most = if text.len() <= 1 << 12 { text.len() } else { text.chars().count() };
        if self.positions.len() < most {
            self.positions.resize(most, Position(0));
            self.characters.resize(MARGIN + most + MARGIN, ABSENT);
        }
    }

    /// The number of characters in the block.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The positions where the engine may have something to do, in order.
    pub(super) fn positions(&self) -> &[Position] {
        &self.positions[..self.count]
    }

    /// The character with this index.
    #[inline]
    pub(super) fn character(&self, index: usize) -> ScannedChar {
        self.characters[MARGIN + index]
    }

    /// Whether the block contains a character of each of these sets.
    #[inline]
    pub(super) fn contains_each(&self, required: RequiredSets) -> bool {
        required & !self.present == 0
    }

    /// The characters from `MARGIN` before the one with this index up to two after it; `\0` outside the block.
    #[inline]
    pub(super) fn window(&self, index: usize) -> [char; 6] {
        let window: &[ScannedChar; 6] = self.characters[index..].first_chunk().expect("the margins are large enough");
        window.map(|scanned| scanned.character)
    }

    /// The cells before and after the character with this index.
    #[inline]
    pub(super) fn around(&self, index: usize) -> [Cell; 2] {
        [self.characters[MARGIN + index - 1].cell, self.characters[MARGIN + index + 1].cell]
    }
}
