//! Programs: compiled patterns as instructions over characters.
//!
//! A program is one array of numbers, which can be loaded without decoding: first a header, then the instructions, then
//! the pool of the sets and branch tables they refer to. Instructions and entries of the pool are named by the index of
//! their first word.
//!
//! A set in the pool is a word with the number of its ranges and a flag, then the first and last character of each
//! range. The widest range comes first, because most characters of a text are in it if they are in the set at all; the
//! others are sorted.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The code that stands for the absence of a character: at the edge of the text, and beyond the window.
pub(super) const NO_CHAR: u32 = u32::MAX;

/// The value of [`Repeat::max`] for a repetition without a maximum.
pub(super) const UNBOUNDED: u16 = u16::MAX;

/// An instruction of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instruction {
    /// Consumes the character with this code.
    Char(u32),
    /// Consumes a character of this set.
    Set(SetIndex),
    /// Consumes a character and continues at its target in this branch table.
    Branch(u16),
    /// Consumes characters of a set, as many as possible. If the rest fails, backtracks and consumes fewer.
    Repeat(Repeat),
    /// Continues at the first path. If it fails, backtracks and continues at the second.
    Split(Path, Path),
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

/// The index of a set in the pool of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SetIndex(pub u16);

impl SetIndex {
    /// The set of all characters, and of no character. It is the header of the program.
    pub const ANY: SetIndex = SetIndex(0);
}

/// A repetition of a set of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeat {
    pub set: SetIndex,
    pub min: u16,
    /// The maximum number of characters, or [`UNBOUNDED`].
    pub max: u16,
    /// The characters that can come after it.
    pub follow: SetIndex,
}

/// The first word of a set in the pool of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SetHeader(pub u32);

impl SetHeader {
    /// The header of a set that consists of one range.
    const ONE_RANGE: SetHeader = SetHeader::new(1, false);

    /// Creates the header of a set with this many ranges. `has_edge` says whether it contains [`NO_CHAR`].
    pub(super) const fn new(ranges: usize, has_edge: bool) -> SetHeader {
        SetHeader((ranges as u32) << 1 | has_edge as u32)
    }

    fn ranges(self) -> usize {
        self.0 as usize >> 1
    }

    fn has_edge(self) -> bool {
        self.0 & 1 != 0
    }
}

/// Where a program can continue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path {
    /// The instruction to continue at.
    pub target: u16,
    /// The characters that this path can consume first.
    pub first: SetIndex,
}

/// A compiled pattern, or one part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program(Vec<u32>);

/// Serializes a program as bytes, so that reading it copies them.
impl Serialize for Program {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Program {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Program, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Ok(Program(bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect()))
    }
}

/// The kinds of instructions, as the highest bits of their first word. The other bits are the operand.
mod opcode {
    pub const CHAR: u32 = 0;
    pub const SET: u32 = 1;
    pub const BRANCH: u32 = 2;
    pub const REPEAT: u32 = 3;
    pub const SPLIT: u32 = 4;
    pub const JUMP: u32 = 5;
    pub const SAVE: u32 = 6;
    pub const AT_START: u32 = 7;
    pub const AT_END: u32 = 8;
    pub const MATCH: u32 = 9;
}

/// The position of the opcode in the first word of an instruction.
const OPCODE_SHIFT: u32 = 24;

/// The index of the first instruction. The header comes before it.
pub(super) const FIRST_INSTRUCTION: usize = 3;

impl Program {
    /// Joins encoded instructions and a pool. `slots` is the number of slots that the instructions use.
    ///
    /// The first word of the header states the size of the program. The header is also read as the set
    /// [`SetIndex::ANY`]: its other words are the bounds of a range that contains everything.
    pub(super) fn new(code: &[u32], pool: &[u32], slots: u8) -> Program {
        let size = (FIRST_INSTRUCTION + code.len()) as u32 | u32::from(slots) << 16;
        Program([&[size, 0, NO_CHAR], code, pool].concat())
    }

    /// Returns the words of the program.
    pub(super) fn words(&self) -> Words<'_> {
        Words(&self.0)
    }

    /// Returns the number of slots that the program uses.
    pub(super) fn slots(&self) -> usize {
        (self.0[0] >> 16) as usize
    }

    /// Returns the index after the last instruction.
    pub(super) fn code_end(&self) -> usize {
        (self.0[0] & 0xFFFF) as usize
    }
}

/// The words of a [`Program`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'p>(&'p [u32]);

impl Words<'_> {
    /// Returns the instruction with this index.
    #[inline(always)]
    pub(super) fn instruction(self, index: usize) -> Instruction {
        let word = self.0[index];
        let operand = word & ((1 << OPCODE_SHIFT) - 1);
        match word >> OPCODE_SHIFT {
            opcode::CHAR => Instruction::Char(operand),
            opcode::SET => Instruction::Set(SetIndex(operand as u16)),
            opcode::BRANCH => Instruction::Branch(operand as u16),
            opcode::REPEAT => {
                let (min, max) = halves(self.0[index + 1]);
                let follow = SetIndex(self.0[index + 2] as u16);
                Instruction::Repeat(Repeat { set: SetIndex(operand as u16), min, max, follow })
            }
            opcode::SPLIT => {
                let path = |word: u32| {
                    let (target, first) = halves(word);
                    Path { target, first: SetIndex(first) }
                };
                Instruction::Split(path(self.0[index + 1]), path(self.0[index + 2]))
            }
            opcode::JUMP => Instruction::Jump(operand as u16),
            opcode::SAVE => Instruction::Save(operand as u8),
            opcode::AT_START => Instruction::AtStart,
            opcode::AT_END => Instruction::AtEnd,
            _ => Instruction::Match,
        }
    }

    /// Returns whether a set contains the character with this code, or [`NO_CHAR`].
    #[inline(always)]
    pub(super) fn set_has(self, set: SetIndex, c: u32) -> bool {
        let [header, low, high, ..] = self.0[set.0 as usize..] else { return false };
        low <= c && c <= high || header != SetHeader::ONE_RANGE.0 && self.is_in_other_ranges(set, c)
    }

    /// Returns whether a set contains the character with this code, or [`NO_CHAR`], which is not in its first range.
    fn is_in_other_ranges(self, set: SetIndex, c: u32) -> bool {
        let entry = &self.0[set.0 as usize..];
        let header = SetHeader(entry[0]);
        if c == NO_CHAR {
            return header.has_edge();
        }
        let ranges = entry[3..=header.ranges() * 2].as_chunks::<2>().0;
        if ranges.len() <= 4 {
            return ranges.iter().any(|[low, high]| *low <= c && c <= *high);
        }
        let following = ranges.partition_point(|[low, _]| *low <= c);
        following > 0 && c <= ranges[following - 1][1]
    }

    /// Returns the target of the character with this code in a branch table.
    #[inline]
    pub(super) fn branch_target(self, branch: u16, c: u32) -> Option<u16> {
        let entry = &self.0[branch as usize..];
        let targets = entry[1..=entry[0] as usize * 2].as_chunks::<2>().0;
        let found = targets.binary_search_by_key(&c, |[first, _]| *first).ok()?;
        Some(targets[found][1] as u16)
    }
}

impl Instruction {
    /// Returns the number of words that the instruction takes.
    #[inline(always)]
    pub(super) fn len(self) -> usize {
        match self {
            Instruction::Repeat(_) | Instruction::Split(..) => 3,
            _ => 1,
        }
    }

    /// Appends the words of the instruction to `code`.
    pub(super) fn encode(self, code: &mut Vec<u32>) {
        let first = |opcode: u32, operand: u32| opcode << OPCODE_SHIFT | operand;
        match self {
            Instruction::Char(c) => code.push(first(opcode::CHAR, c)),
            Instruction::Set(set) => code.push(first(opcode::SET, set.0.into())),
            Instruction::Branch(branch) => code.push(first(opcode::BRANCH, branch.into())),
            Instruction::Repeat(Repeat { set, min, max, follow }) => {
                code.extend([first(opcode::REPEAT, set.0.into()), join(min, max), follow.0.into()]);
            }
            Instruction::Split(one, other) => {
                code.extend([first(opcode::SPLIT, 0), join(one.target, one.first.0), join(other.target, other.first.0)])
            }
            Instruction::Jump(target) => code.push(first(opcode::JUMP, target.into())),
            Instruction::Save(slot) => code.push(first(opcode::SAVE, slot.into())),
            Instruction::AtStart => code.push(first(opcode::AT_START, 0)),
            Instruction::AtEnd => code.push(first(opcode::AT_END, 0)),
            Instruction::Match => code.push(first(opcode::MATCH, 0)),
        }
    }
}

/// Packs two numbers into one word.
fn join(low: u16, high: u16) -> u32 {
    u32::from(low) | u32::from(high) << 16
}

/// Unpacks two numbers from one word.
#[inline(always)]
fn halves(word: u32) -> (u16, u16) {
    (word as u16, (word >> 16) as u16)
}
