//! One reading of a block: its characters, and those of them where something may be asked.

use super::Engine;
use super::gate::Needs;
use crate::text::Category;

/// A character of the block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    pub(super) character: char,
    /// Its byte in the block's text.
    pub(super) at: u32,
    /// Its slot in the engine.
    pub(super) slot: u16,
}

/// A character where something may be asked: its index, with what may be in its two highest bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(u32);

impl Place {
    /// Its slot has gates or watches.
    const ASKED: u32 = 1 << 31;
    /// It may be the second character of a pair by which something is listed.
    const PAIR: u32 = 1 << 30;

    /// The index of the character in the block.
    pub(super) fn index(self) -> usize {
        (self.0 & !(Place::ASKED | Place::PAIR)) as usize
    }

    pub(super) fn is_asked(self) -> bool {
        self.0 & Place::ASKED != 0
    }

    pub(super) fn is_pair(self) -> bool {
        self.0 & Place::PAIR != 0
    }
}

/// A block as it was read. One is kept for all, so that none has to allocate.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) letters: Vec<Letter>,
    /// The first `wanted` of them are of this block.
    places: Vec<Place>,
    wanted: usize,
    /// The needs of gates that some character of the block answers.
    answered: Needs,
}

impl Reading {
    /// Reads a block.
    pub(super) fn read(&mut self, engine: &Engine, text: &str) {
        self.letters.clear();
        self.places.resize(self.places.len().max(text.len()), Place(0));
        let everywhere = if engine.anywhere.is_empty() { 0 } else { 1 };
        let (mut wanted, mut answered, mut previous) = (0, 0, '\0');
        for (index, (at, character)) in text.char_indices().enumerate() {
            let slot = engine.slot_of[(character as usize).min(0xFFFF)];
            answered |= engine.answers[slot as usize];
            self.letters.push(Letter { character, at: at as u32, slot });
            let is_asked = slot.wrapping_sub(1) < engine.asked_slots;
            let is_pair = engine.pairs.may_hold((previous, character));
            // Nobody can foretell which of the two it is: it costs less to write the place down than to ask.
            self.places[wanted] =
                Place(index as u32 | u32::from(is_asked) * Place::ASKED | u32::from(is_pair) * Place::PAIR);
            wanted += usize::from(is_asked | is_pair) | everywhere | usize::from(index == 0);
            previous = character;
        }
        (self.wanted, self.answered) = (wanted, answered);
    }

    /// The characters where something may be asked, in order; the first is always among them.
    pub(super) fn places(&self) -> &[Place] {
        &self.places[..self.wanted]
    }

    /// Does all that is needed stand in the block?
    #[inline]
    pub(super) fn answers(&self, needs: Needs) -> bool {
        needs & !self.answered == 0
    }

    /// The categories of the characters before and behind that one.
    #[inline]
    pub(super) fn around(&self, index: usize) -> [Category; 2] {
        let of = |letter: &Letter| Category::of(letter.character);
        let before = index.checked_sub(1).map_or(Category::EDGE, |before| of(&self.letters[before]));
        [before, self.letters.get(index + 1).map_or(Category::EDGE, of)]
    }
}
