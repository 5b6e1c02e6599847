//! The format `errata`: the list of errata (勘误表) as a table for people.

use super::errata_list::{ErrataList, HEADINGS};
use super::painter::{Painter, TextStyle};
use super::summary::summary;
use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally};
use crate::text::width;

/// The maximum width of a column, in columns of the screen. Longer cells shift the rest of their row to the right. The
/// last column is not limited.
const MAX_COLUMN_WIDTH: usize = 24;

pub(super) struct Errata;

impl ReportWriter for Errata {
    fn draft(&self, _: &CheckedDraft, _: &ReportOptions, _: &mut Put) {}

    fn collect(&self, draft: &CheckedDraft, tally: &mut Tally) {
        tally.errata = ErrataList::of(draft);
    }

    fn end(&self, tally: &Tally, options: &ReportOptions) -> String {
        if tally.total() == 0 {
            return summary(tally);
        }
        let painter = Painter::new(options.colour);
        let mark = |flagged: &str| {
            let mut out = String::new();
            let brackets = if options.colour || flagged.is_empty() { ["", ""] } else { ["⟦", "⟧"] };
            painter.put(&mut out, TextStyle::Flagged, flagged);
            brackets.join(&out)
        };
        let rows: Vec<[String; 5]> = std::iter::once(HEADINGS.map(str::to_owned))
            .chain(tally.errata.rows(mark))
            .map(|[wrong, right, count, position, sentence, ..]| [wrong, right, count, position, sentence])
            .collect();
        table(&rows) + &format!("\n共 {} 条，{} 处。\n", tally.errata.len(), tally.total())
    }
}

/// Formats rows as a table. The last column, the sentence, may be long and is not padded.
fn table(rows: &[[String; 5]]) -> String {
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let widths: [usize; 4] = std::array::from_fn(|column| widest(column).min(MAX_COLUMN_WIDTH));
    let mut out = String::new();
    for row in rows {
        for (cell, columns) in row.iter().zip(widths) {
            out += cell;
            out += &" ".repeat(columns.saturating_sub(width(cell)) + 2);
        }
        out += &row[4];
        out.push('\n');
    }
    out
}
