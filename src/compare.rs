//! Compares two versions of a draft (核红): what was changed, whether each finding of the old version is resolved, and
//! which changes no finding requested.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::draft::Draft;
use crate::edit::{Edit, EditRef, EditSet};
use crate::finding::Finding;
use crate::text::Span;

/// What happened to a finding of the old version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The flagged text was changed to one of the suggestions.
    AsSuggested,
    /// The rule no longer finds it, and the text is none of the suggestions.
    Settled,
    /// The rule still finds it.
    Remains,
}

/// A place that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The range in the canonical text of the old draft; empty for an insertion.
    pub old: Span,
    /// The range in the canonical text of the new draft; empty for a deletion.
    pub new: Span,
    /// Whether a finding of the old version requested a change here.
    pub is_requested: bool,
}

/// The result of comparing two versions of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The changes in text order.
    pub changes: Vec<Change>,
    /// The fate of each finding of the old version.
    pub fates: Vec<Fate>,
    /// The indices of the findings of the new version that do not correspond to a finding of the old version.
    pub new_findings: Vec<usize>,
}

/// An old and a new range with more characters than this, taken together, count as one change and are not compared by
/// character.
const MAX_COMPARED_CHARS: usize = 4000;

/// Compares two versions of a draft, each with its findings, which are sorted by start. `fixed` is the old version with
/// all fixes made. A change that fixing makes too counts as requested, even if it becomes possible only through another
/// fix.
pub fn compare(old: (&Draft, &[Finding]), new: (&Draft, &[Finding]), fixed: &Draft) -> Comparison {
    let ((old, old_findings), (new, new_findings)) = (old, new);
    let differences = diff(old.text(), new.text());
    let mut edits = EditSet::default();
    for (old_span, new_span) in &differences {
        // The differences are sorted and disjoint, so no edit is refused.
        let _ = edits.push(Edit { span: *old_span, text: new_span.of(new.text()).to_owned() });
    }
    let mut is_old = vec![false; new_findings.len()];
    let moved = edits.spans_after(old_findings.iter().map(|finding| finding.span));
    let new_by_rule = FindingsByRule::new(new_findings);
    let fates = (old_findings.iter().zip(moved))
        .map(|(finding, moved)| match new_by_rule.find_touching(finding.rule, moved) {
            Some(index) => {
                is_old[index] = true;
                Fate::Remains
            }
            None if finding.suggestions.iter().any(|text| text == moved.of(new.text())) => Fate::AsSuggested,
            None => Fate::Settled,
        })
        .collect();
    let requests = requests(old_findings, diff(old.text(), fixed.text()).into_iter().map(|(span, _)| span));
    let changes = differences
        .into_iter()
        .map(|(old, new)| Change { old, new, is_requested: requests.find_touching(old).is_some() })
        .collect();
    let new_findings = (0..new_findings.len()).filter(|&index| !is_old[index]).collect();
    Comparison { changes, fates, new_findings }
}

/// Findings by rule, to be looked up by the text that they touch.
struct FindingsByRule(HashMap<u32, (Ranges, Vec<usize>)>);

impl FindingsByRule {
    fn new(findings: &[Finding]) -> FindingsByRule {
        let mut by_rule: HashMap<u32, Vec<usize>> = HashMap::new();
        for (index, finding) in findings.iter().enumerate() {
            by_rule.entry(finding.rule).or_default().push(index);
        }
        let ranges = |indices: &[usize]| Ranges::new(indices.iter().map(|&index| findings[index].span).collect());
        FindingsByRule(by_rule.into_iter().map(|(rule, indices)| (rule, (ranges(&indices), indices))).collect())
    }

    /// Returns the index of the first finding of `rule` that overlaps or adjoins `span`.
    fn find_touching(&self, rule: u32, span: Span) -> Option<usize> {
        let (ranges, indices) = self.0.get(&rule)?;
        ranges.find_touching(span).map(|at| indices[at])
    }
}

/// Returns the ranges of the old text in which a change was requested: those that `findings` flag, those of their related
/// places, and those that fixing changes (`fixed`).
fn requests(findings: &[Finding], fixed: impl Iterator<Item = Span>) -> Ranges {
    let related = |finding: &Finding| finding.related.iter().map(|related| related.span).collect::<Vec<_>>();
    let flagged = findings.iter().flat_map(|finding| std::iter::once(finding.span).chain(related(finding)));
    let mut spans: Vec<Span> = flagged.chain(fixed).collect();
    spans.sort_unstable();
    Ranges::new(spans)
}

/// Ranges of a text, which may overlap and contain each other.
struct Ranges {
    /// Sorted by start.
    spans: Vec<Span>,
    /// For each span the greatest end of all spans up to it.
    greatest_ends: Vec<usize>,
}

impl Ranges {
    /// Creates the ranges from spans that are sorted by start.
    fn new(spans: Vec<Span>) -> Ranges {
        let greatest_ends = spans.iter().scan(0, |greatest, span| {
            *greatest = span.end.max(*greatest);
            Some(*greatest)
        });
        Ranges { greatest_ends: greatest_ends.collect(), spans }
    }

    /// Returns the index of the first range that overlaps or adjoins `span`.
    fn find_touching(&self, span: Span) -> Option<usize> {
        let first = self.greatest_ends.partition_point(|&end| end < span.start);
        self.spans.get(first).filter(|range| range.start <= span.end).map(|_| first)
    }
}

/// Returns the ranges in which two texts differ, sorted and disjoint. Lines are compared first. Where lines were
/// replaced with the same number of lines, each is compared with its replacement by character; any other run of lines
/// is compared as a whole by character.
fn diff(old: &str, new: &str) -> Vec<(Span, Span)> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let old_contents: Vec<&str> = old_lines.iter().map(|line| line.of(old)).collect();
    let new_contents: Vec<&str> = new_lines.iter().map(|line| line.of(new)).collect();
    let mut differences = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &old_contents, &new_contents) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (old_range, new_range) = (op.old_range(), op.new_range());
        if old_range.len() == new_range.len() {
            for (old_line, new_line) in old_range.zip(new_range) {
                diff_chars(old, new, old_lines[old_line], new_lines[new_line], &mut differences);
            }
        } else {
            let whole = |lines: &[Span], range: Range<usize>, text: &str| {
                let start = lines.get(range.start).map_or(text.len(), |line| line.start);
                let end = if range.is_empty() { start } else { lines[range.end - 1].end };
                Span::new(start, end)
            };
            let (old_span, new_span) = (whole(&old_lines, old_range, old), whole(&new_lines, new_range, new));
            diff_chars(old, new, old_span, new_span, &mut differences);
        }
    }
    differences
}

/// Returns the ranges of the lines of `text`, with their line breaks.
fn lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    let line = |line: &str| {
        let span = Span::new(start, start + line.len());
        start = span.end;
        span
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Compares a range of the old text with one of the new text by character, and appends the differences.
fn diff_chars(old: &str, new: &str, old_span: Span, new_span: Span, differences: &mut Vec<(Span, Span)>) {
    let trimmed = EditRef { span: old_span, text: new_span.of(new) }.trimmed(old);
    let head = trimmed.span.start - old_span.start;
    let new_span = Span::new(new_span.start + head, new_span.start + head + trimmed.text.len());
    let old_span = trimmed.span;
    if old_span.is_empty() && new_span.is_empty() {
        return;
    }
    let (old_chars, new_chars) = (chars_with_offsets(old, old_span), chars_with_offsets(new, new_span));
    if old_chars.len() + new_chars.len() > MAX_COMPARED_CHARS {
        return differences.push((old_span, new_span));
    }
    let chars_only = |chars: &[(usize, char)]| -> Vec<char> { chars.iter().map(|(_, c)| *c).collect() };
    let span_of = |chars: &[(usize, char)], range: Range<usize>, end: usize| {
        let offset = |index: usize| chars.get(index).map_or(end, |(at, _)| *at);
        Span::new(offset(range.start), offset(range.end))
    };
    for op in capture_diff_slices(Algorithm::Myers, &chars_only(&old_chars), &chars_only(&new_chars)) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let before = span_of(&old_chars, op.old_range(), old_span.end);
        let after = span_of(&new_chars, op.new_range(), new_span.end);
        match differences.last_mut() {
            // The algorithm may report a replacement as a deletion followed by an insertion.
            Some((old, new)) if old.end == before.start && new.end == after.start => {
                (old.end, new.end) = (before.end, after.end);
            }
            _ => differences.push((before, after)),
        }
    }
}

/// Returns the characters of `span`, each with its byte offset in `text`.
fn chars_with_offsets(text: &str, span: Span) -> Vec<(usize, char)> {
    span.of(text).char_indices().map(|(at, c)| (span.start + at, c)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::builtin;
    use crate::draft::Format;
    use crate::engine::Engine;
    use crate::finding::{FixSafety, Severity, Suggestions};
    use crate::revise::revise;

    /// Compares two plain texts under the built-in rules; returns the findings of the old one too.
    fn compare_texts(old: &str, new: &str) -> (Comparison, Vec<Finding>) {
        let engine = Engine::new(builtin::rules());
        let open = |text: &str| Draft::open(text.into(), Format::Plain).unwrap();
        let fixed =
            revise(&engine, Draft::open(old.into(), Format::Plain).unwrap(), FixSafety::Suggested).unwrap().bytes;
        let (old, new) = (open(old), open(new));
        let (before, after) = (engine.check(&old), engine.check(&new));
        let fixed = Draft::open(fixed, Format::Plain).unwrap();
        (compare((&old, &before), (&new, &after), &fixed), before)
    }

    #[test]
    fn finds_ranges_that_begin_far_before() {
        let finding = |rule, start, end| Finding {
            rule,
            block: 0,
            span: Span::new(start, end),
            suggestions: Suggestions::default(),
            fix: FixSafety::None,
            severity: Severity::Warning,
            detail: None,
            related: Box::default(),
        };
        let findings =
            [finding(0, 0, 100), finding(1, 10, 11), finding(0, 20, 30), finding(1, 40, 41), finding(0, 50, 60)];
        let by_rule = FindingsByRule::new(&findings);
        for (rule, start, end, expected) in [
            (0, 90, 95, Some(0)),
            (0, 101, 102, None),
            (1, 12, 30, None),
            (1, 11, 11, Some(1)),
            (1, 35, 45, Some(3)),
            (2, 0, 9, None),
        ] {
            assert_eq!(by_rule.find_touching(rule, Span::new(start, end)), expected, "{rule} {start}");
        }
    }

    #[test]
    fn reports_fate_of_each_finding_and_whether_each_change_is_requested() {
        const OLD: &str = "前一段在这里。\n两地携手,共建联盟；各方协作,共谋发展。\n";
        use Fate::{AsSuggested, Remains, Settled};
        for (new, fates, is_requested, new_findings) in [
            (OLD, [Remains, Remains], &[][..], 0),
            ("前一段在这里。\n两地携手，共建联盟；各方协作,共谋发展。\n", [AsSuggested, Remains], &[true], 0),
            ("前一段在这里。\n两地携手共建联盟；各方协作、共谋发展。\n", [Settled, Settled], &[true, true], 0),
            ("新写的一段。\n前一段在这里。\n两地携手,共建联盟；各方协作,共谋发展。\n", [Remains; 2], &[false], 0),
            (
                "前一段在那里。\n两地携手，共建同盟；各方协作,共谋发展。\n",
                [AsSuggested, Remains],
                &[false, true, false],
                0,
            ),
            ("前一段在这里。\n", [Settled, Settled], &[true], 0),
            ("前一段,在这里。\n两地携手,共建联盟；各方协作,共谋发展。\n", [Remains; 2], &[false], 1),
        ] {
            let (comparison, findings) = compare_texts(OLD, new);
            assert_eq!(findings.len(), 2);
            assert_eq!(comparison.fates, fates, "{new}");
            let flags: Vec<bool> = comparison.changes.iter().map(|change| change.is_requested).collect();
            assert_eq!(flags, is_requested, "{new}");
            assert_eq!(comparison.new_findings.len(), new_findings, "{new}");
        }
    }

    #[test]
    fn changes_made_by_fixing_count_as_requested() {
        let engine = Engine::new(builtin::rules());
        for entry in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "txt") {
                let old = std::fs::read_to_string(path).unwrap();
                let new = revise(&engine, Draft::open(old.clone().into(), Format::Plain).unwrap(), FixSafety::Safe)
                    .unwrap()
                    .bytes;
                let (comparison, _) = compare_texts(&old, &String::from_utf8(new).unwrap());
                assert!(comparison.changes.iter().all(|change| change.is_requested));
            }
        }
    }

    proptest! {
        #[test]
        fn differences_turn_old_text_into_new_text(
            old in "[甲乙,，\\n]{0,40}",
            new in "[甲乙,，\\n]{0,40}",
        ) {
            let mut out = String::new();
            let mut done = 0;
            for (before, after) in diff(&old, &new) {
                out += &old[done..before.start];
                out += after.of(&new);
                done = before.end;
            }
            out += &old[done..];
            prop_assert_eq!(out, new);
        }
    }
}
