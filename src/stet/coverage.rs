//! Which blocks a mark 保留 covers: the blocks on its line or, if the line holds nothing but marks, the block that goes on
//! after it or begins next.

use std::collections::HashMap;

use super::name::names_of;
use crate::draft::{Draft, StetMark};
use crate::finding::Finding;
use crate::rule::Rule;

/// The blocks of a draft sorted by start, and the findings in each block.
pub(super) struct MarkCoverage<'d> {
    draft: &'d Draft,
    rules: &'d [Rule],
    blocks: Vec<BlockExtent>,
    /// The indices of the findings in each block.
    findings_by_block: Vec<Vec<usize>>,
    /// What the last mark that was looked up covers. Marks next to each other often cover the same blocks.
    covered: CoveredFindings<'d>,
    /// The line of the last mark that was looked up.
    line: MarkLine,
}

/// A block of the draft.
struct BlockExtent {
    /// The byte range in the canonical text.
    start: usize,
    end: usize,
    /// The index of the block in the draft.
    index: u32,
    /// Where the nearest block is that starts before this one and reaches into it, in the list of blocks. One that
    /// reaches beyond a place after the start of this block is found by following these from block to block.
    outer: Option<usize>,
}

/// The findings in some blocks.
#[derive(Default)]
struct CoveredFindings<'d> {
    /// The indices of the blocks in the draft.
    blocks: Vec<u32>,
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
        let mut findings_by_block = vec![Vec::new(); draft.blocks().len()];
        for (index, finding) in findings.iter().enumerate() {
            findings_by_block[finding.block as usize].push(index);
        }
        let line = MarkLine { start: 0, end: 0, has_text: false };
        let covered = CoveredFindings::default();
        MarkCoverage { draft, rules, blocks: extents(draft), findings_by_block, covered, line }
    }

    /// Looks up what `mark` covers. Successive calls must pass the marks in text order and the same `findings`.
    pub(super) fn look_up(&mut self, mark: &StetMark, findings: &[Finding]) {
        if mark.span.start >= self.line.end {
            self.line = self.line_of(mark);
        } else if self.line.has_text {
            return;
        }
        let blocks = if self.line.has_text { self.blocks_on_line() } else { self.block_after(mark) };
        if blocks != self.covered.blocks {
            self.covered = self.findings_in(blocks, findings);
        }
    }

    /// Sets `suppressed[i]` for every finding `i` that the mark covers and that is of the rule or family with `name`.
    /// Returns whether there are any.
    pub(super) fn suppress(&mut self, name: &str, suppressed: &mut [bool]) -> bool {
        let Some(indices) = self.covered.by_name.get_mut(name) else { return false };
        // Further marks that cover the same blocks have nothing left to do.
        for index in std::mem::take(indices) {
            suppressed[index] = true;
        }
        true
    }

    /// Returns the block after `mark`: the innermost one in which the mark stands or, if it stands in none, the next one.
    fn block_after(&self, mark: &StetMark) -> Vec<u32> {
        let next = self.blocks.partition_point(|block| block.start < mark.span.end);
        let around = self.begun_before(next).find(|block| block.end > mark.span.end);
        around.or(self.blocks.get(next)).map(|block| block.index).into_iter().collect()
    }

    /// Returns the blocks that lie at least partly on the line.
    fn blocks_on_line(&self) -> Vec<u32> {
        let line = &self.line;
        let first = self.blocks.partition_point(|block| block.start < line.start);
        let past = self.blocks.partition_point(|block| block.start < line.end);
        let reaching = self.begun_before(first).filter(|block| block.end > line.start);
        reaching.chain(&self.blocks[first..past]).map(|block| block.index).collect()
    }

    /// Returns blocks that come before the block with this index in the list, from the inside out: among them are all that
    /// reach beyond its start.
    fn begun_before(&self, index: usize) -> impl Iterator<Item = &BlockExtent> {
        let before = std::iter::successors(index.checked_sub(1), |&block| self.blocks[block].outer);
        before.map(|block| &self.blocks[block])
    }

    fn findings_in(&self, blocks: Vec<u32>, findings: &[Finding]) -> CoveredFindings<'d> {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for &index in blocks.iter().flat_map(|&block| &self.findings_by_block[block as usize]) {
            for name in names_of(&self.rules[findings[index].rule as usize].id) {
                by_name.entry(name).or_default().push(index);
            }
        }
        CoveredFindings { blocks, by_name }
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

/// Returns the blocks of `draft` sorted by start.
fn extents(draft: &Draft) -> Vec<BlockExtent> {
    let extents = (0..).zip(draft.blocks()).map(|(index, block)| (block.extent(), index));
    let mut blocks: Vec<BlockExtent> = extents
        .map(|(extent, index)| BlockExtent { start: extent.start, end: extent.end, index, outer: None })
        .collect();
    blocks.sort_unstable_by_key(|block| (block.start, block.end, block.index));
    let mut open: Vec<usize> = Vec::new();
    for at in 0..blocks.len() {
        while open.pop_if(|&mut outer| blocks[outer].end <= blocks[at].start).is_some() {}
        blocks[at].outer = open.last().copied();
        open.push(at);
    }
    blocks
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
        let texts = coverage.covered.blocks.iter().map(|&block| draft.blocks()[block as usize].text(draft.text()));
        assert_eq!(texts.map(|text| text.chars().next()).collect::<Vec<_>>(), [Some('甲')]);
    }
}
