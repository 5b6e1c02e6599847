//! Which blocks a suppression mark covers: the blocks on its line or, if the line holds nothing but marks, the next
//! block.

use crate::draft::{Draft, StetMark};
use crate::finding::Finding;

/// The blocks of a draft sorted by start, and the findings in each block.
pub(super) struct MarkCoverage<'d> {
    draft: &'d Draft,
    blocks: Vec<BlockExtent>,
    /// The indices of the findings in each block; filled at first use.
    findings_by_block: Option<Vec<Vec<usize>>>,
    /// The line of the last mark that was looked up.
    line: MarkLine,
}

/// The byte range of a block in the canonical text, and the index of the block in the draft. Ordered by start.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct BlockExtent {
    start: usize,
    end: usize,
    index: u32,
}

/// A line on which a mark occurs, as a byte range of the canonical text with the line break.
struct MarkLine {
    start: usize,
    end: usize,
    /// Whether the line holds text besides the marks.
    has_text: bool,
}

/// How many blocks that start before a line are checked too, because they may reach into it. One is not enough:
/// captions in the middle of a paragraph start after the paragraph does.
const LOOKBACK_BLOCKS: usize = 16;

impl<'d> MarkCoverage<'d> {
    pub(super) fn new(draft: &'d Draft) -> MarkCoverage<'d> {
        let extents = draft.blocks().iter().map(|block| block.extent());
        let mut blocks: Vec<BlockExtent> = (0..)
            .zip(extents)
            .map(|(index, extent)| BlockExtent { start: extent.start, end: extent.end, index })
            .collect();
        blocks.sort_unstable();
        let line = MarkLine { start: 0, end: 0, has_text: false };
        MarkCoverage { draft, blocks, findings_by_block: None, line }
    }

    /// Returns the indices of the blocks that `mark` covers. Successive calls must pass the marks in text order.
    pub(super) fn blocks_of(&mut self, mark: &StetMark) -> Vec<u32> {
        if mark.span.start >= self.line.end {
            self.line = self.line_of(mark);
        }
        let line = &self.line;
        if !line.has_text {
            let next = self.blocks.partition_point(|block| block.start < mark.span.end);
            return self.blocks.get(next).map(|block| block.index).into_iter().collect();
        }
        let past = self.blocks.partition_point(|block| block.start < line.end);
        let first = self.blocks.partition_point(|block| block.start < line.start).saturating_sub(LOOKBACK_BLOCKS);
        self.blocks[first..past].iter().filter(|block| block.end > line.start).map(|block| block.index).collect()
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

    /// Returns the indices of the findings in the block with index `block`. Every call must pass the same `findings`.
    pub(super) fn findings_in(&mut self, findings: &[Finding], block: u32) -> &[usize] {
        let count = self.draft.blocks().len();
        let by_block = self.findings_by_block.get_or_insert_with(|| {
            let mut by_block = vec![Vec::new(); count];
            for (index, finding) in findings.iter().enumerate() {
                by_block[finding.block as usize].push(index);
            }
            by_block
        });
        &by_block[block as usize]
    }
}

/// Whether this part of a line holds more than whitespace and the characters that start a quotation or a list item.
fn is_text(part: &str) -> bool {
    part.contains(|c: char| !c.is_whitespace() && !matches!(c, '>' | '-' | '*' | '+'))
}
