//! Anchors as the engine tries them.

use super::numbers::Records;
use crate::block::BlockKinds;
use crate::check::Anchor;

/// Sets of characters, one bit each, that anchors require: a block must contain a character of each. If there are more
/// sets than bits, some share a bit.
pub type RequiredSets = u128;

/// The size of a stored anchor in bytes.
pub(super) const ANCHOR_SIZE: usize = 80;

/// An anchor of a rule's check, as it is stored: see [`Anchor`]. Each field is read where it is needed, because most
/// anchors are ruled out by the first.
#[derive(Debug, Clone, Copy)]
pub struct RuleAnchor<'a>(&'a [u8; ANCHOR_SIZE]);

impl<'a> RuleAnchor<'a> {
    /// An anchor of the rule with this number, as it is stored.
    pub(super) fn stored(
        anchor: &Anchor,
        rule: u16,
        part: u16,
        scope: BlockKinds,
        required: RequiredSets,
    ) -> [u8; ANCHOR_SIZE] {
        let mut bytes = [0; ANCHOR_SIZE];
        for (bytes, mask) in bytes.as_chunks_mut().0.iter_mut().zip(anchor.masks) {
            *bytes = mask.to_le_bytes();
        }
        bytes[48..64].copy_from_slice(&required.to_le_bytes());
        bytes[64..68].copy_from_slice(&anchor.most_before.to_le_bytes());
        bytes[68..72].copy_from_slice(&anchor.most_from.to_le_bytes());
        bytes[72..74].copy_from_slice(&rule.to_le_bytes());
        bytes[74..76].copy_from_slice(&part.to_le_bytes());
        bytes[76] = scope.bits();
        bytes
    }

    #[inline(always)]
    fn field<const SIZE: usize>(self, at: usize) -> [u8; SIZE] {
        *self.0[at..].first_chunk().expect("the field is within the record")
    }

    /// The categories that a character around the position may have; `offset` is an index of
    /// [`NearbyMasks`](crate::matcher::NearbyMasks).
    #[inline(always)]
    pub fn mask(self, offset: usize) -> u64 {
        u64::from_le_bytes(self.field(8 * offset))
    }

    /// The sets of which a character must occur somewhere in the block.
    #[inline(always)]
    pub fn required(self) -> RequiredSets {
        RequiredSets::from_le_bytes(self.field(48))
    }

    /// The anchor holds only if the block has at most so many bytes before the position.
    pub fn most_before(self) -> u32 {
        u32::from_le_bytes(self.field(64))
    }

    /// The anchor holds only if the block has at most so many bytes from the position on.
    pub fn most_from(self) -> u32 {
        u32::from_le_bytes(self.field(68))
    }

    /// The number of the rule.
    pub fn rule(self) -> u16 {
        u16::from_le_bytes(self.field(72))
    }

    /// The part of its check.
    pub fn part(self) -> u16 {
        u16::from_le_bytes(self.field(74))
    }

    /// The kinds of blocks that the rule checks.
    pub fn scope(self) -> BlockKinds {
        BlockKinds::from_bits(self.0[76])
    }
}

/// A table of anchors.
pub type Anchors<'a> = Records<'a, ANCHOR_SIZE>;

impl<'a> Anchors<'a> {
    /// The anchor with this index.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline(always)]
    pub fn get(self, index: u16) -> RuleAnchor<'a> {
        RuleAnchor(&self.0[index as usize])
    }
}
