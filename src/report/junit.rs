//! The format `junit`: JUnit's XML. A draft is a test suite, a finding a failed test. The suite of a draft without
//! findings has one passed test, which distinguishes it from a suite in which nothing was checked.

use super::message::one_line_message;
use super::paths::repository_path;
use super::positions::Positions;
use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally, xml};

pub(super) struct Junit;

impl ReportWriter for Junit {
    fn begin(&self) -> &'static str {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"zhubi\">\n"
    }

    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        let positions = Positions::of(draft);
        let path = xml::escaped(&repository_path(draft.path));
        let failures = draft.findings.len();
        let tests = failures.max(1);
        put(&format!("<testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n"));
        if failures == 0 {
            put(&format!("  <testcase name=\"未见问题\" classname=\"{path}\"/>\n"));
        }
        for finding in draft.findings {
            let rule = draft.rule(finding);
            let position = positions.at(finding.span.start);
            let position = format!("{}:{}", position.line, position.column);
            let (id, title) = (xml::escaped(&rule.id), xml::escaped(&rule.metadata.title));
            let message = xml::escaped(&one_line_message(draft, finding));
            let severity = finding.severity.chinese();
            put(&format!(
                "  <testcase name=\"{title} {position}\" classname=\"{path}\">\n    \
                 <failure type=\"{id}\" message=\"{message}\">{path}:{position} {severity} {id}</failure>\n  </testcase>\n",
            ));
        }
        put("</testsuite>\n");
    }

    /// Adds a suite with an error for each draft that could not be checked.
    fn end(&self, tally: &Tally, _: &ReportOptions) -> String {
        let failures = tally.failures.iter().map(|failure| {
            let path = xml::escaped(&repository_path(&failure.path));
            let place = failure.position.map_or(String::new(), |at| format!(" {}:{}", at.line, at.column));
            let message = xml::escaped(&failure.message);
            format!(
                "<testsuite name=\"{path}\" tests=\"1\" failures=\"0\" errors=\"1\">\n  \
                 <testcase name=\"没能检查{place}\" classname=\"{path}\">\n    \
                 <error type=\"unreadable\" message=\"{message}\">{path}{place}</error>\n  </testcase>\n</testsuite>\n"
            )
        });
        failures.collect::<String>() + "</testsuites>\n"
    }
}
