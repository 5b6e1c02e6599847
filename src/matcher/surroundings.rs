//! What a pattern requires of the text around its hits. Most positions do not meet these conditions, and then no attempt
//! is necessary.

use regex_syntax::hir::{Hir, Look};

use super::assembler::{Assembler, ReachableChars};
use super::char_set::CharSet;
use super::required::required_sets;

/// The character categories that can occur around the start of a hit, as bit masks: for the second and the first
/// character before it, for its first character, and for the next three. Where a mask does not contain
/// [`Category::EDGE`](crate::text::Category::EDGE), there must be a character.
pub type NearbyMasks = [u64; 6];

/// The index in [`NearbyMasks`] of the mask for the first character of the hit.
pub const FIRST_CHAR_MASK: usize = 2;

/// What a pattern requires of the text around the start of its hits.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The character categories that can occur there.
    pub masks: NearbyMasks,
    /// The characters that can precede a hit. `None` if there are too many of them or if a hit can be at the start of the
    /// block.
    pub previous_chars: Option<CharSet>,
    /// The characters that can follow the first character of a hit. `None` if there are too many of them or if the block
    /// can end there.
    pub next_chars: Option<CharSet>,
    /// The maximum number of bytes between the start of the block and a hit, or `u32::MAX` if there is no limit.
    pub max_bytes_before: u32,
    /// The maximum number of bytes between the start of a hit and the end of the block, or `u32::MAX` if there is no
    /// limit.
    pub max_bytes_from_start: u32,
    /// Sets of characters, the rarest first: the block must contain at least one character of each set, in the hit or its
    /// context.
    pub required_sets: Vec<CharSet>,
}

impl Surroundings {
    /// Derives the conditions of a pattern from its `parts` (the context before the hit, the hit, the context after it)
    /// and from the programs for them.
    pub(super) fn new(parts: [&Hir; 3], backward: Option<&Assembler>, forward: &Assembler) -> Surroundings {
        let [first, next, second_next, third_next] = forward.reachable_chars();
        let before = backward.map(Assembler::reachable_chars);
        let [previous_mask, second_previous_mask] =
            before.as_ref().map_or([u64::MAX; 2], |before| before.each_ref().map(ReachableChars::mask));
        let [context_before, hit, context_after] = parts;
        Surroundings {
            masks: [
                second_previous_mask,
                previous_mask,
                first.mask(),
                next.mask(),
                second_next.mask(),
                third_next.mask(),
            ],
            previous_chars: before.and_then(|[previous, _]| previous.into_small_set()),
            next_chars: next.into_small_set(),
            max_bytes_before: max_bytes_before(context_before),
            max_bytes_from_start: max_bytes_from_start(hit, context_after),
            required_sets: required_sets(parts),
        }
    }
}

/// Returns the maximum length in bytes of the context before the hit if it must start where the block starts, or else
/// `u32::MAX`.
fn max_bytes_before(before: &Hir) -> u32 {
    let properties = before.properties();
    let starts_with_block = properties.look_set_prefix().contains(Look::Start);
    to_limit(properties.maximum_len().filter(|_| starts_with_block))
}

/// Returns the maximum length in bytes of the hit and the context after it if that context must end where the block
/// ends, or else `u32::MAX`.
fn max_bytes_from_start(hit: &Hir, after: &Hir) -> u32 {
    let ends_with_block = after.properties().look_set_suffix().contains(Look::End);
    let length = hit.properties().maximum_len().zip(after.properties().maximum_len()).map(|(hit, after)| hit + after);
    to_limit(length.filter(|_| ends_with_block))
}

fn to_limit(length: Option<usize>) -> u32 {
    length.and_then(|length| u32::try_from(length).ok()).unwrap_or(u32::MAX)
}
