use crate::block::{Block, Body, Fragment, Shape, recognise};
use crate::text::Span;

/// The blocks of plain text.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut fragments = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() {
            let at = start + (line.len() - line.trim_start().len());
            fragments.push(Fragment {
                shape: Shape::Line,
                body: Body::Slice(Span::new(at, at + content.len())),
                indented: false,
            });
        }
        start += line.len();
    }
    recognise(text, fragments)
}
