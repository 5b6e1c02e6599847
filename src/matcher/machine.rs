//! The virtual machine for patterns: runs a program over characters from one position of a text, forward or backward.

use super::program::{FIRST_INSTRUCTION, Instruction, NO_CHAR, Path, Program, Repeat, UNBOUNDED, Words};
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
    /// Where the next attempt of the same matcher is worth while, if that is known; see [`Matcher::next_worth`].
    ///
    /// [`Matcher::next_worth`]: super::Matcher::next_worth
    pub next_worth: usize,
}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch { slots: [UNSET; SLOTS], stack: Vec::new(), visited: Vec::new(), next_worth: 0 }
    }
}

impl Scratch {
    /// Prepares for an attempt of `program`.
    #[inline(always)]
    fn clear(&mut self, program: &Program) {
        // The end of the hit, in slot 0, is set by every match.
        if program.slots() > 1 {
            self.slots[1..program.slots()].fill(UNSET);
        }
        self.stack.clear();
    }

    /// Prepares for an attempt of `program` with memoization.
    fn clear_visited(&mut self, program: &Program) {
        self.visited.clear();
        self.visited.resize(program.code_end() * POSITIONS / 64 + 1, 0);
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

/// Runs the program forward from byte `at`. Returns the end of the hit. If it takes long, it goes on only if `is_worth` says
/// so.
pub(super) fn run_forward(
    program: &Program,
    text: &str,
    at: usize,
    scratch: &mut Scratch,
    is_worth: impl FnOnce(&mut Scratch) -> bool,
) -> Option<usize> {
    run(program, Forward::new(text, at, WINDOW), at, scratch, is_worth).then(|| scratch.slots[0])
}

/// Returns where a program that has failed at byte `at` can succeed next, if it begins with a long repetition; otherwise
/// `at`.
///
/// A repetition without a maximum has tried every end up to the end of the run of its characters. From a later place in the
/// run it would try some of these ends again, and fail again. If the run leaves less than half of the window to what follows
/// it, that is not known; so that not every place of the run is tried, half a window is passed over.
pub(super) fn next_worth(program: &Program, text: &str, at: usize) -> usize {
    /// Shorter runs are not worth the bookkeeping.
    const LONG: usize = 48;
    let words = program.words();
    let reader = Forward::new(text, at, WINDOW);
    let (mut index, mut from, mut characters_before) = (FIRST_INSTRUCTION, at, 0);
    loop {
        let instruction = words.instruction(index);
        match instruction {
            Instruction::Char(_) | Instruction::Set(_) => {
                from = reader.read(from).1;
                characters_before += 1;
            }
            Instruction::Save(_) => {}
            Instruction::Repeat(Repeat { set, max: UNBOUNDED, .. }) => {
                let mut end = from;
                loop {
                    let (c, next) = reader.read(end);
                    if c == NO_CHAR || !words.set_has(set, c) {
                        break;
                    }
                    end = next;
                }
                let is_cut = end < text.len() && end - at > WINDOW / 2;
                let last = if is_cut { at + WINDOW / 2 } else { end.saturating_sub(4 * characters_before) };
                return if last > at + LONG { text.floor_char_boundary(last) } else { at };
            }
            _ => return at,
        }
        index += instruction.len();
    }
}

/// Runs the program backward from byte `at`. Returns whether it matches. A backward program saves no groups, so those of
/// the forward program stay in `scratch`.
pub(super) fn run_backward(program: &Program, text: &str, at: usize, scratch: &mut Scratch) -> bool {
    run(program, Backward::new(text, at, WINDOW), at, scratch, |_| true)
}

fn run(
    program: &Program,
    reader: impl CharReader,
    at: usize,
    scratch: &mut Scratch,
    is_worth: impl FnOnce(&mut Scratch) -> bool,
) -> bool {
    scratch.clear(program);
    match Attempt::<_, false>::new(program, &reader, at, scratch).run() {
        Ok(matches) => matches,
        Err(TooManySteps) if !is_worth(scratch) => false,
        Err(TooManySteps) => {
            scratch.clear(program);
            scratch.clear_visited(program);
            Attempt::<_, true>::new(program, &reader, at, scratch).run() == Ok(true)
        }
    }
}

/// An attempt without memoization has taken too many steps.
#[derive(Debug, PartialEq, Eq)]
struct TooManySteps;

/// One attempt of a program at one position.
///
/// `MEMOIZES` says whether no instruction runs twice at the same position. This bounds the work by the size of the
/// program, with repetitions written out, times the window. Without it, the bound is [`MAX_PLAIN_STEPS`].
struct Attempt<'a, R, const MEMOIZES: bool> {
    words: Words<'a>,
    reader: &'a R,
    scratch: &'a mut Scratch,
    cursor: Cursor,
    /// The number of choices, returns to an alternative, and repeated characters so far. Between two of them, an attempt
    /// runs at most every instruction once.
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

impl<'a, R: CharReader, const MEMOIZES: bool> Attempt<'a, R, MEMOIZES> {
    #[inline(always)]
    fn new(program: &'a Program, reader: &'a R, at: usize, scratch: &'a mut Scratch) -> Self {
        let (c, next) = reader.read(at);
        Attempt { words: program.words(), reader, scratch, cursor: Cursor { at, c, next }, steps: 0 }
    }

    /// Returns whether the program matches.
    #[inline(always)]
    fn run(mut self) -> Result<bool, TooManySteps> {
        let mut index = FIRST_INSTRUCTION;
        loop {
            if self.follow_path(index)? {
                return Ok(true);
            }
            if self.scratch.stack.is_empty() {
                return Ok(false);
            }
            self.count_step()?;
            match self.backtrack() {
                Some(alternative) => index = alternative,
                None => return Ok(false),
            }
        }
    }

    /// Counts a step.
    ///
    /// # Errors
    /// If there have been too many.
    #[inline(always)]
    fn count_step(&mut self) -> Result<(), TooManySteps> {
        self.steps += 1;
        if !MEMOIZES && self.steps > MAX_PLAIN_STEPS { Err(TooManySteps) } else { Ok(()) }
    }

    /// Runs instructions from the one with this index until one fails. Returns whether the program has matched instead.
    #[inline(always)]
    fn follow_path(&mut self, mut index: usize) -> Result<bool, TooManySteps> {
        loop {
            if MEMOIZES && !self.visit(index) {
                return Ok(false);
            }
            let instruction = self.words.instruction(index);
            let next = index + instruction.len();
            match instruction {
                Instruction::Char(c) => {
                    if self.cursor.c != c {
                        return Ok(false);
                    }
                    self.move_to(self.cursor.next);
                    index = next;
                }
                Instruction::Set(set) => {
                    if !self.words.set_has(set, self.cursor.c) {
                        return Ok(false);
                    }
                    self.move_to(self.cursor.next);
                    index = next;
                }
                Instruction::Branch(branch) => {
                    let Some(target) = self.words.branch_target(branch, self.cursor.c) else { return Ok(false) };
                    self.move_to(self.cursor.next);
                    index = target.into();
                }
                Instruction::Repeat(repeat) => {
                    if !self.repeat(index, repeat) {
                        return Ok(false);
                    }
                    index = next;
                }
                Instruction::Split(first, second) => {
                    self.count_step()?;
                    let Some(target) = self.choose(first, second) else { return Ok(false) };
                    index = target;
                }
                Instruction::Jump(target) => index = target.into(),
                Instruction::Save(slot) => {
                    self.save(slot);
                    index = next;
                }
                Instruction::AtStart => {
                    if self.cursor.at != 0 {
                        return Ok(false);
                    }
                    index = next;
                }
                Instruction::AtEnd => {
                    if self.cursor.at != self.reader.text_len() {
                        return Ok(false);
                    }
                    index = next;
                }
                Instruction::Match => return Ok(true),
            }
        }
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
        let can_take_second = self.words.set_has(second.first, self.cursor.c);
        if !self.words.set_has(first.first, self.cursor.c) {
            return can_take_second.then_some(second.target.into());
        }
        if can_take_second {
            self.scratch.stack.push(Frame::Try { instruction: second.target, at: self.cursor.at });
        }
        Some(first.target.into())
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
    #[inline(always)]
    fn repeat(&mut self, index: usize, repeat: Repeat) -> bool {
        if self.words.set_has(repeat.set, self.cursor.c) { self.repeat_some(index, repeat) } else { repeat.min == 0 }
    }

    /// Does the same where the set contains the character at the cursor.
    fn repeat_some(&mut self, index: usize, repeat: Repeat) -> bool {
        let mut count = 0;
        // The positions of the earliest and the latest possible end.
        let mut ends: Option<(usize, Cursor)> = None;
        loop {
            if count >= repeat.min && self.words.set_has(repeat.follow, self.cursor.c) {
                ends = Some((ends.map_or(self.cursor.at, |(earliest, _)| earliest), self.cursor));
            }
            if count == repeat.max || !self.words.set_has(repeat.set, self.cursor.c) {
                break;
            }
            self.move_to(self.cursor.next);
            // Without a maximum, a former run of the same instruction across this position has tried all that follows.
            if repeat.max == UNBOUNDED {
                if MEMOIZES && !self.visit(index) {
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
        let instruction = self.words.instruction(index.into());
        let Instruction::Repeat(repeat) = instruction else { unreachable!("only repetitions can be shortened") };
        self.move_to(self.reader.back(end));
        while self.cursor.at != earliest && !self.words.set_has(repeat.follow, self.cursor.c) {
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
