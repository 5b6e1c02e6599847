//! The format `errata-csv`: the list of errata (勘误表) for spreadsheets, as CSV (RFC 4180). It starts with a byte order
//! mark, without which Excel reads it as GBK.

use super::errata_list::{ErrataList, HEADINGS};
use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally};

pub(super) struct ErrataCsv;

impl ReportWriter for ErrataCsv {
    fn begin(&self) -> &'static str {
        "\u{FEFF}"
    }

    fn draft(&self, _: &CheckedDraft, _: &ReportOptions, _: &mut Put) {}

    fn collect(&self, draft: &CheckedDraft, tally: &mut Tally) {
        tally.errata = ErrataList::of(draft);
    }

    fn end(&self, tally: &Tally, _: &ReportOptions) -> String {
        std::iter::once(HEADINGS.map(str::to_owned))
            .chain(tally.errata.rows(str::to_owned))
            .map(|row| csv_line(&row))
            .collect()
    }
}

fn csv_line(cells: &[String]) -> String {
    cells.iter().map(|cell| quoted(cell)).collect::<Vec<String>>().join(",") + "\r\n"
}

/// Quotes a cell. Text that a spreadsheet would run as a formula gets an apostrophe in front, so that it stays text.
fn quoted(cell: &str) -> String {
    let is_formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n']);
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_cells_and_neutralizes_formulas() {
        for (cell, expected) in [
            ("=1+1", "\"'=1+1\""),
            (" @SUM(A1)", "\"' @SUM(A1)\""),
            ("-", "\"'-\""),
            ("＝1", "\"'＝1\""),
            ("他说：\"=1\"，走了", "\"他说：\"\"=1\"\"，走了\""),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }
}
