//! What a mark covers: the blocks on its line, or where it has a line of its own the next block.

use crate::draft::{Draft, Mark};
use crate::finding::Finding;

/// The blocks of a draft by where they begin, and the findings in each.
pub(super) struct Covers<'d> {
    draft: &'d Draft,
    /// Start, end, index.
    blocks: Vec<(usize, usize, u32)>,
    /// The findings of each block, once asked for.
    findings: Option<Vec<Vec<usize>>>,
    /// The line of the last mark: its start, its end, and whether it holds anything but marks.
    line: (usize, usize, bool),
}

/// How far before a line a block may begin that goes on over it: captions stand amid a paragraph.
const BEFORE: usize = 16;

impl<'d> Covers<'d> {
    pub(super) fn new(draft: &'d Draft) -> Covers<'d> {
        let extents = draft.blocks().iter().map(|block| block.extent());
        let mut blocks: Vec<(usize, usize, u32)> =
            (0..).zip(extents).map(|(index, extent)| (extent.start, extent.end, index)).collect();
        blocks.sort_unstable();
        Covers { draft, blocks, findings: None, line: (0, 0, false) }
    }

    /// The indices of the blocks that `mark` covers. Marks are to be asked for in order.
    pub(super) fn of(&mut self, mark: &Mark) -> Vec<u32> {
        if mark.span.start >= self.line.1 {
            self.line = self.line_of(mark);
        }
        let (start, end, has_text) = self.line;
        if !has_text {
            let next = self.blocks.partition_point(|block| block.0 < mark.span.end);
            return self.blocks.get(next).map(|block| block.2).into_iter().collect();
        }
        let past = self.blocks.partition_point(|block| block.0 < end);
        let first = self.blocks.partition_point(|block| block.0 < start).saturating_sub(BEFORE);
        self.blocks[first..past].iter().filter(|block| block.1 > start).map(|block| block.2).collect()
    }

    fn line_of(&self, mark: &Mark) -> (usize, usize, bool) {
        let text = self.draft.text();
        let start = text[..mark.span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[mark.span.end..].find('\n').map_or(text.len(), |at| mark.span.end + at + 1);
        let mut done = start;
        let mut has_text = false;
        let marks = self.draft.marks();
        let first = marks.partition_point(|known| known.span.start < start);
        for known in marks[first..].iter().take_while(|known| known.span.start < end) {
            has_text |= is_text(&text[done..known.span.start.max(done)]);
            done = known.span.end.max(done);
        }
        (start, end, has_text || done < end && is_text(&text[done..end]))
    }

    /// The findings in a block, as indices.
    pub(super) fn findings_in(&mut self, findings: &[Finding], block: u32) -> &[usize] {
        let count = self.draft.blocks().len();
        let by_block = self.findings.get_or_insert_with(|| {
            let mut by_block = vec![Vec::new(); count];
            for (index, finding) in findings.iter().enumerate() {
                by_block[finding.block as usize].push(index);
            }
            by_block
        });
        &by_block[block as usize]
    }
}

/// Is there more on a line than blanks and the signs of a quotation or a list?
fn is_text(part: &str) -> bool {
    part.contains(|c: char| !c.is_whitespace() && !matches!(c, '>' | '-' | '*' | '+'))
}
