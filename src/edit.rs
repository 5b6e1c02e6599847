//! Edits as values: what to put where, and a set of them that cannot contradict itself.

use crate::text::Span;

/// Put `text` in place of `span` (byte offsets in the canonical text of a draft, or in a block's text).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards; empty for a deletion.
    pub text: String,
}

impl Edit {
    /// The same change without the characters at either end that stay as they are.
    pub fn trimmed(&self, base: &str) -> Edit {
        let old = self.span.of(base);
        let head: usize =
            old.chars().zip(self.text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        let (old, new) = (&old[head..], &self.text[head..]);
        let tail: usize =
            old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        Edit { span: Span::new(self.span.start + head, self.span.end - tail), text: new[..new.len() - tail].to_owned() }
    }
}

/// Edits of one text, sorted and disjoint by construction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditSet {
    edits: Vec<Edit>,
}

impl EditSet {
    /// Adds an edit that lies behind all edits so far; gives it back where it does not.
    ///
    /// Two insertions at one place overlap, as does an insertion with a replacement that begins there:
    /// their order would be a matter of chance.
    pub fn push(&mut self, edit: Edit) -> Result<(), Edit> {
        let free = self.edits.last().is_none_or(|last| {
            last.span.end < edit.span.start
                || last.span.end == edit.span.start && !last.span.is_empty() && !edit.span.is_empty()
        });
        if free {
            self.edits.push(edit);
            Ok(())
        } else {
            Err(edit)
        }
    }

    /// Are there no edits?
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// How many edits there are.
    pub fn len(&self) -> usize {
        self.edits.len()
    }

    /// The edits in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.edits.iter()
    }

    /// The edits that touch `within`, in order.
    pub fn touching(&self, within: Span) -> &[Edit] {
        let from = self.edits.partition_point(|edit| edit.span.end < within.start);
        let to = self.edits.partition_point(|edit| edit.span.start <= within.end);
        &self.edits[from..to.max(from)]
    }

    /// Where each of `spans` of the old text lies in the new one. What an edit replaces goes with it.
    pub fn spans_after(&self, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
        // For every edit how far its end has moved.
        let mut shift = 0_isize;
        let shifts: Vec<isize> = (self.edits.iter())
            .map(|edit| {
                shift += edit.text.len() as isize - edit.span.len() as isize;
                shift
            })
            .collect();
        let shift_before = |index: usize| index.checked_sub(1).map_or(0, |last| shifts[last]);
        let moved = |offset: usize, is_end: bool| {
            let index = self.edits.partition_point(|edit| edit.span.end <= offset);
            match self.edits.get(index).filter(|edit| edit.span.start < offset) {
                Some(edit) if is_end => edit.span.end.saturating_add_signed(shifts[index]),
                Some(edit) => edit.span.start.saturating_add_signed(shift_before(index)),
                None => offset.saturating_add_signed(shift_before(index)),
            }
        };
        let span = |span: Span| {
            let start = moved(span.start, false);
            Span::new(start, moved(span.end, true).max(start))
        };
        spans.into_iter().map(span).collect()
    }

    /// `text` with every edit made.
    pub fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + self.edits.len());
        let mut done = 0;
        for edit in &self.edits {
            out.push_str(&text[done..edit.span.start]);
            out.push_str(&edit.text);
            done = edit.span.end;
        }
        out.push_str(&text[done..]);
        out
    }
}

impl EditSet {
    /// The one set that does to `base` what this set and then `later` do, which is of the text that this set makes.
    pub fn then(&self, later: &EditSet, base: &str) -> EditSet {
        let middle = self.apply(base);
        let earlier: Vec<Span> = self.results().collect();
        let mut composed = EditSet::default();
        let (mut mine, mut theirs) = (0, 0);
        // How far the text has moved behind the edits that are done.
        let mut moved = 0isize;
        while mine < earlier.len() || theirs < later.len() {
            // A group of edits that touch each other, as a stretch of the text between the two sets.
            let next = [earlier.get(mine), later.edits.get(theirs).map(|edit| &edit.span)];
            let Some(from) = next.into_iter().flatten().map(|span| span.start).min() else { break };
            let start = from.saturating_add_signed(-moved);
            let (mut to, first) = (from, theirs);
            loop {
                if let Some(span) = earlier.get(mine).filter(|span| span.start <= to) {
                    to = to.max(span.end);
                    moved += span.len() as isize - self.edits[mine].span.len() as isize;
                    mine += 1;
                } else if let Some(edit) = later.edits.get(theirs).filter(|edit| edit.span.start <= to) {
                    to = to.max(edit.span.end);
                    theirs += 1;
                } else {
                    break;
                }
            }
            let mut text = String::new();
            let mut done = from;
            for edit in &later.edits[first..theirs] {
                text.push_str(&middle[done..edit.span.start]);
                text.push_str(&edit.text);
                done = edit.span.end;
            }
            text.push_str(&middle[done..to]);
            let edit = Edit { span: Span::new(start, to.saturating_add_signed(-moved)), text }.trimmed(base);
            if !edit.span.is_empty() || !edit.text.is_empty() {
                // Groups do not touch each other.
                composed.edits.push(edit);
            }
        }
        composed
    }

    /// Where the replacements stand in the edited text, in order.
    fn results(&self) -> impl Iterator<Item = Span> + '_ {
        let mut moved = 0isize;
        self.edits.iter().map(move |edit| {
            let start = edit.span.start.saturating_add_signed(moved);
            moved += edit.text.len() as isize - edit.span.len() as isize;
            Span::new(start, start + edit.text.len())
        })
    }

    /// For each of `spans` of the edited text the stretch of the text before that became it.
    pub fn spans_before(&self, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
        let results: Vec<Span> = self.results().collect();
        let source = |offset: usize, at_end: bool| {
            let count = results.partition_point(|result| result.start <= offset);
            match count.checked_sub(1).map(|last| (results[last], self.edits[last].span)) {
                None => offset,
                Some((result, source)) if offset >= result.end => source.end + (offset - result.end),
                Some((_, source)) => {
                    if at_end {
                        source.end
                    } else {
                        source.start
                    }
                }
            }
        };
        spans
            .into_iter()
            .map(|span| {
                let start = source(span.start, false);
                Span::new(start, source(span.end, true).max(start))
            })
            .collect()
    }
}

/// A remark on a stretch of a draft: a comment in Word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Byte offsets in the canonical text of the draft.
    pub span: Span,
    /// What is said.
    pub text: String,
    /// The clause and the rule it rests on. A paragraph has one note of each source.
    pub source: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { span: Span::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn a_set_refuses_what_overlaps() {
        let mut set = EditSet::default();
        assert!(set.push(edit(0, 1, "x")).is_ok());
        assert!(set.push(edit(1, 2, "y")).is_ok());
        assert!(set.push(edit(1, 1, "z")).is_err());
        assert!(set.push(edit(3, 3, "z")).is_ok());
        assert!(set.push(edit(3, 3, "z")).is_err());
        assert_eq!(set.apply("abcde"), "xyczde");
    }

    fn set(text: &str, marks: &[(u8, u8, u8)]) -> EditSet {
        const NEW: [&str; 5] = ["", "x", "yz", "甲", "abc"];
        let mut set = EditSet::default();
        let mut at = 0;
        for &(gap, length, new) in marks {
            let start = text.floor_char_boundary(at + gap as usize % 5);
            let end = text.floor_char_boundary(start + length as usize % 4);
            if start >= at && end <= text.len() {
                let _ = set.push(edit(start, end, NEW[new as usize % 5]));
                at = end;
            }
        }
        set
    }

    proptest::proptest! {
        #[test]
        fn two_sets_are_one(
            base in "[a-c甲]{0,12}",
            first in proptest::collection::vec((0u8..9, 0u8..9, 0u8..9), 0..5),
            second in proptest::collection::vec((0u8..9, 0u8..9, 0u8..9), 0..5),
        ) {
            let first = set(&base, &first);
            let middle = first.apply(&base);
            let second = set(&middle, &second);
            let both = first.then(&second, &base);
            proptest::prop_assert_eq!(both.apply(&base), second.apply(&middle));
            let mut checked = EditSet::default();
            for edit in both.iter() {
                proptest::prop_assert!(checked.push(edit.clone()).is_ok());
            }
            for source in first.spans_before(second.iter().map(|edit| edit.span)) {
                proptest::prop_assert!(base.get(source.range()).is_some());
            }
        }
    }

    #[test]
    fn spans_move_with_the_text() {
        let mut set = EditSet::default();
        for edit in [edit(1, 2, "xxx"), edit(4, 6, "")] {
            set.push(edit).unwrap();
        }
        // abcdefg → axxxcdg
        for (old, new) in [((0, 1), (0, 1)), ((2, 4), (4, 6)), ((6, 7), (6, 7)), ((0, 7), (0, 7)), ((5, 7), (6, 7))] {
            assert_eq!(set.spans_after([Span::new(old.0, old.1)]), [Span::new(new.0, new.1)], "{old:?}");
        }
    }

    #[test]
    fn trimming_keeps_the_meaning() {
        for (old, new) in [("2010-11", "2010—11"), ("的的", "的"), ("，，", "，"), ("甲", ""), ("", "乙"), ("同", "同")]
        {
            let whole = edit(0, old.len(), new);
            let mut set = EditSet::default();
            set.push(whole.trimmed(old)).unwrap();
            assert_eq!(set.apply(old), new);
        }
        assert_eq!(edit(0, 7, "2010—11").trimmed("2010-11"), edit(4, 5, "—"));
    }
}
