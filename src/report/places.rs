use crate::text::{Locator, Position};

/// The lines and columns of places that are known beforehand, in whatever order they are asked for:
/// one pass over the text, however far a finding's related places lie from it.
pub(super) struct Places(Vec<(usize, Position)>);

impl Places {
    /// Locates `offsets` (bytes) in `text`.
    pub(super) fn new(text: &str, offsets: impl IntoIterator<Item = usize>) -> Places {
        let mut offsets: Vec<usize> = offsets.into_iter().collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut locator = Locator::new(text);
        Places(offsets.into_iter().map(|offset| (offset, locator.position(offset))).collect())
    }

    /// The position of one of those offsets.
    pub(super) fn at(&self, offset: usize) -> Position {
        let index = self.0.partition_point(|(known, _)| *known < offset);
        self.0.get(index).map_or(Position { line: 1, column: 1 }, |(_, position)| *position)
    }
}
