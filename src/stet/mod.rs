//! Suppressions (保留): findings that a person has reviewed and that are no longer reported. "Stet" ("let it stand") is a
//! proofreader's mark. A finding is suppressed by a mark in the draft, by the configuration, or by a suppression list.
//! This module also restricts findings to certain lines, for a run that checks only what was changed.
//!
//! It works on the output of the engine, and rules know nothing of it. Suppressed findings are neither shown nor fixed.

mod coverage;
#[cfg(feature = "cli")]
mod exceptions;
mod list;
mod name;
mod region;

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::draft::{Draft, MarkVerb};
use crate::engine::Engine;
use crate::error::Error;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::text::{Locator, Span};
use coverage::MarkCoverage;
#[cfg(feature = "cli")]
pub use exceptions::Exceptions;
pub use list::{SuppressionEntry, SuppressionList, surroundings};
use name::{KnownNames, canonical, names_of};
use region::{MarkError, Regions, meets_any};

/// Which findings of one draft are reported. By default all are, except those suppressed by marks in the draft.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReviewOptions<'a> {
    /// Whether suppressed findings are shown and fixed too.
    pub ignore_suppressions: bool,
    /// The ids of all rules, including those that do not run. Empty if they are unknown.
    pub known_rules: &'a [String],
    /// The exceptions in the configuration.
    #[cfg(feature = "cli")]
    pub exceptions: Option<&'a Exceptions>,
    /// The suppression list, and the path of the draft in that list.
    pub list: Option<(&'a SuppressionList, &'a str)>,
    /// The line numbers, from 1 and ascending, to which findings are restricted; `None` for all lines.
    pub lines: Option<&'a [RangeInclusive<usize>]>,
}

/// The findings of a draft, divided into those to report and those to leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// The findings to show and to fix.
    pub findings: Vec<Finding>,
    /// The suppressed findings.
    pub suppressed: Vec<Finding>,
    /// The findings on lines outside [`ReviewOptions::lines`].
    pub on_other_lines: Vec<Finding>,
    /// An error for each mark and each entry of the suppression list that has no effect. The error of a mark has a
    /// position in the draft but not the name of the draft.
    pub ineffective: Vec<Error>,
    /// A note if the draft contains commands for other programs, which suppress nothing here. It has a position in the
    /// draft but not the name of the draft.
    pub foreign: Option<Error>,
}

impl ReviewOptions<'_> {
    /// Runs `engine` on `draft` and divides the findings.
    pub fn review(&self, engine: &Engine, draft: &Draft) -> Review {
        self.divide(engine, draft, engine.check(draft))
    }

    /// Divides `findings`, which must be all that `engine` finds in `draft`.
    pub fn divide(&self, engine: &Engine, draft: &Draft, findings: Vec<Finding>) -> Review {
        let findings = without_marks(draft, findings);
        let mut review = Review { foreign: foreign_commands(draft), ..Review::default() };
        let mut suppressed = vec![false; findings.len()];
        if !self.ignore_suppressions {
            if !draft.marks().is_empty() {
                review.ineffective = self.apply_marks(engine, draft, &findings, &mut suppressed);
            }
            #[cfg(feature = "cli")]
            if let Some(exceptions) = self.exceptions {
                exceptions.apply(&engine.rules().rules, draft.text(), &findings, &mut suppressed);
            }
            if let Some((list, path)) = self.list {
                let ineffective = list.apply(path, engine, draft, &findings, &mut suppressed, self.known_rules);
                review.ineffective.extend(ineffective);
            }
        }
        if self.lines.is_none() && !suppressed.contains(&true) {
            review.findings = findings;
            return review;
        }
        let lines = self.lines.map(|lines| spans_of_lines(draft.text(), lines));
        for (finding, is_suppressed) in findings.into_iter().zip(suppressed) {
            let is_on_lines = lines.as_ref().is_none_or(|lines| touches(&finding, lines));
            let group = match (is_on_lines, is_suppressed) {
                (false, _) => &mut review.on_other_lines,
                (true, true) => &mut review.suppressed,
                (true, false) => &mut review.findings,
            };
            group.push(finding);
        }
        review
    }

    /// Sets `suppressed[i]` for every finding `i` that a mark of `draft` suppresses. Returns an error for each mark, and
    /// for each name in a mark, that has no effect.
    fn apply_marks(&self, engine: &Engine, draft: &Draft, findings: &[Finding], suppressed: &mut [bool]) -> Vec<Error> {
        let rules = &engine.rules().rules;
        let (regions, mut errors) = Regions::of(draft, rules);
        for (finding, suppressed) in findings.iter().zip(&mut *suppressed) {
            *suppressed |= regions.cover(&rules[finding.rule as usize].id, finding.span);
        }
        errors.extend(self.apply_keep_marks(rules, draft, findings, suppressed));
        errors.extend(self.unknown_names(draft, rules));
        errors.sort_by_key(|(at, _)| *at);
        let mut locator = Locator::new(draft.text());
        errors.into_iter().map(|(at, error)| error.at(locator.position(at))).collect()
    }

    /// Sets `suppressed[i]` for every finding `i` covered by a mark 保留 that names its rule or family. Returns an error
    /// for each mark without names and for each name of a rule that runs and that has no effect.
    fn apply_keep_marks(
        &self,
        rules: &[Rule],
        draft: &Draft,
        findings: &[Finding],
        suppressed: &mut [bool],
    ) -> Vec<MarkError> {
        let mut errors = Vec::new();
        let mut coverage = MarkCoverage::new(draft, rules, findings);
        // The ids and families of the rules that run. A mark for a rule that does not run may be of use in other runs.
        let running: HashSet<&str> = rules.iter().flat_map(|rule| names_of(&rule.id)).collect();
        for mark in draft.marks().iter().filter(|mark| mark.verb == MarkVerb::Keep) {
            if mark.names.is_empty() {
                let help = "写法：<!-- zhubi 保留 规则编号：理由 -->，或单独一行【朱笔保留 规则编号：理由】。";
                errors.push((mark.span.start, Error::new("这处保留没有写明规则，不起作用。").help(help)));
            }
            coverage.look_up(mark, findings);
            for name in &mark.names {
                let (at, name) = (name.start, canonical(rules, name.of(draft.text())));
                if !coverage.suppress(name, suppressed) && running.contains(name) {
                    let error = Error::new(format!("这处保留已经用不上：没有查出“{name}”的问题。"));
                    errors.push((at, error.help("可以把它删去。")));
                }
            }
        }
        errors
    }

    /// Returns an error for each name in a mark that is neither a rule nor a family.
    fn unknown_names(&self, draft: &Draft, rules: &[Rule]) -> Vec<MarkError> {
        let marks = draft.marks().iter().filter(|mark| mark.verb != MarkVerb::Foreign);
        let names = marks.flat_map(|mark| &mark.names);
        let mut known = KnownNames::new(self.known_rules);
        let name_of = |name: &Span| canonical(rules, name.of(draft.text()));
        names.filter_map(|name| Some((name.start, known.error_for(name_of(name))?))).collect()
    }
}

/// Returns `findings` without those in marks: a mark is neither checked nor changed.
fn without_marks(draft: &Draft, mut findings: Vec<Finding>) -> Vec<Finding> {
    if !draft.marks().is_empty() {
        let marks: Vec<Span> = draft.marks().iter().map(|mark| mark.span).collect();
        findings.retain(|finding| !meets_any(finding.span, &marks));
    }
    findings
}

/// Returns a note on the commands for other programs in `draft`; `None` if there are none.
fn foreign_commands(draft: &Draft) -> Option<Error> {
    /// How many commands are named.
    const NAMED: usize = 3;
    let commands = || draft.marks().iter().filter(|mark| mark.verb == MarkVerb::Foreign).flat_map(|mark| &mark.names);
    let first = commands().next()?;
    let mut names: Vec<&str> = Vec::new();
    for name in commands().map(|name| name.of(draft.text())) {
        if names.len() < NAMED && !names.contains(&name) {
            names.push(name);
        }
    }
    let note = Error::new(format!("这里的“{}”是给别的程序看的，zhubi 照样检查。", names.join("”“")));
    let help = "不要检查的一段，请用 <!-- zhubi 关 --> 和 <!-- zhubi 开 --> 围起来。";
    Some(note.help(help).at(Locator::new(draft.text()).position(first.start)))
}

/// Returns the byte ranges of the numbered `lines` of `text`, sorted, with adjacent lines merged. A range includes the
/// line break: a punctuation mark that is missing at the end of a line is missing before the break.
fn spans_of_lines(text: &str, lines: &[RangeInclusive<usize>]) -> Vec<Span> {
    let mut ranges = lines.iter().peekable();
    let mut spans: Vec<Span> = Vec::new();
    let mut start = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        while ranges.next_if(|range| *range.end() < number).is_some() {}
        let Some(range) = ranges.peek() else { break };
        if range.contains(&number) {
            let span = Span::new(start, start + line.len());
            match spans.last_mut() {
                Some(last) if last.end == span.start => last.end = span.end,
                _ => spans.push(span),
            }
        }
        start += line.len();
    }
    spans
}

/// Whether a finding or one of its related places lies at least partly on one of the sorted `spans`.
fn touches(finding: &Finding, spans: &[Span]) -> bool {
    std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span)).any(|span| {
        let index = spans.partition_point(|line| line.end <= span.start);
        let end = span.end.max(span.start + 1);
        spans.get(index).is_some_and(|line| line.start < end)
            // An empty span at the end of a text whose last line has no line break.
            || span.is_empty() && index > 0 && index == spans.len() && spans[index - 1].end == span.start
    })
}

#[cfg(test)]
mod tests;
