use serde::Serialize;

use super::{Options, Sheet, Tally, Write, joined, jsonl};
use crate::finding::Severity;

/// `{"findings":[…],"summary":{…}}`
pub(super) struct Json;

#[derive(Serialize)]
struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    advice: usize,
    /// Findings that are let stand.
    stet: usize,
}

impl Write for Json {
    fn begin(&self) -> &'static str {
        "{\"findings\":[\n"
    }

    fn sheet(&self, sheet: &Sheet, _: &Options) -> String {
        joined(jsonl::records(sheet).into_iter())
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, tally: &Tally, _: &Options) -> String {
        let summary = Summary {
            files: tally.files,
            errors: tally.severity(Severity::Error),
            warnings: tally.severity(Severity::Warning),
            advice: tally.severity(Severity::Advice),
            stet: tally.stet,
        };
        // Five numbers: nothing that JSON cannot say.
        format!("\n],\"summary\":{}}}\n", serde_json::to_string(&summary).unwrap_or_default())
    }
}
