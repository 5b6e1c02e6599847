use serde::Serialize;

use super::places::Places;
use super::{Options, Sheet, Write, safety};
use crate::finding::{Confirmation, Finding, FixSafety};

/// One finding a line.
pub(super) struct Jsonl;

impl Write for Jsonl {
    fn sheet(&self, sheet: &Sheet, _: &Options) -> String {
        records(sheet).iter().map(|record| serde_json::to_string(record).unwrap_or_default() + "\n").collect()
    }
}

/// A finding as programs see it. Fields may be added, none removed.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    path: &'a str,
    rule: &'a str,
    severity: &'static str,
    message: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: usize,
    end: usize,
    text: &'a str,
    suggestions: &'a [String],
    fix: &'static str,
    source: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedRecord<'a>>,
}

/// Another place that belongs to a finding.
#[derive(Serialize)]
struct RelatedRecord<'a> {
    path: &'a str,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    message: &'a str,
}

/// The findings of a sheet, and the computations that hold.
pub(super) fn records<'a>(sheet: &'a Sheet<'a>) -> Vec<Record<'a>> {
    let places = Places::of(sheet);
    let findings = sheet.findings.iter().map(|finding| record(sheet, finding, &places));
    findings.chain(sheet.confirmations.iter().map(|confirmation| held(sheet, confirmation, &places))).collect()
}

/// A computation that holds is no finding, and not counted as one.
fn held<'a>(sheet: &'a Sheet<'a>, confirmation: &'a Confirmation, places: &Places) -> Record<'a> {
    let rule = &sheet.rules.rules[confirmation.rule as usize];
    let (from, to) = (places.at(confirmation.span.start), places.at(confirmation.span.end));
    Record {
        path: sheet.path,
        rule: &rule.id,
        severity: "holds",
        message: sheet.ticked(confirmation),
        line: from.line,
        column: from.column,
        end_line: to.line,
        end_column: to.column,
        start: confirmation.span.start,
        end: confirmation.span.end,
        text: confirmation.span.of(sheet.text),
        suggestions: &[],
        fix: FixSafety::None.name(),
        source: &rule.metadata.source,
        related: Vec::new(),
    }
}

fn record<'a>(sheet: &Sheet<'a>, finding: &'a Finding, places: &Places) -> Record<'a> {
    let rule = sheet.rule(finding);
    let (from, to) = (places.at(finding.span.start), places.at(finding.span.end));
    Record {
        path: sheet.path,
        rule: &rule.id,
        severity: rule.severity.name(),
        message: sheet.message(finding),
        line: from.line,
        column: from.column,
        end_line: to.line,
        end_column: to.column,
        start: finding.span.start,
        end: finding.span.end,
        text: finding.span.of(sheet.text),
        suggestions: &finding.suggestions,
        fix: safety(finding).name(),
        source: &rule.metadata.source,
        related: finding
            .related
            .iter()
            .map(|related| {
                let place = places.at(related.span.start);
                RelatedRecord {
                    path: sheet.path,
                    start: related.span.start,
                    end: related.span.end,
                    line: place.line,
                    column: place.column,
                    message: &related.message,
                }
            })
            .collect(),
    }
}
