use serde::Serialize;

use super::address::repository_path;
use super::advice::advice;
use super::fingerprint::Fingerprints;
use super::places::Places;
use super::{Options, Sheet, Tally, Write, joined};
use crate::finding::Severity;

/// A code quality report of GitLab: one JSON array.
pub(super) struct Gitlab;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Write for Gitlab {
    fn begin(&self) -> &'static str {
        "[\n"
    }

    fn sheet(&self, sheet: &Sheet, _: &Options) -> String {
        let places = Places::of(sheet);
        let path = repository_path(sheet.path);
        let mut fingerprints = Fingerprints::new(sheet);
        let issues = sheet.findings.iter().map(|finding| {
            let rule = sheet.rule(finding);
            Issue {
                description: advice(sheet, finding),
                check_name: &rule.id,
                fingerprint: fingerprints.next(sheet, finding),
                severity: match rule.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Advice => "info",
                },
                location: Location {
                    path: &path,
                    lines: Lines { begin: places.at(finding.span.start).line, end: places.at(finding.span.end).line },
                },
            }
        });
        joined(issues)
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Tally, _: &Options) -> String {
        "\n]\n".to_owned()
    }
}
