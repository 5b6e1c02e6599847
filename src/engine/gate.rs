//! Gates: where a part of a rule's check is asked, and what it cannot do without there.

use crate::block::Kinds;
use crate::check;
use crate::matcher::CharSet;
use crate::text::Category;

/// What is wanted where one character stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Slot {
    pub(super) gates: Vec<Gate>,
    /// Those of the gates that can open behind a character of the same category: inside a number few can.
    pub(super) inner_gates: Vec<Gate>,
    pub(super) category: Option<Category>,
    pub(super) watches: Vec<u16>,
}

/// Needs of gates, a bit each; where they are too many, some share one.
pub(super) type Needs = u128;

/// Where a part of a rule's check is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate {
    pub(super) previous_mask: u64,
    pub(super) next_mask: u64,
    pub(super) most_before: u32,
    pub(super) most_behind: u32,
    pub(super) rule: u32,
    pub(super) part: u16,
    pub(super) scope: Kinds,
    /// What must stand somewhere in the block.
    pub(super) needs: Needs,
}

/// By what a gate is listed: a pair of characters is much rarer than one.
pub(super) enum Listing {
    /// By the character before its own, and that.
    ByPrevious(Vec<(char, char)>),
    /// By its own character.
    ByOne,
    /// By its own character and the one behind.
    ByNext(Vec<(char, char)>),
}

/// A gate that is listed by two characters is listed by no more pairs than this.
const MOST_PAIRS: usize = 100;

impl Listing {
    /// By what the gates of one rule are listed. Of two that open at one place the first must be asked first, and those
    /// listed by the next character are asked last.
    pub(super) fn of(gates: &[check::Gate]) -> Vec<Listing> {
        let by_next = |gate: &check::Gate| pairs(Some(gate.first), gate.next);
        let last = gates.iter().rposition(|gate| by_next(gate).is_none());
        let (mixed, all_by_next) = gates.split_at(last.map_or(0, |last| last + 1));
        let mut is_first = true;
        let by_previous = mixed.iter().map(|gate| match pairs(gate.previous, Some(gate.first)) {
            Some(pairs) if is_first => Listing::ByPrevious(pairs),
            _ => {
                is_first = false;
                Listing::ByOne
            }
        });
        by_previous.chain(all_by_next.iter().filter_map(by_next).map(Listing::ByNext)).collect()
    }

    pub(super) fn is_by_one(&self) -> bool {
        matches!(self, Listing::ByOne)
    }
}

/// Every pair of a character of `first` and one of `second`, if they are not too many.
fn pairs(first: Option<&CharSet>, second: Option<&CharSet>) -> Option<Vec<(char, char)>> {
    let (first, second) = (first?.few(MOST_PAIRS)?, second?.few(MOST_PAIRS)?);
    (first.len() * second.len() <= MOST_PAIRS)
        .then(|| first.iter().flat_map(|&first| second.iter().map(move |&second| (first, second))).collect())
}

/// The different sets that gates need.
#[derive(Default)]
pub(super) struct NeededSets(pub(super) Vec<CharSet>);

impl NeededSets {
    pub(super) fn bit(number: usize) -> Needs {
        1 << (number % Needs::BITS as usize)
    }

    pub(super) fn bits(&mut self, needs: &[CharSet]) -> Needs {
        let bits = needs.iter().map(|set| {
            let number = self.0.iter().position(|known| known == set).unwrap_or(self.0.len());
            if number == self.0.len() {
                self.0.push(set.clone());
            }
            NeededSets::bit(number)
        });
        bits.fold(0, |all, bit| all | bit)
    }
}
