//! The virtual machine for patterns: runs a program over characters from one position of a text, forward or backward.

use serde::{Deserialize, Serialize};

use super::char_set::CharSet;
use crate::text::{Category, Span};

/// The distance in bytes that a pattern can read to either side of the start of its hit (some 250 Chinese characters).
/// It bounds the cost of an attempt for any pattern and any length of text.
pub const WINDOW: usize = 768;

/// The maximum number of groups in the hit of a pattern.
pub const GROUPS: usize = 9;

/// The number of slots: one for the end of the hit, then two for the start and end of each group.
const SLOTS: usize = 1 + 2 * GROUPS;
const UNSET: usize = usize::MAX;

/// The maximum number of steps of an attempt without memoization. A longer attempt starts over with memoization.
const MAX_PLAIN_STEPS: usize = 400;

/// The maximum size of a character set that is worth testing before an attempt.
const SMALL_SET: usize = 300;

/// An instruction of a program. Targets are indices into [`Program::instructions`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Instruction {
    /// Consumes this character.
    Char(char),
    /// Consumes a character of the set with this index in [`Program::sets`].
    Set(u16),
    /// Consumes a character and continues at its target in the branch with this index in [`Program::branches`].
    Branch(u16),
    /// Continues at the first target. If that path fails, backtracks and continues at the second.
    Split(u16, u16),
    /// Continues at the target.
    Jump(u16),
    /// Stores the current position in this slot.
    Save(u8),
    /// Succeeds only at the start of the text.
    AtStart,
    /// Succeeds only at the end of the text.
    AtEnd,
    /// Ends the program with a match.
    Match,
}

/// A sequence of instructions and the tables they refer to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    pub instructions: Vec<Instruction>,
    pub sets: Vec<CharSet>,
    /// Branch tables: characters with their targets, sorted by character. One lookup chooses among many words.
    pub branches: Vec<Vec<(char, u16)>>,
    /// The number of slots that the program uses.
    pub slots: u8,
}

/// A match. The spans of its groups are stored in the scratch memory of the attempt.
#[derive(Debug)]
pub struct Match<'s> {
    /// The hit, in byte offsets in the text.
    pub span: Span,
    slots: &'s [usize],
}

impl<'s> Match<'s> {
    /// Creates the match of `span`. An attempt of `program` has stored the groups in `scratch`.
    pub(super) fn new(span: Span, program: &Program, scratch: &'s Scratch) -> Match<'s> {
        Match { span, slots: &scratch.slots[..program.slots as usize] }
    }

    /// Returns the span of group `number`, counted from 1, or `None` if the group took no part in the match.
    pub fn group(&self, number: usize) -> Option<Span> {
        let slot = number.checked_sub(1)? * 2 + 1;
        let (start, end) = (*self.slots.get(slot)?, *self.slots.get(slot + 1)?);
        (start != UNSET && end != UNSET && start <= end).then(|| Span::new(start, end))
    }
}

/// Memory that attempts reuse to avoid allocations.
#[derive(Debug)]
pub struct Scratch {
    slots: [usize; SLOTS],
    /// The backtracking stack.
    stack: Vec<Frame>,
    /// One bit per instruction and position, set once the instruction has run there. Used with memoization only.
    visited: Vec<u64>,
}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch { slots: [UNSET; SLOTS], stack: Vec::new(), visited: Vec::new() }
    }
}

impl Scratch {
    /// Pops the backtracking stack down to the last untried alternative, and returns its instruction and position.
    /// Restores the slots on the way. Returns `None` if there is no alternative.
    #[inline(always)]
    fn backtrack(&mut self) -> Option<(u16, usize)> {
        loop {
            match self.stack.pop()? {
                Frame::Restore { slot, value } => self.slots[slot as usize] = value,
                Frame::Try { instruction, at } => return Some((instruction, at)),
            }
        }
    }

    /// Marks a bit of `visited`. Returns whether it was unmarked.
    #[inline(always)]
    fn visit(&mut self, bit: usize) -> bool {
        let word = &mut self.visited[bit / 64];
        let is_first_visit = *word & 1 << (bit % 64) == 0;
        *word |= 1 << (bit % 64);
        is_first_visit
    }
}

/// An entry of the backtracking stack.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// Continue with this instruction at this position.
    Try { instruction: u16, at: usize },
    /// Restore this slot to its former value.
    Restore { slot: u8, value: usize },
}

/// Reads the characters of a text in one direction from one position.
trait CharReader {
    /// Returns the next character at byte `at` in reading direction and the position after it. Returns `None` at the
    /// end of the text or of the window.
    fn next(&self, at: usize) -> Option<(char, usize)>;
    /// Returns the distance in bytes between `at` and the start of the attempt.
    fn distance(&self, at: usize) -> usize;
    /// Returns the whole text.
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

impl CharReader for Forward<'_> {
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

impl CharReader for Backward<'_> {
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
    /// Runs the program forward from byte `at`. Returns the end of the hit.
    pub fn run_forward(&self, text: &str, at: usize, scratch: &mut Scratch) -> Option<usize> {
        self.run(&Forward { text, from: at }, at, scratch)?;
        Some(if scratch.slots[0] == UNSET { at } else { scratch.slots[0] })
    }

    /// Runs the program backward from byte `at`. Returns `Some` if it matches. A backward program saves no groups, so
    /// those of the forward program stay in `scratch`.
    pub fn run_backward(&self, text: &str, at: usize, scratch: &mut Scratch) -> Option<()> {
        self.run(&Backward { text, from: at }, at, scratch)
    }

    fn run(&self, reader: &impl CharReader, at: usize, scratch: &mut Scratch) -> Option<()> {
        match self.attempt(reader, at, scratch, false) {
            AttemptOutcome::Matched => Some(()),
            AttemptOutcome::Failed => None,
            AttemptOutcome::TooManySteps => match self.attempt(reader, at, scratch, true) {
                AttemptOutcome::Matched => Some(()),
                _ => None,
            },
        }
    }

    /// Makes one attempt from byte `at`. With `memoize`, no instruction runs twice at the same position, which bounds
    /// the work by the length of the program times the window. Without it, the bound is [`MAX_PLAIN_STEPS`].
    fn attempt(&self, reader: &impl CharReader, at: usize, scratch: &mut Scratch, memoize: bool) -> AttemptOutcome {
        // The number of positions that an attempt can reach: the window plus the rest of its last character.
        const POSITIONS: usize = WINDOW + 4;
        scratch.slots[..self.slots as usize].fill(UNSET);
        scratch.stack.clear();
        if memoize {
            scratch.visited.clear();
            scratch.visited.resize(self.instructions.len() * POSITIONS / 64 + 1, 0);
        }
        let mut steps = 0;
        let (mut index, mut at) = (0u16, at);
        loop {
            steps += 1;
            // Whether the path that is being tried still matches.
            let mut is_alive = true;
            if memoize {
                is_alive = scratch.visit(index as usize * POSITIONS + reader.distance(at));
            } else if steps > MAX_PLAIN_STEPS {
                return AttemptOutcome::TooManySteps;
            }
            if is_alive {
                match &self.instructions[index as usize] {
                    Instruction::Match => return AttemptOutcome::Matched,
                    Instruction::Char(wanted) => match reader.next(at) {
                        Some((c, next)) if c == *wanted => (index, at) = (index + 1, next),
                        _ => is_alive = false,
                    },
                    Instruction::Set(set) => match reader.next(at) {
                        Some((c, next)) if self.sets[*set as usize].has(c) => (index, at) = (index + 1, next),
                        _ => is_alive = false,
                    },
                    Instruction::Branch(branch) => {
                        let table = &self.branches[*branch as usize];
                        let target = reader.next(at).and_then(|(c, next)| {
                            let entry = table.binary_search_by_key(&c, |(first, _)| *first).ok()?;
                            Some((table[entry].1, next))
                        });
                        match target {
                            Some(target) => (index, at) = target,
                            None => is_alive = false,
                        }
                    }
                    Instruction::Split(first, second) => {
                        scratch.stack.push(Frame::Try { instruction: *second, at });
                        index = *first;
                    }
                    Instruction::Jump(target) => index = *target,
                    Instruction::Save(slot) => {
                        let value = std::mem::replace(&mut scratch.slots[*slot as usize], at);
                        scratch.stack.push(Frame::Restore { slot: *slot, value });
                        index += 1;
                    }
                    Instruction::AtStart => {
                        is_alive = at == 0;
                        index += 1;
                    }
                    Instruction::AtEnd => {
                        is_alive = at == reader.text().len();
                        index += 1;
                    }
                }
            }
            if !is_alive {
                match scratch.backtrack() {
                    Some(alternative) => (index, at) = alternative,
                    None => return AttemptOutcome::Failed,
                }
            }
        }
    }

    /// Returns what can occur at the start of a match and after each of the next `N - 1` characters, as the union over
    /// all paths of the program.
    pub fn reachable_chars<const N: usize>(&self) -> [ReachableChars; N] {
        let mut closure = self.closure(&[0]);
        std::array::from_fn(|_| {
            let next = self.next_closure(&closure);
            self.accepted_chars(std::mem::replace(&mut closure, next))
        })
    }

    /// Returns what the program can do after it has consumed one more character. A path that has reached the edge of the
    /// text or the end of the program stays there.
    fn next_closure(&self, closure: &Closure) -> Closure {
        let starts: Vec<u16> = closure.consumers.iter().flat_map(|&index| self.successors(index)).collect();
        let next = self.closure(&starts);
        Closure {
            may_be_edge: next.may_be_edge || closure.may_be_edge,
            is_unconstrained: next.is_unconstrained || closure.is_unconstrained,
            ..next
        }
    }

    /// Returns the characters that a program can consume next.
    fn accepted_chars(&self, closure: Closure) -> ReachableChars {
        let Closure { consumers, may_be_edge, is_unconstrained } = closure;
        let chars = consumers.iter().fold(CharSet::default(), |set, &index| match &self.instructions[index as usize] {
            Instruction::Char(c) => set.union(&CharSet::single(*c)),
            Instruction::Set(index) => set.union(&self.sets[*index as usize]),
            Instruction::Branch(index) => {
                set.union(&CharSet::new(self.branches[*index as usize].iter().map(|(c, _)| (*c, *c)).collect()))
            }
            _ => set,
        });
        ReachableChars { chars, may_be_edge, is_unconstrained }
    }

    /// Returns the instructions that can follow a consuming instruction.
    fn successors(&self, index: u16) -> Vec<u16> {
        match &self.instructions[index as usize] {
            Instruction::Branch(branch) => self.branches[*branch as usize].iter().map(|(_, target)| *target).collect(),
            _ => vec![index + 1],
        }
    }

    /// Follows all paths from the instructions `starts` up to the first consuming instruction.
    fn closure(&self, starts: &[u16]) -> Closure {
        let mut visited = vec![false; self.instructions.len()];
        let mut closure = Closure { consumers: Vec::new(), may_be_edge: false, is_unconstrained: false };
        let mut pending = starts.to_vec();
        while let Some(index) = pending.pop() {
            if std::mem::replace(&mut visited[index as usize], true) {
                continue;
            }
            match &self.instructions[index as usize] {
                Instruction::Char(_) | Instruction::Set(_) | Instruction::Branch(_) => closure.consumers.push(index),
                Instruction::Split(first, second) => pending.extend([*first, *second]),
                Instruction::Jump(target) => pending.push(*target),
                Instruction::Save(_) => pending.push(index + 1),
                Instruction::AtStart | Instruction::AtEnd => closure.may_be_edge = true,
                Instruction::Match => closure.is_unconstrained = true,
            }
        }
        closure
    }
}

/// What a program can do next without consuming a character.
struct Closure {
    /// The indices of the reachable instructions that consume a character.
    consumers: Vec<u16>,
    /// Whether a path goes on only at the start or end of the text, where there is no character.
    may_be_edge: bool,
    /// Whether a path reaches the end of the program.
    is_unconstrained: bool,
}

enum AttemptOutcome {
    Matched,
    Failed,
    TooManySteps,
}

/// What a program accepts at one position.
pub struct ReachableChars {
    /// The characters that a path consumes here.
    pub chars: CharSet,
    /// Whether a path goes on only if the text starts or ends here, so that there is no character.
    pub may_be_edge: bool,
    /// Whether a path ends here, so that any character can follow.
    pub is_unconstrained: bool,
}

impl ReachableChars {
    /// Returns the characters if nothing else is accepted and there are at most [`SMALL_SET`] of them.
    pub fn into_small_set(self) -> Option<CharSet> {
        let is_small = !self.is_unconstrained && !self.may_be_edge && self.chars.chars_up_to(SMALL_SET).is_some();
        is_small.then_some(self.chars)
    }

    /// Returns the mask of the accepted character categories.
    pub fn mask(&self) -> u64 {
        if self.is_unconstrained {
            return u64::MAX;
        }
        Category::mask_of(self.chars.ranges()) | if self.may_be_edge { Category::EDGE.mask() } else { 0 }
    }
}
