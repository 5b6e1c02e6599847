//! The format `rdjson`: Reviewdog's diagnostics, one JSON document. Its columns count bytes.

use serde::Serialize;

use super::message::one_line_message;
use super::paths::repository_path;
use super::positions::Positions;
use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally, fix_safety, put_json_elements};
use crate::finding::{Finding, FixSafety, Severity};
use crate::text::Span;

pub(super) struct Rdjson;

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: DiagnosticLocation<'a>,
    severity: &'static str,
    code: DiagnosticCode<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<DiagnosticSuggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RelatedLocation<'a>>,
}

#[derive(Serialize)]
struct DiagnosticLocation<'a> {
    path: &'a str,
    range: DiagnosticRange,
}

#[derive(Serialize)]
struct DiagnosticRange {
    start: LineColumn,
    end: LineColumn,
}

#[derive(Serialize)]
struct LineColumn {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct DiagnosticCode<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct DiagnosticSuggestion<'a> {
    range: DiagnosticRange,
    text: &'a str,
}

#[derive(Serialize)]
struct RelatedLocation<'a> {
    message: &'a str,
    location: DiagnosticLocation<'a>,
}

impl ReportWriter for Rdjson {
    fn begin(&self) -> &'static str {
        "{\"source\":{\"name\":\"zhubi\"},\"diagnostics\":[\n"
    }

    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        let positions = Positions::of(draft);
        let path = repository_path(draft.path);
        let diagnostics = draft.findings.iter().map(|finding| diagnostic(draft, finding, &positions, &path));
        put_json_elements(put, diagnostics);
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Tally, _: &ReportOptions) -> String {
        "\n]}\n".to_owned()
    }
}

fn diagnostic<'a>(
    draft: &CheckedDraft<'a>,
    finding: &'a Finding,
    positions: &Positions,
    path: &'a str,
) -> Diagnostic<'a> {
    let rule = draft.rule(finding);
    let point = |offset| LineColumn { line: positions.at(offset).line, column: positions.byte_column(offset) };
    let range = |span: Span| DiagnosticRange { start: point(span.start), end: point(span.end) };
    // Reviewdog shows a button that applies a suggestion, so suggestions that a fix never applies are left out.
    let suggestions = if fix_safety(finding) == FixSafety::None { &[][..] } else { &finding.suggestions };
    Diagnostic {
        message: one_line_message(draft, finding),
        location: DiagnosticLocation { path, range: range(finding.span) },
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Advice => "INFO",
        },
        code: DiagnosticCode { value: &rule.id, url: rule.page_url.as_deref() },
        suggestions: (suggestions.iter())
            .map(|text| DiagnosticSuggestion { range: range(finding.span), text })
            .collect(),
        related_locations: (finding.related.iter())
            .map(|related| RelatedLocation {
                message: &related.message,
                location: DiagnosticLocation { path, range: range(related.span) },
            })
            .collect(),
    }
}
