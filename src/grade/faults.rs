//! What may be counted as errors.

use std::sync::LazyLock;

use rust_decimal::Decimal;

use super::{Grade, Weights};
use crate::block::{Block, BlockKind};
use crate::edit::EditRef;
use crate::finding::{Finding, FixSafety, Severity};
use crate::rule::RuleSet;
use crate::text::{Span, is_han};

/// An error that may be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The id of the rule; that of no rule for what was corrected by hand.
    pub rule: String,
    /// The wrong text and what is right, if that is known.
    pub before: String,
    pub after: Option<String>,
    /// Whether it is in a headline.
    pub is_heading: bool,
}

/// The findings of one or more drafts, as far as they may be errors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// Findings of the severity “error”, and less severe ones.
    pub errors: Vec<Fault>,
    pub others: Vec<Fault>,
    /// How many findings are only questions.
    pub questions: usize,
}

/// The rate of errors of a draft on whose findings nothing has been decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// If only the findings of the severity “error” are errors.
    pub least: Grade,
    /// If all are.
    pub most: Grade,
}

impl Faults {
    /// Returns what may be errors among findings of these rules in the blocks of a draft with that canonical text.
    pub fn of(findings: &[Finding], rules: &RuleSet, text: &str, blocks: &[Block]) -> Faults {
        let mut faults = Faults::default();
        for finding in findings {
            // A finding without a suggestion that may be made only asks.
            if finding.suggestions.is_empty() || finding.fix == FixSafety::None {
                faults.questions += 1;
                continue;
            }
            let block = blocks.get(finding.block as usize);
            let fault = Fault {
                rule: rules.rules[finding.rule as usize].id.clone(),
                before: finding.span.of(text).to_owned(),
                after: finding.suggestions.first().cloned(),
                is_heading: block.is_some_and(|block| block.kind == BlockKind::Headline),
            };
            let group = if finding.severity == Severity::Error { &mut faults.errors } else { &mut faults.others };
            group.push(fault);
        }
        faults
    }

    /// Adds those of another draft.
    pub fn add(&mut self, other: Faults) {
        self.errors.extend(other.errors);
        self.others.extend(other.others);
        self.questions += other.questions;
    }

    /// Returns the rates of errors in so many characters.
    pub fn bounds(&self, weights: &Weights, characters: Decimal) -> Bounds {
        let all = [self.errors.as_slice(), self.others.as_slice()].concat();
        Bounds { least: weights.grade(&self.errors, characters), most: weights.grade(&all, characters) }
    }
}

impl Bounds {
    /// Returns the bounds of the rate of a draft by the built-in weights, in a few words.
    pub fn brief(findings: &[Finding], rules: &RuleSet, text: &str, blocks: &[Block]) -> String {
        static WEIGHTS: LazyLock<Weights> = LazyLock::new(Weights::built_in);
        let faults = Faults::of(findings, rules, text, blocks);
        let Bounds { least, most } = faults.bounds(&WEIGHTS, WEIGHTS.count_blocks(text, blocks));
        if least.rate == most.rate {
            format!("差错率约 {}／万", most.rate)
        } else {
            format!("差错率约 {}～{}／万", least.rate, most.rate)
        }
    }
}

impl Fault {
    /// Creates the fault that a proofreader has corrected by hand. It has no rule; what kind it is, the characters say that
    /// were changed.
    pub fn by_hand(before: &str, after: &str, is_heading: bool) -> Fault {
        let changed = EditRef { span: Span::new(0, before.len()), text: after }.trimmed(before);
        let characters = changed.span.of(before).chars().chain(changed.text.chars());
        let of_all = |is_such: fn(char) -> bool| characters.clone().all(is_such);
        let kind = if of_all(|c| !c.is_alphanumeric()) {
            "punctuation"
        } else if of_all(|c| c.is_numeric() && !is_han(c) || matches!(c, '.' | '．')) {
            "numeral"
        } else {
            "text"
        };
        let rule = format!("by-hand/{kind}");
        Fault { rule, before: before.to_owned(), after: Some(after.to_owned()), is_heading }
    }

    /// Returns how many characters are wrong: those in which the text differs from what is right.
    pub(super) fn wrong_characters(&self) -> usize {
        let before: Vec<char> = self.before.chars().collect();
        let Some(after) = &self.after else { return before.len().max(1) };
        let after: Vec<char> = after.chars().collect();
        let same = |pairs: &mut dyn Iterator<Item = (&char, &char)>| pairs.take_while(|(a, b)| a == b).count();
        let prefix = same(&mut before.iter().zip(&after));
        let shorter = before.len().min(after.len());
        let suffix = same(&mut before.iter().rev().zip(after.iter().rev())).min(shorter - prefix);
        (before.len().max(after.len()) - prefix - suffix).max(1)
    }
}
