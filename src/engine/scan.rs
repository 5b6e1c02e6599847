//! One pass over the text of a block: its characters, and the positions where the engine has something to do.

use crate::check::Repeat;
use crate::check::article::echoes::Echoes;
use crate::index::{Cell, Index, PairFlags, RequiredSets, RuleAnchor};
use crate::matcher::FIRST_CHAR_MASK;
use crate::text::{Pair, Span, code_of};

/// A character of the block, or the absence of one beyond its edges.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScannedChar {
    /// The code point.
    character: u32,
    /// Its byte in the block's text.
    pub(super) at: u32,
    /// What the index knows of it.
    pub(super) cell: Cell,
}

impl ScannedChar {
    /// The character; `\0` beyond the edges.
    #[inline]
    pub(super) fn character(self) -> char {
        char::from_u32(self.character).unwrap_or_default()
    }
}

/// A character as [`decode`] reads it.
struct Decoded {
    /// The code point.
    character: u32,
    /// See [`code_of`].
    code: u16,
    /// The length in UTF-8.
    bytes: usize,
}

/// The character at byte `at` of a text. The common case, a character of three bytes, is decoded without a branch.
#[inline(always)]
fn decode(text: &str, at: usize) -> Option<Decoded> {
    if let Some(bytes) = text.as_bytes().get(at..at + 4).and_then(<[u8]>::first_chunk) {
        let bytes = u32::from_be_bytes(*bytes);
        if bytes >> 28 == 0b1110 {
            let character = bytes >> 12 & 0xF000 | bytes >> 10 & 0xFC0 | bytes >> 8 & 0x3F;
            return Some(Decoded { character, code: character as u16, bytes: 3 });
        }
    }
    let character = text[at..].chars().next()?;
    Some(Decoded { character: character.into(), code: code_of(character), bytes: character.len_utf8() })
}

/// A position: a character where the engine may have something to do, and what.
///
/// From the lowest bit: what the filter says of the pair that ends with the character (2 bits), whether the character has
/// an entry, then its index. A draft has fewer than 2²⁹ characters.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position(u32);

impl Position {
    const HAS_ENTRY: u32 = 1 << PairFlags::BITS;
    const INDEX_SHIFT: u32 = PairFlags::BITS + 1;

    #[inline(always)]
    fn new(index: u32, has_entry: bool, pair: PairFlags) -> Position {
        Position(index << Position::INDEX_SHIFT | u32::from(has_entry) << PairFlags::BITS | pair.bits())
    }

    /// The index of the character.
    #[inline]
    pub(super) fn index(self) -> usize {
        (self.0 >> Position::INDEX_SHIFT) as usize
    }

    /// Whether the index has something for the character itself.
    #[inline]
    pub(super) fn has_entry(self) -> bool {
        self.0 & Position::HAS_ENTRY != 0
    }

    /// What the filter says of the pair that ends with the character.
    #[inline]
    pub(super) fn pair(self) -> PairFlags {
        PairFlags::from_bits(self.0 & (Position::HAS_ENTRY - 1))
    }
}

/// How many characters beyond either edge of a block may be looked at: they are absent.
const MARGIN: usize = 3;

const ABSENT: ScannedChar = ScannedChar { character: 0, at: 0, cell: Cell::EDGE };

/// The maximum number of characters of text that stands twice in succession.
const LONGEST_REPEAT: u32 = 30;

/// A pair of characters that probably occurred shortly before.
#[derive(Debug, Clone, Copy)]
struct Echo {
    /// The index of the second character.
    index: u32,
    /// How many characters before.
    distance: u32,
}

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
    /// The pairs that may have occurred shortly before, in order.
    echoes: Vec<Echo>,
}

impl BlockScan {
    /// Scans the text of the block with this number. With `everywhere`, every character is a position. `noted` notes what
    /// occurs more than once in the article.
    pub(super) fn scan(&mut self, index: &Index, everywhere: bool, number: usize, text: &str, noted: &mut Echoes) {
        let codes = noted.open(number, self.make_room(text));
        let (cells, filter) = (index.cells(), index.by_pair.filter());
        let positions = self.positions.as_mut_slice();
        let (mut at, mut length, mut count, mut present, mut pair) = (0, 0, 0, 0, Pair::default());
        for (scanned, code_of_it) in self.characters[MARGIN..].iter_mut().zip(codes) {
            let Some(Decoded { character, code, bytes }) = decode(text, at) else { break };
            let cell = cells.get(code);
            *scanned = ScannedChar { character, at: at as u32, cell };
            *code_of_it = code;
            at += bytes;
            present |= index.sets_of(cell.class());
            pair = pair.followed_by(code);
            // The position is always written, and counted only if it is needed: a branch would be mispredicted often.
            let flags = filter.look_up(pair);
            positions[count] = Position::new(length, cell.has_entry(), flags);
            count += usize::from(everywhere | cell.has_entry() | (flags != PairFlags::NONE));
            length += 1;
        }
        self.length = length as usize;
        self.characters[MARGIN + self.length..][..MARGIN].fill(ABSENT);
        (self.count, self.present) = (count, present);
        noted.close(self.length);
        self.echoes.clear();
        self.echoes.extend(noted.recent_pairs(LONGEST_REPEAT).map(|(index, distance)| Echo { index, distance }));
    }

    /// Calls `found` for each text of two or more characters that stands twice in succession. `text` is that of the block.
    pub(super) fn each_repeat(&self, text: &str, mut found: impl FnMut(Repeat)) {
        // For each distance, the end of the last run of characters that are the same as those so far before them.
        let mut ends = [0; LONGEST_REPEAT as usize + 1];
        let byte = |index: usize| if index < self.length { self.byte(index) } else { text.len() };
        for &Echo { index, distance } in &self.echoes {
            let (index, distance) = (index as usize, distance as usize);
            let is_same = |at: usize| self.character(at).character == self.character(at - distance).character;
            if index < ends[distance] || index <= distance || !is_same(index) || !is_same(index - 1) {
                continue;
            }
            let earliest = ends[distance].max(distance);
            let start = (earliest..index).rev().find(|&at| !is_same(at)).map_or(earliest, |at| at + 1);
            let end = (index + 1..self.length).find(|&at| !is_same(at)).unwrap_or(self.length);
            ends[distance] = end;
            if end - start >= distance {
                found(Repeat {
                    span: Span::new(byte(start - distance), byte(start + distance)),
                    second: byte(start),
                    end: byte(end),
                    length: distance,
                });
            }
        }
    }

    /// Makes both lists long enough for the text. Returns a number of characters that it does not exceed.
    fn make_room(&mut self, text: &str) -> usize {
        // In a short text some room for nothing is cheaper than counting its characters.
        let most = if text.len() <= 1 << 12 { text.len() } else { text.chars().count() };
        if self.positions.len() < most {
            self.positions.resize(most, Position::default());
            self.characters.resize(MARGIN + most + MARGIN, ABSENT);
        }
        most
    }

    /// The number of characters in the block.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The positions, in order.
    pub(super) fn positions(&self) -> impl Iterator<Item = Position> + '_ {
        self.positions[..self.count].iter().copied()
    }

    /// The pair of the characters with this index and the one before.
    #[inline]
    pub(super) fn pair_ending_at(&self, index: usize) -> Pair {
        let code = |index: usize| self.characters[index].character.min(0xFFFF) as u16;
        Pair::default().followed_by(code(MARGIN + index - 1)).followed_by(code(MARGIN + index))
    }

    /// The character with this index.
    #[inline]
    pub(super) fn character(&self, index: usize) -> ScannedChar {
        self.characters[MARGIN + index]
    }

    /// The byte in the block's text at which the character with this index begins.
    #[inline]
    pub(super) fn byte(&self, index: usize) -> usize {
        self.character(index).at as usize
    }

    /// The code points from `MARGIN` before the character with this index up to two after it; 0 outside the block.
    #[inline]
    pub(super) fn window(&self, index: usize) -> [u32; 6] {
        let window: &[ScannedChar; 6] = self.characters[index..].first_chunk().expect("the margins are large enough");
        window.map(|scanned| scanned.character)
    }

    /// The characters around the one with this index, at the offsets of [`NearbyMasks`](crate::matcher::NearbyMasks).
    #[inline(always)]
    pub(super) fn nearby(&self, index: usize) -> &[ScannedChar; 6] {
        let first = MARGIN + index - FIRST_CHAR_MASK;
        self.characters[first..].first_chunk().expect("the margins are large enough")
    }

    /// Whether the block and the characters around a position are as an anchor demands.
    #[inline(always)]
    pub(super) fn agrees_with(&self, anchor: RuleAnchor, nearby: &[ScannedChar; 6]) -> bool {
        let agrees = |offset: usize| nearby[offset].cell.is_in(anchor.mask(offset));
        // The required sets, the next character and the previous one exclude most.
        anchor.required() & !self.present == 0
            && agrees(FIRST_CHAR_MASK + 1)
            && agrees(FIRST_CHAR_MASK - 1)
            && agrees(FIRST_CHAR_MASK)
            && agrees(FIRST_CHAR_MASK + 2)
            && agrees(FIRST_CHAR_MASK + 3)
            && agrees(FIRST_CHAR_MASK - 2)
    }
}
