//! Groups findings with the same message, so that a report can summarize frequent ones.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{CheckedDraft, fix_safety};
use crate::finding::{Finding, FixSafety};

/// How many findings of a group are listed.
const LISTED_FINDINGS: usize = 5;

/// The findings of one rule that have the same message.
#[derive(Default)]
pub(super) struct RepeatedFindings {
    /// The number of findings.
    pub(super) count: usize,
    /// The indices of the first few findings.
    pub(super) first: Vec<usize>,
    /// The number of findings of each fix safety.
    by_safety: BTreeMap<FixSafety, usize>,
}

impl RepeatedFindings {
    fn add(&mut self, index: usize, finding: &Finding) {
        self.count += 1;
        if self.first.len() < LISTED_FINDINGS {
            self.first.push(index);
        }
        *self.by_safety.entry(fix_safety(finding)).or_default() += 1;
    }

    /// Describes the fix safety of the findings, with counts if it differs: `3 处可直接改，2 处改后请过目`.
    pub(super) fn safety_text(&self) -> String {
        let part = |(safety, count): (&FixSafety, &usize)| {
            let number = if *count == self.count { String::new() } else { format!("{count} 处") };
            number + safety.chinese()
        };
        self.by_safety.iter().map(part).collect::<Vec<String>>().join("，")
    }
}

/// Divides the findings of a draft. Findings whose message occurs more than `limit` times are grouped, the groups
/// sorted by severity and then by count. For the others the indices are returned, in order.
///
/// Findings of one rule with different messages, such as six different wrong words, are not grouped.
pub(super) fn group_repeated(draft: &CheckedDraft, limit: usize) -> (Vec<usize>, Vec<RepeatedFindings>) {
    let mut fields_by_rule = BTreeMap::new();
    let mut group_by_message = BTreeMap::new();
    let mut groups: Vec<RepeatedFindings> = Vec::new();
    let mut group_of = Vec::with_capacity(draft.findings.len());
    for (index, finding) in draft.findings.iter().enumerate() {
        let fields = *fields_by_rule
            .entry(finding.rule)
            .or_insert_with(|| MessageFields::of(&draft.rule(finding).metadata.message));
        let message = (finding.rule, finding.severity, fields.values(draft, finding));
        let group = *group_by_message.entry(message).or_insert(groups.len());
        if group == groups.len() {
            groups.push(RepeatedFindings::default());
        }
        groups[group].add(index, finding);
        group_of.push(group);
    }
    let singles = (0..group_of.len()).filter(|&index| groups[group_of[index]].count <= limit).collect();
    groups.retain(|group| group.count > limit);
    groups.sort_by_key(|group| (draft.findings[group.first[0]].severity, Reverse(group.count)));
    (singles, groups)
}

/// The fields that the message of a rule contains.
#[derive(Clone, Copy)]
struct MessageFields {
    has_hit: bool,
    has_to: bool,
    has_detail: bool,
}

impl MessageFields {
    fn of(message: &str) -> MessageFields {
        let has = |field| message.contains(field);
        MessageFields { has_hit: has("{hit}"), has_to: has("{to}"), has_detail: has("{detail}") }
    }

    /// Returns the values of the fields for one finding. Findings of one rule have the same message if these are equal.
    fn values<'a>(self, draft: &CheckedDraft<'a>, finding: &'a Finding) -> [Option<&'a str>; 3] {
        [
            self.has_hit.then(|| finding.span.of(draft.text)),
            finding.suggestions.first().filter(|_| self.has_to).map(String::as_str),
            finding.detail.as_deref().filter(|_| self.has_detail),
        ]
    }
}
