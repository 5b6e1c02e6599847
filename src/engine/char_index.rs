//! The index by single characters: which anchors are tried where a certain character occurs, and for which watches the
//! occurrence is noted.

use std::ops::Range;

use crate::block::BlockKinds;
use crate::matcher::CharSet;
use crate::text::Category;

/// The entries of the index. A character of the text is mapped to its slot. Slots from 1 to `Index::entry_count` are the
/// numbers of entries; later slots belong to characters that only required sets contain, and have no entry here. Slot 0
/// stands for all other characters.
#[derive(Debug, Default)]
pub(super) struct CharIndex {
    entries: Vec<CharEntry>,
    anchors: Vec<RuleAnchor>,
    inner_anchors: Vec<RuleAnchor>,
    watches: Vec<u16>,
}

/// What to do where one character occurs: ranges of the lists of the index.
#[derive(Debug, Clone, Default)]
struct CharEntry {
    category: Option<Category>,
    anchors: Range<u32>,
    /// Those of the anchors that may follow a character of the same category as this one, as inside a number.
    inner_anchors: Range<u32>,
    watches: Range<u32>,
}

impl CharIndex {
    /// Builds the index. `characters` get the slots from 1 on. `tried` pairs slots with indices of `anchors`, `watches`
    /// pairs slots with numbers of watches.
    pub(super) fn new(
        characters: &[char],
        anchors: &[RuleAnchor],
        mut tried: Vec<(u16, u32)>,
        mut watches: Vec<(u16, u16)>,
    ) -> CharIndex {
        // The anchors of a slot keep their order.
        tried.sort_unstable();
        watches.sort_unstable();
        let mut index = CharIndex { entries: vec![CharEntry::default()], ..CharIndex::default() };
        index.anchors.reserve_exact(tried.len());
        let (mut tried, mut watches) = (tried.into_iter().peekable(), watches.into_iter().peekable());
        for (slot, character) in (1..).zip(characters) {
            let starts =
                [index.anchors.len(), index.inner_anchors.len(), index.watches.len()].map(|start| start as u32);
            let category = Category::of(*character);
            while let Some((_, anchor)) = tried.next_if(|(of, _)| *of == slot) {
                let anchor = anchors[anchor as usize];
                index.anchors.push(anchor);
                if category.is_in(anchor.previous_mask) {
                    index.inner_anchors.push(anchor);
                }
            }
            index.watches.extend(std::iter::from_fn(|| watches.next_if(|(of, _)| *of == slot)).map(|(_, watch)| watch));
            index.entries.push(CharEntry {
                category: Some(category),
                anchors: starts[0]..index.anchors.len() as u32,
                inner_anchors: starts[1]..index.inner_anchors.len() as u32,
                watches: starts[2]..index.watches.len() as u32,
            });
        }
        index
    }

    /// The watches that look for the character with this slot.
    #[inline]
    pub(super) fn watches(&self, slot: u16) -> &[u16] {
        let Range { start, end } = self.entries[slot as usize].watches;
        &self.watches[start as usize..end as usize]
    }

    /// The anchors to try at the character with this slot, after a character of category `previous`. Inside a number
    /// these are few.
    #[inline]
    pub(super) fn anchors(&self, slot: u16, previous: Category) -> &[RuleAnchor] {
        let entry = &self.entries[slot as usize];
        if entry.category == Some(previous) {
            &self.inner_anchors[entry.inner_anchors.start as usize..entry.inner_anchors.end as usize]
        } else {
            &self.anchors[entry.anchors.start as usize..entry.anchors.end as usize]
        }
    }
}

/// Sets of characters, one bit each, that anchors require: a block must contain a character of each. If there are more
/// sets than bits, some share a bit.
pub(super) type RequiredSets = u128;

/// An anchor of a rule's check: see [`crate::check::Anchor`].
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleAnchor {
    pub(super) previous_mask: u64,
    pub(super) next_mask: u64,
    pub(super) most_before: u32,
    pub(super) most_from: u32,
    /// The index of the rule.
    pub(super) rule: u32,
    /// The part of its check.
    pub(super) part: u16,
    pub(super) scope: BlockKinds,
    /// The sets of which a character must occur somewhere in the block.
    pub(super) required: RequiredSets,
}

/// Numbers the distinct sets of characters that anchors require.
#[derive(Default)]
pub(super) struct SetNumbers(pub(super) Vec<CharSet>);

impl SetNumbers {
    /// The bit of the set with this number.
    pub(super) fn bit(number: usize) -> RequiredSets {
        1 << (number % RequiredSets::BITS as usize)
    }

    /// The bits of these sets, which are numbered when they are first met.
    pub(super) fn bits(&mut self, required: &[CharSet]) -> RequiredSets {
        let bits = required.iter().map(|set| {
            let number = self.0.iter().position(|known| known == set).unwrap_or(self.0.len());
            if number == self.0.len() {
                self.0.push(set.clone());
            }
            SetNumbers::bit(number)
        });
        bits.fold(0, |all, bit| all | bit)
    }
}
