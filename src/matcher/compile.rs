//! Regex syntax → program.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::char_set::CharSet;
use super::program::{GROUPS, Program, Reach, Step};
use super::syntax::{Classes, PatternError, parts};
use super::{Matcher, needs};
use crate::stored::Stored;

/// A longer program is not a pattern any more.
const MOST_STEPS: usize = 8_000;

/// Compiles a pattern.
///
/// # Errors
/// One Chinese sentence that says what is wrong with it.
pub fn compile(pattern: &str, classes: &Classes) -> Result<Matcher, PatternError> {
    let parts = parts(pattern, classes)?;
    let (context, hit, after) = (parse(&parts.before)?, parse(&parts.hit)?, parse(&parts.after)?);
    let (most_before, most_behind) = (longest_from_start(&context), longest_to_end(&hit, &after));
    let mut here = Compiler::new(false);
    here.add(&hit)?;
    here.push(Step::Save(0))?;
    here.groups_count = false;
    here.add(&after)?;
    let here = here.finish()?;

    let before = if parts.before.is_empty() {
        None
    } else {
        let mut backward = Compiler::new(true);
        backward.add(&context)?;
        Some(backward.finish()?)
    };

    let reach = here.reach(0);
    if reach.free || reach.at_edge || reach.chars.ranges().is_empty() {
        return Err(PatternError("“⟦⟧”和它后面的语境至少要占一个字。".into()));
    }
    let (previous, next) = (before.as_ref().map(|before| before.reach(0)), here.reach(1));
    Ok(Matcher {
        first: reach.chars,
        previous_mask: previous.as_ref().map_or(u64::MAX, Reach::mask),
        next_mask: next.mask(),
        previous: previous.and_then(Reach::few),
        next: next.few(),
        before: before.map(Stored::from),
        here: here.into(),
        most_before,
        most_behind,
        needs: needs::of([&context, &hit, &after]),
    })
}

/// How long a context that begins at the beginning of the block can be.
fn longest_from_start(before: &Hir) -> u32 {
    let properties = before.properties();
    let anchored = properties.look_set_prefix().contains(Look::Start);
    limit(properties.maximum_len().filter(|_| anchored))
}

/// How long a hit and a context that ends at the end of the block can be.
fn longest_to_end(hit: &Hir, after: &Hir) -> u32 {
    let anchored = after.properties().look_set_suffix().contains(Look::End);
    let length = hit.properties().maximum_len().zip(after.properties().maximum_len()).map(|(hit, after)| hit + after);
    limit(length.filter(|_| anchored))
}

fn limit(length: Option<usize>) -> u32 {
    length.and_then(|length| u32::try_from(length).ok()).unwrap_or(u32::MAX)
}

fn parse(part: &str) -> Result<Hir, PatternError> {
    regex_syntax::Parser::new()
        .parse(part)
        .map_err(|error| PatternError(format!("“{part}”不是合法的正则表达式：{}。", why(&error))))
}

fn why(error: &regex_syntax::Error) -> String {
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

struct Compiler {
    program: Program,
    backward: bool,
    /// Are groups kept? Only those inside ⟦ ⟧ are.
    groups_count: bool,
}

impl Compiler {
    fn new(backward: bool) -> Compiler {
        Compiler { program: Program::default(), backward, groups_count: !backward }
    }

    fn finish(mut self) -> Result<Program, PatternError> {
        self.push(Step::Match)?;
        Ok(self.program)
    }

    fn push(&mut self, step: Step) -> Result<usize, PatternError> {
        if let Step::Save(slot) = step {
            self.program.slots = self.program.slots.max(slot + 1);
        }
        if self.program.steps.len() >= MOST_STEPS {
            return Err(PatternError("模式太长，请减少重复次数或拆成几条规则。".into()));
        }
        self.program.steps.push(step);
        Ok(self.program.steps.len() - 1)
    }

    fn here(&self) -> u16 {
        self.program.steps.len() as u16
    }

    fn add(&mut self, hir: &Hir) -> Result<(), PatternError> {
        match hir.kind() {
            HirKind::Empty => Ok(()),
            HirKind::Literal(literal) => {
                let text =
                    std::str::from_utf8(&literal.0).map_err(|_| PatternError("模式只能写字符，不能写字节。".into()))?;
                let chars: Vec<char> =
                    if self.backward { text.chars().rev().collect() } else { text.chars().collect() };
                chars.into_iter().try_for_each(|c| self.push(Step::Char(c)).map(drop))
            }
            HirKind::Class(Class::Unicode(class)) => {
                let set = CharSet::new(class.iter().map(|range| (range.start(), range.end())).collect());
                self.set(set)
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges = class.iter().map(|range| (range.start() as char, range.end() as char)).collect();
                self.set(CharSet::new(ranges))
            }
            HirKind::Look(Look::Start) => self.push(Step::AtStart).map(drop),
            HirKind::Look(Look::End) => self.push(Step::AtEnd).map(drop),
            HirKind::Look(_) => Err(PatternError("只能用“^”和“$”，不支持“\\b”一类的断言。".into())),
            HirKind::Repetition(repetition) => {
                self.repeat(&repetition.sub, repetition.min, repetition.max, repetition.greedy)
            }
            HirKind::Capture(capture) => {
                if !self.groups_count {
                    return self.add(&capture.sub);
                }
                if capture.index as usize > GROUPS {
                    return Err(PatternError(format!("“⟦⟧”里最多有 {GROUPS} 个括号组。")));
                }
                let slot = capture.index as u8 * 2 - 1;
                self.push(Step::Save(slot))?;
                self.add(&capture.sub)?;
                self.push(Step::Save(slot + 1)).map(drop)
            }
            HirKind::Concat(parts) => {
                if self.backward {
                    parts.iter().rev().try_for_each(|part| self.add(part))
                } else {
                    parts.iter().try_for_each(|part| self.add(part))
                }
            }
            HirKind::Alternation(parts) => self.alternate(parts),
        }
    }

    fn set(&mut self, set: CharSet) -> Result<(), PatternError> {
        if let Some(&[c]) = set.chars_up_to(1).as_deref() {
            return self.push(Step::Char(c)).map(drop);
        }
        let known = self.program.sets.iter().position(|known| *known == set);
        let index = known.unwrap_or_else(|| {
            self.program.sets.push(set);
            self.program.sets.len() - 1
        });
        self.push(Step::Set(index as u16)).map(drop)
    }

    fn repeat(&mut self, sub: &Hir, min: u32, max: Option<u32>, greedy: bool) -> Result<(), PatternError> {
        for _ in 0..min {
            self.add(sub)?;
        }
        match max {
            None => {
                let split = self.push(Step::Match)?;
                self.add(sub)?;
                self.push(Step::Jump(split as u16))?;
                self.split(split, self.here(), greedy);
            }
            Some(max) => {
                let mut splits = Vec::new();
                for _ in min..max {
                    splits.push(self.push(Step::Match)?);
                    self.add(sub)?;
                }
                for split in splits {
                    self.split(split, self.here(), greedy);
                }
            }
        }
        Ok(())
    }

    /// Makes step `at` a choice between going on and skipping to `past`.
    fn split(&mut self, at: usize, past: u16, greedy: bool) {
        let on = at as u16 + 1;
        self.program.steps[at] = if greedy { Step::Split(on, past) } else { Step::Split(past, on) };
    }

    fn alternate(&mut self, parts: &[Hir]) -> Result<(), PatternError> {
        if let Some(words) = parts.iter().map(|part| self.word(part)).collect::<Option<Vec<_>>>() {
            return self.words(&words.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
        let mut jumps = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            if index + 1 == parts.len() {
                self.add(part)?;
            } else {
                let split = self.push(Step::Match)?;
                self.add(part)?;
                jumps.push(self.push(Step::Match)?);
                self.split(split, self.here(), true);
            }
        }
        let end = self.here();
        for jump in jumps {
            self.program.steps[jump] = Step::Jump(end);
        }
        Ok(())
    }
}

impl Compiler {
    /// The characters of a literal, in the order they are met; `None` for anything else.
    fn word(&self, hir: &Hir) -> Option<Vec<char>> {
        let HirKind::Literal(literal) = hir.kind() else { return None };
        let text = std::str::from_utf8(&literal.0).ok()?;
        Some(if self.backward { text.chars().rev().collect() } else { text.chars().collect() })
    }

    /// Any one of `words`, the first that fits before the others. Words that part at a character exclude each
    /// other there, so only the order of those that go on together matters.
    fn words(&mut self, words: &[&[char]]) -> Result<(), PatternError> {
        let mut jumps = Vec::new();
        let runs: Vec<&[&[char]]> = words.chunk_by(|a, b| !a.is_empty() && !b.is_empty()).collect();
        for (index, run) in runs.iter().enumerate() {
            let split = if index + 1 < runs.len() { Some(self.push(Step::Match)?) } else { None };
            if !run[0].is_empty() {
                self.branch(run, &mut jumps)?;
            } else if split.is_some() {
                jumps.push(self.push(Step::Match)?);
            }
            if let Some(split) = split {
                self.split(split, self.here(), true);
            }
        }
        let end = self.here();
        for jump in jumps {
            self.program.steps[jump] = Step::Jump(end);
        }
        Ok(())
    }

    /// Words none of which is empty. Every way ends in a jump, to be set by the caller.
    fn branch(&mut self, words: &[&[char]], jumps: &mut Vec<usize>) -> Result<(), PatternError> {
        let mut ways: BTreeMap<char, Vec<&[char]>> = BTreeMap::new();
        for word in words {
            ways.entry(word[0]).or_default().push(&word[1..]);
        }
        let number = self.program.branches.len();
        self.program.branches.push(Vec::new());
        self.push(Step::Branch(number as u16))?;
        let mut table = Vec::with_capacity(ways.len());
        for (first, rests) in ways {
            table.push((first, self.here()));
            self.words(&rests)?;
            jumps.push(self.push(Step::Match)?);
        }
        self.program.branches[number] = table;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;
    use super::*;
    use crate::text::{Category, Span};
    use proptest::prelude::*;

    /// What the crate regex says a pattern means.
    struct Oracle {
        before: Option<regex::Regex>,
        here: regex::Regex,
    }

    impl Oracle {
        fn new(pattern: &str) -> Oracle {
            let parts = parts(pattern, &Classes::default()).unwrap();
            Oracle {
                before: (!parts.before.is_empty())
                    .then(|| regex::Regex::new(&format!("(?:{})\\z", parts.before)).unwrap()),
                here: regex::Regex::new(&format!("(?P<hit>{})(?:{})", parts.hit, parts.after)).unwrap(),
            }
        }

        fn match_at(&self, text: &str, at: usize) -> Option<Span> {
            if self.before.as_ref().is_some_and(|before| !before.is_match(&text[..at])) {
                return None;
            }
            let found = self.here.captures_at(text, at)?;
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
    fn a_program_means_what_the_regex_means() {
        let patterns: Vec<(Matcher, Oracle)> = PATTERNS
            .iter()
            .map(|pattern| (compile(pattern, &Classes::default()).unwrap(), Oracle::new(pattern)))
            .collect();
        proptest!(ProptestConfig::with_cases(2000), |(text in "[一二年月,，。;abcd0-]{0,14}")| {
            let mut scratch = Scratch::default();
            for ((matcher, oracle), pattern) in patterns.iter().zip(PATTERNS) {
                for (at, c) in text.char_indices() {
                    let found = matcher.match_at(&text, at, &mut scratch).map(|found| found.span);
                    prop_assert_eq!(found, oracle.match_at(&text, at), "{} at {} of {:?}", pattern, at, text);
                    if found.is_some() {
                        let next = text[at + c.len_utf8()..].chars().next();
                        let previous = text[..at].chars().next_back();
                        prop_assert!(matcher.first().has(c));
                        prop_assert!(Category::of_neighbour(next).is_in(matcher.next_mask()));
                        prop_assert!(Category::of_neighbour(previous).is_in(matcher.previous_mask()));
                    }
                }
            }
        });
    }

    #[test]
    fn an_attempt_is_bounded() {
        let matcher = compile("⟦(?:a|a|aa)+⟧b", &Classes::default()).unwrap();
        let text = "a".repeat(100_000);
        assert!(matcher.match_at(&text, 0, &mut Scratch::default()).is_none());
    }

    #[test]
    fn mistakes_are_told_in_chinese() {
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
