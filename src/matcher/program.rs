//! The machine: a program over characters, run from one place of a text, forward or backward.

use serde::{Deserialize, Serialize};

use super::char_set::CharSet;
use crate::text::{Category, Span};

/// How far a pattern can see from where its hit begins, in bytes to either side (some 250 Chinese characters).
/// It bounds what an attempt can cost, whatever the pattern and however long the paragraph.
pub const WINDOW: usize = 768;

/// The groups a pattern may have inside its ⟦ ⟧.
pub const GROUPS: usize = 9;

/// Slots of a match: the end of the hit, then beginning and end of each group.
const SLOTS: usize = 1 + 2 * GROUPS;
const UNSET: usize = usize::MAX;

/// Attempts that take more steps than this start over with a memory of where they have been.
const FREE_STEPS: usize = 400;

/// So few characters are worth being looked for before an attempt.
const FEW: usize = 300;

/// One instruction. Targets are indices into the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Exactly this character.
    Char(char),
    /// Any character of that set.
    Set(u16),
    /// A character of that branch, and on to where the branch goes with it.
    Branch(u16),
    /// Try the first way; where it fails, the second.
    Split(u16, u16),
    /// Go on there.
    Jump(u16),
    /// Note the place in that slot.
    Save(u8),
    /// Only at the beginning of the text.
    AtStart,
    /// Only at the end of the text.
    AtEnd,
    /// Done.
    Match,
}

/// Steps and the sets they name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    pub steps: Vec<Step>,
    pub sets: Vec<CharSet>,
    /// Ways that part at their first characters, sorted by them: many words are told apart at one look.
    pub branches: Vec<Vec<(char, u16)>>,
    /// How many slots it uses.
    pub slots: u8,
}

/// What matched; the groups lie in the scratch of the attempt.
#[derive(Debug)]
pub struct Match<'s> {
    /// The hit, in bytes of the text.
    pub span: Span,
    slots: &'s [usize],
}

impl<'s> Match<'s> {
    /// The match of `span` whose groups an attempt of `program` left in `scratch`.
    pub(super) fn new(span: Span, program: &Program, scratch: &'s Scratch) -> Match<'s> {
        Match { span, slots: &scratch.slots[..program.slots as usize] }
    }

    /// Group `number`, from 1; `None` where it took no part.
    pub fn group(&self, number: usize) -> Option<Span> {
        let slot = number.checked_sub(1)? * 2 + 1;
        let (start, end) = (*self.slots.get(slot)?, *self.slots.get(slot + 1)?);
        (start != UNSET && end != UNSET && start <= end).then(|| Span::new(start, end))
    }
}

/// Memory that attempts share, so that none has to allocate.
#[derive(Debug)]
pub struct Scratch {
    slots: [usize; SLOTS],
    stack: Vec<Frame>,
    visited: Vec<u64>,
}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch { slots: [UNSET; SLOTS], stack: Vec::new(), visited: Vec::new() }
    }
}

#[derive(Debug, Clone, Copy)]
enum Frame {
    Try { step: u16, at: usize },
    Restore { slot: u8, value: usize },
}

/// The characters of a text, read in one direction from one place.
trait Reader {
    /// The character next to `at` and the place behind it.
    fn next(&self, at: usize) -> Option<(char, usize)>;
    /// How far `at` is from where the attempt began, in bytes.
    fn distance(&self, at: usize) -> usize;
    fn text(&self) -> &str;
}

struct Forward<'t> {
    text: &'t str,
    from: usize,
}

struct Backward<'t> {
    text: &'t str,
    from: usize,
}

impl Reader for Forward<'_> {
    #[inline]
    fn next(&self, at: usize) -> Option<(char, usize)> {
        if at - self.from >= WINDOW {
            return None;
        }
        self.text[at..].chars().next().map(|c| (c, at + c.len_utf8()))
    }
    #[inline]
    fn distance(&self, at: usize) -> usize {
        at - self.from
    }
    fn text(&self) -> &str {
        self.text
    }
}

impl Reader for Backward<'_> {
    #[inline]
    fn next(&self, at: usize) -> Option<(char, usize)> {
        if self.from - at >= WINDOW {
            return None;
        }
        self.text[..at].chars().next_back().map(|c| (c, at - c.len_utf8()))
    }
    #[inline]
    fn distance(&self, at: usize) -> usize {
        self.from - at
    }
    fn text(&self) -> &str {
        self.text
    }
}

impl Program {
    /// Matches forward from byte `at`; where the hit ends.
    pub fn run_forward(&self, text: &str, at: usize, scratch: &mut Scratch) -> Option<usize> {
        self.run(&Forward { text, from: at }, at, scratch)?;
        Some(if scratch.slots[0] == UNSET { at } else { scratch.slots[0] })
    }

    /// Matches backward from byte `at`: does the text before it end so? It leaves the groups alone.
    pub fn run_backward(&self, text: &str, at: usize, scratch: &mut Scratch) -> Option<()> {
        self.run(&Backward { text, from: at }, at, scratch)
    }

    fn run(&self, reader: &impl Reader, at: usize, scratch: &mut Scratch) -> Option<()> {
        match self.attempt(reader, at, scratch, false) {
            Outcome::Matched => Some(()),
            Outcome::Failed => None,
            Outcome::TooLong => match self.attempt(reader, at, scratch, true) {
                Outcome::Matched => Some(()),
                _ => None,
            },
        }
    }

    /// One attempt. With `memory`, no step is taken twice at one place, which bounds the work by the
    /// program's length times the window; without, by `FREE_STEPS`.
    fn attempt(&self, reader: &impl Reader, at: usize, scratch: &mut Scratch, memory: bool) -> Outcome {
        scratch.slots[..self.slots as usize].fill(UNSET);
        scratch.stack.clear();
        if memory {
            scratch.visited.clear();
            scratch.visited.resize(self.steps.len() * (WINDOW + 4) / 64 + 1, 0);
        }
        let mut taken = 0;
        let (mut step, mut at) = (0u16, at);
        loop {
            taken += 1;
            let mut alive = true;
            if memory {
                let bit = step as usize * (WINDOW + 4) + reader.distance(at);
                let seen = &mut scratch.visited[bit / 64];
                alive = *seen & 1 << (bit % 64) == 0;
                *seen |= 1 << (bit % 64);
            } else if taken > FREE_STEPS {
                return Outcome::TooLong;
            }
            if alive {
                match &self.steps[step as usize] {
                    Step::Match => return Outcome::Matched,
                    Step::Char(wanted) => match reader.next(at) {
                        Some((c, next)) if c == *wanted => (step, at) = (step + 1, next),
                        _ => alive = false,
                    },
                    Step::Set(set) => match reader.next(at) {
                        Some((c, next)) if self.sets[*set as usize].has(c) => (step, at) = (step + 1, next),
                        _ => alive = false,
                    },
                    Step::Branch(branch) => {
                        let ways = &self.branches[*branch as usize];
                        let way = reader.next(at).and_then(|(c, next)| {
                            let found = ways.binary_search_by_key(&c, |(first, _)| *first).ok()?;
                            Some((ways[found].1, next))
                        });
                        match way {
                            Some(way) => (step, at) = way,
                            None => alive = false,
                        }
                    }
                    Step::Split(first, second) => {
                        scratch.stack.push(Frame::Try { step: *second, at });
                        step = *first;
                    }
                    Step::Jump(target) => step = *target,
                    Step::Save(slot) => {
                        let value = std::mem::replace(&mut scratch.slots[*slot as usize], at);
                        scratch.stack.push(Frame::Restore { slot: *slot, value });
                        step += 1;
                    }
                    Step::AtStart => {
                        alive = at == 0;
                        step += 1;
                    }
                    Step::AtEnd => {
                        alive = at == reader.text().len();
                        step += 1;
                    }
                }
            }
            while !alive {
                match scratch.stack.pop() {
                    None => return Outcome::Failed,
                    Some(Frame::Restore { slot, value }) => scratch.slots[slot as usize] = value,
                    Some(Frame::Try { step: other, at: place }) => {
                        (step, at) = (other, place);
                        alive = true;
                    }
                }
            }
        }
    }

    /// The characters that the first step over a character can take, and the categories that can stand
    /// next: the union over all characters, for the place `depth` characters in (0 or 1).
    pub fn reach(&self, depth: usize) -> Reach {
        let mut places = vec![0u16];
        for _ in 0..depth {
            places = self.closure(&places).0.iter().flat_map(|&step| self.behind(step)).collect();
        }
        let (steps, at_edge, free) = self.closure(&places);
        let chars = steps.iter().fold(CharSet::default(), |set, &step| match &self.steps[step as usize] {
            Step::Char(c) => set.union(&CharSet::single(*c)),
            Step::Set(index) => set.union(&self.sets[*index as usize]),
            Step::Branch(index) => {
                set.union(&CharSet::new(self.branches[*index as usize].iter().map(|(c, _)| (*c, *c)).collect()))
            }
            _ => set,
        });
        Reach { chars, at_edge, free }
    }

    /// Where a step over a character can lead.
    fn behind(&self, step: u16) -> Vec<u16> {
        match &self.steps[step as usize] {
            Step::Branch(index) => self.branches[*index as usize].iter().map(|(_, way)| *way).collect(),
            _ => vec![step + 1],
        }
    }

    /// The steps over a character that can be reached from `places` without one; whether the edge of the
    /// text can be demanded there; and whether the end of the program can be reached.
    fn closure(&self, places: &[u16]) -> (Vec<u16>, bool, bool) {
        let mut seen = vec![false; self.steps.len()];
        let (mut out, mut at_edge, mut free) = (Vec::new(), false, false);
        let mut open = places.to_vec();
        while let Some(step) = open.pop() {
            if std::mem::replace(&mut seen[step as usize], true) {
                continue;
            }
            match &self.steps[step as usize] {
                Step::Char(_) | Step::Set(_) | Step::Branch(_) => out.push(step),
                Step::Split(first, second) => open.extend([*first, *second]),
                Step::Jump(target) => open.push(*target),
                Step::Save(_) => open.push(step + 1),
                Step::AtStart | Step::AtEnd => at_edge = true,
                Step::Match => free = true,
            }
        }
        (out, at_edge, free)
    }
}

enum Outcome {
    Matched,
    Failed,
    TooLong,
}

/// What a program can meet at a place.
pub struct Reach {
    pub chars: CharSet,
    /// The edge of the text may be demanded here.
    pub at_edge: bool,
    /// Nothing more may be demanded: anything can stand here.
    pub free: bool,
}

impl Reach {
    /// The characters, where they are few and nothing else can be met here.
    pub fn few(self) -> Option<CharSet> {
        let few = !self.free && !self.at_edge && self.chars.chars_up_to(FEW).is_some();
        few.then_some(self.chars)
    }

    /// The categories that can stand here.
    pub fn mask(&self) -> u64 {
        if self.free {
            return u64::MAX;
        }
        Category::mask_of(self.chars.ranges()) | if self.at_edge { Category::EDGE.mask() } else { 0 }
    }
}
