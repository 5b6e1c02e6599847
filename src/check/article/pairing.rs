//! Which mark belongs to which: the reading of an article's brackets, quotation and title marks that
//! supposes the fewest slips.
//!
//! Each family of marks is read by itself, over the whole article: at every mark the reading keeps the
//! cheapest way to have got here for each depth of nesting (at most [`DEEPEST`]), where a mark may be taken
//! as it stands, as the other half of its pair (reversed), or as having no partner. So the time is linear
//! in the marks, and one slip does not shift all that follows it.

use std::ops::Range;

use super::{Article, CharOccurrence};
use crate::block::Kind;
use crate::matcher::CharSet;

/// A family of marks: `(open, close)` and the half-width forms that can stand for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    pub open: char,
    pub close: char,
    narrow: (char, char),
    /// Is a pair inside a pair of the same family nothing unusual? (It is for quotation and title marks,
    /// GB/T 15834—2011 4.8.3.4 and 4.15.3.5.)
    nests: bool,
}

/// The families. In a reading they are named by their index.
pub const FAMILIES: [Family; 10] = [
    Family { open: '“', close: '”', narrow: ('"', '"'), nests: false },
    Family { open: '‘', close: '’', narrow: ('\'', '\''), nests: false },
    Family { open: '（', close: '）', narrow: ('(', ')'), nests: true },
    Family { open: '《', close: '》', narrow: NO_MARKS, nests: false },
    Family { open: '〈', close: '〉', narrow: NO_MARKS, nests: false },
    Family { open: '【', close: '】', narrow: NO_MARKS, nests: true },
    Family { open: '〔', close: '〕', narrow: NO_MARKS, nests: true },
    Family { open: '「', close: '」', narrow: NO_MARKS, nests: false },
    Family { open: '『', close: '』', narrow: NO_MARKS, nests: false },
    Family { open: '［', close: '］', narrow: ('[', ']'), nests: true },
];
const NO_MARKS: (char, char) = ('\0', '\0');
const SINGLE_QUOTES: usize = 1;
const PARENTHESES: usize = 2;

const DEEPEST: usize = 4;

// What a reading pays for a slip. Only their order matters: a reversed mark is a likelier slip than two
// marks without partners, a quotation that lost its opening mark on a later paragraph likelier than both.
const REVERSED: u32 = 100;
const ALONE: u32 = 140;
const STRAIGHT_ALONE: u32 = 80;
const NESTED: u32 = 60;
const NESTED_FREELY: u32 = 5;
const CARRIED: u32 = 70;

/// The half of a pair that a mark is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Open,
    Close,
}

/// A mark of the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub block: usize,
    /// Byte in the block's text.
    pub at: usize,
    pub character: char,
    pub family: usize,
    /// What it looks like; `None` for a straight quotation mark.
    looks: Option<Side>,
    /// Does it stand behind a comma? The mark that ends a quotation inside a quotation never does.
    after_comma: bool,
}

/// A slip that the reading supposes. Marks are named by their index in [`Pairing::marks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairingError {
    /// An opening mark without a closing one.
    Unclosed(usize),
    /// A closing mark without an opening one.
    Unopened(usize),
    /// A mark that should be the other half of its pair.
    Reversed(usize),
    /// An opening mark and the closing mark of another family that ends what it began.
    Mismatched(usize, usize),
    /// A pair inside a pair of the same family, which takes the inner marks.
    Nested(usize, usize),
    /// This closing mark stands before that of a pair opened later: the opening mark of that pair.
    Crossed(usize, usize),
    /// The quotation opened by this mark goes on in that block, which does not begin with an opening mark.
    Uncontinued(usize, usize),
}

/// The marks of an article and how they belong together.
pub struct Pairing {
    pub marks: Vec<Mark>,
    /// Opening and closing mark, in order of the opening ones.
    pub pairs: Vec<(usize, usize)>,
    pub slips: Vec<PairingError>,
}

/// The characters to watch.
pub fn watched() -> CharSet {
    let both = |pair: (char, char)| [(pair.0, pair.0), (pair.1, pair.1)];
    CharSet::new(
        FAMILIES
            .iter()
            .flat_map(|family| [both((family.open, family.close)), both(family.narrow)].concat())
            .filter(|(c, _)| *c != '\0')
            .collect(),
    )
}

impl Pairing {
    /// Reads the marks of an article.
    pub fn read(article: &Article, occurrences: &[CharOccurrence]) -> Pairing {
        let marks: Vec<Mark> = occurrences.iter().filter_map(|occurrence| mark(article, occurrence)).collect();
        let mut members = [const { Vec::new() }; FAMILIES.len()];
        for (index, mark) in marks.iter().enumerate() {
            members[mark.family].push(index);
        }
        let mut pairing = Pairing { marks, pairs: Vec::new(), slips: Vec::new() };
        for (family, members) in members.iter().enumerate() {
            if pairing.is_plain(members) {
                pairing.pairs.extend(members.chunks_exact(2).map(|pair| (pair[0], pair[1])));
            } else {
                pairing.read_family(article, family, members);
            }
        }
        pairing.relate();
        pairing.match_across();
        pairing
    }

    /// Is every mark closed, in its block, before the next one opens? Then there is nothing to weigh.
    fn is_plain(&self, members: &[usize]) -> bool {
        let looks = |index: usize| self.marks[index].looks;
        members.chunks(2).all(|pair| match *pair {
            [opening, closing] => {
                looks(opening) == Some(Side::Open)
                    && looks(closing) == Some(Side::Close)
                    && self.marks[opening].block == self.marks[closing].block
            }
            _ => false,
        })
    }

    fn read_family(&mut self, article: &Article, family: usize, members: &[usize]) {
        let readings = cheapest_reading(&self.marks, family, members);
        let mut open: Vec<usize> = Vec::new();
        let mut block = None;
        for (&index, &reading) in members.iter().zip(&readings) {
            let mark = self.marks[index];
            if let (Some(block), Some(&outer)) = (block, open.last())
                && block != mark.block
                && reading != Reading::Continued
            {
                let next = first_running(article, block + 1..mark.block).unwrap_or(mark.block);
                self.slips.push(PairingError::Uncontinued(outer, next));
            }
            block = Some(mark.block);
            let side = match reading {
                Reading::Continued => continue,
                Reading::Alone => {
                    if let Some(side) = mark.looks {
                        self.slips.push(if side == Side::Open {
                            PairingError::Unclosed(index)
                        } else {
                            PairingError::Unopened(index)
                        });
                    }
                    continue;
                }
                Reading::As(side) => side,
            };
            if mark.looks.is_some_and(|looks| looks != side) {
                self.slips.push(PairingError::Reversed(index));
            }
            match (side, open.pop()) {
                (Side::Open, outer) => open.extend(outer.into_iter().chain([index])),
                (Side::Close, Some(opening)) => {
                    self.pairs.push((opening, index));
                }
                (Side::Close, None) => {}
            }
        }
        self.slips
            .extend(open.into_iter().filter(|&index| self.marks[index].looks.is_some()).map(PairingError::Unclosed));
    }

    /// Puts the pairs in order, and sees how they lie to each other: one right inside another of its family, or
    /// one that begins inside another and ends outside it.
    fn relate(&mut self) {
        let mut partner = vec![None; self.marks.len()];
        for (opening, closing) in self.pairs.drain(..) {
            partner[opening] = Some(closing);
            partner[closing] = Some(opening);
        }
        let mut open: Vec<usize> = Vec::new();
        for (index, other) in partner.into_iter().enumerate() {
            let Some(other) = other else { continue };
            if other > index {
                self.pairs.push((index, other));
                if open.last().is_some_and(|&outer| self.marks[outer].family == self.marks[index].family) {
                    self.slips.push(PairingError::Nested(index, other));
                }
                open.push(index);
            } else if let Some(place) = open.iter().rposition(|&held| held == other) {
                if let Some(&inner) = open.get(place + 1) {
                    self.slips.push(PairingError::Crossed(index, inner));
                }
                open.remove(place);
            }
        }
    }
}

impl Pairing {
    /// Where an opening mark without partner is followed, in its block, by a closing mark of another family
    /// without partner, the two are one slip: `‘合格”`, `（见图】`.
    fn match_across(&mut self) {
        let (mut alone, mut slips): (Vec<PairingError>, Vec<PairingError>) = self
            .slips
            .drain(..)
            .partition(|slip| matches!(slip, PairingError::Unclosed(_) | PairingError::Unopened(_)));
        alone.sort_unstable_by_key(|slip| match slip {
            PairingError::Unclosed(mark) | PairingError::Unopened(mark) => *mark,
            _ => 0,
        });
        for slip in alone {
            match (slips.last(), slip) {
                (Some(&PairingError::Unclosed(opening)), PairingError::Unopened(closing))
                    if self.marks[opening].block == self.marks[closing].block
                        && self.marks[opening].family != self.marks[closing].family =>
                {
                    slips.pop();
                    slips.push(PairingError::Mismatched(opening, closing));
                }
                _ => slips.push(slip),
            }
        }
        self.slips = slips;
    }
}

/// How a mark is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    As(Side),
    Alone,
    /// The opening mark that each further paragraph of a quotation begins with (GB/T 15834—2011 4.8.3.5).
    Continued,
}

/// The cheapest way to a mark, at one depth.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: u8,
    reading: Reading,
}

fn cheapest_reading(marks: &[Mark], family: usize, members: &[usize]) -> Vec<Reading> {
    const NEVER: u32 = u32::MAX / 2;
    let nested = if FAMILIES[family].nests { NESTED_FREELY } else { NESTED };
    let mut cost = [NEVER; DEEPEST + 1];
    cost[0] = 0;
    let mut steps: Vec<[Step; DEEPEST + 1]> = Vec::with_capacity(members.len());
    let mut block = None;
    for &index in members {
        let mark = marks[index];
        let new_block = block.is_some_and(|block| block != mark.block);
        let first_in_block = mark.at == 0 && block != Some(mark.block);
        if new_block {
            let between = (mark.block - block.unwrap_or(mark.block)) as u32;
            for (depth, cost) in cost.iter_mut().enumerate().skip(1) {
                // The price of a quotation that goes on is paid below, unless it goes on as it should.
                *cost += CARRIED * (between - u32::from(first_in_block)).min(20) * depth as u32;
            }
        }
        block = Some(mark.block);
        let mut next = [NEVER; DEEPEST + 1];
        let mut step = [Step { from: 0, reading: Reading::Alone }; DEEPEST + 1];
        let mut offer = |from: usize, to: usize, price: u32, reading: Reading| {
            let total = cost[from].saturating_add(price);
            if total < next[to] {
                next[to] = total;
                step[to] = Step { from: from as u8, reading };
            }
        };
        for depth in 0..=DEEPEST {
            let carried = if new_block && first_in_block && depth > 0 { CARRIED * depth as u32 } else { 0 };
            if depth < DEEPEST {
                let reversed = if mark.looks == Some(Side::Close) { REVERSED } else { 0 };
                let inside = if depth > 0 { nested } else { 0 };
                offer(depth, depth + 1, reversed + inside + carried, Reading::As(Side::Open));
            }
            if depth > 0 {
                let reversed = if mark.looks == Some(Side::Open) { REVERSED } else { 0 };
                let unlikely = if mark.after_comma && depth > 1 { 2 * REVERSED } else { 0 };
                offer(depth, depth - 1, reversed + unlikely + carried, Reading::As(Side::Close));
            }
            if depth == 1 && new_block && first_in_block && mark.looks == Some(Side::Open) {
                offer(depth, depth, 0, Reading::Continued);
            }
            let alone = if mark.looks.is_none() { STRAIGHT_ALONE } else { ALONE };
            offer(depth, depth, alone + carried, Reading::Alone);
        }
        cost = next;
        steps.push(step);
    }
    let mut depth = (0..=DEEPEST).min_by_key(|&depth| cost[depth] + ALONE * depth as u32).unwrap_or(0);
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

/// The first of `blocks` that is running text.
fn first_running(article: &Article, mut blocks: Range<usize>) -> Option<usize> {
    blocks.find(|&block| matches!(article.blocks[block].kind, Kind::Paragraph | Kind::ListItem))
}

/// The mark that a watched character is; `None` where it is none: an apostrophe, inches, the bracket
/// of `1)`.
fn mark(article: &Article, occurrence: &CharOccurrence) -> Option<Mark> {
    let (block, at, character) = (occurrence.block as usize, occurrence.at as usize, occurrence.character);
    let text = article.text(block);
    let before = text[..at].chars().next_back();
    let behind = text[at + character.len_utf8()..].chars().next();
    let is_word = |c: Option<char>| c.is_some_and(|c| !crate::text::is_han(c) && c.is_alphanumeric());
    let family = FAMILIES
        .iter()
        .position(|family| [family.open, family.close, family.narrow.0, family.narrow.1].contains(&character))?;
    let (open, close) = (FAMILIES[family].open, FAMILIES[family].close);
    let narrow = FAMILIES[family].narrow;
    let looks = if narrow.0 == narrow.1 && character == narrow.0 {
        None
    } else if character == open || character == narrow.0 {
        Some(Side::Open)
    } else {
        debug_assert!(character == close || character == narrow.1);
        Some(Side::Close)
    };
    let measure = looks.is_none() && before.is_some_and(|c| c.is_ascii_digit());
    // I’m, ’90年代
    let is_apostrophe = || match is_word(before) {
        true => looks.is_none() || is_word(behind),
        false => behind.is_some_and(|c| matches!(c, '0'..='9' | '０'..='９')),
    };
    let apostrophe = family == SINGLE_QUOTES && character != '‘' && is_apostrophe();
    let emoticon = family == PARENTHESES && matches!(before, Some(':' | ';' | '-' | '^'));
    let numbering = family == PARENTHESES && looks == Some(Side::Close) && is_item_number(&text[..at]);
    (!(measure && family == SINGLE_QUOTES || apostrophe || emoticon || numbering)).then_some(Mark {
        after_comma: matches!(before, Some('，' | ',')),
        block,
        at,
        character,
        family,
        looks,
    })
}

/// Is this the number of `1)`, `a）`, `①)` at the beginning of a block or a clause, which opens nothing?
fn is_item_number(before: &str) -> bool {
    const LONGEST: usize = 3;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(c);
    let number: String = before.chars().rev().take(LONGEST + 1).take_while(|c| is_part(*c)).collect();
    let head = &before[..before.len() - number.len()];
    let is_number = match number.chars().count() {
        0 => false,
        1 => true,
        count => count <= LONGEST && !number.contains(|c: char| c.is_ascii_alphabetic()),
    };
    let at_clause = head.chars().next_back().is_none_or(|c| "，。；：、！？ 　;:,".contains(c));
    // A bracket that is still open near by is closed here: （Class a）
    let near = head.char_indices().rev().nth(60).map_or(0, |(at, _)| at);
    let is_open =
        head[near..].rfind(['（', '(', '）', ')']).is_some_and(|at| head[near + at..].starts_with(['（', '(']));
    is_number && at_clause && !is_open
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::block::Block;
    use crate::draft::{Draft, Format};

    fn read(text: &str, judge: impl Fn(&Pairing)) {
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
        judge(&Pairing::read(&article, &occurrences));
    }

    proptest! {
        #[test]
        fn what_is_plain_is_read_as_it_stands(text in "(“甲[，,]?”|“|”|，|甲|\n){0,12}") {
            read(&text, |pairing| {
                let members: Vec<usize> = (0..pairing.marks.len()).collect();
                if pairing.is_plain(&members) {
                    for (&index, reading) in members.iter().zip(cheapest_reading(&pairing.marks, 0, &members)) {
                        assert_eq!(pairing.marks[index].looks.map(Reading::As), Some(reading), "{text}");
                    }
                }
            });
        }
    }

    #[test]
    fn a_quotation_over_many_captions_takes_no_longer_a_mark() {
        read(&"▲“甲\n".repeat(100_000), |pairing| assert!(pairing.slips.len() >= 100_000));
    }
}
