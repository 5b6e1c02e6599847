//! Gates: where a part of a rule's check is asked, and what it cannot do without there.

use std::ops::Range;

use crate::block::BlockKinds;
use crate::matcher::CharSet;
use crate::text::Category;

/// What is wanted at single characters: a slot each, the first of them nobody's.
#[derive(Debug, Default)]
pub(super) struct Slots {
    slots: Vec<Slot>,
    gates: Vec<Gate>,
    inner_gates: Vec<Gate>,
    watches: Vec<u16>,
}

/// What is wanted where one character stands.
#[derive(Debug, Clone, Default)]
struct Slot {
    category: Option<Category>,
    gates: Range<u32>,
    inner_gates: Range<u32>,
    watches: Range<u32>,
}

impl Slots {
    /// `characters` have slots from 1 on. Each of `opened` and of `watches` stands at a slot: it is the number of a gate,
    /// that of a watch.
    pub(super) fn new(
        characters: &[char],
        gates: &[Gate],
        mut opened: Vec<(u16, u32)>,
        mut watches: Vec<(u16, u16)>,
    ) -> Slots {
        // Those of one slot stay in their order.
        opened.sort_unstable();
        watches.sort_unstable();
        let mut slots = Slots { slots: vec![Slot::default()], ..Slots::default() };
        slots.gates.reserve_exact(opened.len());
        let (mut opened, mut watches) = (opened.into_iter().peekable(), watches.into_iter().peekable());
        for (number, character) in (1..).zip(characters) {
            let starts = [slots.gates.len(), slots.inner_gates.len(), slots.watches.len()].map(|start| start as u32);
            let category = Category::of(*character);
            while let Some((_, gate)) = opened.next_if(|(slot, _)| *slot == number) {
                let gate = gates[gate as usize];
                slots.gates.push(gate);
                if category.is_in(gate.previous_mask) {
                    slots.inner_gates.push(gate);
                }
            }
            slots.watches.extend(std::iter::from_fn(|| watches.next_if(|(slot, _)| *slot == number)).map(|(_, it)| it));
            slots.slots.push(Slot {
                category: Some(category),
                gates: starts[0]..slots.gates.len() as u32,
                inner_gates: starts[1]..slots.inner_gates.len() as u32,
                watches: starts[2]..slots.watches.len() as u32,
            });
        }
        slots
    }

    /// The watches that look for the character with that slot.
    #[inline]
    pub(super) fn watches(&self, slot: u16) -> &[u16] {
        let Range { start, end } = self.slots[slot as usize].watches;
        &self.watches[start as usize..end as usize]
    }

    /// The gates that may open at the character with that slot, behind a character of that category: inside a number
    /// few can.
    #[inline]
    pub(super) fn gates(&self, slot: u16, previous: Category) -> &[Gate] {
        let slot = &self.slots[slot as usize];
        if slot.category == Some(previous) {
            &self.inner_gates[slot.inner_gates.start as usize..slot.inner_gates.end as usize]
        } else {
            &self.gates[slot.gates.start as usize..slot.gates.end as usize]
        }
    }
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
    pub(super) scope: BlockKinds,
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
