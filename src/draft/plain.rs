use memchr::memchr2_iter;

use crate::block::{Body, Fragment, Shape};
use crate::text::Span;

/// The fragments of plain text: its lines.
pub fn fragments(text: &str) -> Vec<Fragment> {
    let mut start = 0;
    memchr2_iter(b'\n', b'\r', text.as_bytes())
        .chain([text.len()])
        .filter_map(|end| {
            let line = Span::new(start, end);
            start = end + 1;
            Fragment::new(text, Shape::Line, Body::Slice(line))
        })
        .collect()
}
