//! What is let stand (保留): findings that a person has seen and keeps, by a mark in the draft, by the
//! configuration, or by a list of places. And, for who asks only about a change, the lines that count.
//!
//! It stands behind the engine: the rules know nothing of it, and what is let stand is neither shown nor fixed.

mod cover;
mod list;

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use memchr::memmem;

use crate::config::Exception;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::{Error, nearest};
use crate::finding::Finding;
use crate::rule::FAMILIES;
use crate::text::{Locator, Span};
use cover::Covers;
pub use list::{Entry, Key, List};

/// What narrows the findings of one draft. By default nothing does but the marks in the draft.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits<'a> {
    /// Show and fix what is let stand too?
    pub off: bool,
    /// Every rule's id, also of those that do not run.
    pub known: &'a [String],
    /// What the configuration lets stand.
    pub exceptions: &'a [Exception],
    /// The list of places, and the draft's name in it.
    pub list: Option<(&'a List, &'a str)>,
    /// The lines that count, in order, from 1; all where there is nothing.
    pub lines: Option<&'a [RangeInclusive<usize>]>,
}

/// The findings of a draft, sorted out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// Those to show and to fix.
    pub findings: Vec<Finding>,
    /// Those that are let stand.
    pub standing: Vec<Finding>,
    /// Those on lines that do not count.
    pub elsewhere: Vec<Finding>,
    /// What was to let something stand and does not: each with its place, but a place in the draft without its name.
    pub stale: Vec<Error>,
}

impl Limits<'_> {
    /// Sorts out what `engine` finds in `draft`.
    pub fn review(&self, engine: &Engine, draft: &Draft) -> Review {
        self.sort_out(engine, draft, engine.check(draft))
    }

    /// Sorts out `findings`, which are all that `engine` finds in `draft`.
    pub fn sort_out(&self, engine: &Engine, draft: &Draft, findings: Vec<Finding>) -> Review {
        let mut review = Review::default();
        let mut stands = vec![false; findings.len()];
        if !self.off {
            self.by_marks(engine, draft, &findings, &mut stands, &mut review.stale);
            self.by_exceptions(engine, draft, &findings, &mut stands);
            if let Some((list, path)) = self.list {
                review.stale.extend(list.settle(path, engine, draft, &findings, &mut stands, self.known));
            }
        }
        let lines = self.lines.map(|lines| spans_of(draft.text(), lines));
        for (finding, stands) in findings.into_iter().zip(stands) {
            let counts = lines.as_ref().is_none_or(|lines| touches(&finding, lines));
            let pile = match (counts, stands) {
                (false, _) => &mut review.elsewhere,
                (true, true) => &mut review.standing,
                (true, false) => &mut review.findings,
            };
            pile.push(finding);
        }
        review
    }

    fn by_marks(
        &self,
        engine: &Engine,
        draft: &Draft,
        findings: &[Finding],
        stands: &mut [bool],
        stale: &mut Vec<Error>,
    ) {
        if draft.marks().is_empty() {
            return;
        }
        let rules = &engine.rules().rules;
        let mut covers = Covers::new(draft);
        let mut locator = Locator::new(draft.text());
        // Where no rule is known, nothing can be said of those that are named.
        let running: HashSet<&str> = rules.iter().flat_map(|rule| [rule.id.as_str(), rule.family()]).collect();
        for mark in draft.marks() {
            let mut tell = |at: usize, error: Error| stale.push(error.at(locator.position(at)));
            if mark.names.is_empty() {
                let help = "写法：<!-- zhubi 保留 规则编号：理由 -->，或单独一行【朱笔保留 规则编号：理由】。";
                tell(mark.span.start, Error::new("这处保留没有写明规则，不起作用。").help(help));
            }
            let covered: BTreeSet<u32> = covers.of(mark).into_iter().collect();
            for &span in &mark.names {
                let name = span.of(draft.text());
                let mut used = false;
                for &block in &covered {
                    let inside = covers.findings_in(findings, block);
                    for &index in inside {
                        if names(name, &rules[findings[index].rule as usize].id) {
                            stands[index] = true;
                            used = true;
                        }
                    }
                }
                if let Some(error) = unknown(name, self.known) {
                    tell(span.start, error);
                } else if !used && running.contains(name) {
                    tell(
                        span.start,
                        Error::new(format!("这处保留已经用不上：没有查出“{name}”的问题。")).help("可以把它删去。"),
                    );
                }
            }
        }
    }

    fn by_exceptions(&self, engine: &Engine, draft: &Draft, findings: &[Finding], stands: &mut [bool]) {
        let text = draft.text();
        for exception in self.exceptions {
            let finder = memmem::Finder::new(&exception.text);
            for (finding, stands) in findings.iter().zip(&mut *stands) {
                if !names(exception.rule.get_ref(), &engine.rules().rules[finding.rule as usize].id) {
                    continue;
                }
                let span = finding.span;
                let from = span.end.saturating_sub(exception.text.len());
                let window = &text.as_bytes()
                    [from.min(span.start)..(span.start + exception.text.len()).clamp(span.end, text.len())];
                let base = from.min(span.start);
                *stands |= finder
                    .find_iter(window)
                    .any(|at| Span::new(base + at, base + at + exception.text.len()).covers(span));
            }
        }
    }
}

/// Does `name`, of a rule or of a family, name the rule with that id?
fn names(name: &str, id: &str) -> bool {
    id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What is to be said of a name that is none of the `known` rules' and no family's. Where no rule is known
/// nothing is.
fn unknown(name: &str, known: &[String]) -> Option<Error> {
    let families = FAMILIES.iter().map(|(family, _)| *family);
    if known.is_empty() || known.iter().any(|id| id == name) || families.clone().any(|family| family == name) {
        return None;
    }
    let near = nearest(name, known.iter().map(String::as_str).chain(families));
    let near = near.or_else(|| known.iter().map(String::as_str).find(|id| id.rsplit('/').next() == Some(name)));
    let help = near.map_or("全部规则见 zhubi rules list。".to_owned(), |near| format!("想写的是 {near} 吗？"));
    Some(Error::new(format!("要保留的规则“{name}”并不存在，不起作用。")).help(help))
}

/// The spans of those lines.
fn spans_of(text: &str, lines: &[RangeInclusive<usize>]) -> Vec<Span> {
    let mut lines = lines.iter().peekable();
    let mut spans: Vec<Span> = Vec::new();
    let mut start = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        while lines.next_if(|lines| *lines.end() < number).is_some() {}
        let Some(next) = lines.peek() else { break };
        if next.contains(&number) {
            // The break is the line's: a mark that is missing at its end is missing before it.
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

/// Does a finding, or another place that belongs to it, lie on one of these sorted spans?
fn touches(finding: &Finding, spans: &[Span]) -> bool {
    std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span)).any(|span| {
        let index = spans.partition_point(|line| line.end <= span.start);
        let end = span.end.max(span.start + 1);
        spans.get(index).is_some_and(|line| line.start < end)
            // At the end of a text that has no last line break.
            || span.is_empty() && index > 0 && index == spans.len() && spans[index - 1].end == span.start
    })
}

#[cfg(test)]
mod tests;
