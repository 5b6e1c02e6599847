//! The format `jsonl`: one JSON object per line, each a finding.

use serde::Serialize;

use super::positions::Positions;
use super::{CheckedDraft, Put, ReportOptions, ReportWriter, confirmation_text, fix_safety};
use crate::finding::{Confirmation, Finding, FixSafety, Related};

pub(super) struct Jsonl;

impl ReportWriter for Jsonl {
    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        for record in records(draft) {
            put(&(serde_json::to_string(&record).unwrap_or_default() + "\n"));
        }
    }
}

/// A finding or a confirmation in the JSON formats. Programs depend on the fields: new ones may be added, but none may
/// be removed.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
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

/// A related place of a finding.
#[derive(Serialize)]
struct RelatedRecord<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    path: &'a str,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    message: &'a str,
}

/// Returns the records of the findings of a draft, followed by those of its confirmations.
pub(super) fn records<'a>(draft: &'a CheckedDraft<'a>) -> Vec<Record<'a>> {
    let positions = Positions::of(draft);
    let findings = draft.findings.iter().map(|finding| finding_record(draft, finding, &positions));
    let confirmations =
        draft.confirmations.iter().map(|confirmation| confirmation_record(draft, confirmation, &positions));
    findings.chain(confirmations).collect()
}

/// Creates the record of a confirmation. Its severity `holds` distinguishes it from findings, and it is not counted as
/// one.
fn confirmation_record<'a>(
    draft: &'a CheckedDraft<'a>,
    confirmation: &'a Confirmation,
    positions: &Positions,
) -> Record<'a> {
    let rule = &draft.rules.rules[confirmation.rule as usize];
    let (from, to) = (positions.at(confirmation.span.start), positions.at(confirmation.span.end));
    Record {
        path: draft.path,
        rule: &rule.id,
        severity: "holds",
        message: confirmation_text(confirmation),
        line: from.line,
        column: from.column,
        end_line: to.line,
        end_column: to.column,
        start: confirmation.span.start,
        end: confirmation.span.end,
        text: confirmation.span.of(draft.text),
        suggestions: &[],
        fix: FixSafety::None.name(),
        source: &rule.metadata.source,
        related: Vec::new(),
    }
}

fn finding_record<'a>(draft: &CheckedDraft<'a>, finding: &'a Finding, positions: &Positions) -> Record<'a> {
    let rule = draft.rule(finding);
    let (from, to) = (positions.at(finding.span.start), positions.at(finding.span.end));
    Record {
        path: draft.path,
        rule: &rule.id,
        severity: finding.severity.name(),
        message: draft.message(finding),
        line: from.line,
        column: from.column,
        end_line: to.line,
        end_column: to.column,
        start: finding.span.start,
        end: finding.span.end,
        text: finding.span.of(draft.text),
        suggestions: &finding.suggestions,
        fix: fix_safety(finding).name(),
        source: &rule.metadata.source,
        related: finding.related.iter().map(|related| related_record(draft, related, positions)).collect(),
    }
}

fn related_record<'a>(draft: &CheckedDraft<'a>, related: &'a Related, positions: &Positions) -> RelatedRecord<'a> {
    let position = positions.at(related.span.start);
    RelatedRecord {
        path: draft.path,
        start: related.span.start,
        end: related.span.end,
        line: position.line,
        column: position.column,
        message: &related.message,
    }
}
