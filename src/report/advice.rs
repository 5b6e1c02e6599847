use super::Sheet;
use crate::finding::Finding;
use crate::text::visible;

/// What could stand there instead, as a list.
pub(super) fn alternatives(suggestions: &[String]) -> String {
    let quoted = suggestions.iter().map(|text| if text.is_empty() { "删去".to_owned() } else { format!("“{text}”") });
    quoted.collect::<Vec<String>>().join("、")
}

/// What is wrong, what could stand there, and by what clause: in one line, for reports that have one place for it.
pub(super) fn advice(sheet: &Sheet, finding: &Finding) -> String {
    let rule = sheet.rule(finding);
    let mut out = sheet.message(finding);
    // A message that names the only suggestion has said it.
    let said = finding.suggestions.len() == 1 && rule.metadata.message.contains("{to}");
    if !finding.suggestions.is_empty() && !said {
        let others = alternatives(&finding.suggestions);
        out += &match finding.span.of(sheet.text) {
            "" => format!("可加{others}。"),
            hit => format!("“{hit}”可改为{others}。"),
        };
    }
    if !rule.metadata.source.is_empty() {
        out += &format!("（{}）", rule.metadata.source);
    }
    visible(&out).into_owned()
}
