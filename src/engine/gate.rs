//! Gates: where a part of a rule's check is asked, and what it cannot do without there.

use crate::block::Kinds;
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
