//! Compiles a pattern: from regex syntax to a program for the virtual machine.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::Matcher;
use super::char_set::CharSet;
use super::program::{GROUPS, Instruction, Program, ReachableChars};
use super::required::required_sets;
use super::syntax::{Classes, PatternError, split_pattern};
use crate::stored::Stored;

/// The maximum number of instructions in a program.
const MAX_INSTRUCTIONS: usize = 8_000;

/// Compiles a pattern.
///
/// # Errors
/// If the pattern is not valid regex syntax, uses an unsupported feature, is too long, or can match without a character
/// in the hit or the context after it.
pub fn compile(pattern: &str, classes: &Classes) -> Result<Matcher, PatternError> {
    let parts = split_pattern(pattern, classes)?;
    let (before, hit, after) = (parse(&parts.before)?, parse(&parts.hit)?, parse(&parts.after)?);
    let mut forward = Compiler::new(false);
    forward.compile(&hit)?;
    forward.push(Instruction::Save(0))?;
    forward.saves_groups = false;
    forward.compile(&after)?;
    let forward = forward.finish()?;

    let backward = if parts.before.is_empty() {
        None
    } else {
        let mut backward = Compiler::new(true);
        backward.compile(&before)?;
        Some(backward.finish()?)
    };

    let [first, next, second_next, third_next] = forward.reachable_chars();
    if first.is_unconstrained || first.may_be_edge || first.chars.ranges().is_empty() {
        return Err(PatternError("“⟦⟧”和它后面的语境至少要占一个字。".into()));
    }
    let reachable_before = backward.as_ref().map(Program::reachable_chars);
    let [previous_mask, second_previous_mask] =
        reachable_before.as_ref().map_or([u64::MAX; 2], |reachable| reachable.each_ref().map(ReachableChars::mask));
    Ok(Matcher {
        masks: [second_previous_mask, previous_mask, first.mask(), next.mask(), second_next.mask(), third_next.mask()],
        first_chars: first.chars,
        previous_chars: reachable_before.and_then(|[previous, _]| previous.into_small_set()),
        next_chars: next.into_small_set(),
        max_bytes_before: max_bytes_before(&before),
        max_bytes_from_start: max_bytes_from_start(&hit, &after),
        required_sets: required_sets([&before, &hit, &after]),
        backward: backward.map(Stored::from),
        forward: forward.into(),
    })
}

/// Returns the maximum length in bytes of the context before the hit if it must start where the block starts, or else
/// `u32::MAX`.
fn max_bytes_before(before: &Hir) -> u32 {
    let properties = before.properties();
    let starts_with_block = properties.look_set_prefix().contains(Look::Start);
    to_limit(properties.maximum_len().filter(|_| starts_with_block))
}

/// Returns the maximum length in bytes of the hit and the context after it if that context must end where the block
/// ends, or else `u32::MAX`.
fn max_bytes_from_start(hit: &Hir, after: &Hir) -> u32 {
    let ends_with_block = after.properties().look_set_suffix().contains(Look::End);
    let length = hit.properties().maximum_len().zip(after.properties().maximum_len()).map(|(hit, after)| hit + after);
    to_limit(length.filter(|_| ends_with_block))
}

fn to_limit(length: Option<usize>) -> u32 {
    length.and_then(|length| u32::try_from(length).ok()).unwrap_or(u32::MAX)
}

fn parse(part: &str) -> Result<Hir, PatternError> {
    regex_syntax::Parser::new()
        .parse(part)
        .map_err(|error| PatternError(format!("“{part}”不是合法的正则表达式：{}。", describe(&error))))
}

/// Describes a syntax error in Chinese.
fn describe(error: &regex_syntax::Error) -> String {
    use regex_syntax::ast::ErrorKind::*;
    let regex_syntax::Error::Parse(error) = error else { return "字符类不可用".into() };
    match error.kind() {
        ClassUnclosed => "方括号没有闭合".into(),
        ClassRangeInvalid => "字符范围的起止颠倒".into(),
        GroupUnclosed => "左括号没有闭合".into(),
        GroupUnopened => "多出一个右括号".into(),
        RepetitionMissing => "重复号前面没有内容".into(),
        RepetitionCountUnclosed | RepetitionCountInvalid | RepetitionCountDecimalEmpty => "重复次数的写法不对".into(),
        EscapeUnrecognized => "没有这样的转义".into(),
        EscapeUnexpectedEof => "末尾的反斜线后面没有内容".into(),
        UnsupportedBackreference => "不支持反向引用".into(),
        UnsupportedLookAround => "不支持环视，请把语境写在“⟦ ⟧”之外，或用 unless".into(),
        _ => "写法不对".into(),
    }
}

/// Builds one program from regex syntax trees.
struct Compiler {
    program: Program,
    /// Whether the program reads the text backward.
    is_backward: bool,
    /// Whether to save the spans of groups. Only groups inside ⟦ ⟧ are saved.
    saves_groups: bool,
}

impl Compiler {
    fn new(is_backward: bool) -> Compiler {
        Compiler { program: Program::default(), is_backward, saves_groups: !is_backward }
    }

    fn finish(mut self) -> Result<Program, PatternError> {
        self.push(Instruction::Match)?;
        Ok(self.program)
    }

    /// Appends an instruction and returns its index.
    fn push(&mut self, instruction: Instruction) -> Result<usize, PatternError> {
        if let Instruction::Save(slot) = instruction {
            self.program.slots = self.program.slots.max(slot + 1);
        }
        if self.program.instructions.len() >= MAX_INSTRUCTIONS {
            return Err(PatternError("模式太长，请减少重复次数或拆成几条规则。".into()));
        }
        self.program.instructions.push(instruction);
        Ok(self.program.instructions.len() - 1)
    }

    /// Appends a placeholder for an instruction whose target is not known yet, and returns its index.
    fn push_placeholder(&mut self) -> Result<usize, PatternError> {
        self.push(Instruction::Match)
    }

    /// Returns the index of the next instruction.
    fn next_index(&self) -> u16 {
        self.program.instructions.len() as u16
    }

    /// Appends the instructions for `hir`.
    fn compile(&mut self, hir: &Hir) -> Result<(), PatternError> {
        match hir.kind() {
            HirKind::Empty => Ok(()),
            HirKind::Literal(literal) => {
                let text =
                    std::str::from_utf8(&literal.0).map_err(|_| PatternError("模式只能写字符，不能写字节。".into()))?;
                self.in_reading_order(text).into_iter().try_for_each(|c| self.push(Instruction::Char(c)).map(drop))
            }
            HirKind::Class(Class::Unicode(class)) => {
                let set = CharSet::new(class.iter().map(|range| (range.start(), range.end())).collect());
                self.compile_set(set)
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges = class.iter().map(|range| (range.start() as char, range.end() as char)).collect();
                self.compile_set(CharSet::new(ranges))
            }
            HirKind::Look(Look::Start) => self.push(Instruction::AtStart).map(drop),
            HirKind::Look(Look::End) => self.push(Instruction::AtEnd).map(drop),
            HirKind::Look(_) => Err(PatternError("只能用“^”和“$”，不支持“\\b”一类的断言。".into())),
            HirKind::Repetition(repetition) => {
                self.compile_repetition(&repetition.sub, repetition.min, repetition.max, repetition.greedy)
            }
            HirKind::Capture(capture) => {
                if !self.saves_groups {
                    return self.compile(&capture.sub);
                }
                if capture.index as usize > GROUPS {
                    return Err(PatternError(format!("“⟦⟧”里最多有 {GROUPS} 个括号组。")));
                }
                let slot = capture.index as u8 * 2 - 1;
                self.push(Instruction::Save(slot))?;
                self.compile(&capture.sub)?;
                self.push(Instruction::Save(slot + 1)).map(drop)
            }
            HirKind::Concat(parts) => {
                if self.is_backward {
                    parts.iter().rev().try_for_each(|part| self.compile(part))
                } else {
                    parts.iter().try_for_each(|part| self.compile(part))
                }
            }
            HirKind::Alternation(alternatives) => self.compile_alternation(alternatives),
        }
    }

    /// Returns the characters of `text` in the order in which the program reads them.
    fn in_reading_order(&self, text: &str) -> Vec<char> {
        if self.is_backward { text.chars().rev().collect() } else { text.chars().collect() }
    }

    fn compile_set(&mut self, set: CharSet) -> Result<(), PatternError> {
        if let Some(&[c]) = set.chars_up_to(1).as_deref() {
            return self.push(Instruction::Char(c)).map(drop);
        }
        let known = self.program.sets.iter().position(|known| *known == set);
        let index = known.unwrap_or_else(|| {
            self.program.sets.push(set);
            self.program.sets.len() - 1
        });
        self.push(Instruction::Set(index as u16)).map(drop)
    }

    fn compile_repetition(
        &mut self,
        sub: &Hir,
        min: u32,
        max: Option<u32>,
        is_greedy: bool,
    ) -> Result<(), PatternError> {
        for _ in 0..min {
            self.compile(sub)?;
        }
        match max {
            None => {
                let split = self.push_placeholder()?;
                self.compile(sub)?;
                self.push(Instruction::Jump(split as u16))?;
                self.set_split(split, self.next_index(), is_greedy);
            }
            Some(max) => {
                let mut splits = Vec::new();
                for _ in min..max {
                    splits.push(self.push_placeholder()?);
                    self.compile(sub)?;
                }
                for split in splits {
                    self.set_split(split, self.next_index(), is_greedy);
                }
            }
        }
        Ok(())
    }

    /// Replaces the placeholder at `index` with a choice between the following instruction and `target`. A greedy
    /// choice tries the following instruction first.
    fn set_split(&mut self, index: usize, target: u16, is_greedy: bool) {
        let following = index as u16 + 1;
        self.program.instructions[index] =
            if is_greedy { Instruction::Split(following, target) } else { Instruction::Split(target, following) };
    }

    /// Replaces the placeholders at `indices` with jumps to the next instruction.
    fn set_jumps(&mut self, indices: Vec<usize>) {
        let target = self.next_index();
        for index in indices {
            self.program.instructions[index] = Instruction::Jump(target);
        }
    }

    fn compile_alternation(&mut self, alternatives: &[Hir]) -> Result<(), PatternError> {
        if let Some(words) = alternatives.iter().map(|hir| self.literal_chars(hir)).collect::<Option<Vec<_>>>() {
            return self.compile_words(&words.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
        let mut jumps = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            if index + 1 == alternatives.len() {
                self.compile(alternative)?;
            } else {
                let split = self.push_placeholder()?;
                self.compile(alternative)?;
                jumps.push(self.push_placeholder()?);
                self.set_split(split, self.next_index(), true);
            }
        }
        self.set_jumps(jumps);
        Ok(())
    }

    /// Returns the characters of a literal in reading order, or `None` if `hir` is not a literal.
    fn literal_chars(&self, hir: &Hir) -> Option<Vec<char>> {
        let HirKind::Literal(literal) = hir.kind() else { return None };
        let text = std::str::from_utf8(&literal.0).ok()?;
        Some(self.in_reading_order(text))
    }

    /// Compiles an alternation of `words`, earlier words first.
    ///
    /// Words that differ in their next character exclude each other, so they become one branch instruction. The order
    /// matters only among words with a common prefix.
    fn compile_words(&mut self, words: &[&[char]]) -> Result<(), PatternError> {
        let mut jumps = Vec::new();
        let runs: Vec<&[&[char]]> = words.chunk_by(|a, b| !a.is_empty() && !b.is_empty()).collect();
        for (index, run) in runs.iter().enumerate() {
            let split = if index + 1 < runs.len() { Some(self.push_placeholder()?) } else { None };
            if !run[0].is_empty() {
                self.compile_branch(run, &mut jumps)?;
            } else if split.is_some() {
                jumps.push(self.push_placeholder()?);
            }
            if let Some(split) = split {
                self.set_split(split, self.next_index(), true);
            }
        }
        self.set_jumps(jumps);
        Ok(())
    }

    /// Compiles an alternation of non-empty `words` to a branch on their first characters. Each path of the branch ends
    /// in a placeholder for a jump, whose index is added to `jumps`.
    fn compile_branch(&mut self, words: &[&[char]], jumps: &mut Vec<usize>) -> Result<(), PatternError> {
        let mut rests_by_first: BTreeMap<char, Vec<&[char]>> = BTreeMap::new();
        for word in words {
            rests_by_first.entry(word[0]).or_default().push(&word[1..]);
        }
        let branch = self.program.branches.len();
        self.program.branches.push(Vec::new());
        self.push(Instruction::Branch(branch as u16))?;
        let mut table = Vec::with_capacity(rests_by_first.len());
        for (first, rests) in rests_by_first {
            table.push((first, self.next_index()));
            self.compile_words(&rests)?;
            jumps.push(self.push_placeholder()?);
        }
        self.program.branches[branch] = table;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;
    use super::*;
    use crate::text::{Category, Span};
    use proptest::prelude::*;

    /// A reference implementation of a pattern with the crate `regex`.
    struct Reference {
        before: Option<regex::Regex>,
        hit_and_after: regex::Regex,
    }

    impl Reference {
        fn new(pattern: &str) -> Reference {
            let parts = split_pattern(pattern, &Classes::default()).unwrap();
            Reference {
                before: (!parts.before.is_empty())
                    .then(|| regex::Regex::new(&format!("(?:{})\\z", parts.before)).unwrap()),
                hit_and_after: regex::Regex::new(&format!("(?P<hit>{})(?:{})", parts.hit, parts.after)).unwrap(),
            }
        }

        fn match_at(&self, text: &str, at: usize) -> Option<Span> {
            if self.before.as_ref().is_some_and(|before| !before.is_match(&text[..at])) {
                return None;
            }
            let found = self.hit_and_after.captures_at(text, at)?;
            (found.get(0)?.start() == at).then(|| Span::new(at, found.name("hit").unwrap().end()))
        }
    }

    const PATTERNS: &[&str] = &[
        "{han}⟦,⟧",
        "{han}⟦,⟧{han}",
        "^⟦[、，]⟧",
        "⟦[。，]⟧$",
        "[0-9]+(?:年|月)⟦-⟧[0-9]",
        "⟦，{2,}⟧",
        "⟦(?:。|，)(?:，|。)+⟧",
        "[^，]{0,3}年⟦a*?b⟧",
        "(?:一|二)+⟦,|;⟧.?$",
        "⟦(?:a|ab)(?:c|bcd)?⟧(?:d*)",
        "⟦(?:a*)*b⟧",
        "^(?:a|一)*⟦b+⟧",
        "(?:一二|二|月一|二一二)⟦[，。]⟧",
        "⟦(?:ab|abc|a|bc|b|abcd)(?:cd|d)?⟧",
        "(?:ab|b|cab|一ab)⟦(?:c|cd|一|一二)⟧(?:d|二|，)",
    ];

    #[test]
    fn matches_like_the_regex_crate() {
        let patterns: Vec<(Matcher, Reference)> = PATTERNS
            .iter()
            .map(|pattern| (compile(pattern, &Classes::default()).unwrap(), Reference::new(pattern)))
            .collect();
        proptest!(ProptestConfig::with_cases(2000), |(text in "[一二年月,，。;abcd0-]{0,14}")| {
            let mut scratch = Scratch::default();
            for ((matcher, reference), pattern) in patterns.iter().zip(PATTERNS) {
                for (at, c) in text.char_indices() {
                    let found = matcher.match_at(&text, at, &mut scratch).map(|found| found.span);
                    prop_assert_eq!(found, reference.match_at(&text, at), "{} at {} of {:?}", pattern, at, text);
                    prop_assert!(found.is_none() || matcher.first_chars().has(c));
                }
            }
        });
    }

    #[test]
    fn masks_exclude_no_match_of_the_regex_crate() {
        let patterns: Vec<(Matcher, Reference)> = PATTERNS
            .iter()
            .map(|pattern| (compile(pattern, &Classes::default()).unwrap(), Reference::new(pattern)))
            .collect();
        proptest!(ProptestConfig::with_cases(2000), |(text in "[一二年月,，。;abcd0-]{0,14}")| {
            for ((matcher, reference), pattern) in patterns.iter().zip(PATTERNS) {
                for (at, _) in text.char_indices() {
                    let is_allowed = matcher.masks_allow(&text, at);
                    prop_assert!(
                        is_allowed || reference.match_at(&text, at).is_none(),
                        "{} at {} of {:?}", pattern, at, text
                    );
                }
            }
        });
    }

    #[test]
    fn masks_of_distant_characters_exclude_what_cannot_match() {
        let masks = |pattern: &str| *compile(pattern, &Classes::default()).unwrap().masks();
        let mask = |c: char| Category::of(c).mask();
        let edge = Category::EDGE.mask();
        assert_eq!(masks("，。⟦ab⟧：；"), ['，', '。', 'a', 'b', '：', '；'].map(mask));
        assert_eq!(
            masks("⟦，(?:。|：；)⟧"),
            [u64::MAX, u64::MAX, mask('，'), mask('。') | mask('：'), u64::MAX, u64::MAX]
        );
        assert_eq!(masks("^⟦，⟧(?:。|$)"), [edge, edge, mask('，'), mask('。') | edge, u64::MAX, u64::MAX]);
        assert_eq!(masks("^a?⟦，⟧$"), [edge, mask('a') | edge, mask('，'), edge, edge, edge]);
    }

    #[test]
    fn attempt_on_long_text_terminates() {
        let matcher = compile("⟦(?:a|a|aa)+⟧b", &Classes::default()).unwrap();
        let text = "a".repeat(100_000);
        assert!(matcher.match_at(&text, 0, &mut Scratch::default()).is_none());
    }

    #[test]
    fn describes_pattern_errors_in_chinese() {
        for (pattern, part) in [
            ("⟦,", "没有“⟧”"),
            ("{hon}⟦,⟧", "{hon}"),
            ("(⟦,⟧)", "左括号没有闭合"),
            ("[⟦,⟧", "没有闭合"),
            ("⟦⟧$", "至少要占一个字"),
            ("⟦a⟧\\b", "断言"),
            ("⟦a{9000}⟧", "太长"),
        ] {
            let PatternError(message) = compile(pattern, &Classes::default()).expect_err(pattern);
            assert!(message.contains(part), "{pattern}: {message}");
        }
    }
}
