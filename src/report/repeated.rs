use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Sheet, safety};
use crate::finding::{Finding, FixSafety};

/// How many places of what is found again and again are kept.
const KEPT: usize = 5;

/// Findings that are told in the same words.
#[derive(Default)]
pub(super) struct Repeated {
    /// How many there are.
    pub(super) count: usize,
    /// The first few of them, as indices.
    pub(super) first: Vec<usize>,
    /// How many of them can be trusted how far.
    trusted: BTreeMap<FixSafety, usize>,
}

impl Repeated {
    fn add(&mut self, index: usize, finding: &Finding) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(index);
        }
        *self.trusted.entry(safety(finding)).or_default() += 1;
    }

    /// How far their changes may be trusted, in the words that `word` has for it.
    pub(super) fn trust(&self, word: impl Fn(FixSafety) -> &'static str) -> String {
        let words = |(safety, count): (&FixSafety, &usize)| {
            let number = if *count == self.count { String::new() } else { format!("{count} 处") };
            number + word(*safety)
        };
        self.trusted.iter().map(words).collect::<Vec<String>>().join("，")
    }
}

/// The findings that stand for themselves, as indices in order, and those that are told in the same
/// words more than `limit` times, the gravest and most frequent first.
///
/// One rule may find six wrong words: they are six things to look at, and are not taken together.
pub(super) fn sort_out(sheet: &Sheet, limit: usize) -> (Vec<usize>, Vec<Repeated>) {
    let mut templates = BTreeMap::new();
    let mut known = BTreeMap::new();
    let mut groups: Vec<Repeated> = Vec::new();
    let mut group_of = Vec::with_capacity(sheet.findings.len());
    for (index, finding) in sheet.findings.iter().enumerate() {
        let template =
            *templates.entry(finding.rule).or_insert_with(|| Template::of(&sheet.rule(finding).metadata.message));
        let group = *known.entry((finding.rule, template.filled(sheet, finding))).or_insert(groups.len());
        if group == groups.len() {
            groups.push(Repeated::default());
        }
        groups[group].add(index, finding);
        group_of.push(group);
    }
    let singles = (0..group_of.len()).filter(|&index| groups[group_of[index]].count <= limit).collect();
    groups.retain(|group| group.count > limit);
    groups.sort_by_key(|group| (sheet.rule(&sheet.findings[group.first[0]]).severity, Reverse(group.count)));
    (singles, groups)
}

/// Which parts of a finding its rule's message names.
#[derive(Clone, Copy)]
struct Template {
    hit: bool,
    to: bool,
    detail: bool,
}

impl Template {
    fn of(message: &str) -> Template {
        let names = |name| message.contains(name);
        Template { hit: names("{hit}"), to: names("{to}"), detail: names("{detail}") }
    }

    /// What tells the message of one finding from that of another of the same rule.
    fn filled<'a>(self, sheet: &Sheet<'a>, finding: &'a Finding) -> [Option<&'a str>; 3] {
        [
            self.hit.then(|| finding.span.of(sheet.text)),
            finding.suggestions.first().filter(|_| self.to).map(String::as_str),
            finding.detail.as_deref().filter(|_| self.detail),
        ]
    }
}
