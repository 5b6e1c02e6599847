use super::Sheet;
use crate::text::{Locator, Position};

/// The lines and columns of places that are known beforehand, in whatever order they are asked for:
/// one pass over the text, however far a finding's related places lie from it.
pub(super) struct Places(Vec<Place>);

struct Place {
    offset: usize,
    position: Position,
    /// Where its line begins (bytes).
    line_start: usize,
}

impl Places {
    /// Locates where the findings of a sheet, the places that belong to them, and the computations that hold begin
    /// and end.
    pub(super) fn of(sheet: &Sheet) -> Places {
        let spans = sheet.findings.iter().flat_map(|finding| {
            std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span))
        });
        let spans = spans.chain(sheet.confirmations.iter().map(|confirmation| confirmation.span));
        Places::new(sheet.text, spans.flat_map(|span| [span.start, span.end]))
    }

    /// Locates `offsets` (bytes) in `text`.
    pub(super) fn new(text: &str, offsets: impl IntoIterator<Item = usize>) -> Places {
        let mut offsets: Vec<usize> = offsets.into_iter().collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut locator = Locator::new(text);
        let (mut before, mut line_start) = (0, 0);
        let places = offsets.into_iter().map(|offset| {
            line_start = text[before..offset].rfind('\n').map_or(line_start, |at| before + at + 1);
            before = offset;
            Place { offset, position: locator.position(offset), line_start }
        });
        Places(places.collect())
    }

    /// The position of one of those offsets.
    pub(super) fn at(&self, offset: usize) -> Position {
        self.find(offset).map_or(Position { line: 1, column: 1 }, |place| place.position)
    }

    /// The column of one of those offsets, counted in bytes from 1.
    pub(super) fn byte_column(&self, offset: usize) -> usize {
        self.find(offset).map_or(1, |place| place.offset - place.line_start + 1)
    }

    fn find(&self, offset: usize) -> Option<&Place> {
        self.0.get(self.0.partition_point(|place| place.offset < offset))
    }
}
