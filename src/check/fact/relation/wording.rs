//! The language of wordings, and their matching: the quantities of a sentence in the order of their roles, with the
//! words that stand around them.
//!
//! A wording reads `从|由 {old} <to> {new} <more>{by}`. Its parts are separated by spaces:
//!
//! - `{old}` is a quantity in this role; after `{part}+` more quantities of the role may follow.
//! - A word between two roles must occur between their quantities. Directly at a role, as in `共{whole}` and
//!   `{whole}中`, it must touch the quantity; words that only lead up to a number may come between.
//! - `从|由` is one word or the other, `<to>` a word of the list of this name.
//! - `!<more>`: none of these words may occur between the two quantities.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::statement::Statement;
use crate::check::options::WordList;

/// What a quantity is in a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    /// A total, or that of which something is a share.
    Whole,
    /// A part of a whole.
    Part,
    /// The earlier of two values.
    Old,
    /// The later of two values.
    New,
    /// One of two values of which the change tells which is larger.
    Value,
    /// By how much a value is more than the earlier one.
    More,
    /// By how much a value is less than the earlier one.
    Less,
    /// How many times the earlier value the later one is.
    Times,
    /// The part divided by the whole.
    Share,
    /// An amount per item.
    Rate,
    /// The number of items.
    Count,
    /// The amount of all items.
    Total,
    /// Something else that stands between the quantities of the relation.
    Other,
}

impl Role {
    /// What a related place says about a quantity in this role; `None` if that is evident.
    pub(super) fn description(self) -> Option<&'static str> {
        match self {
            Role::Whole => Some("总数在这里。"),
            Role::Part => Some("部分在这里。"),
            Role::Old => Some("原数在这里。"),
            Role::New => Some("后来的数在这里。"),
            Role::Rate => Some("每一份的数在这里。"),
            Role::Count => Some("份数在这里。"),
            Role::Value | Role::More | Role::Less | Role::Times | Role::Share | Role::Total | Role::Other => None,
        }
    }
}

/// The roles by their names in wordings.
const ROLES: [(&str, Role); 13] = [
    ("whole", Role::Whole),
    ("part", Role::Part),
    ("old", Role::Old),
    ("new", Role::New),
    ("value", Role::Value),
    ("more", Role::More),
    ("less", Role::Less),
    ("times", Role::Times),
    ("share", Role::Share),
    ("rate", Role::Rate),
    ("count", Role::Count),
    ("total", Role::Total),
    ("other", Role::Other),
];

/// The words that stand around the quantities of a relation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Wording {
    slots: Vec<Slot>,
    /// Words of which one must follow the last quantity directly; empty if there is no such condition.
    after: ListIndex,
}

/// A quantity of a wording.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Slot {
    role: Role,
    /// Whether more quantities of the same role may follow.
    repeats: bool,
    gap: Gap,
}

/// A list of words, as an index into [`Surroundings::lists`]. The list at 0 is empty.
type ListIndex = u16;

/// Conditions on the text before a quantity, which begins after the quantity before.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Gap {
    /// Words of which one must be at the beginning.
    starts: ListIndex,
    /// Lists of words, of each of which one must occur.
    has: Vec<ListIndex>,
    /// Lists of words of which none may occur.
    lacks: Vec<ListIndex>,
    /// Words of which one must be at the end.
    ends: ListIndex,
}

/// Words that are read by all wordings of a check.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Surroundings {
    /// The lists of words that wordings name, each once; the first is empty.
    pub lists: Vec<WordList>,
    /// Words between a word of a wording and its number that only lead up to the number: 达到
    pub lead: WordList,
    /// Marks and words that may not come between two quantities of a statement.
    pub stops: WordList,
    /// Words that show that the next quantity is one of something else: 同比
    pub other: WordList,
    /// Words that show that the next quantity is not one more of the same kind: 共
    pub apart: WordList,
}

/// A quantity with its role: an index into the amounts of the statement.
pub(super) type Bound = (Role, usize);

/// The maximum number of characters between two quantities.
const MOST_BETWEEN: usize = 40;
/// The maximum number of characters between two quantities of the same role.
const MOST_BETWEEN_ALIKE: usize = 24;
/// The maximum number of quantities of a relation. Readers do not add up longer lists.
const MOST_BOUND: usize = 13;

impl Wording {
    /// Reads a wording. `None` if it is not written correctly.
    pub(super) fn parse(line: &str, named: &BTreeMap<String, String>, lists: &mut Vec<WordList>) -> Option<Wording> {
        let mut wording = Wording { slots: Vec::new(), after: 0 };
        let mut gap = Gap::default();
        for token in line.split_whitespace() {
            let Some((before, rest)) = token.split_once('{') else {
                match token.strip_prefix('!') {
                    Some(token) => gap.lacks.push(words(token, named, lists)?),
                    None => gap.has.push(words(token, named, lists)?),
                }
                continue;
            };
            let (role, after) = rest.split_once('}')?;
            let (_, role) = ROLES.into_iter().find(|(name, _)| *name == role)?;
            let repeats = after.starts_with('+');
            let after = after.trim_start_matches('+');
            gap.ends = words(before, named, lists)?;
            wording.slots.push(Slot { role, repeats, gap: std::mem::take(&mut gap) });
            gap.starts = words(after, named, lists)?;
        }
        wording.after = gap.starts;
        (wording.slots.len() > 1 && gap.has.is_empty() && gap.lacks.is_empty()).then_some(wording)
    }

    /// A bit for each of the first 64 lists of words of each of which one must occur in a sentence.
    pub(super) fn required(&self) -> u64 {
        let of_gaps = self.slots.iter().flat_map(|slot| slot.gap.has.iter().chain([&slot.gap.starts, &slot.gap.ends]));
        let bit = |index: &ListIndex| 1u64.checked_shl(u32::from(*index)).unwrap_or_default();
        of_gaps.chain([&self.after]).filter(|index| **index > 0).map(bit).fold(0, |bits, bit| bits | bit)
    }

    /// The roles of the amounts from index `first` on, if they stand in this wording.
    pub(super) fn read(&self, statement: &Statement, around: &Surroundings, first: usize) -> Option<Vec<Bound>> {
        let slot = self.slots.first()?;
        if !slot.gap.fits(statement.clause_before(first), around, true) || !statement.may_have(slot.role, first, first)
        {
            return None;
        }
        let mut bound = vec![(slot.role, first)];
        self.read_rest(statement, around, 0, &mut bound).then_some(bound)
    }

    /// Binds the amounts after the last one bound, which is in slot `at`; whether all slots could be bound.
    fn read_rest(&self, statement: &Statement, around: &Surroundings, at: usize, bound: &mut Vec<Bound>) -> bool {
        let (Some(&(_, first)), Some(&(_, last))) = (bound.first(), bound.last()) else { return false };
        if bound.len() > MOST_BOUND {
            return false;
        }
        let is_end = at + 1 == self.slots.len();
        let repeats = self.slots[at].repeats;
        for (next, gap) in statement.following(first, last).into_iter().flatten() {
            // The units, which are compared most quickly, rule out most.
            let may_have = |role: Role| statement.may_have(role, next, first);
            let is_shorter = |most: usize| gap.chars().nth(most).is_none();
            let is_plain = || is_shorter(MOST_BETWEEN) && !around.stops.any_in(&gap);
            let is_alike =
                || is_shorter(MOST_BETWEEN_ALIKE) && statement.is_beside(next, last) && !around.apart.any_in(&gap);
            if let Some(slot) = self.slots.get(at + 1)
                && may_have(slot.role)
                && slot.gap.fits(&gap, around, false)
                && is_plain()
                && (slot.role != self.slots[at].role || !slot.gap.has.is_empty() || is_alike())
            {
                bound.push((slot.role, next));
                if self.read_rest(statement, around, at + 1, bound) {
                    return true;
                }
                bound.pop();
            }
            if repeats
                && may_have(self.slots[at].role)
                && is_plain()
                && is_alike()
                && !around.other.any_in(last_clause(&gap))
            {
                bound.push((self.slots[at].role, next));
                if self.read_rest(statement, around, at, bound) {
                    return true;
                }
                bound.pop();
            }
        }
        let after = around.list(self.after);
        is_end && (after.is_empty() || after.beginning(statement.text_after(last)).is_some())
    }
}

impl Wording {
    /// Whether words must precede the first quantity.
    pub(super) fn has_lead(&self) -> bool {
        self.slots.first().is_some_and(|slot| !slot.gap.has.is_empty())
    }

    /// Whether its last quantity need not follow certain words directly.
    pub(super) fn ends_freely(&self) -> bool {
        self.slots.last().is_some_and(|slot| slot.gap.ends == 0)
    }

    /// Whether words must come between its first two quantities.
    pub(super) fn has_inner_words(&self) -> bool {
        self.slots.get(1).is_some_and(|slot| !slot.gap.has.is_empty())
    }

    /// Whether a word that must occur between two quantities occurs in a text.
    pub(super) fn has_word_in(&self, around: &Surroundings, text: &str) -> bool {
        self.slots.iter().any(|slot| slot.gap.has.iter().any(|words| around.list(*words).any_in(text)))
    }

    /// The length of the longest word of the wording, or of these lists, with which a text begins.
    pub(super) fn word_at(&self, around: &Surroundings, text: &str, lists: [&WordList; 2]) -> Option<usize> {
        let of_gaps = self.slots.iter().flat_map(|slot| slot.gap.has.iter().chain([&slot.gap.starts, &slot.gap.ends]));
        let length = |words: &WordList| words.iter().filter(|word| text.starts_with(word)).map(str::len).max();
        of_gaps.map(|index| around.list(*index)).chain(lists).filter_map(length).max()
    }
}

impl Surroundings {
    /// A list of words that a wording names.
    fn list(&self, index: ListIndex) -> &WordList {
        &self.lists[usize::from(index)]
    }
}

impl Gap {
    /// Whether the text before a quantity fulfils the conditions. `is_lead`: nothing comes before it.
    fn fits(&self, gap: &str, around: &Surroundings, is_lead: bool) -> bool {
        let [starts, ends] = [self.starts, self.ends].map(|index| around.list(index));
        if !starts.is_empty() && starts.beginning(gap).is_none() {
            return false;
        }
        if !ends.is_empty() && ends.ending(around.lead.stripped(gap)).is_none() && ends.ending(gap).is_none() {
            return false;
        }
        let occurs = |index: &ListIndex| around.list(*index).any_in(gap);
        if !self.has.iter().all(occurs) || self.lacks.iter().any(occurs) {
            return false;
        }
        is_lead || !around.other.any_in(gap.rsplit(['，', '；', '：']).next().unwrap_or_default())
    }
}

/// The end of a text, after the last mark.
pub(super) fn last_clause(text: &str) -> &str {
    let end_of = |(at, mark): (usize, &str)| at + mark.len();
    let last = text.rmatch_indices(['，', '；', '：', '、', '（', '）']).next();
    &text[last.map_or(0, end_of)..]
}

/// The index of the list of the words that a part of a wording stands for. A new list is added to the others.
fn words(token: &str, named: &BTreeMap<String, String>, lists: &mut Vec<WordList>) -> Option<ListIndex> {
    let mut all = Vec::new();
    for word in token.split('|').filter(|word| !word.is_empty()) {
        match word.strip_prefix('<').and_then(|word| word.strip_suffix('>')) {
            Some(name) => all.push(named.get(name)?.as_str()),
            None => all.push(word),
        }
    }
    let words = WordList::new(&all.join(" "));
    let known = lists.iter().position(|list| list.iter().eq(words.iter()));
    let index = known.unwrap_or_else(|| {
        lists.push(words);
        lists.len() - 1
    });
    ListIndex::try_from(index).ok()
}
