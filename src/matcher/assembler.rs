//! Assembles a program: collects instructions that name sets, branches and targets by number, finds out which characters
//! each path can begin with, and encodes the whole.

use super::char_set::CharSet;
use super::program::{FIRST_INSTRUCTION, Instruction, Path, Program, Repeat, SetHeader, SetIndex, UNBOUNDED};
use super::syntax::PatternError;
use crate::text::Category;

/// The maximum size of a program, in instructions with each repetition written out.
const MAX_INSTRUCTIONS: usize = 8_000;

/// The maximum number of ranges of a set of first characters. A larger set costs more than it saves.
const MAX_RANGES: usize = 12;

/// The maximum size of a character set that is worth listing.
const SMALL_SET: usize = 300;

/// An instruction whose operands are indices into the lists of an [`Assembler`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    /// See [`Instruction::Char`].
    Char(char),
    /// See [`Instruction::Set`].
    Set(u16),
    /// See [`Instruction::Branch`].
    Branch(u16),
    /// See [`Instruction::Repeat`].
    Repeat { set: u16, min: u16, max: u16 },
    /// See [`Instruction::Split`].
    Split(u16, u16),
    /// See [`Instruction::Jump`].
    Jump(u16),
    /// See [`Instruction::Save`].
    Save(u8),
    /// See [`Instruction::AtStart`].
    AtStart,
    /// See [`Instruction::AtEnd`].
    AtEnd,
    /// See [`Instruction::Match`].
    Match,
}

/// The operations of a program and the tables they refer to.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    operations: Vec<Operation>,
    sets: Vec<CharSet>,
    /// Characters with their targets, sorted by character.
    branches: Vec<Vec<(char, u16)>>,
    /// The number of slots that the operations use.
    slots: u8,
    /// The number of operations with each repetition written out.
    size: usize,
}

impl Assembler {
    /// Appends an operation and returns its index.
    pub(super) fn push(&mut self, operation: Operation) -> Result<u16, PatternError> {
        self.size += match operation {
            Operation::Repeat { max: UNBOUNDED, .. } => 3,
            Operation::Repeat { min, max, .. } => usize::from(min) + 2 * usize::from(max - min),
            _ => 1,
        };
        if self.size > MAX_INSTRUCTIONS {
            return Err(PatternError("模式太长，请减少重复次数或拆成几条规则。".into()));
        }
        if let Operation::Save(slot) = operation {
            self.slots = self.slots.max(slot + 1);
        }
        self.operations.push(operation);
        Ok(self.operations.len() as u16 - 1)
    }

    /// Returns the index of the next operation.
    pub(super) fn next_index(&self) -> u16 {
        self.operations.len() as u16
    }

    /// Replaces the placeholder at `index`.
    pub(super) fn set(&mut self, index: u16, operation: Operation) {
        self.operations[index as usize] = operation;
    }

    /// Returns the number of `set`, which is added if it is new.
    pub(super) fn set_number(&mut self, set: CharSet) -> u16 {
        let known = self.sets.iter().position(|known| *known == set);
        known.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        }) as u16
    }

    /// Reserves the number of a branch table.
    pub(super) fn new_branch(&mut self) -> u16 {
        self.branches.push(Vec::new());
        self.branches.len() as u16 - 1
    }

    /// Sets the characters and targets of a branch table, sorted by character.
    pub(super) fn set_branch(&mut self, branch: u16, table: Vec<(char, u16)>) {
        self.branches[branch as usize] = table;
    }

    /// Encodes the program.
    ///
    /// # Errors
    /// If the program is too long.
    pub(super) fn encode(&self) -> Result<Program, PatternError> {
        // The lengths of instructions do not depend on their operands, so the first pass finds out where each begins.
        let unknown = vec![0; self.operations.len()];
        let mut starts = Vec::with_capacity(self.operations.len());
        let mut end = FIRST_INSTRUCTION;
        for &operation in &self.operations {
            starts.push(end as u16);
            end += self.instruction(operation, 0, &unknown, &mut Pool::default()).len();
        }
        let mut pool = Pool { start: end, ..Pool::default() };
        let mut code = Vec::with_capacity(end);
        for (&operation, index) in self.operations.iter().zip(0..) {
            self.instruction(operation, index, &starts, &mut pool).encode(&mut code);
        }
        if pool.end() > u16::MAX as usize {
            return Err(PatternError("模式太长，请减少重复次数或拆成几条规则。".into()));
        }
        Ok(Program::new(&code, &pool.words, self.slots))
    }

    /// Returns the instruction for the operation with this index. `starts` contains the index of the first word of each
    /// instruction.
    fn instruction(&self, operation: Operation, index: u16, starts: &[u16], pool: &mut Pool) -> Instruction {
        let mut path = |target: u16| {
            let target = self.resolve(target);
            Path { target: starts[target as usize], first: pool.add_first_chars(&self.reachable_from(target)) }
        };
        match operation {
            Operation::Char(c) => Instruction::Char(c as u32),
            Operation::Set(set) => Instruction::Set(pool.add_set(&self.sets[set as usize], false)),
            Operation::Branch(branch) => Instruction::Branch(pool.add_branch(&self.branches[branch as usize], starts)),
            Operation::Repeat { set, min, max } => Instruction::Repeat(Repeat {
                set: pool.add_set(&self.sets[set as usize], false),
                min,
                max,
                follow: pool.add_first_chars(&self.reachable_from(index + 1)),
            }),
            Operation::Split(first, second) => Instruction::Split(path(first), path(second)),
            Operation::Jump(target) => Instruction::Jump(starts[self.resolve(target) as usize]),
            Operation::Save(slot) => Instruction::Save(slot),
            Operation::AtStart => Instruction::AtStart,
            Operation::AtEnd => Instruction::AtEnd,
            Operation::Match => Instruction::Match,
        }
    }

    /// Follows jumps from the operation with this index.
    fn resolve(&self, mut index: u16) -> u16 {
        // A loop of jumps alone never ends, wherever it is entered.
        for _ in 0..self.operations.len() {
            let Operation::Jump(target) = self.operations[index as usize] else { break };
            index = target;
        }
        index
    }

    /// Returns what can occur at the start of a match and after each of the next `N - 1` characters, as the union over
    /// all paths of the program.
    pub(super) fn reachable_chars<const N: usize>(&self) -> [ReachableChars; N] {
        let mut closure = self.closure(vec![State::at(0)]);
        std::array::from_fn(|_| {
            let next = self.next_closure(&closure);
            self.accepted_chars(&std::mem::replace(&mut closure, next))
        })
    }

    /// Returns what can occur next at the operation with this index.
    fn reachable_from(&self, index: u16) -> ReachableChars {
        self.accepted_chars(&self.closure(vec![State::at(index)]))
    }

    /// Returns the characters that a program can consume next.
    fn accepted_chars(&self, closure: &Closure) -> ReachableChars {
        let mut ranges: Vec<(char, char)> = Vec::new();
        for state in &closure.consumers {
            match self.operations[state.operation as usize] {
                Operation::Char(c) => ranges.push((c, c)),
                Operation::Set(set) | Operation::Repeat { set, .. } => ranges.extend(self.sets[set as usize].ranges()),
                Operation::Branch(branch) => ranges.extend(self.branches[branch as usize].iter().map(|&(c, _)| (c, c))),
                _ => {}
            }
        }
        ReachableChars {
            chars: CharSet::new(ranges),
            may_be_edge: closure.may_be_edge,
            is_unconstrained: closure.is_unconstrained,
        }
    }

    /// Returns what the program can do after it has consumed one more character. A path that has reached the edge of the
    /// text or the end of the program stays there.
    fn next_closure(&self, closure: &Closure) -> Closure {
        let next = self.closure(closure.consumers.iter().flat_map(|&state| self.successors(state)).collect());
        Closure {
            may_be_edge: next.may_be_edge || closure.may_be_edge,
            is_unconstrained: next.is_unconstrained || closure.is_unconstrained,
            ..next
        }
    }

    /// Returns the states that can follow a consuming one.
    fn successors(&self, state: State) -> Vec<State> {
        match self.operations[state.operation as usize] {
            Operation::Branch(branch) => {
                self.branches[branch as usize].iter().map(|&(_, target)| State::at(target)).collect()
            }
            // Without a maximum it makes no difference how many characters there have been.
            Operation::Repeat { max: UNBOUNDED, .. } => vec![state],
            Operation::Repeat { .. } => vec![State { repeated: state.repeated + 1, ..state }],
            _ => vec![State::at(state.operation + 1)],
        }
    }

    /// Follows all paths from the states `pending` up to the first consuming operation.
    fn closure(&self, mut pending: Vec<State>) -> Closure {
        let mut visited = Vec::new();
        let mut closure = Closure { consumers: Vec::new(), may_be_edge: false, is_unconstrained: false };
        while let Some(state) = pending.pop() {
            if visited.contains(&state) {
                continue;
            }
            visited.push(state);
            let next = State::at(state.operation + 1);
            match self.operations[state.operation as usize] {
                Operation::Char(_) | Operation::Set(_) | Operation::Branch(_) => closure.consumers.push(state),
                Operation::Repeat { min, max, .. } => {
                    if state.repeated < max {
                        closure.consumers.push(state);
                    }
                    if state.repeated >= min {
                        pending.push(next);
                    }
                }
                Operation::Split(first, second) => pending.extend([first, second].map(State::at)),
                Operation::Jump(target) => pending.push(State::at(target)),
                Operation::Save(_) => pending.push(next),
                Operation::AtStart | Operation::AtEnd => closure.may_be_edge = true,
                Operation::Match => closure.is_unconstrained = true,
            }
        }
        closure
    }
}

/// A place in a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    operation: u16,
    /// How many characters a [`Operation::Repeat`] has consumed.
    repeated: u16,
}

impl State {
    fn at(operation: u16) -> State {
        State { operation, repeated: 0 }
    }
}

/// What a program can do next without consuming a character.
struct Closure {
    /// The reachable states that consume a character.
    consumers: Vec<State>,
    /// Whether a path goes on only at the start or end of the text, where there is no character.
    may_be_edge: bool,
    /// Whether a path reaches the end of the program.
    is_unconstrained: bool,
}

/// What a program accepts at one position.
pub(super) struct ReachableChars {
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

/// The sets and branch tables of a program, encoded. Each set is stored once.
#[derive(Default)]
struct Pool {
    /// The index of the first word in the program.
    start: usize,
    words: Vec<u32>,
    /// Each set with the index of its first word.
    sets: Vec<(Vec<u32>, u16)>,
}

impl Pool {
    fn end(&self) -> usize {
        self.start + self.words.len()
    }

    /// Adds a set: its header, then the first and last character of each range, of which the widest comes first. A set
    /// without characters has a range that contains none.
    fn add_set(&mut self, set: &CharSet, has_edge: bool) -> SetIndex {
        let mut ranges: Vec<[u32; 2]> = set.ranges().iter().map(|&(low, high)| [low as u32, high as u32]).collect();
        let widest = (0..ranges.len()).max_by_key(|&index| ranges[index][1] - ranges[index][0]);
        match widest {
            Some(widest) => ranges[..=widest].rotate_right(1),
            None => ranges.push([1, 0]),
        }
        let mut words = vec![SetHeader::new(ranges.len(), has_edge).0];
        words.extend(ranges.as_flattened());
        if let Some((_, index)) = self.sets.iter().find(|(known, _)| *known == words) {
            return SetIndex(*index);
        }
        let index = self.end() as u16;
        self.words.extend(&words);
        self.sets.push((words, index));
        SetIndex(index)
    }

    /// Adds the set of the characters that a path can begin with, if it is worth testing.
    fn add_first_chars(&mut self, reachable: &ReachableChars) -> SetIndex {
        if reachable.is_unconstrained || reachable.chars.ranges().len() > MAX_RANGES {
            return SetIndex::ANY;
        }
        self.add_set(&reachable.chars, reachable.may_be_edge)
    }

    /// Adds a branch table: the number of its entries, then the character and the target of each.
    fn add_branch(&mut self, table: &[(char, u16)], starts: &[u16]) -> u16 {
        let index = self.end() as u16;
        self.words.push(table.len() as u32);
        self.words.extend(table.iter().flat_map(|&(c, target)| [c as u32, starts[target as usize].into()]));
        index
    }
}
