//! Pairs the brackets, quotation marks and title marks of an article, under the interpretation whose errors cost
//! least.
//!
//! Each type of marks is read by itself, over the whole article. At every mark the search keeps, for each depth of
//! nesting up to [`DEEPEST`], the cheapest interpretation of the marks so far; a mark can count as what it looks like,
//! as the other half of its pair (reversed), or as a mark without a partner. So the time is linear in the number of
//! marks, and one error does not shift the pairing of all later marks.

use std::ops::Range;

use super::{Article, CharOccurrence};
use crate::block::BlockKind;
use crate::matcher::CharSet;
use crate::text::{PAIRED_MARKS, is_han};

/// A type of paired marks: an opening and a closing mark, and the half-width forms used in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkType {
    /// The opening mark.
    pub open: char,
    /// The closing mark.
    pub close: char,
    /// The half-width opening and closing mark, which may be the same character; [`NO_MARKS`] if there are none.
    narrow: (char, char),
    /// Whether a pair directly inside a pair of the same type costs little ([`NESTED_FREELY`]). It is unusual for quotation
    /// marks and title marks (GB/T 15834—2011 4.8.3.4 and 4.15.3.5). [`PairingError::Nested`] is recorded for all types;
    /// a rule chooses the types for which it reports it.
    nests: bool,
}

/// All types of paired marks. A [`PairedMark`] names its type by the index in this array.
pub const MARK_TYPES: [MarkType; PAIRED_MARKS.len()] = [
    MarkType::of(0, ('"', '"'), false),
    MarkType::of(1, ('\'', '\''), false),
    MarkType::of(2, ('(', ')'), true),
    MarkType::of(3, NO_MARKS, false),
    MarkType::of(4, NO_MARKS, false),
    MarkType::of(5, NO_MARKS, true),
    MarkType::of(6, NO_MARKS, true),
    MarkType::of(7, NO_MARKS, false),
    MarkType::of(8, NO_MARKS, false),
    MarkType::of(9, ('[', ']'), true),
];

impl MarkType {
    /// The type of the pair with this index in [`PAIRED_MARKS`].
    const fn of(index: usize, narrow: (char, char), nests: bool) -> MarkType {
        let (open, close) = PAIRED_MARKS[index];
        MarkType { open, close, narrow, nests }
    }
}

/// The narrow marks of a type that has none.
const NO_MARKS: (char, char) = ('\0', '\0');

/// The mark type ‘’, as an index into [`MARK_TYPES`].
const SINGLE_QUOTES: usize = 1;

/// The mark type （）, as an index into [`MARK_TYPES`].
const PARENTHESES: usize = 2;

/// The deepest nesting of pairs of one type that is considered.
const DEEPEST: usize = 4;

/// The number of depths, from 0 (outside all pairs) to [`DEEPEST`].
const DEPTHS: usize = DEEPEST + 1;

// The costs of the errors that an interpretation assumes. They are added, and of two interpretations the one with the
// smaller sum is chosen. So all that matters is which sum is smaller: one reversed mark costs less than two marks
// without partners, and a quotation whose later paragraph lacks the repeated opening mark costs less than either.

/// The cost of a mark that has to be the other half of its pair.
const REVERSED: u32 = 100;
/// The cost of a mark without a partner.
const ALONE: u32 = 140;
/// The cost of a straight quotation mark without a partner.
const STRAIGHT_ALONE: u32 = 80;
/// The cost of a pair inside a pair of the same type, if that is not normal in the type.
const NESTED: u32 = 60;
/// The cost of a pair inside a pair of the same type, if that is normal in the type.
const NESTED_FREELY: u32 = 5;
/// The cost of a pair that stays open from one block to the next, for each block and each open pair.
const CARRIED: u32 = 70;
/// The maximum number of blocks for which [`CARRIED`] is charged between two marks.
const MOST_CARRIED: u32 = 20;

/// Which half of a pair a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The opening half.
    Open,
    /// The closing half.
    Close,
}

/// A mark of the article that belongs to a type of paired marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairedMark {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The byte in the block's text.
    pub at: usize,
    /// The mark itself.
    pub character: char,
    /// The index in [`MARK_TYPES`].
    pub mark_type: usize,
    /// The half that the character looks like; `None` for a straight quotation mark.
    apparent_side: Option<Side>,
    /// The half that a straight quotation mark is to judge by what is beside it: no quotation ends after a colon, and none
    /// begins before a mark that ends a clause.
    likely_side: Option<Side>,
    /// Whether a comma precedes it. The mark that ends a quotation inside a quotation hardly ever follows one, so that
    /// reading costs more.
    is_after_comma: bool,
}

/// An error that the interpretation assumes. Marks are given by their index in [`Pairing::marks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairingError {
    /// An opening mark without a closing one.
    Unclosed(usize),
    /// A closing mark without an opening one.
    Unopened(usize),
    /// A mark that should be the other half of its pair.
    Reversed(usize),
    /// An opening mark, and the closing mark of another type that ends what it began.
    Mismatched(usize, usize),
    /// The opening mark of a pair directly inside a pair of the same type, which should use the inner marks, and the
    /// opening mark of the outer pair.
    Nested(usize, usize),
    /// A closing mark that precedes the closing mark of a pair opened later, and the opening mark of that pair.
    Crossed(usize, usize),
    /// The opening mark of a quotation, and the index of a further block of the quotation that does not begin with an
    /// opening mark.
    Uncontinued(usize, usize),
}

/// The marks of an article, and which of them belong together.
pub struct Pairing {
    /// All marks, in the order of the text.
    pub marks: Vec<PairedMark>,
    /// The opening and the closing mark of each pair, as indices into `marks`, in the order of the opening marks.
    pub pairs: Vec<(usize, usize)>,
    /// The errors.
    pub errors: Vec<PairingError>,
    /// For each mark, the other mark of its pair.
    partners: Vec<Option<usize>>,
}

/// The characters that a check has to watch to read the pairing of an article.
pub fn watched() -> CharSet {
    let both = |pair: (char, char)| [(pair.0, pair.0), (pair.1, pair.1)];
    CharSet::new(
        MARK_TYPES
            .iter()
            .flat_map(|mark_type| [both((mark_type.open, mark_type.close)), both(mark_type.narrow)].concat())
            .filter(|(c, _)| *c != '\0')
            .collect(),
    )
}

impl Pairing {
    /// Pairs the marks of an article. `occurrences` are those of the characters [`watched`], in the order of the text.
    pub fn read(article: &Article, occurrences: &[CharOccurrence]) -> Pairing {
        let marks: Vec<PairedMark> =
            occurrences.iter().filter_map(|occurrence| paired_mark(article, occurrence)).collect();
        let mut members = [const { Vec::new() }; MARK_TYPES.len()];
        for (index, mark) in marks.iter().enumerate() {
            members[mark.mark_type].push(index);
        }
        let mut pairing = Pairing { marks, pairs: Vec::new(), errors: Vec::new(), partners: Vec::new() };
        for (mark_type, members) in members.iter().enumerate() {
            if pairing.is_plain(members) {
                pairing.pairs.extend(members.chunks_exact(2).map(|pair| (pair[0], pair[1])));
            } else {
                pairing.read_type(article, mark_type, members);
            }
        }
        pairing.sort_pairs();
        pairing.join_mismatched();
        pairing
    }

    /// The other mark of the pair that a mark belongs to.
    pub fn partner(&self, mark: usize) -> Option<PairedMark> {
        self.partners[mark].map(|partner| self.marks[partner])
    }

    /// Whether a mark is in the same block as the other mark of its pair. A pair over several blocks is a guess, unless its
    /// marks look like what they are.
    pub fn is_within_block(&self, mark: usize) -> bool {
        self.partners[mark].is_some_and(|partner| self.marks[partner].block == self.marks[mark].block)
    }

    /// Whether each of these marks of one type is closed by the next one, in the same block. Then no search for the
    /// cheapest interpretation is needed.
    fn is_plain(&self, members: &[usize]) -> bool {
        let side = |index: usize| self.marks[index].apparent_side;
        members.chunks(2).all(|pair| match *pair {
            [opening, closing] => {
                side(opening) == Some(Side::Open)
                    && side(closing) == Some(Side::Close)
                    && self.marks[opening].block == self.marks[closing].block
            }
            _ => false,
        })
    }

    /// Adds the pairs and errors of one type, whose marks are `members`.
    fn read_type(&mut self, article: &Article, mark_type: usize, members: &[usize]) {
        let readings = cheapest_readings(&self.marks, mark_type, members);
        let mut open: Vec<usize> = Vec::new();
        let mut block = None;
        for (&index, &reading) in members.iter().zip(&readings) {
            let mark = self.marks[index];
            if let (Some(block), Some(&outer)) = (block, open.last())
                && block != mark.block
                && reading != Reading::Continued
            {
                let next = first_running_text(article, block + 1..mark.block).unwrap_or(mark.block);
                self.errors.push(PairingError::Uncontinued(outer, next));
            }
            block = Some(mark.block);
            let side = match reading {
                Reading::Continued => continue,
                Reading::Alone => {
                    if let Some(side) = mark.apparent_side {
                        self.errors.push(if side == Side::Open {
                            PairingError::Unclosed(index)
                        } else {
                            PairingError::Unopened(index)
                        });
                    }
                    continue;
                }
                Reading::As(side) => side,
            };
            if mark.apparent_side.is_some_and(|apparent| apparent != side) {
                self.errors.push(PairingError::Reversed(index));
            }
            match (side, open.pop()) {
                (Side::Open, outer) => open.extend(outer.into_iter().chain([index])),
                (Side::Close, Some(opening)) => {
                    self.pairs.push((opening, index));
                }
                (Side::Close, None) => {}
            }
        }
        let unclosed = open.into_iter().filter(|&index| self.marks[index].apparent_side.is_some());
        self.errors.extend(unclosed.map(PairingError::Unclosed));
    }

    /// Sorts the pairs by their opening marks, and adds the errors in their relation: a pair directly inside another
    /// of its type, or a pair that begins inside another and ends outside it.
    fn sort_pairs(&mut self) {
        self.partners = vec![None; self.marks.len()];
        for (opening, closing) in self.pairs.drain(..) {
            self.partners[opening] = Some(closing);
            self.partners[closing] = Some(opening);
        }
        let mut open: Vec<usize> = Vec::new();
        for (index, &other) in self.partners.iter().enumerate() {
            let Some(other) = other else { continue };
            if other > index {
                self.pairs.push((index, other));
                let is_of_its_type = |&&outer: &&usize| self.marks[outer].mark_type == self.marks[index].mark_type;
                if let Some(&outer) = open.last().filter(is_of_its_type) {
                    self.errors.push(PairingError::Nested(index, outer));
                }
                open.push(index);
            } else if let Some(depth) = open.iter().rposition(|&opening| opening == other) {
                if let Some(&inner) = open.get(depth + 1) {
                    self.errors.push(PairingError::Crossed(index, inner));
                }
                open.remove(depth);
            }
        }
    }

    /// Joins two errors to one where an opening mark without a partner is followed, in its block, by a closing mark of
    /// another type without a partner: `‘合格”`, `（见图】`.
    fn join_mismatched(&mut self) {
        let (mut alone, mut errors): (Vec<PairingError>, Vec<PairingError>) = self
            .errors
            .drain(..)
            .partition(|error| matches!(error, PairingError::Unclosed(_) | PairingError::Unopened(_)));
        alone.sort_unstable_by_key(|error| match error {
            PairingError::Unclosed(mark) | PairingError::Unopened(mark) => *mark,
            _ => 0,
        });
        for error in alone {
            match (errors.last(), error) {
                (Some(&PairingError::Unclosed(opening)), PairingError::Unopened(closing))
                    if self.marks[opening].block == self.marks[closing].block
                        && self.marks[opening].mark_type != self.marks[closing].mark_type =>
                {
                    errors.pop();
                    errors.push(PairingError::Mismatched(opening, closing));
                }
                _ => errors.push(error),
            }
        }
        self.errors = errors;
    }
}

/// The role that an interpretation assigns to a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As this half of a pair.
    As(Side),
    /// As a mark without a partner.
    Alone,
    /// As the opening mark that each further paragraph of a quotation repeats (GB/T 15834—2011 4.8.3.5).
    Continued,
}

/// The last step of the cheapest interpretation that reaches a certain depth of nesting after a mark.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The depth before the mark.
    from: u8,
    /// The reading of the mark.
    reading: Reading,
}

/// For each depth of nesting, the cost of the cheapest interpretation that ends there.
type Costs = [u32; DEPTHS];

/// The cost of a depth that no interpretation reaches.
const UNREACHABLE: u32 = u32::MAX / 2;

/// The cheapest interpretation of the marks of one type: a reading for each of `members`.
fn cheapest_readings(marks: &[PairedMark], mark_type: usize, members: &[usize]) -> Vec<Reading> {
    let nesting_cost = if MARK_TYPES[mark_type].nests { NESTED_FREELY } else { NESTED };
    let mut costs = [UNREACHABLE; DEPTHS];
    costs[0] = 0;
    let mut steps: Vec<[Step; DEPTHS]> = Vec::with_capacity(members.len());
    let mut block = None;
    for &index in members {
        let mark = marks[index];
        let blocks_since = (mark.block - block.unwrap_or(mark.block)) as u32;
        let begins_block = blocks_since > 0 && mark.at == 0;
        block = Some(mark.block);
        if blocks_since > 0 {
            for (depth, cost) in costs.iter_mut().enumerate().skip(1) {
                // Where the mark begins its block, `advance` adds the cost of that block, unless the mark continues
                // the quotation.
                *cost += CARRIED * (blocks_since - u32::from(begins_block)).min(MOST_CARRIED) * depth as u32;
            }
        }
        let (next, step) = advance(&costs, mark, begins_block, nesting_cost);
        costs = next;
        steps.push(step);
    }
    trace_back(&costs, &steps)
}

/// Extends the cheapest interpretations by one mark: returns the new costs, and the step that leads to each depth.
/// `begins_block` says whether the mark is the first character of a block after that of the previous mark.
fn advance(costs: &Costs, mark: PairedMark, begins_block: bool, nesting_cost: u32) -> (Costs, [Step; DEPTHS]) {
    let mut next = [UNREACHABLE; DEPTHS];
    let mut steps = [Step { from: 0, reading: Reading::Alone }; DEPTHS];
    let mut offer = |from: usize, to: usize, cost: u32, reading: Reading| {
        let total = costs[from].saturating_add(cost);
        if total < next[to] {
            next[to] = total;
            steps[to] = Step { from: from as u8, reading };
        }
    };
    for depth in 0..DEPTHS {
        let carried = if begins_block { CARRIED * depth as u32 } else { 0 };
        if depth < DEEPEST {
            let reversed = if mark.apparent_side == Some(Side::Close) { REVERSED } else { 0 };
            let nested = if depth > 0 { nesting_cost } else { 0 };
            let against = if mark.likely_side == Some(Side::Close) { REVERSED } else { 0 };
            offer(depth, depth + 1, reversed + nested + against + carried, Reading::As(Side::Open));
        }
        if depth > 0 {
            let reversed = if mark.apparent_side == Some(Side::Open) { REVERSED } else { 0 };
            let unlikely = if mark.is_after_comma && depth > 1 { 2 * REVERSED } else { 0 };
            let against = if mark.likely_side == Some(Side::Open) { REVERSED } else { 0 };
            offer(depth, depth - 1, reversed + unlikely + against + carried, Reading::As(Side::Close));
        }
        if depth == 1 && begins_block && mark.apparent_side == Some(Side::Open) {
            offer(depth, depth, 0, Reading::Continued);
        }
        let alone = if mark.apparent_side.is_none() { STRAIGHT_ALONE } else { ALONE };
        offer(depth, depth, alone + carried, Reading::Alone);
    }
    (next, steps)
}

/// Follows the steps back from the cheapest end: the reading of each mark. Every pair still open at the end lacks its
/// closing mark.
fn trace_back(costs: &Costs, steps: &[[Step; DEPTHS]]) -> Vec<Reading> {
    let mut depth = (0..DEPTHS).min_by_key(|&depth| costs[depth] + ALONE * depth as u32).unwrap_or(0);
    let mut readings: Vec<Reading> = steps
        .iter()
        .rev()
        .map(|step| {
            let step = step[depth];
            depth = step.from as usize;
            step.reading
        })
        .collect();
    readings.reverse();
    readings
}

/// The first of these blocks that is running text.
fn first_running_text(article: &Article, mut blocks: Range<usize>) -> Option<usize> {
    blocks.find(|&block| matches!(article.blocks[block].kind, BlockKind::Paragraph | BlockKind::ListItem))
}

/// The paired mark at the occurrence of a watched character; `None` if the character is something else there: an
/// apostrophe, a sign for feet or minutes, the bracket of `1)`.
fn paired_mark(article: &Article, occurrence: &CharOccurrence) -> Option<PairedMark> {
    let (block, at, character) = (occurrence.block as usize, occurrence.at as usize, occurrence.character);
    let (mark_type, apparent_side) = type_and_side(character)?;
    let text = article.text(block);
    let is_something_else = match mark_type {
        SINGLE_QUOTES => character != MARK_TYPES[SINGLE_QUOTES].open && is_apostrophe(text, at, apparent_side),
        PARENTHESES => apparent_side == Some(Side::Close) && ends_item_number(&text[..at]),
        _ => false,
    };
    (!is_something_else).then(|| PairedMark {
        block,
        at,
        character,
        mark_type,
        apparent_side,
        likely_side: likely_side(&text[..at], &text[at + character.len_utf8()..]).filter(|_| apparent_side.is_none()),
        is_after_comma: text[..at].ends_with(['，', ',']),
    })
}

/// See [`PairedMark::likely_side`].
fn likely_side(before: &str, after: &str) -> Option<Side> {
    let ends_clause =
        after.starts_with(['，', '。', '；', '：', '、', '！', '？', '”', '）', '》']) || after.is_empty();
    match (before.ends_with('：') || before.is_empty(), ends_clause) {
        (true, false) => Some(Side::Open),
        (false, true) => Some(Side::Close),
        _ => None,
    }
}

/// The type of a mark, as an index into [`MARK_TYPES`], and the half that it looks like; `None` instead of the half for a
/// straight quotation mark. Other characters have no type.
fn type_and_side(character: char) -> Option<(usize, Option<Side>)> {
    MARK_TYPES.iter().enumerate().find_map(|(index, MarkType { open, close, narrow, .. })| {
        let side = match character {
            c if c == *open => Some(Side::Open),
            c if c == *close => Some(Side::Close),
            c if c == narrow.0 && c == narrow.1 => None,
            c if c == narrow.0 => Some(Side::Open),
            c if c == narrow.1 => Some(Side::Close),
            _ => return None,
        };
        Some((index, side))
    })
}

/// Whether the single quotation mark at byte `at` is an apostrophe (I’m, ’90年代), or a straight one that stands for feet
/// or minutes (5').
fn is_apostrophe(text: &str, at: usize, apparent_side: Option<Side>) -> bool {
    let is_letter = |c: char| !is_han(c) && c.is_alphanumeric();
    let mut from_mark = text[at..].chars();
    let (_, after) = (from_mark.next(), from_mark.next());
    // Seconds and doubly marked places of a formula have two marks: 6''.
    let before = &text[..at];
    let before = before.strip_suffix('\'').filter(|_| apparent_side.is_none()).unwrap_or(before);
    match before.chars().next_back().filter(|c| is_letter(*c)) {
        Some(_) => apparent_side.is_none() || after.is_some_and(is_letter),
        None => matches!(after, Some('0'..='9' | '０'..='９')),
    }
}

/// Whether `before` ends with the number of an item, as in `1)`, `a）`, `①)` at the beginning of a block or a clause.
/// A bracket after such a number closes nothing.
fn ends_item_number(before: &str) -> bool {
    const LONGEST_NUMBER: usize = 3;
    const NEARBY: usize = 60;
    let is_part = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
    };
    let characters = before.char_indices().rev().take(LONGEST_NUMBER + 1).take_while(|(_, c)| is_part(*c));
    let Some((count, (start, _))) = (1..).zip(characters).last() else { return false };
    let (head, number) = before.split_at(start);
    let is_number = count == 1 || count <= LONGEST_NUMBER && !number.contains(|c: char| c.is_ascii_alphabetic());
    let begins_clause = || head.chars().next_back().is_none_or(|c| "，。；：、！？ 　;:,".contains(c));
    // A bracket that is still open nearby is closed here: （Class a）
    let is_open = || {
        let near = head.char_indices().rev().nth(NEARBY).map_or(0, |(at, _)| at);
        let bracket = head[near..].chars().rev().find(|c| matches!(c, '（' | '(' | '）' | ')'));
        matches!(bracket, Some('（' | '('))
    };
    is_number && begins_clause() && !is_open()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::block::Block;
    use crate::draft::{Draft, Format};

    /// Pairs the marks of a text, and passes the result to `assert`.
    fn with_pairing(text: &str, assert: impl Fn(&Pairing)) {
        let draft = Draft::open(text.into(), Format::Plain).unwrap();
        let blocks: &[Block] = draft.blocks();
        let article = Article::new(draft.text(), blocks, 0..blocks.len());
        let watched = watched();
        let occurrences: Vec<CharOccurrence> = (0..blocks.len())
            .flat_map(|block| {
                let marks = article.text(block).char_indices().filter(|(_, c)| watched.has(*c));
                marks.map(move |(at, character)| CharOccurrence { block: block as u32, at: at as u32, character })
            })
            .collect();
        assert(&Pairing::read(&article, &occurrences));
    }

    proptest! {
        #[test]
        fn cheapest_readings_of_plain_marks_are_their_apparent_sides(text in "(“甲[，,]?”|“|”|，|甲|\n){0,12}") {
            with_pairing(&text, |pairing| {
                let members: Vec<usize> = (0..pairing.marks.len()).collect();
                if pairing.is_plain(&members) {
                    for (&index, reading) in members.iter().zip(cheapest_readings(&pairing.marks, 0, &members)) {
                        let side = pairing.marks[index].apparent_side;
                        assert_eq!(side.map(Reading::As), Some(reading), "{text}");
                    }
                }
            });
        }
    }

    #[test]
    fn reads_many_unclosed_quotations_in_linear_time() {
        with_pairing(&"▲“甲\n".repeat(100_000), |pairing| assert!(pairing.errors.len() >= 100_000));
    }
}
