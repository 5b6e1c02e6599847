use super::address::repository_path;
use super::advice::advice;
use super::places::Places;
use super::{Options, Sheet, Tally, Write, xml};

/// JUnit's XML: a draft is a suite, a finding a test that failed. A clean draft has one test, which passed, so that
/// a run that found nothing is told from one that looked at nothing.
pub(super) struct Junit;

impl Write for Junit {
    fn begin(&self) -> &'static str {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"zhubi\">\n"
    }

    fn sheet(&self, sheet: &Sheet, _: &Options) -> String {
        let places = Places::of(sheet);
        let path = xml::text(&repository_path(sheet.path));
        let failures = sheet.findings.len();
        let mut out =
            format!("<testsuite name=\"{path}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">\n", failures.max(1));
        if failures == 0 {
            out += &format!("  <testcase name=\"未见问题\" classname=\"{path}\"/>\n");
        }
        for finding in sheet.findings {
            let rule = sheet.rule(finding);
            let place = places.at(finding.span.start);
            let place = format!("{}:{}", place.line, place.column);
            let (id, title) = (xml::text(&rule.id), xml::text(&rule.metadata.title));
            let message = xml::text(&advice(sheet, finding));
            let severity = rule.severity.chinese();
            out += &format!(
                "  <testcase name=\"{title} {place}\" classname=\"{path}\">\n    \
                 <failure type=\"{id}\" message=\"{message}\">{path}:{place} {severity} {id}</failure>\n  </testcase>\n",
            );
        }
        out + "</testsuite>\n"
    }

    fn end(&self, _: &Tally, _: &Options) -> String {
        "</testsuites>\n".to_owned()
    }
}
