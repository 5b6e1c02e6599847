//! One pass over the text of a block: its characters, and the positions where the engine has something to do.

use super::Engine;
use super::char_index::RequiredSets;
use crate::text::{Category, pair_key};

/// A character of the block.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScannedChar {
    pub(super) character: char,
    /// Its byte in the block's text.
    pub(super) at: u32,
    /// Its slot in the index by characters.
    pub(super) slot: u16,
}

/// A position where the engine may have something to do: the index of a character, with flags in the highest bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position(u32);

impl Position {
    /// The index by characters has an entry.
    const HAS_ENTRY: u32 = 1 << 31;
    /// The index by pairs may have entries for this character and the one before it.
    const ENDS_PAIR: u32 = 1 << 30;
    /// This character and the one before it may be half of an idiom.
    const ENDS_HALF: u32 = 1 << 29;

    #[inline]
    fn new(index: usize, has_entry: bool, ends_pair: bool, ends_half: bool) -> Position {
        let flag = |is_set: bool, flag: u32| u32::from(is_set) * flag;
        Position(
            index as u32
                | flag(has_entry, Position::HAS_ENTRY)
                | flag(ends_pair, Position::ENDS_PAIR)
                | flag(ends_half, Position::ENDS_HALF),
        )
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

/// A scanned block. One value is reused for all blocks, so that scanning a block does not allocate.
#[derive(Debug, Default)]
pub(super) struct BlockScan {
    pub(super) characters: Vec<ScannedChar>,
    /// Only the first `count` positions belong to this block.
    positions: Vec<Position>,
    count: usize,
    /// The required sets of which the block contains a character.
    present: RequiredSets,
}

impl BlockScan {
    /// Scans the text of a block.
    pub(super) fn scan(&mut self, engine: &Engine, text: &str) {
        self.characters.clear();
        self.positions.resize(self.positions.len().max(text.len()), Position(0));
        let everywhere = usize::from(!engine.index.anywhere.is_empty());
        let has_idioms = !engine.index.idiom_rules.is_empty();
        let (mut count, mut present, mut previous) = (0, 0, '\0');
        for (index, (at, character)) in text.char_indices().enumerate() {
            let slot = engine.index.slot_of[(character as usize).min(0xFFFF)];
            present |= engine.index.sets_of[slot as usize];
            self.characters.push(ScannedChar { character, at: at as u32, slot });
            let pair = pair_key(previous, character);
            let has_entry = slot.wrapping_sub(1) < engine.index.entry_count;
            let ends_pair = engine.index.by_pair.may_have(pair);
            let ends_half = has_idioms && engine.lexicon.idiom_halves().may_contain(pair);
            // The position is always written, and counted only if it is needed: a branch would be mispredicted often.
            self.positions[count] = Position::new(index, has_entry, ends_pair, ends_half);
            count += usize::from(has_entry | ends_pair | ends_half | (index == 0)) | everywhere;
            previous = character;
        }
        (self.count, self.present) = (count, present);
    }

    /// The positions where the engine may have something to do, in order. The first character is always among them.
    pub(super) fn positions(&self) -> &[Position] {
        &self.positions[..self.count]
    }

    /// Whether the block contains a character of each of these sets.
    #[inline]
    pub(super) fn contains_each(&self, required: RequiredSets) -> bool {
        required & !self.present == 0
    }

    /// `N` characters from the one with index `from` on; `\0` outside the block.
    #[inline]
    pub(super) fn window<const N: usize>(&self, from: isize) -> [char; N] {
        std::array::from_fn(|offset| {
            let index = usize::try_from(from + offset as isize).ok();
            index.and_then(|index| self.characters.get(index)).map_or('\0', |scanned| scanned.character)
        })
    }

    /// The categories of the characters before and after the one with this index.
    #[inline]
    pub(super) fn around(&self, index: usize) -> [Category; 2] {
        let of = |scanned: &ScannedChar| Category::of(scanned.character);
        let before = index.checked_sub(1).map_or(Category::EDGE, |before| of(&self.characters[before]));
        [before, self.characters.get(index + 1).map_or(Category::EDGE, of)]
    }
}
