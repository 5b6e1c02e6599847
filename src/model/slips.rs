//! Slips of the hand that the sequence of characters shows by itself: a character that stands twice, two characters in the
//! wrong order.

use std::ops::Range;

use super::ORDER;
use super::scorer::Model;
use super::symbols::{Symbol, is_han_symbol};
use super::triples::Place;
use crate::context::Slip;

/// Two characters of a text that becomes much more likely without a slip.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// The place of the first of the two among the symbols of the text.
    pub at: usize,
    pub slip: Slip,
    /// How much more likely the text is without the slip, as the logarithm of the ratio.
    pub gain: f32,
    /// The symbols around the two as they are written.
    pub around: Range<usize>,
    /// The same without the slip.
    pub meant: Vec<Symbol>,
}

/// How much more likely the text must become without the copy of a character.
const LEAST_WITHOUT_COPY: f32 = 6.0;
/// How much more likely the text must become with two characters the other way round.
const LEAST_IN_ORDER: f32 = 6.0;

impl Model<'_> {
    /// Returns the doubled and the swapped characters of a text. `new` are the places that are in a sequence that is not
    /// known, in the order of the text.
    pub fn slips(&self, symbols: &[Symbol], new: &[Place]) -> Vec<Suspect> {
        let doubled = (1..symbols.len().saturating_sub(2)).filter(|&at| self.may_be_doubled(symbols, at));
        let doubled = doubled.map(|at| {
            self.suspect(symbols, at, Slip::Doubled, |meant, at| {
                meant.remove(at);
            })
        });
        let swapped = new.windows(2).filter(|places| self.may_be_swapped(symbols, places));
        let swapped = swapped
            .map(|places| self.suspect(symbols, places[0].at, Slip::Swapped, |meant, at| meant.swap(at, at + 1)));
        let likely_doubled = doubled.filter(|it| it.gain >= LEAST_WITHOUT_COPY);
        likely_doubled.chain(swapped.filter(|it| it.gain >= LEAST_IN_ORDER)).collect()
    }

    /// Whether the symbol at `at` stands twice, not more often, and what is around it is known with one of the two.
    fn may_be_doubled(&self, symbols: &[Symbol], at: usize) -> bool {
        let (before, after) = (symbols[at - 1], symbols[at + 2]);
        symbols[at] == symbols[at + 1]
            && is_han_symbol(symbols[at])
            && before != symbols[at]
            && after != symbols[at]
            && self.may_know([before, symbols[at], after])
    }

    /// Whether two symbols beside each other are in no known sequence together, but in one if they are the other way round.
    fn may_be_swapped(&self, symbols: &[Symbol], places: &[Place]) -> bool {
        let &[Place { at, known: around_first }, Place { at: next, known: around_second }] = places else {
            return false;
        };
        // Each of the two is in one more sequence, without the other.
        if next != at + 1 || around_first > 1 || around_second > 1 || symbols[at] == symbols[next] {
            return false;
        }
        let (before, first, second, after) = (symbols[at - 1], symbols[at], symbols[next], symbols[next + 1]);
        self.beside(second, 1)(first)
            && !self.may_know([before, first, second])
            && !self.may_know([first, second, after])
            && (self.may_know([before, second, first]) || self.may_know([second, first, after]))
    }

    /// How much more likely the text is if the slip at `at` is mended.
    fn suspect(
        &self,
        symbols: &[Symbol],
        at: usize,
        slip: Slip,
        mend: impl FnOnce(&mut Vec<Symbol>, usize),
    ) -> Suspect {
        let around = at.saturating_sub(ORDER)..(at + 2 + ORDER).min(symbols.len());
        let written = &symbols[around.clone()];
        let mut meant = written.to_vec();
        mend(&mut meant, at - around.start);
        let first = at - around.start - 1;
        let gain = self.log_behind(&meant, first) - self.log_behind(written, first);
        Suspect { at, slip, gain, around, meant }
    }
}
