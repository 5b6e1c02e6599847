use memchr::memchr2_iter;

use super::Mark;
use crate::block::{Body, Fragment, Shape};
use crate::text::Span;

/// The fragments of plain text: its lines, without the marks at their ends.
pub fn fragments(text: &str, marks: &[Mark]) -> Vec<Fragment> {
    let mut start = 0;
    let mut marks = marks.iter().peekable();
    memchr2_iter(b'\n', b'\r', text.as_bytes())
        .chain([text.len()])
        .filter_map(|end| {
            let mut line = Span::new(start, end);
            start = end + 1;
            while let Some(mark) = marks.next_if(|mark| mark.span.start < end) {
                line.end = line.end.min(mark.span.start.max(line.start));
            }
            Fragment::new(text, Shape::Line, Body::Slice(line))
        })
        .collect()
}
