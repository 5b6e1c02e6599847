use super::{Options, Paint, Sheet, Write, hyperlink};
use crate::text::{Locator, visible};

/// `path:line:column: 错误 rule message`
pub(super) struct Brief;

impl Write for Brief {
    fn sheet(&self, sheet: &Sheet, options: &Options) -> String {
        let paint = Paint::new(options.colour);
        let path = visible(sheet.path);
        let mut locator = Locator::new(sheet.text);
        let mut out = String::new();
        for finding in sheet.findings {
            let rule = sheet.rule(finding);
            let place = locator.position(finding.span.start);
            out.push_str(&format!("{path}:{}:{}: ", place.line, place.column));
            paint.put(&mut out, rule.severity.into(), rule.severity.chinese());
            out.push(' ');
            hyperlink::put(&mut out, options.link_to(rule), &rule.id);
            out.push_str(&format!(" {}\n", visible(&sheet.message(finding))));
        }
        let mut locator = Locator::new(sheet.text);
        for confirmation in sheet.confirmations {
            let place = locator.position(confirmation.span.start);
            let rule = &sheet.rules.rules[confirmation.rule as usize];
            out.push_str(&format!("{path}:{}:{}: 相合 ", place.line, place.column));
            hyperlink::put(&mut out, options.link_to(rule), &rule.id);
            out.push_str(&format!(" {}\n", sheet.ticked(confirmation)));
        }
        out
    }
}
