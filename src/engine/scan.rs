//! One pass over the text of a block: its characters, and the positions where the engine has something to do.

use crate::index::{Cell, Index, PairFilter, RequiredSets, RuleAnchor};
use crate::matcher::FIRST_CHAR_MASK;
use crate::text::Pair;

/// A character of the block, or the absence of one beyond its edges.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScannedChar {
    pub(super) character: char,
    /// The number of bytes from it to the end of the block.
    to_end: u32,
    /// What the index knows of it.
    pub(super) cell: Cell,
}

/// A position where the engine may have something to do: flags in the lower half, the index of a character in the upper.
/// The flags of pairs are those of [`PairFilter::look_up`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position(u64);

impl Position {
    const INDEX_SHIFT: u32 = 33;
    /// There is something to do at the character itself.
    const HAS_ENTRY: u64 = 1 << 1;

    /// The flags of a character and of the pair that ends with it; 0 if there is nothing to do.
    #[inline]
    fn flags(cell: Cell, pair_flags: u64) -> u64 {
        pair_flags | u64::from(cell.has_entry()) << 1
    }

    #[inline]
    fn new(index: usize, flags: u64) -> Position {
        Position((index as u64) << Position::INDEX_SHIFT | flags)
    }

    /// The index of the character in the block.
    #[inline]
    pub(super) fn index(self) -> usize {
        (self.0 >> Position::INDEX_SHIFT) as usize
    }

    /// Whether there is something to do at the character itself.
    #[inline]
    pub(super) fn has_entry(self) -> bool {
        self.0 & Position::HAS_ENTRY != 0
    }

    /// Whether the pair of the character before and this one may have actions.
    #[inline]
    pub(super) fn ends_pair(self) -> bool {
        self.0 & PairFilter::MAY_HAVE_ACTIONS != 0
    }

    /// Whether the pair of the character before and this one may be half of an idiom.
    #[inline]
    pub(super) fn ends_half(self) -> bool {
        self.0 & PairFilter::MAY_BE_IDIOM_HALF != 0
    }
}

/// How many characters beyond either edge of a block may be looked at: they are absent.
const MARGIN: usize = 3;

const ABSENT: ScannedChar = ScannedChar { character: '\0', to_end: 0, cell: Cell::EDGE };

/// A scanned block. One value is reused for all blocks, so that scanning a block does not allocate.
#[derive(Debug, Default)]
pub(super) struct BlockScan {
    /// The characters of the block, with a margin before and after them; further elements are left from longer blocks.
    characters: Vec<ScannedChar>,
    /// The number of characters in the block.
    length: usize,
    /// The length of its text in bytes.
    bytes: usize,
    /// The positions; further elements are left from longer blocks.
    positions: Vec<Position>,
    /// The number of positions.
    count: usize,
    /// The required sets of which the block contains a character.
    present: RequiredSets,
}

impl BlockScan {
    /// Scans the text of a block. With `everywhere`, every character is a position.
    pub(super) fn scan(&mut self, index: Index, everywhere: bool, text: &str) {
        self.make_room(text);
        let filter = index.by_pair.filter();
        let everywhere = usize::from(everywhere);
        let (mut length, mut count, mut present, mut pair) = (0, 0, 0, Pair::default());
        let mut rest = text.chars();
        for scanned in &mut self.characters[MARGIN..] {
            let to_end = rest.as_str().len() as u32;
            let Some(character) = rest.next() else { break };
            let cell = index.cell(character);
            *scanned = ScannedChar { character, to_end, cell };
            present |= index.sets_of(cell.class());
            pair = pair.followed_by(character);
            let flags = Position::flags(cell, filter.look_up(pair));
            // The position is always written, and counted only if it is needed: a branch would be mispredicted often.
            self.positions[count] = Position::new(length, flags);
            count += usize::from(flags != 0) | everywhere;
            length += 1;
        }
        self.characters[MARGIN + length..][..MARGIN].fill(ABSENT);
        (self.length, self.bytes, self.count, self.present) = (length, text.len(), count, present);
    }

    /// Makes both lists long enough for the text.
    fn make_room(&mut self, text: &str) {
        // In a short text some room for nothing is cheaper than counting its characters.
        let most = if text.len() <= 1 << 12 { text.len() } else { text.chars().count() };
        if self.positions.len() < most {
            self.positions.resize(most, Position::default());
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

    /// The byte in the block's text at which the character with this index begins.
    #[inline]
    pub(super) fn byte(&self, index: usize) -> usize {
        self.bytes - self.character(index).to_end as usize
    }

    /// The characters from `MARGIN` before the one with this index up to two after it; `\0` outside the block.
    #[inline]
    pub(super) fn window(&self, index: usize) -> [char; 6] {
        let window: &[ScannedChar; 6] = self.characters[index..].first_chunk().expect("the margins are large enough");
        window.map(|scanned| scanned.character)
    }

    /// Whether the block and the characters around the one with this index are as an anchor demands.
    #[inline(always)]
    pub(super) fn agrees_with(&self, anchor: RuleAnchor, index: usize) -> bool {
        // The next character and the previous one exclude most.
        const ORDER: [usize; 6] = [FIRST_CHAR_MASK + 1, FIRST_CHAR_MASK - 1, 2, 4, 5, 0];
        let first = MARGIN + index - FIRST_CHAR_MASK;
        let nearby: &[ScannedChar; 6] = self.characters[first..].first_chunk().expect("the margins are large enough");
        anchor.required() & !self.present == 0
            && ORDER.into_iter().all(|offset| nearby[offset].cell.is_in(anchor.mask(offset)))
    }
}
