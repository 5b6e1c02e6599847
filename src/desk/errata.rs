//! The list of errata of a reading: what was changed, for a spreadsheet.

use crate::review::{BY_HAND, Reading};
use crate::text::Locator;

/// Returns the list as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets need.
pub fn csv(reading: &Reading) -> String {
    let mut out = "\u{FEFF}位置,误,正,问题,规则\r\n".to_owned();
    let mut changes: Vec<_> = reading
        .decided()
        .iter()
        .filter(|decided| decided.verdict.is_change() && decided.before != decided.after)
        .collect();
    changes.sort_by_key(|decided| decided.span.start);
    let mut locator = Locator::new(reading.draft().text());
    for decided in changes {
        let place = locator.position(decided.span.start);
        let or = |text: &str, empty: &str| if text.is_empty() { empty.to_owned() } else { text.to_owned() };
        let cells = [
            format!("{}:{}", place.line, place.column),
            or(&decided.before, "（缺）"),
            or(&decided.after, "（删去）"),
            decided.message.clone(),
            if decided.rule == BY_HAND { String::new() } else { decided.rule.clone() },
        ];
        out += &cells.map(|cell| quoted(&cell)).join(",");
        out += "\r\n";
    }
    out
}

/// Quotes a cell. A cell that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, cell.replace('"', "\"\""))
}
