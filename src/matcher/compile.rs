//! Compiles a pattern: from regex syntax to a program for the virtual machine.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::Matcher;
use super::assembler::{Assembler, Operation};
use super::char_set::CharSet;
use super::machine::GROUPS;
use super::program::UNBOUNDED;
use super::surroundings::Surroundings;
use super::syntax::{Classes, PatternError, split_pattern};

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
    forward.push(Operation::Save(0))?;
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

    let [first] = forward.reachable_chars();
    if first.is_unconstrained || first.may_be_edge || first.chars.ranges().is_empty() {
        return Err(PatternError("“⟦⟧”和它后面的语境至少要占一个字。".into()));
    }
    let surroundings = Surroundings::new([&before, &hit, &after], backward.as_ref(), &forward);
    Ok(Matcher {
        backward: backward.map(|backward| backward.encode()).transpose()?,
        forward: forward.encode()?,
        first_chars: first.chars,
        surroundings: Some(Box::new(surroundings)),
    })
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

/// Returns the characters of a class.
fn class_set(class: &Class) -> CharSet {
    CharSet::new(match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    })
}

/// Builds one program from regex syntax trees.
struct Compiler {
    assembler: Assembler,
    /// Whether the program reads the text backward.
    is_backward: bool,
    /// Whether to save the spans of groups. Only groups inside ⟦ ⟧ are saved.
    saves_groups: bool,
}

impl Compiler {
    fn new(is_backward: bool) -> Compiler {
        Compiler { assembler: Assembler::default(), is_backward, saves_groups: !is_backward }
    }

    fn finish(mut self) -> Result<Assembler, PatternError> {
        self.push(Operation::Match)?;
        Ok(self.assembler)
    }

    /// Appends an operation and returns its index.
    fn push(&mut self, operation: Operation) -> Result<u16, PatternError> {
        self.assembler.push(operation)
    }

    /// Appends a placeholder for an operation whose target is not known yet, and returns its index.
    fn push_placeholder(&mut self) -> Result<u16, PatternError> {
        self.push(Operation::Match)
    }

    /// Returns the index of the next operation.
    fn next_index(&self) -> u16 {
        self.assembler.next_index()
    }

    /// Appends the operations for `hir`.
    fn compile(&mut self, hir: &Hir) -> Result<(), PatternError> {
        match hir.kind() {
            HirKind::Empty => Ok(()),
            HirKind::Literal(literal) => {
                let text =
                    std::str::from_utf8(&literal.0).map_err(|_| PatternError("模式只能写字符，不能写字节。".into()))?;
                self.in_reading_order(text).into_iter().try_for_each(|c| self.push(Operation::Char(c)).map(drop))
            }
            HirKind::Class(class) => self.compile_set(class_set(class)),
            HirKind::Look(Look::Start) => self.push(Operation::AtStart).map(drop),
            HirKind::Look(Look::End) => self.push(Operation::AtEnd).map(drop),
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
                self.push(Operation::Save(slot))?;
                self.compile(&capture.sub)?;
                self.push(Operation::Save(slot + 1)).map(drop)
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
            return self.push(Operation::Char(c)).map(drop);
        }
        let set = self.assembler.set_number(set);
        self.push(Operation::Set(set)).map(drop)
    }

    fn compile_repetition(
        &mut self,
        sub: &Hir,
        min: u32,
        max: Option<u32>,
        is_greedy: bool,
    ) -> Result<(), PatternError> {
        match self.repeatable_set(sub) {
            Some(set) if is_greedy => self.compile_set_repetition(set, min, max),
            _ => match max {
                None => self.compile_loop(sub, min, is_greedy),
                Some(max) => self.compile_bounded_repetition(sub, min, max, is_greedy),
            },
        }
    }

    /// Returns the set of characters that `hir` consists of, if it is nothing but one character that is not saved.
    fn repeatable_set(&self, hir: &Hir) -> Option<CharSet> {
        match hir.kind() {
            HirKind::Class(class) => Some(class_set(class)),
            HirKind::Literal(_) => match self.literal_chars(hir)?[..] {
                [c] => Some(CharSet::single(c)),
                _ => None,
            },
            HirKind::Capture(capture) if !self.saves_groups => self.repeatable_set(&capture.sub),
            _ => None,
        }
    }

    /// Compiles a greedy repetition of a set. A repetition without a maximum has no minimum either, so that the machine
    /// need not count.
    fn compile_set_repetition(&mut self, set: CharSet, min: u32, max: Option<u32>) -> Result<(), PatternError> {
        let number = self.assembler.set_number(set.clone());
        let repeat = |min: u32, max: u32| {
            let [min, max] = [min, max].map(|count| u16::try_from(count).unwrap_or(UNBOUNDED - 1));
            Operation::Repeat { set: number, min, max }
        };
        if let Some(max) = max {
            return self.push(repeat(min, max)).map(drop);
        }
        match min {
            0 => {}
            1 => self.compile_set(set)?,
            _ => self.push(repeat(min, min)).map(drop)?,
        }
        self.push(Operation::Repeat { set: number, min: 0, max: UNBOUNDED }).map(drop)
    }

    /// Compiles a repetition with a maximum.
    fn compile_bounded_repetition(
        &mut self,
        sub: &Hir,
        min: u32,
        max: u32,
        is_greedy: bool,
    ) -> Result<(), PatternError> {
        for _ in 0..min {
            self.compile(sub)?;
        }
        let mut splits = Vec::new();
        for _ in min..max {
            splits.push(self.push_placeholder()?);
            self.compile(sub)?;
        }
        for split in splits {
            self.set_split(split, self.next_index(), is_greedy);
        }
        Ok(())
    }

    /// Compiles a repetition without a maximum. Like the crate `regex`, it makes `x*` into `(x+)?` if `x` can be empty:
    /// after an empty `x` the loop ends, rather than to try another alternative of `x`.
    fn compile_loop(&mut self, sub: &Hir, min: u32, is_greedy: bool) -> Result<(), PatternError> {
        let can_be_empty = sub.properties().minimum_len() == Some(0);
        if min == 0 && !can_be_empty {
            let split = self.push_placeholder()?;
            self.compile(sub)?;
            self.push(Operation::Jump(split))?;
            self.set_split(split, self.next_index(), is_greedy);
            return Ok(());
        }
        for _ in 1..min {
            self.compile(sub)?;
        }
        let skip = if min == 0 { Some(self.push_placeholder()?) } else { None };
        let start = self.next_index();
        self.compile(sub)?;
        let end = self.next_index() + 1;
        self.push(if is_greedy { Operation::Split(start, end) } else { Operation::Split(end, start) })?;
        if let Some(skip) = skip {
            self.set_split(skip, end, is_greedy);
        }
        Ok(())
    }

    /// Replaces the placeholder at `index` with a choice between the following operation and `target`. A greedy choice
    /// tries the following operation first.
    fn set_split(&mut self, index: u16, target: u16, is_greedy: bool) {
        let following = index + 1;
        let split = if is_greedy { Operation::Split(following, target) } else { Operation::Split(target, following) };
        self.assembler.set(index, split);
    }

    /// Replaces the placeholders at `indices` with jumps to the next instruction.
    fn set_jumps(&mut self, indices: Vec<u16>) {
        let target = self.next_index();
        for index in indices {
            self.assembler.set(index, Operation::Jump(target));
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
    /// Words that differ in their next character exclude each other, so they become one branch. The order
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
    fn compile_branch(&mut self, words: &[&[char]], jumps: &mut Vec<u16>) -> Result<(), PatternError> {
        let mut rests_by_first: BTreeMap<char, Vec<&[char]>> = BTreeMap::new();
        for word in words {
            rests_by_first.entry(word[0]).or_default().push(&word[1..]);
        }
        let branch = self.assembler.new_branch();
        self.push(Operation::Branch(branch))?;
        let mut table = Vec::with_capacity(rests_by_first.len());
        for (first, rests) in rests_by_first {
            table.push((first, self.next_index()));
            self.compile_words(&rests)?;
            jumps.push(self.push_placeholder()?);
        }
        self.assembler.set_branch(branch, table);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;
    use super::super::reference::Reference;
    use super::*;
    use crate::text::Category;
    use proptest::prelude::*;

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
        "⟦b(?:|0)+⟧",
        "⟦b(?:0|)*c?⟧",
        "⟦a(?:|b){2,}⟧[cd]?",
        "⟦[ab]{2,3}(?:[bc]*d|[bc]{1,2})⟧",
        "⟦[abc]*[bc]+⟧c",
        "a[bc]*c{1,2}⟦d⟧[^a]{0,2}(?:a|$)",
        "⟦(?:[ab]*c)*⟧d",
        "⟦(?:一*[二年]{0,2})+⟧月",
        "⟦[，。]?,+?;*⟧[，。,;]{0,3}?$",
    ];

    #[test]
    fn matches_like_the_regex_crate() {
        let patterns: Vec<(Matcher, Reference)> = PATTERNS
            .iter()
            .map(|pattern| (compile(pattern, &Classes::default()).unwrap(), Reference::new(pattern).unwrap()))
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

    /// Generates patterns without context.
    fn any_pattern() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![Just(""), Just("a"), Just("b"), Just("一"), Just("ab"), Just("[ab]"), Just("[^a]")];
        leaf.prop_map(str::to_owned).prop_recursive(4, 16, 3, |inner| {
            let operator =
                prop_oneof![Just("*"), Just("+"), Just("?"), Just("{2}"), Just("{1,3}"), Just("*?"), Just("+?")];
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a + &b),
                (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("(?:{a}|{b}|{c})")),
                (inner.clone(), operator).prop_map(|(a, operator)| format!("(?:{a}){operator}")),
                inner.prop_map(|a| format!("({a})")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn any_pattern_matches_like_the_regex_crate(
            before in any_pattern(), hit in any_pattern(), after in any_pattern(),
            texts in prop::collection::vec("[ab一]{0,8}", 8)
        ) {
            let pattern = format!("{before}⟦[ab]{hit}⟧{after}");
            let Ok(matcher) = compile(&pattern, &Classes::default()) else { return Ok(()) };
            let reference = Reference::new(&pattern).unwrap();
            let mut scratch = Scratch::default();
            for text in &texts {
                for (at, _) in text.char_indices() {
                    let expected = reference.match_at(text, at);
                    let found = matcher.match_at(text, at, &mut scratch);
                    prop_assert_eq!(found.as_ref().map(|found| found.span), expected, "{} at {} of {}", pattern, at, text);
                    let Some(found) = found else { continue };
                    let groups = reference.groups_at(text, at).unwrap();
                    for number in 1..=GROUPS {
                        // The first group of the reference is the hit itself. Its next ones may belong to the context.
                        let group = found.group(number);
                        let expected = groups.get(number).copied().flatten();
                        prop_assert!(group.is_none() || group == expected, "group {} of {} at {} of {}", number, pattern, at, text);
                    }
                }
            }
        }
    }

    /// Returns the categories of the characters to which masks apply.
    fn nearby_categories(text: &str, at: usize) -> [Category; 6] {
        let mut before = text[..at].chars().rev();
        let [previous, second_previous] = std::array::from_fn(|_| Category::of_neighbour(before.next()));
        let mut from_first = text[at..].chars();
        let [first, next, second_next, third_next] = std::array::from_fn(|_| Category::of_neighbour(from_first.next()));
        [second_previous, previous, first, next, second_next, third_next]
    }

    #[test]
    fn masks_exclude_no_match_of_the_regex_crate() {
        let patterns: Vec<(Matcher, Reference)> = PATTERNS
            .iter()
            .map(|pattern| (compile(pattern, &Classes::default()).unwrap(), Reference::new(pattern).unwrap()))
            .collect();
        proptest!(ProptestConfig::with_cases(2000), |(text in "[一二年月,，。;abcd0-]{0,14}")| {
            for ((matcher, reference), pattern) in patterns.iter().zip(PATTERNS) {
                let masks = &matcher.surroundings().masks;
                for (at, _) in text.char_indices() {
                    let is_allowed = nearby_categories(&text, at).iter().zip(masks).all(|(is, mask)| is.is_in(*mask));
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
        let masks = |pattern: &str| compile(pattern, &Classes::default()).unwrap().surroundings().masks;
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
