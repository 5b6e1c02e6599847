//! The format `checkstyle`: the XML report of Checkstyle, which many tools read.

use super::message::one_line_message;
use super::paths::repository_path;
use super::positions::Positions;
use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally, xml};
use crate::finding::Severity;

pub(super) struct Checkstyle;

impl ReportWriter for Checkstyle {
    fn begin(&self) -> &'static str {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n"
    }

    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        let positions = Positions::of(draft);
        put(&format!("<file name=\"{}\">\n", xml::escaped(&repository_path(draft.path))));
        for finding in draft.findings {
            let rule = draft.rule(finding);
            let position = positions.at(finding.span.start);
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "info",
            };
            put(&format!(
                "  <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"zhubi.{}\"/>\n",
                position.line,
                position.column,
                xml::escaped(&one_line_message(draft, finding)),
                xml::escaped(&rule.id.replace('/', ".")),
            ));
        }
        put("</file>\n");
    }

    fn end(&self, _: &Tally, _: &ReportOptions) -> String {
        "</checkstyle>\n".to_owned()
    }
}
