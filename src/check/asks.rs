//! Where a check wants to be asked: all that an engine has to know of it beforehand. This is written down beside the
//! check, which is read itself only when it is asked for the first time.

use serde::{Deserialize, Serialize};

use super::{Beginning, Check, Cues, WatchedWords};
use crate::matcher::{CharSet, Matcher};
use crate::text::Category;

/// Where a check wants to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// Where its parts are asked, in their order.
    pub gates: Vec<Gate>,
    /// Where words of its table may stand.
    pub beginnings: Vec<Beginning>,
    /// Is it asked of halves of idioms?
    pub is_of_idioms: bool,
    /// What it wants to have seen in an article.
    pub watch: Watch,
}

/// What a check wants to have seen when it is asked once an article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Watch {
    /// It is not asked so.
    #[default]
    None,
    /// These characters; it is asked whatever was seen.
    Characters(CharSet),
    /// Its cues; where none was seen it has nothing to say.
    Cues(Cues),
    /// These words; where none was seen it has nothing to say.
    Words(WatchedWords),
}

/// Where one part of a check wants to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// By what it is to be found.
    pub listing: Listing,
    /// The categories of the character before it.
    pub previous_mask: u64,
    /// The categories of the character behind it.
    pub next_mask: u64,
    /// Sets of characters of each of which one must stand somewhere in the block. Left out where the place is rare.
    pub needs: Vec<CharSet>,
    /// The most bytes of the block before the place.
    pub most_before: u32,
    /// The most bytes of the block from the place on.
    pub most_behind: u32,
}

/// By what a place is to be found. A pair of characters is much rarer than one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listing {
    /// The first character of the block, if it is one of these.
    AtStart(CharSet),
    /// The last one.
    AtEnd(CharSet),
    /// Behind a certain character: two characters after two.
    ByPrevious(String),
    /// One of these characters.
    ByOne(String),
    /// Before a certain character: two characters after two.
    ByNext(String),
    /// Anywhere: what stands there cannot be listed.
    Anywhere,
}

/// Of two characters no more pairs than this are listed.
const MOST_PAIRS: usize = 300;

/// A set of characters larger than this is not listed character by character.
const MOST_LISTED: usize = 300;

impl Asks {
    /// Where that check wants to be asked.
    pub fn of(check: &Check) -> Asks {
        let (gates, beginnings) = match check {
            Check::Pattern(pattern) => (gates(pattern.matchers()), Vec::new()),
            Check::Terms(terms) => (terms.singles().map(Gate::at).into_iter().collect(), terms.beginnings()),
            _ => (Vec::new(), Vec::new()),
        };
        let watch = match (check.cues(), check.words(), check.watched()) {
            (Some(cues), ..) => Watch::Cues(cues.clone()),
            (_, Some(words), _) => Watch::Words(words.clone()),
            (.., Some(watched)) => Watch::Characters(watched),
            _ => Watch::None,
        };
        Asks { gates, beginnings, is_of_idioms: matches!(check, Check::Idiom(_)), watch }
    }
}

/// The gates of a pattern that has these alternatives. Of two that open at one place the first must be asked first,
/// and places by the next character are found last.
fn gates(matchers: &[Matcher]) -> Vec<Gate> {
    let by_next = |matcher: &Matcher| Some(Listing::ByNext(pairs(Some(matcher.first_chars()), matcher.next_chars())?));
    let last = matchers.iter().rposition(|matcher| by_next(matcher).is_none());
    let (mixed, all_by_next) = matchers.split_at(last.map_or(0, |last| last + 1));
    let mut is_first = true;
    let listings = mixed.iter().map(|matcher| match pairs(matcher.previous_chars(), Some(matcher.first_chars())) {
        Some(pairs) if is_first => Listing::ByPrevious(pairs),
        _ => {
            is_first = false;
            matcher.first_chars().chars_up_to(MOST_LISTED).map_or(Listing::Anywhere, |few| Listing::ByOne(few.into_iter().collect()))
        }
    });
    let listings: Vec<Listing> = listings.chain(all_by_next.iter().filter_map(by_next)).collect();
    // Digits are everywhere, also by twos.
    let is_common = listings.iter().any(|listing| matches!(listing, Listing::ByOne(_) | Listing::Anywhere))
        || matchers.iter().any(|matcher| matcher.first_chars().has('1'));
    let gate = |(matcher, listing): (&Matcher, Listing)| Gate {
        listing: if matcher.max_bytes_before() == 0 {
            Listing::AtStart(matcher.first_chars().clone())
        } else if matcher.next_mask() == Category::EDGE.mask() {
            Listing::AtEnd(matcher.first_chars().clone())
        } else {
            listing
        },
        previous_mask: matcher.previous_mask(),
        next_mask: matcher.next_mask(),
        needs: if is_common { matcher.required_sets().to_vec() } else { Vec::new() },
        most_before: matcher.max_bytes_before(),
        most_behind: matcher.max_bytes_from_start(),
    };
    matchers.iter().zip(listings).map(gate).collect()
}

impl Gate {
    /// A gate that opens at these characters, whatever stands around them.
    fn at(first: &CharSet) -> Gate {
        Gate {
            listing: Listing::ByOne(first.chars_up_to(usize::MAX).into_iter().flatten().collect()),
            previous_mask: u64::MAX,
            next_mask: u64::MAX,
            needs: Vec::new(),
            most_before: u32::MAX,
            most_behind: u32::MAX,
        }
    }
}

/// Every pair of a character of `first` and one of `second`, if they are not too many.
fn pairs(first: Option<&CharSet>, second: Option<&CharSet>) -> Option<String> {
    let (first, second) = (first?.chars_up_to(MOST_PAIRS)?, second?.chars_up_to(MOST_PAIRS)?);
    let pairs = || first.iter().flat_map(|&first| second.iter().flat_map(move |&second| [first, second]));
    (first.len() * second.len() <= MOST_PAIRS).then(|| pairs().collect())
}
