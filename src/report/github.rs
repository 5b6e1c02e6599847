//! The format `github`: workflow commands, which GitHub reads from the log of a workflow and shows as annotations:
//! `::error file=…,line=…::message`.

use super::message::one_line_message;
use super::paths::repository_path;
use super::positions::Positions;
use super::{CheckedDraft, Put, ReportOptions, ReportWriter};
use crate::finding::Severity;
use crate::text::visible;

pub(super) struct Github;

impl ReportWriter for Github {
    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        let positions = Positions::of(draft);
        let path = escape_property(&repository_path(draft.path));
        for finding in draft.findings {
            let rule = draft.rule(finding);
            let level = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "notice",
            };
            let (from, to) = (positions.at(finding.span.start), positions.at(finding.span.end));
            // GitHub accepts columns only for annotations within one line.
            let columns = if from.line == to.line {
                format!(",col={},endColumn={}", from.column, to.column)
            } else {
                String::new()
            };
            let title = escape_property(&format!("{}（{}）", rule.metadata.title, rule.id));
            let message = escape_data(&one_line_message(draft, finding));
            put(&format!(
                "::{level} file={path},line={},endLine={}{columns},title={title}::{message}\n",
                from.line, to.line
            ));
        }
    }
}

/// Escapes the message of a workflow command, in which control characters are visible already.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property of a workflow command. Control characters, which the log would pass on to a terminal,
/// become visible.
fn escape_property(text: &str) -> String {
    escape_data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_characters_that_end_a_property_or_message() {
        assert_eq!(escape_property("a,b:c%2C\r\n"), "a%2Cb%3Ac%252C↵");
        assert_eq!(escape_property("a\u{1b}[31m\r::b"), "a<U+001B>[31m<U+000D>%3A%3Ab");
        assert_eq!(escape_data("5%：a,b:c\n"), "5%25：a,b:c%0A");
    }
}
