//! A range of bytes in a text.

use std::ops::Range;

/// A half-open range of byte offsets, `start..end`.
///
/// The offsets refer either to the text of a block or to the canonical text of a draft; the documentation of each
/// field or parameter says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

impl Span {
    /// Creates the span `start..end`.
    pub fn new(start: usize, end: usize) -> Span {
        debug_assert!(start <= end, "span ends before it starts: {start}..{end}");
        Span { start, end }
    }

    /// Returns the length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Returns whether the span has length 0.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns whether `other` lies entirely inside this span.
    pub fn covers(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Returns the span as a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Returns the part of `text` that the span covers.
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// Returns the span moved `by` bytes towards the end of the text.
    pub fn shifted(self, by: usize) -> Span {
        Span::new(self.start + by, self.end + by)
    }
}
