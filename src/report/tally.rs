//! Counts of findings over the drafts of a run.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::errata_list::ErrataList;
use super::{CheckedDraft, Failure, fix_safety};
use crate::finding::{FixSafety, Severity};
use crate::text::Locator;

/// Counts of findings. The tallies of single drafts are computed in parallel and added up in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of drafts checked.
    pub files: usize,
    /// The number of drafts with findings.
    pub files_with_findings: usize,
    /// The number of findings that `fix` resolves.
    pub safe: usize,
    /// The number of findings that only `fix --suggested` resolves.
    pub suggested: usize,
    /// The number of suppressed findings, which are not reported.
    pub suppressed: usize,
    /// The findings of each rule, by the id of the rule.
    pub rules: BTreeMap<String, RuleTally>,
    /// The list of errata; filled only for formats that need it.
    pub errata: ErrataList,
    /// The drafts that could not be checked; known only for the whole run.
    pub failures: Vec<Failure>,
}

/// The findings of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTally {
    /// The family of the rule.
    pub family: String,
    /// The title of the rule.
    pub title: String,
    /// The message of the rule, with `…` in place of the parts that depend on the finding.
    pub message: String,
    /// The standard and its clause.
    pub source: String,
    /// The URL of the page of the rule, if it has one.
    pub page_url: Option<String>,
    /// The severity of the rule.
    pub severity: Severity,
    /// The number of findings.
    pub count: usize,
    /// The number of findings of each severity, in the order of [`Severity::ALL`].
    pub by_severity: [usize; Severity::ALL.len()],
    /// The position of the first finding, as `path:line:column`.
    pub first: String,
}

impl Tally {
    /// Computes the tally of one draft, without [`suppressed`](Tally::suppressed) and [`errata`](Tally::errata).
    pub fn of(draft: &CheckedDraft) -> Tally {
        let has_findings = !draft.findings.is_empty();
        let mut tally = Tally { files: 1, files_with_findings: usize::from(has_findings), ..Tally::default() };
        let mut locator = Locator::new(draft.text);
        let mut rules: BTreeMap<u32, RuleTally> = BTreeMap::new();
        for finding in draft.findings {
            match fix_safety(finding) {
                FixSafety::Safe => tally.safe += 1,
                FixSafety::Suggested => tally.suggested += 1,
                FixSafety::None => {}
            }
            let rule_tally = rules.entry(finding.rule).or_insert_with(|| {
                let rule = draft.rule(finding);
                let position = locator.position(finding.span.start);
                RuleTally {
                    family: rule.family().to_owned(),
                    title: rule.metadata.title.clone(),
                    message: rule.plain_message(),
                    source: rule.metadata.source.clone(),
                    page_url: rule.page_url.clone(),
                    severity: rule.severity,
                    count: 0,
                    by_severity: Default::default(),
                    first: format!("{}:{}:{}", draft.path, position.line, position.column),
                }
            });
            rule_tally.count += 1;
            rule_tally.by_severity[finding.severity as usize] += 1;
        }
        let id = |rule: u32| draft.rules.rules[rule as usize].id.clone();
        tally.rules = rules.into_iter().map(|(rule, rule_tally)| (id(rule), rule_tally)).collect();
        tally
    }

    /// Adds the tally of the drafts that follow.
    pub fn add(&mut self, next: Tally) {
        self.files += next.files;
        self.files_with_findings += next.files_with_findings;
        self.safe += next.safe;
        self.suggested += next.suggested;
        self.suppressed += next.suppressed;
        for (id, rule_tally) in next.rules {
            match self.rules.entry(id) {
                Entry::Occupied(known) => known.into_mut().add(&rule_tally),
                Entry::Vacant(new) => {
                    new.insert(rule_tally);
                }
            }
        }
        self.errata.add(next.errata);
        self.failures.extend(next.failures);
    }

    /// Returns the number of findings.
    pub fn total(&self) -> usize {
        self.rules.values().map(|rule| rule.count).sum()
    }

    /// Returns the number of findings of a severity.
    pub fn severity(&self, severity: Severity) -> usize {
        self.rules.values().map(|rule| rule.by_severity[severity as usize]).sum()
    }

    /// Returns the numbers of findings of a family of rules, for each severity in the order of [`Severity::ALL`].
    pub(super) fn of_family(&self, family: &str) -> [usize; Severity::ALL.len()] {
        let rules = self.rules.values().filter(|rule| rule.family == family);
        Severity::ALL.map(|severity| rules.clone().map(|rule| rule.by_severity[severity as usize]).sum())
    }
}

impl RuleTally {
    /// Adds the findings of the rule in the drafts that follow.
    fn add(&mut self, next: &RuleTally) {
        self.count += next.count;
        for (known, next) in self.by_severity.iter_mut().zip(next.by_severity) {
            *known += next;
        }
    }
}
