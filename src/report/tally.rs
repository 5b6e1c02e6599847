use std::collections::BTreeMap;

use super::errata::Errata;
use super::{Sheet, safety};
use crate::finding::{FixSafety, Severity};
use crate::text::Locator;

/// What was found, counted. Tallies of sheets are made in parallel and added up in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Drafts checked.
    pub files: usize,
    /// Drafts with findings.
    pub faulty: usize,
    /// Findings that `fix` resolves.
    pub safe: usize,
    /// Findings that `fix --suggested` resolves over and above those.
    pub suggested: usize,
    /// Findings that are let stand, and not reported.
    pub stet: usize,
    /// The findings of each rule, by its id.
    pub rules: BTreeMap<String, RuleTally>,
    /// What a list of errata would say. Empty in reports that are none.
    pub errata: Errata,
}

/// The findings of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTally {
    /// The rule's family.
    pub family: String,
    /// The rule's title.
    pub title: String,
    /// What it says is wrong; where only a finding could say it, `…`.
    pub message: String,
    /// The standard and its clause.
    pub source: String,
    /// The web address of the rule's page, if it has one.
    pub page_url: Option<String>,
    /// The rule's severity.
    pub severity: Severity,
    /// How many findings.
    pub count: usize,
    /// The first of them, as `path:line:column`.
    pub first: String,
}

impl Tally {
    /// The tally of one sheet.
    pub fn of(sheet: &Sheet) -> Tally {
        let mut tally = Tally { files: 1, faulty: usize::from(!sheet.findings.is_empty()), ..Tally::default() };
        let mut locator = Locator::new(sheet.text);
        let mut rules: BTreeMap<u32, RuleTally> = BTreeMap::new();
        for finding in sheet.findings {
            match safety(finding) {
                FixSafety::Safe => tally.safe += 1,
                FixSafety::Suggested => tally.suggested += 1,
                FixSafety::None => {}
            }
            let hits = rules.entry(finding.rule).or_insert_with(|| {
                let rule = sheet.rule(finding);
                let position = locator.position(finding.span.start);
                RuleTally {
                    family: rule.family().to_owned(),
                    title: rule.metadata.title.clone(),
                    message: rule.plain_message(),
                    source: rule.metadata.source.clone(),
                    page_url: rule.page_url.clone(),
                    severity: rule.severity,
                    count: 0,
                    first: format!("{}:{}:{}", sheet.path, position.line, position.column),
                }
            });
            hits.count += 1;
        }
        let id = |rule: u32| sheet.rules.rules[rule as usize].id.clone();
        tally.rules = rules.into_iter().map(|(rule, hits)| (id(rule), hits)).collect();
        tally
    }

    /// Adds the tally of what comes after.
    pub fn add(&mut self, after: Tally) {
        self.files += after.files;
        self.faulty += after.faulty;
        self.safe += after.safe;
        self.suggested += after.suggested;
        self.stet += after.stet;
        for (rule, hits) in after.rules {
            let count = hits.count;
            self.rules.entry(rule).and_modify(|known| known.count += count).or_insert(hits);
        }
        self.errata.add(after.errata);
    }

    /// How many findings there are.
    pub fn total(&self) -> usize {
        self.rules.values().map(|hits| hits.count).sum()
    }

    /// How many findings of that severity there are.
    pub fn severity(&self, severity: Severity) -> usize {
        self.count(|hits| hits.severity == severity)
    }

    pub(super) fn count(&self, which: impl Fn(&RuleTally) -> bool) -> usize {
        self.rules.values().filter(|hits| which(hits)).map(|hits| hits.count).sum()
    }
}
