//! The format `gitlab`: a code quality report for GitLab, one JSON array.

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::message::one_line_message;
use super::paths::repository_path;
use super::positions::Positions;
use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally, put_json_elements};
use crate::finding::Severity;

pub(super) struct Gitlab;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation<'a>,
}

#[derive(Serialize)]
struct IssueLocation<'a> {
    path: &'a str,
    lines: IssueLines,
}

#[derive(Serialize)]
struct IssueLines {
    begin: usize,
    end: usize,
}

impl ReportWriter for Gitlab {
    fn begin(&self) -> &'static str {
        "[\n"
    }

    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        let positions = Positions::of(draft);
        let path = repository_path(draft.path);
        let mut fingerprints = Fingerprints::new(draft);
        let issues = draft.findings.iter().map(|finding| {
            let rule = draft.rule(finding);
            let line = |offset| positions.at(offset).line;
            Issue {
                description: one_line_message(draft, finding),
                check_name: &rule.id,
                fingerprint: fingerprints.next(draft, finding),
                severity: match finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Advice => "info",
                },
                location: IssueLocation {
                    path: &path,
                    lines: IssueLines { begin: line(finding.span.start), end: line(finding.span.end) },
                },
            }
        });
        put_json_elements(put, issues);
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Tally, _: &ReportOptions) -> String {
        "\n]\n".to_owned()
    }
}
