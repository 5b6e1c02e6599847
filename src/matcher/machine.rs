//! The virtual machine for patterns: runs a program over characters from one position of a text, forward or backward.

use super::program::{FIRST_INSTRUCTION, Instruction, Path, Program, Repeat, UNBOUNDED};
use super::reader::{Backward, CharReader, Forward};
use crate::text::Span;

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

/// The number of positions that an attempt can reach: the window plus the rest of its last character.
const POSITIONS: usize = WINDOW + 4;

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
        Match { span, slots: &scratch.slots[..program.slots()] }
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

/// An entry of the backtracking stack.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// Continue with this instruction at this position.
    Try { instruction: u16, at: usize },
    /// Let this [`Instruction::Repeat`], which has ended at `end`, end earlier, but not before `earliest`.
    Shorten { instruction: u16, earliest: usize, end: usize },
    /// Restore this slot to its former value.
    Restore { slot: u8, value: usize },
}

/// Runs the program forward from byte `at`. Returns the end of the hit.
pub(super) fn run_forward(program: &Program, text: &str, at: usize, scratch: &mut Scratch) -> Option<usize> {
    run(program, Forward::new(text, at, WINDOW), at, scratch).then(|| scratch.slots[0])
}

/// Runs the program backward from byte `at`. Returns whether it matches. A backward program saves no groups, so those of
/// the forward program stay in `scratch`.
pub(super) fn run_backward(program: &Program, text: &str, at: usize, scratch: &mut Scratch) -> bool {
    run(program, Backward::new(text, at, WINDOW), at, scratch)
}

fn run(program: &Program, reader: impl CharReader, at: usize, scratch: &mut Scratch) -> bool {
    let plain = Attempt::new(program, &reader, at, scratch, false).run();
    plain.unwrap_or_else(|TooManySteps| Attempt::new(program, &reader, at, scratch, true).run() == Ok(true))
}

/// An attempt without memoization has taken too many steps.
#[derive(Debug, PartialEq, Eq)]
struct TooManySteps;

/// One attempt of a program at one position.
struct Attempt<'a, R> {
    program: &'a Program,
    reader: &'a R,
    scratch: &'a mut Scratch,
    cursor: Cursor,
    /// Whether no instruction runs twice at the same position. This bounds the work by the size of the program, with
    /// repetitions written out, times the window. Without it, the bound is [`MAX_PLAIN_STEPS`].
    memoizes: bool,
    steps: usize,
}

/// A position in the text, with the character there.
#[derive(Clone, Copy)]
struct Cursor {
    at: usize,
    /// The code of the character at `at` in reading direction, or [`NO_CHAR`].
    c: u32,
    /// The position after the character.
    next: usize,
}

impl<'a, R: CharReader> Attempt<'a, R> {
    fn new(program: &'a Program, reader: &'a R, at: usize, scratch: &'a mut Scratch, memoizes: bool) -> Self {
        scratch.slots[..program.slots()].fill(UNSET);
        scratch.stack.clear();
        if memoizes {
            scratch.visited.clear();
            scratch.visited.resize(program.code_end() * POSITIONS / 64 + 1, 0);
        }
        let (c, next) = reader.read(at);
        Attempt { program, reader, scratch, cursor: Cursor { at, c, next }, memoizes, steps: 0 }
    }

    /// Returns whether the program matches.
    fn run(mut self) -> Result<bool, TooManySteps> {
        let mut index = FIRST_INSTRUCTION;
        loop {
            if self.follow_path(index)? {
                return Ok(true);
            }
            match self.backtrack() {
                Some(alternative) => index = alternative,
                None => return Ok(false),
            }
        }
    }

    /// Runs instructions from the one with this index until one fails. Returns whether the program has matched instead.
    #[inline(always)]
    fn follow_path(&mut self, mut index: usize) -> Result<bool, TooManySteps> {
        loop {
            self.steps += 1;
            if self.memoizes {
                if !self.visit(index) {
                    return Ok(false);
                }
            } else if self.steps > MAX_PLAIN_STEPS {
                return Err(TooManySteps);
            }
            let instruction = self.program.instruction(index);
            let next = index + instruction.len();
            let target = match instruction {
                Instruction::Char(c) if self.cursor.c == c => Some(self.advance(next)),
                Instruction::Set(set) if self.program.set_has(set, self.cursor.c) => Some(self.advance(next)),
                Instruction::Branch(branch) => {
                    let target = self.program.branch_target(branch, self.cursor.c);
                    target.map(|target| self.advance(target.into()))
                }
                Instruction::Repeat(repeat) => self.repeat(index, repeat).then_some(next),
                Instruction::Split(first, second) => self.choose(first, second),
                Instruction::Jump(target) => Some(target.into()),
                Instruction::Save(slot) => {
                    self.save(slot);
                    Some(next)
                }
                Instruction::AtStart if self.cursor.at == 0 => Some(next),
                Instruction::AtEnd if self.cursor.at == self.reader.text_len() => Some(next),
                Instruction::Match => return Ok(true),
                _ => None,
            };
            match target {
                Some(target) => index = target,
                None => return Ok(false),
            }
        }
    }

    /// Consumes the character at the cursor. Returns `index`, the instruction to continue at.
    #[inline(always)]
    fn advance(&mut self, index: usize) -> usize {
        self.move_to(self.cursor.next);
        index
    }

    #[inline(always)]
    fn move_to(&mut self, at: usize) {
        let (c, next) = self.reader.read(at);
        self.cursor = Cursor { at, c, next };
    }

    /// Returns the target of the first path that can begin with the character at the cursor. If the second can too, pushes
    /// a frame for it.
    #[inline(always)]
    fn choose(&mut self, first: Path, second: Path) -> Option<usize> {
        let can_begin = |path: Path| self.program.set_has(path.first, self.cursor.c);
        match (can_begin(first), can_begin(second)) {
            (true, true) => {
                self.scratch.stack.push(Frame::Try { instruction: second.target, at: self.cursor.at });
                Some(first.target.into())
            }
            (true, false) => Some(first.target.into()),
            (false, true) => Some(second.target.into()),
            (false, false) => None,
        }
    }

    /// Stores the position in a slot. The former value is only needed if there is an alternative to backtrack to.
    #[inline(always)]
    fn save(&mut self, slot: u8) {
        let value = std::mem::replace(&mut self.scratch.slots[slot as usize], self.cursor.at);
        if !self.scratch.stack.is_empty() {
            self.scratch.stack.push(Frame::Restore { slot, value });
        }
    }

    /// Consumes as many characters as the [`Instruction::Repeat`] with this index can. Returns whether it succeeds. If it
    /// can also end earlier, pushes a frame for that.
    fn repeat(&mut self, index: usize, repeat: Repeat) -> bool {
        let mut count = 0;
        // The positions of the earliest and the latest possible end.
        let mut ends: Option<(usize, Cursor)> = None;
        loop {
            if count >= repeat.min && self.program.set_has(repeat.follow, self.cursor.c) {
                ends = Some((ends.map_or(self.cursor.at, |(earliest, _)| earliest), self.cursor));
            }
            if count == repeat.max || !self.program.set_has(repeat.set, self.cursor.c) {
                break;
            }
            self.move_to(self.cursor.next);
            // Without a maximum, a former run of the same instruction across this position has tried all that follows.
            if repeat.max == UNBOUNDED {
                if self.memoizes && !self.visit(index) {
                    break;
                }
            } else {
                count += 1;
            }
            self.steps += 1;
        }
        let Some((earliest, latest)) = ends else { return false };
        if earliest != latest.at {
            self.scratch.stack.push(Frame::Shorten { instruction: index as u16, earliest, end: latest.at });
        }
        self.cursor = latest;
        true
    }

    /// Goes to the next earlier possible end of the [`Instruction::Repeat`] with this index, which is `earliest` or later
    /// and before `end`. Returns the instruction after it. If it can end earlier still, pushes a frame for that.
    fn shorten(&mut self, index: u16, earliest: usize, end: usize) -> usize {
        let instruction = self.program.instruction(index.into());
        let Instruction::Repeat(repeat) = instruction else { unreachable!("only repetitions can be shortened") };
        self.move_to(self.reader.back(end));
        while self.cursor.at != earliest && !self.program.set_has(repeat.follow, self.cursor.c) {
            self.move_to(self.reader.back(self.cursor.at));
        }
        if self.cursor.at != earliest {
            self.scratch.stack.push(Frame::Shorten { instruction: index, earliest, end: self.cursor.at });
        }
        usize::from(index) + instruction.len()
    }

    /// Marks that the instruction with this index runs at the cursor. Returns whether it has not yet run there.
    fn visit(&mut self, index: usize) -> bool {
        let bit = index * POSITIONS + self.reader.distance(self.cursor.at);
        let word = &mut self.scratch.visited[bit / 64];
        let is_first_visit = *word & 1 << (bit % 64) == 0;
        *word |= 1 << (bit % 64);
        is_first_visit
    }

    /// Pops the backtracking stack down to the last untried alternative, goes to its position and returns its instruction.
    /// Restores the slots on the way. Returns `None` if there is no alternative.
    fn backtrack(&mut self) -> Option<usize> {
        loop {
            match self.scratch.stack.pop()? {
                Frame::Restore { slot, value } => self.scratch.slots[slot as usize] = value,
                Frame::Try { instruction, at } => {
                    self.move_to(at);
                    return Some(instruction.into());
                }
                Frame::Shorten { instruction, earliest, end } => {
                    return Some(self.shorten(instruction, earliest, end));
                }
            }
        }
    }
}
