//! Anchors as the engine tries them.

use super::numbers::Records;
use crate::block::BlockKinds;
use crate::check::Anchor;
use crate::matcher::{CharSet, NearbyMasks};

/// Sets of characters, one bit each, that anchors require: a block must contain a character of each. If there are more
/// sets than bits, some share a bit.
pub type RequiredSets = u128;

/// An anchor of a rule's check: see [`Anchor`].
#[derive(Debug, Clone, Copy)]
pub struct RuleAnchor {
    /// The categories that the characters around the position may have.
    pub masks: NearbyMasks,
    /// The sets of which a character must occur somewhere in the block.
    pub required: RequiredSets,
    /// The anchor holds only if the block has at most so many bytes before the position.
    pub most_before: u32,
    /// The anchor holds only if the block has at most so many bytes from the position on.
    pub most_from: u32,
    /// The number of the rule.
    pub rule: u16,
    /// The part of its check.
    pub part: u16,
    /// The kinds of blocks that the rule checks.
    pub scope: BlockKinds,
}

/// The size of a stored anchor in bytes.
pub(super) const ANCHOR_SIZE: usize = 80;

/// A table of anchors.
pub type Anchors<'a> = Records<'a, ANCHOR_SIZE>;

impl RuleAnchor {
    /// An anchor of the rule with this number.
    pub(super) fn new(anchor: &Anchor, rule: u16, part: u16, scope: BlockKinds, required: RequiredSets) -> RuleAnchor {
        RuleAnchor {
            masks: anchor.masks,
            required,
            most_before: anchor.most_before,
            most_from: anchor.most_from,
            rule,
            part,
            scope,
        }
    }

    /// The anchor as it is stored.
    pub(super) fn to_bytes(self) -> [u8; ANCHOR_SIZE] {
        let mut bytes = [0; ANCHOR_SIZE];
        for (bytes, mask) in bytes.as_chunks_mut().0.iter_mut().zip(self.masks) {
            *bytes = mask.to_le_bytes();
        }
        bytes[48..64].copy_from_slice(&self.required.to_le_bytes());
        bytes[64..68].copy_from_slice(&self.most_before.to_le_bytes());
        bytes[68..72].copy_from_slice(&self.most_from.to_le_bytes());
        bytes[72..74].copy_from_slice(&self.rule.to_le_bytes());
        bytes[74..76].copy_from_slice(&self.part.to_le_bytes());
        bytes[76] = self.scope.bits();
        bytes
    }

    /// Reads what `to_bytes` has written. Fields that the caller does not use cost nothing, because it is inlined.
    #[inline(always)]
    fn from_bytes(bytes: &[u8; ANCHOR_SIZE]) -> RuleAnchor {
        fn field<const SIZE: usize>(bytes: &[u8; ANCHOR_SIZE], at: usize) -> [u8; SIZE] {
            std::array::from_fn(|index| bytes[at + index])
        }
        RuleAnchor {
            masks: std::array::from_fn(|index| u64::from_le_bytes(field(bytes, 8 * index))),
            required: u128::from_le_bytes(field(bytes, 48)),
            most_before: u32::from_le_bytes(field(bytes, 64)),
            most_from: u32::from_le_bytes(field(bytes, 68)),
            rule: u16::from_le_bytes(field(bytes, 72)),
            part: u16::from_le_bytes(field(bytes, 74)),
            scope: BlockKinds::from_bits(bytes[76]),
        }
    }
}

impl Anchors<'_> {
    /// The anchor with this index.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline(always)]
    pub fn get(self, index: u16) -> RuleAnchor {
        RuleAnchor::from_bytes(&self.0[index as usize])
    }
}

/// Numbers the distinct sets of characters that anchors require.
#[derive(Default)]
pub(super) struct SetNumbers<'r>(pub(super) Vec<&'r CharSet>);

impl<'r> SetNumbers<'r> {
    /// The bit of the set with this number.
    pub(super) fn bit(number: usize) -> RequiredSets {
        1 << (number % RequiredSets::BITS as usize)
    }

    /// The bits of these sets, which are numbered when they are first met.
    pub(super) fn bits(&mut self, required: &'r [CharSet]) -> RequiredSets {
        let bits = required.iter().map(|set| {
            let number = self.0.iter().position(|known| *known == set).unwrap_or(self.0.len());
            if number == self.0.len() {
                self.0.push(set);
            }
            SetNumbers::bit(number)
        });
        bits.fold(0, |all, bit| all | bit)
    }
}
