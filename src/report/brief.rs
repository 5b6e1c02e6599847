//! The format `brief`: one line per finding, `path:line:column: 错误 rule message`, for editors and grep.

use super::positions::push_line_and_column;
use super::{CheckedDraft, Painter, Put, ReportOptions, ReportWriter, confirmation_text, hyperlink};
use crate::finding::Severity;
use crate::rule::Rule;
use crate::text::{Locator, visible, visible_path};

pub(super) struct Brief;

impl ReportWriter for Brief {
    fn draft(&self, draft: &CheckedDraft, options: &ReportOptions, put: &mut Put) {
        let path = visible_path(draft.path);
        let mut line = String::new();
        let mut locator = Locator::new(draft.text);
        let mut line_ends: Vec<Option<LineEnd>> = vec![None; draft.rules.rules.len()];
        let mut message = String::new();
        for finding in draft.findings {
            line.clear();
            push_position(&mut line, &path, &mut locator, finding.span.start);
            let rule = draft.rule(finding);
            let line_end = line_ends[finding.rule as usize].get_or_insert_with(|| LineEnd::new(rule, options));
            line.push_str(&line_end.severities[finding.severity as usize]);
            line.push_str(&line_end.rule);
            match &line_end.message {
                Some(message) => line.push_str(message),
                None => {
                    message.clear();
                    rule.push_message(&mut message, finding, draft.text);
                    line.push_str(&visible(&message));
                }
            }
            line.push('\n');
            put(&line);
        }
        let mut locator = Locator::new(draft.text);
        for confirmation in draft.confirmations {
            line.clear();
            push_position(&mut line, &path, &mut locator, confirmation.span.start);
            let rule = &draft.rules.rules[confirmation.rule as usize];
            line.push_str("相合 ");
            hyperlink::put(&mut line, options.rule_link(rule), &rule.id);
            line.push_str(&format!(" {}\n", visible(&confirmation_text(confirmation))));
            put(&line);
        }
    }
}

/// Appends `path:line:column: `.
fn push_position(out: &mut String, path: &str, locator: &mut Locator, offset: usize) {
    out.extend([path, ":"]);
    push_line_and_column(out, locator.position(offset));
    out.push_str(": ");
}

/// What the lines of one rule have in common after the position.
#[derive(Clone)]
struct LineEnd {
    /// The names of the severities, each with a space after it, in the order of [`Severity::ALL`].
    severities: [String; Severity::ALL.len()],
    /// The id of the rule, with a space after it.
    rule: String,
    /// The message, if it is the same for all findings.
    message: Option<String>,
}

impl LineEnd {
    fn new(rule: &Rule, options: &ReportOptions) -> LineEnd {
        let severities = Severity::ALL.map(|severity| {
            let mut text = String::new();
            Painter::new(options.colour).put(&mut text, severity.into(), severity.chinese());
            text + " "
        });
        let mut text = String::new();
        hyperlink::put(&mut text, options.rule_link(rule), &rule.id);
        text.push(' ');
        let message = rule.has_constant_message().then(|| visible(&rule.metadata.message).into_owned());
        LineEnd { severities, rule: text, message }
    }
}
