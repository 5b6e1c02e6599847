//! What a mark 保留 covers: the blocks on its line or, if the line holds nothing but marks, the block that goes on after it or
//! begins next. Of a block that goes on in other columns, only the column at the mark: whether columns belong together is seen
//! from the text, which a fix may change.

use std::collections::HashMap;

use super::name::names_of;
use crate::draft::{Draft, StetMark};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::text::Span;

/// The columns of the blocks of a draft sorted by start, and the findings in each.
pub(super) struct MarkCoverage<'d> {
    draft: &'d Draft,
    rules: &'d [Rule],
    columns: Vec<Column>,
    /// The indices of the findings in each column.
    findings_by_column: Vec<Vec<usize>>,
    /// What the last mark that was looked up covers. Marks next to each other often cover the same columns.
    covered: CoveredFindings<'d>,
    /// The line of the last mark that was looked up.
    line: MarkLine,
}

/// A column of a block; most blocks have one.
struct Column {
    /// The byte range in the canonical text.
    start: usize,
    end: usize,
    /// The number of the column: they are counted block by block.
    number: usize,
    /// Where the nearest column is that starts before this one and reaches into it, in the list of columns. One that
    /// reaches beyond a place after the start of this column is found by following these from column to column.
    outer: Option<usize>,
}

/// The findings in some columns.
#[derive(Default)]
struct CoveredFindings<'d> {
    /// The numbers of the columns.
    columns: Vec<usize>,
    /// The indices of the findings, by the id of their rule and by its family.
    by_name: HashMap<&'d str, Vec<usize>>,
}

/// A line on which a mark occurs, as a byte range of the canonical text with the line break.
struct MarkLine {
    start: usize,
    end: usize,
    /// Whether the line holds text besides the marks.
    has_text: bool,
}

impl<'d> MarkCoverage<'d> {
    /// Creates the coverage for the findings of `rules` in `draft`.
    pub(super) fn new(draft: &'d Draft, rules: &'d [Rule], findings: &[Finding]) -> MarkCoverage<'d> {
        // The columns of each block, and the number of its first one.
        let mut by_block: Vec<(Vec<Span>, usize)> = Vec::with_capacity(draft.blocks().len());
        let mut count = 0;
        for block in draft.blocks() {
            let columns = block.body.columns(draft.text());
            count += columns.len();
            by_block.push((columns, count));
        }
        for (columns, first) in &mut by_block {
            *first -= columns.len();
        }
        let mut findings_by_column = vec![Vec::new(); count];
        for (index, finding) in findings.iter().enumerate() {
            let (columns, first) = &by_block[finding.block as usize];
            let within = columns.partition_point(|column| column.start <= finding.span.start).saturating_sub(1);
            findings_by_column[first + within].push(index);
        }
        let line = MarkLine { start: 0, end: 0, has_text: false };
        let columns = sorted(by_block.iter().flat_map(|(columns, _)| columns));
        MarkCoverage { draft, rules, columns, findings_by_column, covered: CoveredFindings::default(), line }
    }

    /// Looks up what `mark` covers. Successive calls must pass the marks in text order and the same `findings`.
    pub(super) fn look_up(&mut self, mark: &StetMark, findings: &[Finding]) {
        if mark.span.start >= self.line.end {
            self.line = self.line_of(mark);
        } else if self.line.has_text {
            return;
        }
        let columns = if self.line.has_text { self.columns_on_line() } else { self.column_after(mark) };
        if columns != self.covered.columns {
            self.covered = self.findings_in(columns, findings);
        }
    }

    /// Sets `suppressed[i]` for every finding `i` that the mark covers and that is of the rule or family with `name`.
    /// Returns whether there are any.
    pub(super) fn suppress(&mut self, name: &str, suppressed: &mut [bool]) -> bool {
        let Some(indices) = self.covered.by_name.get_mut(name) else { return false };
        // Further marks that cover the same columns have nothing left to do.
        for index in std::mem::take(indices) {
            suppressed[index] = true;
        }
        true
    }

    /// Returns the column after `mark`: the innermost one in which the mark stands or, if it stands in none, the next one.
    fn column_after(&self, mark: &StetMark) -> Vec<usize> {
        let next = self.columns.partition_point(|column| column.start < mark.span.end);
        let around = self.begun_before(next).find(|column| column.end > mark.span.end);
        around.or(self.columns.get(next)).map(|column| column.number).into_iter().collect()
    }

    /// Returns the columns that lie at least partly on the line.
    fn columns_on_line(&self) -> Vec<usize> {
        let line = &self.line;
        let first = self.columns.partition_point(|column| column.start < line.start);
        let past = self.columns.partition_point(|column| column.start < line.end);
        let reaching = self.begun_before(first).filter(|column| column.end > line.start);
        reaching.chain(&self.columns[first..past]).map(|column| column.number).collect()
    }

    /// Returns columns that come before the column with this index in the list, from the inside out: among them are all
    /// that reach beyond its start.
    fn begun_before(&self, index: usize) -> impl Iterator<Item = &Column> {
        let before = std::iter::successors(index.checked_sub(1), |&column| self.columns[column].outer);
        before.map(|column| &self.columns[column])
    }

    fn findings_in(&self, columns: Vec<usize>, findings: &[Finding]) -> CoveredFindings<'d> {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for &index in columns.iter().flat_map(|&column| &self.findings_by_column[column]) {
            for name in names_of(&self.rules[findings[index].rule as usize].id) {
                by_name.entry(name).or_default().push(index);
            }
        }
        CoveredFindings { columns, by_name }
    }

    fn line_of(&self, mark: &StetMark) -> MarkLine {
        let text = self.draft.text();
        let start = text[..mark.span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[mark.span.end..].find('\n').map_or(text.len(), |at| mark.span.end + at + 1);
        let mut done = start;
        let mut has_text = false;
        let marks = self.draft.marks();
        let first = marks.partition_point(|other| other.span.start < start);
        for other in marks[first..].iter().take_while(|other| other.span.start < end) {
            has_text |= is_text(&text[done..other.span.start.max(done)]);
            done = other.span.end.max(done);
        }
        MarkLine { start, end, has_text: has_text || done < end && is_text(&text[done..end]) }
    }
}

/// Returns columns, given by their spans in the order of their numbers, sorted by start.
fn sorted<'s>(spans: impl Iterator<Item = &'s Span>) -> Vec<Column> {
    let mut columns: Vec<Column> = spans
        .enumerate()
        .map(|(number, span)| Column { start: span.start, end: span.end, number, outer: None })
        .collect();
    columns.sort_unstable_by_key(|column| (column.start, column.end, column.number));
    let mut open: Vec<usize> = Vec::new();
    for at in 0..columns.len() {
        while open.pop_if(|&mut outer| columns[outer].end <= columns[at].start).is_some() {}
        columns[at].outer = open.last().copied();
        open.push(at);
    }
    columns
}

/// Whether this part of a line holds more than whitespace and the characters that start a quotation or a list item.
fn is_text(part: &str) -> bool {
    part.contains(|c: char| !c.is_whitespace() && !matches!(c, '>' | '-' | '*' | '+'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Format;

    #[test]
    fn finds_blocks_that_reach_into_a_line_from_any_distance() {
        let pictures = "![图](a)".repeat(40);
        let text = format!("甲{pictures}\n乙<!-- zhubi stet typo -->\n");
        let draft = Draft::open(text.into(), Format::Markdown).unwrap();
        assert!(draft.blocks().len() > 40);
        let mut coverage = MarkCoverage::new(&draft, &[], &[]);
        coverage.look_up(&draft.marks()[0], &[]);
        // Each block has one column, so they have the same numbers.
        let texts = coverage.covered.columns.iter().map(|&number| draft.blocks()[number].text(draft.text()));
        assert_eq!(texts.map(|text| text.chars().next()).collect::<Vec<_>>(), [Some('甲')]);
    }
}
