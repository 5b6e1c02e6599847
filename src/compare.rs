//! Two states of a draft (核红): what was changed, whether each finding of the old one is settled, and which changes
//! nobody asked for.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::draft::Draft;
use crate::edit::{Edit, EditSet};
use crate::finding::Finding;
use crate::text::Span;

/// What became of a finding in the old state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was changed to what a suggestion says.
    AsSuggested,
    /// It is no longer found.
    Settled,
    /// It is still found.
    Remains,
}

/// A place that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What stood there (bytes of the old text); empty where something was added.
    pub old: Span,
    /// What stands there now (bytes of the new text); empty where something was taken away.
    pub new: Span,
    /// Did a finding ask for a change here?
    pub asked: bool,
}

/// Two states of a draft, held against each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What was changed, in order.
    pub changes: Vec<Change>,
    /// For each finding of the old state what became of it.
    pub fates: Vec<Fate>,
    /// The findings of the new state, as indices, that were none of the old one's.
    pub fresh: Vec<usize>,
}

/// Lines that differ in more characters than this are compared no finer: they were written anew.
const FINE: usize = 4000;

/// Holds `new` against `old`; `fixed` is what all fixes would make of the old state: a change that it makes too was
/// asked for, even where it only became possible by another.
pub fn compare(old: (&Draft, &[Finding]), new: (&Draft, &[Finding]), fixed: &Draft) -> Comparison {
    let (old_text, new_text) = (old.0.text(), new.0.text());
    let pairs = differences(old_text, new_text);
    let mut edits = EditSet::default();
    for (old, new) in &pairs {
        // Disjoint and in order: none is refused.
        let _ = edits.push(Edit { span: *old, text: new.of(new_text).to_owned() });
    }
    let moved = edits.spans_after(old.1.iter().map(|finding| finding.span));
    let mut is_old = vec![false; new.1.len()];
    let fates = (old.1.iter().zip(moved))
        .map(|(finding, place)| {
            let first = new.1.partition_point(|other| other.span.start < place.start);
            let same = (first.saturating_sub(1)..new.1.len())
                .take_while(|&index| new.1[index].span.start <= place.end)
                .find(|&index| new.1[index].rule == finding.rule && new.1[index].span.end >= place.start);
            match same {
                Some(index) => {
                    is_old[index] = true;
                    Fate::Remains
                }
                None if finding.suggestions.iter().any(|to| to == place.of(new_text)) => Fate::AsSuggested,
                None => Fate::Settled,
            }
        })
        .collect();
    let mut asked: Vec<Span> = old
        .1
        .iter()
        .flat_map(|finding| std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span)))
        .collect();
    asked.extend(differences(old_text, fixed.text()).into_iter().map(|(old, _)| old));
    asked.sort_unstable();
    // For each the furthest end so far: what is asked may lie within what is asked.
    let mut furthest = 0;
    let ends: Vec<usize> = asked
        .iter()
        .map(|span| {
            furthest = furthest.max(span.end);
            furthest
        })
        .collect();
    let touches = |change: Span| {
        let past = asked.partition_point(|span| span.start <= change.end);
        past > 0 && ends[past - 1] >= change.start
    };
    let changes = pairs.into_iter().map(|(old, new)| Change { old, new, asked: touches(old) }).collect();
    let fresh = (0..new.1.len()).filter(|&index| !is_old[index]).collect();
    Comparison { changes, fates, fresh }
}

/// Where two texts differ: lines first, then the characters of lines that answer to each other.
fn differences(old: &str, new: &str) -> Vec<(Span, Span)> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let old_words: Vec<&str> = old_lines.iter().map(|line| line.of(old)).collect();
    let new_words: Vec<&str> = new_lines.iter().map(|line| line.of(new)).collect();
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &old_words, &new_words) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (olds, news) = (op.old_range(), op.new_range());
        if olds.len() == news.len() {
            for (old_line, new_line) in olds.zip(news) {
                within(old, new, old_lines[old_line], new_lines[new_line], &mut pairs);
            }
        } else {
            let whole = |lines: &[Span], range: std::ops::Range<usize>, text: &str| {
                let start = lines.get(range.start).map_or(text.len(), |line| line.start);
                let end = if range.is_empty() { start } else { lines[range.end - 1].end };
                Span::new(start, end)
            };
            within(old, new, whole(&old_lines, olds, old), whole(&new_lines, news, new), &mut pairs);
        }
    }
    pairs
}

/// The lines of a text, with what ends them.
fn lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    let line = |line: &str| {
        let span = Span::new(start, start + line.len());
        start = span.end;
        span
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Adds the differences between two stretches, character by character.
fn within(old: &str, new: &str, old_span: Span, new_span: Span, pairs: &mut Vec<(Span, Span)>) {
    let edit = Edit { span: old_span, text: new_span.of(new).to_owned() };
    let trimmed = edit.trimmed(old);
    let head = trimmed.span.start - old_span.start;
    let new_span = Span::new(new_span.start + head, new_span.start + head + trimmed.text.len());
    let old_span = trimmed.span;
    if old_span.is_empty() && new_span.is_empty() {
        return;
    }
    let places = |text: &str, span: Span| -> Vec<(usize, char)> {
        span.of(text).char_indices().map(|(at, c)| (span.start + at, c)).collect()
    };
    let (old_chars, new_chars) = (places(old, old_span), places(new, new_span));
    if old_chars.len() + new_chars.len() > FINE {
        return pairs.push((old_span, new_span));
    }
    let only = |chars: &[(usize, char)]| -> Vec<char> { chars.iter().map(|(_, c)| *c).collect() };
    let at = |chars: &[(usize, char)], index: usize, end: usize| chars.get(index).map_or(end, |(at, _)| *at);
    for op in capture_diff_slices(Algorithm::Myers, &only(&old_chars), &only(&new_chars)) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (olds, news) = (op.old_range(), op.new_range());
        let before = Span::new(at(&old_chars, olds.start, old_span.end), at(&old_chars, olds.end, old_span.end));
        let after = Span::new(at(&new_chars, news.start, new_span.end), at(&new_chars, news.end, new_span.end));
        match pairs.last_mut() {
            // A replacement may be told as taking away and adding.
            Some((old, new)) if old.end == before.start && new.end == after.start => {
                (old.end, new.end) = (before.end, after.end);
            }
            _ => pairs.push((before, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::builtin;
    use crate::draft::Format;
    use crate::engine::Engine;
    use crate::finding::FixSafety;
    use crate::revise::revise;

    fn compared(old: &str, new: &str) -> (Comparison, Vec<Finding>) {
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
    fn each_finding_has_its_fate_and_each_change_its_reason() {
        const OLD: &str = "前一段在这里。\n两地携手,共建联盟；各方协作,共谋发展。\n";
        use Fate::{AsSuggested, Remains, Settled};
        for (new, fates, asked, fresh) in [
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
            let (comparison, findings) = compared(OLD, new);
            assert_eq!(findings.len(), 2);
            assert_eq!(comparison.fates, fates, "{new}");
            let seen: Vec<bool> = comparison.changes.iter().map(|change| change.asked).collect();
            assert_eq!(seen, asked, "{new}");
            assert_eq!(comparison.fresh.len(), fresh, "{new}");
        }
    }

    #[test]
    fn what_fixing_changes_was_asked_for() {
        let engine = Engine::new(builtin::rules());
        for entry in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "txt") {
                let old = std::fs::read_to_string(path).unwrap();
                let new = revise(&engine, Draft::open(old.clone().into(), Format::Plain).unwrap(), FixSafety::Safe)
                    .unwrap()
                    .bytes;
                let (comparison, _) = compared(&old, &String::from_utf8(new).unwrap());
                assert!(comparison.changes.iter().all(|change| change.asked));
            }
        }
    }

    proptest! {
        #[test]
        fn the_changes_make_the_new_text(
            old in "[甲乙,，\\n]{0,40}",
            new in "[甲乙,，\\n]{0,40}",
        ) {
            let mut out = String::new();
            let mut done = 0;
            for (before, after) in differences(&old, &new) {
                out += &old[done..before.start];
                out += after.of(&new);
                done = before.end;
            }
            out += &old[done..];
            prop_assert_eq!(out, new);
        }
    }
}
