//! The message of a finding on one line, for formats that have a single message field.

use super::CheckedDraft;
use crate::finding::Finding;
use crate::text::visible;

/// Formats suggestions as a Chinese list: `“甲”、“乙”`.
pub(super) fn suggestion_list(suggestions: &[String]) -> String {
    let quoted = suggestions.iter().map(|text| if text.is_empty() { "删去".to_owned() } else { format!("“{text}”") });
    quoted.collect::<Vec<String>>().join("、")
}

/// Returns the message of a finding, the suggestions and the clause of the standard, on one line.
pub(super) fn one_line_message(draft: &CheckedDraft, finding: &Finding) -> String {
    let rule = draft.rule(finding);
    let mut out = draft.message(finding);
    let names_suggestion = finding.suggestions.len() == 1 && rule.metadata.message.contains("{to}");
    if !finding.suggestions.is_empty() && !names_suggestion {
        let suggestions = suggestion_list(&finding.suggestions);
        out += &match finding.span.of(draft.text) {
            "" => format!("可加{suggestions}。"),
            flagged => format!("“{flagged}”可改为{suggestions}。"),
        };
    }
    if !rule.metadata.source.is_empty() {
        out += &format!("（{}）", rule.metadata.source);
    }
    visible(&out).into_owned()
}
