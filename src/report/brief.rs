//! The format `brief`: one line per finding, `path:line:column: 错误 rule message`, for editors and grep.

use super::{CheckedDraft, Painter, ReportOptions, ReportWriter, confirmation_text, hyperlink};
use crate::text::{Locator, visible};

pub(super) struct Brief;

impl ReportWriter for Brief {
    fn draft(&self, draft: &CheckedDraft, options: &ReportOptions) -> String {
        let painter = Painter::new(options.colour);
        let path = visible(draft.path);
        let mut locator = Locator::new(draft.text);
        let mut out = String::new();
        for finding in draft.findings {
            let rule = draft.rule(finding);
            let position = locator.position(finding.span.start);
            out.push_str(&format!("{path}:{}:{}: ", position.line, position.column));
            painter.put(&mut out, rule.severity.into(), rule.severity.chinese());
            out.push(' ');
            hyperlink::put(&mut out, options.rule_link(rule), &rule.id);
            out.push_str(&format!(" {}\n", visible(&draft.message(finding))));
        }
        let mut locator = Locator::new(draft.text);
        for confirmation in draft.confirmations {
            let position = locator.position(confirmation.span.start);
            let rule = &draft.rules.rules[confirmation.rule as usize];
            out.push_str(&format!("{path}:{}:{}: 相合 ", position.line, position.column));
            hyperlink::put(&mut out, options.rule_link(rule), &rule.id);
            out.push_str(&format!(" {}\n", confirmation_text(confirmation)));
        }
        out
    }
}
