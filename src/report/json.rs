//! The format `json`: one JSON document, `{"findings":[…],"errors":[…],"summary":{…}}`. The errors are the drafts that could
//! not be checked.

use serde::Serialize;

use super::{CheckedDraft, Failure, Put, ReportOptions, ReportWriter, Tally, jsonl, put_json_elements};
use crate::finding::Severity;

pub(super) struct Json;

#[derive(Serialize)]
struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    advice: usize,
    /// The number of suppressed findings.
    stet: usize,
}

/// A draft that could not be checked.
#[derive(Serialize)]
struct FailureRecord<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    message: &'a str,
}

impl<'a> From<&'a Failure> for FailureRecord<'a> {
    fn from(Failure { path, position, message }: &'a Failure) -> FailureRecord<'a> {
        let (line, column) = position.map(|position| (position.line, position.column)).unzip();
        FailureRecord { path, line, column, message }
    }
}

impl ReportWriter for Json {
    fn begin(&self) -> &'static str {
        "{\"findings\":[\n"
    }

    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        put_json_elements(put, jsonl::records(draft).into_iter());
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, tally: &Tally, _: &ReportOptions) -> String {
        let summary = Summary {
            files: tally.files,
            errors: tally.severity(Severity::Error),
            warnings: tally.severity(Severity::Warning),
            advice: tally.severity(Severity::Advice),
            stet: tally.suppressed,
        };
        let errors: Vec<FailureRecord> = tally.failures.iter().map(FailureRecord::from).collect();
        // They hold numbers and strings only, so serializing them cannot fail.
        let errors = serde_json::to_string(&errors).unwrap_or_default();
        format!("\n],\"errors\":{errors},\"summary\":{}}}\n", serde_json::to_string(&summary).unwrap_or_default())
    }
}
