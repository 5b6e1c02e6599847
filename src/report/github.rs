use super::address::repository_path;
use super::advice::advice;
use super::places::Places;
use super::{Options, Sheet, Write};
use crate::finding::Severity;

/// Annotations, as the log of a GitHub workflow is read for them: `::error file=…,line=…::message`.
pub(super) struct Github;

impl Write for Github {
    fn sheet(&self, sheet: &Sheet, _: &Options) -> String {
        let places = Places::of(sheet);
        let path = property(&repository_path(sheet.path));
        let mut out = String::new();
        for finding in sheet.findings {
            let rule = sheet.rule(finding);
            let level = match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "notice",
            };
            let (from, to) = (places.at(finding.span.start), places.at(finding.span.end));
            // Columns are of one line: an annotation of several lines may not have them.
            let columns = if from.line == to.line {
                format!(",col={},endColumn={}", from.column, to.column)
            } else {
                String::new()
            };
            let title = property(&format!("{}（{}）", rule.metadata.title, rule.id));
            let message = data(&advice(sheet, finding));
            out += &format!(
                "::{level} file={path},line={},endLine={}{columns},title={title}::{message}\n",
                from.line, to.line
            );
        }
        out
    }
}

/// A message, escaped as workflow commands want it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, escaped as workflow commands want it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_property_is_escaped() {
        assert_eq!(property("a,b:c%2C\r\n"), "a%2Cb%3Ac%252C%0D%0A");
        assert_eq!(data("5%：a,b:c\n"), "5%25：a,b:c%0A");
    }
}
