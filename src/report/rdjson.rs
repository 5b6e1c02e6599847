use serde::Serialize;

use super::address::repository_path;
use super::advice::advice;
use super::places::Places;
use super::{Options, Sheet, Tally, Write, joined, safety};
use crate::finding::{Finding, FixSafety, Severity};
use crate::text::Span;

/// Reviewdog's diagnostics: one JSON document. Its columns count bytes.
pub(super) struct Rdjson;

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RelatedLocation<'a>>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct RelatedLocation<'a> {
    message: &'a str,
    location: Location<'a>,
}

impl Write for Rdjson {
    fn begin(&self) -> &'static str {
        "{\"source\":{\"name\":\"zhubi\"},\"diagnostics\":[\n"
    }

    fn sheet(&self, sheet: &Sheet, _: &Options) -> String {
        let places = Places::of(sheet);
        let path = repository_path(sheet.path);
        joined(sheet.findings.iter().map(|finding| diagnostic(sheet, finding, &places, &path)))
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Tally, _: &Options) -> String {
        "\n]}\n".to_owned()
    }
}

fn diagnostic<'a>(sheet: &Sheet<'a>, finding: &'a Finding, places: &Places, path: &'a str) -> Diagnostic<'a> {
    let rule = sheet.rule(finding);
    let point = |offset| Point { line: places.at(offset).line, column: places.byte_column(offset) };
    let range = |span: Span| Range { start: point(span.start), end: point(span.end) };
    // A suggestion is a button to press: what is never applied is none.
    let offered = if safety(finding) == FixSafety::None { &[][..] } else { &finding.suggestions };
    Diagnostic {
        message: advice(sheet, finding),
        location: Location { path, range: range(finding.span) },
        severity: match rule.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Advice => "INFO",
        },
        code: Code { value: &rule.id, url: rule.page_url.as_deref() },
        suggestions: offered.iter().map(|text| Suggestion { range: range(finding.span), text }).collect(),
        related_locations: (finding.related.iter())
            .map(|related| RelatedLocation {
                message: &related.message,
                location: Location { path, range: range(related.span) },
            })
            .collect(),
    }
}
