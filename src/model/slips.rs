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
const LEAST_WITHOUT_COPY: f32 = 8.0;
/// How much more likely the text must become with two characters the other way round.
const LEAST_IN_ORDER: f32 = 6.0;

impl Model<'_> {
    /// Returns the doubled and the swapped characters of one of the texts. `new` are the places in it that are in a sequence
    /// that is not known, in the order of the text.
    pub fn slips(&self, symbols: &[Symbol], text: Range<usize>, new: &[Place]) -> Vec<Suspect> {
        let inner = text.start + 1..text.end.saturating_sub(2);
        let doubled = inner.filter(|&at| self.may_be_doubled(symbols, at)).map(|at| (at, Slip::Doubled));
        let swapped = new.windows(2).filter(|places| self.may_be_swapped(symbols, places));
        let swapped = swapped.map(|places| (places[0].at, Slip::Swapped));
        let mut suspects: Vec<Suspect> =
            doubled.chain(swapped).map(|(at, slip)| suspect(symbols, &text, at, slip)).collect();
        self.weigh(symbols, &mut suspects);
        suspects.retain(|it| it.gain >= if it.slip == Slip::Doubled { LEAST_WITHOUT_COPY } else { LEAST_IN_ORDER });
        suspects
    }

    /// Works out how much more likely the text is without the slips.
    fn weigh(&self, symbols: &[Symbol], suspects: &mut [Suspect]) {
        // The symbols of all, as they are written and without the slip, are read together.
        let mut all = Vec::new();
        let mut parts = Vec::with_capacity(2 * suspects.len());
        for suspect in &*suspects {
            for around in [&symbols[suspect.around.clone()], &suspect.meant] {
                let first = all.len() + suspect.at - suspect.around.start - 1;
                all.extend_from_slice(around);
                parts.push(first..all.len());
            }
        }
        let mut logs = self.logs(&all, &parts).into_iter();
        for suspect in suspects {
            let (written, meant) = (logs.next(), logs.next());
            suspect.gain = meant.zip(written).map_or(0.0, |(meant, written)| meant - written);
        }
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
        self.may_know_pair(second, first)
            && !self.may_know([before, first, second])
            && !self.may_know([first, second, after])
            && (self.may_know([before, second, first]) || self.may_know([second, first, after]))
    }
}

/// The text without the slip at `at`.
fn suspect(symbols: &[Symbol], text: &Range<usize>, at: usize, slip: Slip) -> Suspect {
    let around = at.saturating_sub(ORDER).max(text.start)..(at + 2 + ORDER).min(text.end);
    let mut meant = symbols[around.clone()].to_vec();
    let first = at - around.start;
    if slip == Slip::Doubled {
        meant.remove(first);
    } else {
        meant.swap(first, first + 1);
    }
    Suspect { at, slip, gain: 0.0, around, meant }
}
