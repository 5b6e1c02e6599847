use super::errata::{Errata, HEADINGS};
use super::{Options, Sheet, Tally, Write};

/// The errata for a spreadsheet: CSV (RFC 4180) with a byte order mark, without which Excel takes it for GBK.
pub(super) struct Csv;

impl Write for Csv {
    fn begin(&self) -> &'static str {
        "\u{FEFF}"
    }

    fn sheet(&self, _: &Sheet, _: &Options) -> String {
        String::new()
    }

    fn gather(&self, sheet: &Sheet, tally: &mut Tally) {
        tally.errata = Errata::of(sheet);
    }

    fn end(&self, tally: &Tally, _: &Options) -> String {
        std::iter::once(HEADINGS.map(str::to_owned))
            .chain(tally.errata.rows(str::to_owned))
            .map(|row| line(&row))
            .collect()
    }
}

fn line(cells: &[String]) -> String {
    cells.iter().map(|cell| quoted(cell)).collect::<Vec<String>>().join(",") + "\r\n"
}

/// A cell. A draft may hold what a spreadsheet would run as a formula: an apostrophe in front makes it text.
fn quoted(cell: &str) -> String {
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
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
