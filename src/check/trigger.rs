//! When a check runs: everything the engine has to know of it beforehand. The build stores this apart from the check,
//! which is decoded only when it runs for the first time.

use serde::{Deserialize, Serialize};

use super::options::{CueIndex, WatchedWords};
use crate::matcher::{CharSet, FIRST_CHAR_MASK, Matcher, NearbyMasks};
use crate::text::Category;

/// When a check runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triggers {
    /// Where each part of the check is attempted, in the order of the parts.
    pub anchors: Vec<Anchor>,
    /// Where words of its table may occur.
    pub word_pairs: Vec<WordPair>,
    /// Whether it judges wrong idioms.
    pub at_idioms: bool,
    /// Whether it judges text that stands twice in succession.
    pub at_repeats: bool,
    /// What it watches for in an article.
    pub watch: Watch,
}

/// What an article check watches for. The engine notes the occurrences while it reads the blocks of the article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Watch {
    /// Nothing: it is not an article check.
    #[default]
    None,
    /// These characters. The check runs only if one occurs, or if there are none to watch for.
    Characters(CharSet),
    /// These cues. The check runs only if one occurs.
    Cues(CueIndex),
    /// These words. The check runs only if one occurs.
    Words(WatchedWords),
}

/// A condition on a position in a block at which one part of a check is attempted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// How the engine finds the position.
    pub index: AnchorIndex,
    /// The categories that the characters around the position may have.
    pub masks: NearbyMasks,
    /// Sets of characters; the block must contain a character of each. Empty if the position is rare anyway.
    pub required: Vec<CharSet>,
    /// The anchor holds only if the block has at most so many bytes before the position.
    pub most_before: u32,
    /// The anchor holds only if the block has at most so many bytes from the position on.
    pub most_from: u32,
}

/// How the engine finds a position. A pair of characters is much rarer than a single one. Pairs are stored in a string,
/// one after the other without a separator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnchorIndex {
    /// The first character of the block, if it is one of these.
    AtStart(CharSet),
    /// The last character of the block, if it is one of these.
    AtEnd(CharSet),
    /// The second character of one of these pairs.
    ByPrevious(String),
    /// One of these characters.
    ByOne(CharSet),
    /// The first character of one of these pairs.
    ByNext(String),
    /// Every position: the possible characters are too many to list.
    Anywhere,
}

/// A pair of characters at which words of a table may occur: their first two, or their second and third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordPair {
    /// The two characters, adjacent in the text.
    pub pair: (char, char),
    /// The byte of the table from which on the words are listed.
    pub offset: u32,
    /// How many bytes before the pair the words begin in the text.
    pub back: u8,
}

/// How many characters an article check can watch.
pub const MOST_WATCHED: usize = 300;

/// The maximum number of pairs listed for an anchor.
const MOST_PAIRS: usize = 300;

/// The maximum number of characters of an anchor that are in the block of [`COMMON`] ones. Characters outside are rare
/// in copy, so any number of them costs nothing.
const MOST_COMMON: usize = 300;

/// The first and the last of the characters among which nearly all Chinese characters of a text are.
const COMMON: (char, char) = ('\u{4E00}', '\u{9FFF}');

impl Anchor {
    /// The anchors of a pattern with these alternatives, one for each.
    ///
    /// Anchors found by the previous character are tried first, those found by the next character last. To keep the
    /// order of the alternatives, only those at the beginning may use the former, and only those at the end the latter.
    pub fn of_alternatives(matchers: &[Matcher]) -> Vec<Anchor> {
        let by_next = |matcher: &Matcher| {
            let next_chars = matcher.surroundings().next_chars.as_ref();
            Some(AnchorIndex::ByNext(pairs(Some(matcher.first_chars()), next_chars)?))
        };
        let last = matchers.iter().rposition(|matcher| by_next(matcher).is_none());
        let (mixed, all_by_next) = matchers.split_at(last.map_or(0, |last| last + 1));
        let mut may_use_previous = true;
        let indices = mixed.iter().map(|matcher| {
            let previous_chars = matcher.surroundings().previous_chars.as_ref();
            match pairs(previous_chars, Some(matcher.first_chars())) {
                Some(pairs) if may_use_previous => AnchorIndex::ByPrevious(pairs),
                _ => {
                    may_use_previous = false;
                    let first_chars = matcher.first_chars();
                    let is_rare = first_chars.count_within(COMMON) <= MOST_COMMON;
                    if is_rare { AnchorIndex::ByOne(first_chars.clone()) } else { AnchorIndex::Anywhere }
                }
            }
        });
        let indices: Vec<AnchorIndex> = indices.chain(all_by_next.iter().filter_map(by_next)).collect();
        // Digits occur everywhere, also in pairs.
        let is_common = indices.iter().any(|index| matches!(index, AnchorIndex::ByOne(_) | AnchorIndex::Anywhere))
            || matchers.iter().any(|matcher| matcher.first_chars().has('1'));
        let anchor = |(matcher, index): (&Matcher, AnchorIndex)| {
            let surroundings = matcher.surroundings();
            Anchor {
                index: if surroundings.max_bytes_before == 0 {
                    AnchorIndex::AtStart(matcher.first_chars().clone())
                } else if surroundings.masks[FIRST_CHAR_MASK + 1] == Category::EDGE.mask() {
                    AnchorIndex::AtEnd(matcher.first_chars().clone())
                } else {
                    index
                },
                masks: surroundings.masks,
                required: if is_common { surroundings.required_sets.clone() } else { Vec::new() },
                most_before: surroundings.max_bytes_before,
                most_from: surroundings.max_bytes_from_start,
            }
        };
        matchers.iter().zip(indices).map(anchor).collect()
    }

    /// An anchor at these characters, whatever surrounds them.
    pub fn at(first: &CharSet) -> Anchor {
        Anchor {
            index: AnchorIndex::ByOne(first.clone()),
            masks: [u64::MAX; 6],
            required: Vec::new(),
            most_before: u32::MAX,
            most_from: u32::MAX,
        }
    }
}

/// All pairs of a character of `first` and one of `second`; `None` if they are too many.
fn pairs(first: Option<&CharSet>, second: Option<&CharSet>) -> Option<String> {
    let (first, second) = (first?.chars_up_to(MOST_PAIRS)?, second?.chars_up_to(MOST_PAIRS)?);
    let pairs = || first.iter().flat_map(|&first| second.iter().flat_map(move |&second| [first, second]));
    (first.len() * second.len() <= MOST_PAIRS).then(|| pairs().collect())
}
