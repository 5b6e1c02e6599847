use super::address::repository_path;
use super::advice::advice;
use super::places::Places;
use super::{Options, Sheet, Tally, Write, xml};
use crate::finding::Severity;

/// The XML report of Checkstyle, which many tools read.
pub(super) struct Checkstyle;

impl Write for Checkstyle {
    fn begin(&self) -> &'static str {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n"
    }

    fn sheet(&self, sheet: &Sheet, _: &Options) -> String {
        let places = Places::of(sheet);
        let mut out = format!("<file name=\"{}\">\n", xml::text(&repository_path(sheet.path)));
        for finding in sheet.findings {
            let rule = sheet.rule(finding);
            let place = places.at(finding.span.start);
            let severity = match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "info",
            };
            out += &format!(
                "  <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"zhubi.{}\"/>\n",
                place.line,
                place.column,
                xml::text(&advice(sheet, finding)),
                xml::text(&rule.id.replace('/', ".")),
            );
        }
        out + "</file>\n"
    }

    fn end(&self, _: &Tally, _: &Options) -> String {
        "</checkstyle>\n".to_owned()
    }
}
