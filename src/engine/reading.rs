//! One reading of a block: its characters, and those of them where something may be asked.

use super::Engine;
use super::gate::Needs;
use crate::text::{Category, pair_key};

/// A character of the block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    pub(super) character: char,
    /// Its byte in the block's text.
    pub(super) at: u32,
    /// Its slot in the engine.
    pub(super) slot: u16,
}

/// A character where something may be asked: its index, with what may be in its highest bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(u32);

impl Place {
    /// Its slot has gates or watches.
    const ASKED: u32 = 1 << 31;
    /// It may be the second character of a pair by which something is listed.
    const BEGINNING: u32 = 1 << 30;
    /// It may be the second character of half an idiom.
    const HALF: u32 = 1 << 29;

    #[inline]
    fn new(index: usize, is_asked: bool, is_beginning: bool, is_half: bool) -> Place {
        let bit = |is: bool, bit: u32| u32::from(is) * bit;
        Place(
            index as u32
                | bit(is_asked, Place::ASKED)
                | bit(is_beginning, Place::BEGINNING)
                | bit(is_half, Place::HALF),
        )
    }

    /// The index of the character in the block.
    #[inline]
    pub(super) fn index(self) -> usize {
        (self.0 & (Place::HALF - 1)) as usize
    }

    #[inline]
    pub(super) fn is_asked(self) -> bool {
        self.0 & Place::ASKED != 0
    }

    #[inline]
    pub(super) fn is_beginning(self) -> bool {
        self.0 & Place::BEGINNING != 0
    }

    #[inline]
    pub(super) fn is_half(self) -> bool {
        self.0 & Place::HALF != 0
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
        let everywhere = usize::from(!engine.anywhere.is_empty());
        let has_idioms = !engine.idiom_rules.is_empty();
        let (mut wanted, mut answered, mut previous) = (0, 0, '\0');
        for (index, (at, character)) in text.char_indices().enumerate() {
            let slot = engine.slot_of[(character as usize).min(0xFFFF)];
            answered |= engine.answers[slot as usize];
            self.letters.push(Letter { character, at: at as u32, slot });
            let pair = pair_key(previous, character);
            let is_asked = slot.wrapping_sub(1) < engine.asked_slots;
            let is_beginning = engine.beginnings.may_contain(pair);
            let is_half = has_idioms && engine.lexicon.idiom_halves().may_contain(pair);
            // Nobody can foretell what it is: it costs less to write the place down than to ask.
            self.places[wanted] = Place::new(index, is_asked, is_beginning, is_half);
            wanted += usize::from(is_asked | is_beginning | is_half | (index == 0)) | everywhere;
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

    /// The characters from the one with that index on; 0 where there is none.
    #[inline]
    pub(super) fn characters<const N: usize>(&self, from: isize) -> [char; N] {
        std::array::from_fn(|offset| {
            let index = usize::try_from(from + offset as isize).ok();
            index.and_then(|index| self.letters.get(index)).map_or('\0', |letter| letter.character)
        })
    }

    /// The categories of the characters before and behind that one.
    #[inline]
    pub(super) fn around(&self, index: usize) -> [Category; 2] {
        let of = |letter: &Letter| Category::of(letter.character);
        let before = index.checked_sub(1).map_or(Category::EDGE, |before| of(&self.letters[before]));
        [before, self.letters.get(index + 1).map_or(Category::EDGE, of)]
    }
}
