//! The format `json`: one JSON document, `{"findings":[…],"summary":{…}}`.

use serde::Serialize;

use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally, jsonl, put_json_elements};
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
        // The summary holds numbers only, so serializing it cannot fail.
        format!("\n],\"summary\":{}}}\n", serde_json::to_string(&summary).unwrap_or_default())
    }
}
