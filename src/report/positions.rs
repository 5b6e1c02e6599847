//! Lines and columns for a set of byte offsets that is known in advance.

use super::CheckedDraft;
use crate::text::{Locator, Position};

/// Appends `line:column`.
pub(super) fn push_line_and_column(out: &mut String, position: Position) {
    push_number(out, position.line);
    out.push(':');
    push_number(out, position.column);
}

/// Appends a number in decimal digits.
fn push_number(out: &mut String, mut number: usize) {
    let mut digits = [0; usize::MAX.ilog10() as usize + 1];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.push_str(str::from_utf8(&digits[first..]).unwrap_or_default());
}

/// Line and column of each of a set of byte offsets in one text. The table is built in one pass over the text and can
/// be queried in any order, however far the related places of a finding are from it.
pub(super) struct Positions(Vec<LocatedOffset>);

struct LocatedOffset {
    offset: usize,
    position: Position,
    /// The byte offset at which the line starts.
    line_start: usize,
}

impl Positions {
    /// Locates the start and the end of all findings of a draft, of their related places, and of all confirmations.
    pub(super) fn of(draft: &CheckedDraft) -> Positions {
        let findings = draft.findings.iter().flat_map(|finding| {
            std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span))
        });
        let spans = findings.chain(draft.confirmations.iter().map(|confirmation| confirmation.span));
        Positions::new(draft.text, spans.flat_map(|span| [span.start, span.end]))
    }

    /// Locates byte `offsets` in `text`.
    pub(super) fn new(text: &str, offsets: impl IntoIterator<Item = usize>) -> Positions {
        let mut offsets: Vec<usize> = offsets.into_iter().collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut locator = Locator::new(text);
        let (mut previous, mut line_start) = (0, 0);
        let located = offsets.into_iter().map(|offset| {
            line_start = text[previous..offset].rfind('\n').map_or(line_start, |at| previous + at + 1);
            previous = offset;
            LocatedOffset { offset, position: locator.position(offset), line_start }
        });
        Positions(located.collect())
    }

    /// Returns the line and column of `offset`, which must be one of the located offsets.
    pub(super) fn at(&self, offset: usize) -> Position {
        self.find(offset).map_or(Position { line: 1, column: 1 }, |located| located.position)
    }

    /// Returns the column in bytes, from 1, of `offset`, which must be one of the located offsets.
    pub(super) fn byte_column(&self, offset: usize) -> usize {
        self.find(offset).map_or(1, |located| located.offset - located.line_start + 1)
    }

    fn find(&self, offset: usize) -> Option<&LocatedOffset> {
        self.0.get(self.0.partition_point(|located| located.offset < offset))
    }
}
