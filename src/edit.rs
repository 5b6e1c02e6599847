//! Edits of a text, and ordered sets of edits that do not overlap.

use crate::text::Span;

/// The replacement of one span of a text. Offsets are in bytes, either in the canonical text of a draft or in the text
/// of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The span to replace; empty for an insertion.
    pub span: Span,
    /// The replacement; empty for a deletion.
    pub text: String,
}

/// An [`Edit`] that borrows the replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EditRef<'t> {
    /// The span to replace; empty for an insertion.
    pub span: Span,
    /// The replacement; empty for a deletion.
    pub text: &'t str,
}

impl EditRef<'_> {
    /// Returns an equivalent edit without the common prefix and suffix of the replaced text and the replacement. `base`
    /// is the text that the edit applies to.
    pub fn trimmed(self, base: &str) -> Self {
        let old = self.span.of(base);
        let prefix: usize =
            old.chars().zip(self.text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        let (old, new) = (&old[prefix..], &self.text[prefix..]);
        let suffix: usize =
            old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        let span = Span::new(self.span.start + prefix, self.span.end - suffix);
        EditRef { span, text: &new[..new.len() - suffix] }
    }

    /// Returns the edit with a copy of the replacement.
    pub fn to_edit(self) -> Edit {
        Edit { span: self.span, text: self.text.to_owned() }
    }
}

/// Edits of one text. They are sorted and disjoint by construction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditSet {
    edits: Vec<Edit>,
}

impl EditSet {
    /// Adds an edit, which must come after all edits in the set.
    ///
    /// Two insertions at the same offset count as overlapping, as does an insertion with a replacement that starts or
    /// ends at its offset, because the order of the two would be arbitrary.
    ///
    /// # Errors
    /// Returns the edit if it overlaps or precedes an edit in the set.
    pub fn push(&mut self, edit: Edit) -> Result<(), Edit> {
        let is_after_all = self.edits.last().is_none_or(|last| {
            last.span.end < edit.span.start
                || last.span.end == edit.span.start && !last.span.is_empty() && !edit.span.is_empty()
        });
        if is_after_all {
            self.edits.push(edit);
            Ok(())
        } else {
            Err(edit)
        }
    }

    /// Returns the edits with these indices, which must be in ascending order.
    pub fn subset(&self, indices: &[usize]) -> EditSet {
        EditSet { edits: indices.iter().map(|&index| self.edits[index].clone()).collect() }
    }

    /// Returns whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Returns the number of edits.
    pub fn len(&self) -> usize {
        self.edits.len()
    }

    /// Iterates over the edits in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.edits.iter()
    }

    /// Returns the edits that overlap or adjoin `span`, in order.
    pub fn touching(&self, span: Span) -> &[Edit] {
        let from = self.edits.partition_point(|edit| edit.span.end < span.start);
        let to = self.edits.partition_point(|edit| edit.span.start <= span.end);
        &self.edits[from..to.max(from)]
    }

    /// Maps spans of the text before the edits to the text after them. A span that starts or ends inside a replaced
    /// range is extended to cover the whole replacement. What is inserted right before or after a span is not part of it.
    pub fn spans_after(&self, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
        // For every edit, the offset in bytes by which its end moves.
        let mut shift = 0_isize;
        let shifts: Vec<isize> = (self.edits.iter())
            .map(|edit| {
                shift += edit.text.len() as isize - edit.span.len() as isize;
                shift
            })
            .collect();
        let shift_before = |index: usize| index.checked_sub(1).map_or(0, |last| shifts[last]);
        let map = |offset: usize, is_end: bool, is_empty: bool| {
            let is_beyond = |edit: &Edit| is_end && !is_empty && edit.span.start == offset;
            let index = self.edits.partition_point(|edit| edit.span.end <= offset && !is_beyond(edit));
            match self.edits.get(index).filter(|edit| edit.span.start < offset) {
                Some(edit) if is_end => edit.span.end.saturating_add_signed(shifts[index]),
                Some(edit) => edit.span.start.saturating_add_signed(shift_before(index)),
                None => offset.saturating_add_signed(shift_before(index)),
            }
        };
        let map_span = |span: Span| {
            let start = map(span.start, false, span.is_empty());
            Span::new(start, map(span.end, true, span.is_empty()).max(start))
        };
        spans.into_iter().map(map_span).collect()
    }

    /// Applies the edits to `text`.
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

    /// Composes two sets: returns the set that has the same effect on `base` as this set followed by `later`. This set
    /// applies to `base`; `later` applies to the text that this set produces.
    pub fn then(&self, later: &EditSet, base: &str) -> EditSet {
        let middle = self.apply(base);
        let earlier: Vec<Span> = self.replacement_spans().collect();
        let mut composed = EditSet::default();
        let (mut earlier_index, mut later_index) = (0, 0);
        // By how many bytes the edits of this set that are done make `middle` longer than `base`.
        let mut shift = 0isize;
        while earlier_index < earlier.len() || later_index < later.len() {
            // Collect a group of edits that overlap. It covers `from..to` of `middle`.
            let next = [earlier.get(earlier_index), later.edits.get(later_index).map(|edit| &edit.span)];
            let Some(from) = next.into_iter().flatten().map(|span| span.start).min() else { break };
            let start = from.saturating_add_signed(-shift);
            if let Some(edit) = later.edits.get(later_index).filter(|edit| edit.span == Span::new(from, from)) {
                // An insertion stays one, also before a replacement.
                composed.append(Edit { span: Span::new(start, start), text: edit.text.clone() }, base);
                later_index += 1;
                continue;
            }
            let (mut to, first_later) = (from, later_index);
            let mut is_first = true;
            loop {
                let joins = |span: &Span| span.start < to || is_first && span.start == to;
                if let Some(span) = earlier.get(earlier_index).filter(|span| joins(span)) {
                    to = to.max(span.end);
                    shift += span.len() as isize - self.edits[earlier_index].span.len() as isize;
                    earlier_index += 1;
                } else if let Some(edit) = later.edits.get(later_index).filter(|edit| joins(&edit.span)) {
                    to = to.max(edit.span.end);
                    later_index += 1;
                } else {
                    break;
                }
                is_first = false;
            }
            let mut text = String::new();
            let mut done = from;
            for edit in &later.edits[first_later..later_index] {
                text.push_str(&middle[done..edit.span.start]);
                text.push_str(&edit.text);
                done = edit.span.end;
            }
            text.push_str(&middle[done..to]);
            composed.append(Edit { span: Span::new(start, to.saturating_add_signed(-shift)), text }, base);
        }
        composed
    }

    /// Adds an edit that begins where the last one ends, or later. An insertion there becomes part of the last one. A
    /// replacement after an insertion does not: the inserted text continues the text before it, also in its formatting.
    fn append(&mut self, edit: Edit, base: &str) {
        let mut edit = edit;
        loop {
            edit = EditRef { span: edit.span, text: &edit.text }.trimmed(base).to_edit();
            if edit.span.is_empty() && edit.text.is_empty() {
                return;
            }
            let meets = |last: &mut Edit| last.span.end == edit.span.start && edit.span.is_empty();
            let Some(last) = self.edits.pop_if(meets) else { break };
            edit = Edit { span: Span::new(last.span.start, edit.span.end), text: last.text + &edit.text };
        }
        self.edits.push(edit);
    }

    /// Returns the spans of the replacements in the text after the edits, in order.
    pub fn replacement_spans(&self) -> impl Iterator<Item = Span> + '_ {
        let mut shift = 0isize;
        self.edits.iter().map(move |edit| {
            let start = edit.span.start.saturating_add_signed(shift);
            shift += edit.text.len() as isize - edit.span.len() as isize;
            Span::new(start, start + edit.text.len())
        })
    }

    /// Maps spans of the text after the edits to the text before them. A span that starts or ends inside a replacement,
    /// or that ends where one starts, is extended to cover the whole replaced range.
    pub fn spans_before(&self, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
        let replacements: Vec<Span> = self.replacement_spans().collect();
        let map = |offset: usize, is_end: bool| {
            let count = replacements.partition_point(|replacement| replacement.start <= offset);
            match count.checked_sub(1).map(|last| (replacements[last], self.edits[last].span)) {
                None => offset,
                Some((replacement, replaced)) if offset >= replacement.end => replaced.end + (offset - replacement.end),
                Some((_, replaced)) if is_end => replaced.end,
                Some((_, replaced)) => replaced.start,
            }
        };
        let map_span = |span: Span| {
            let start = map(span.start, false);
            Span::new(start, map(span.end, true).max(start))
        };
        spans.into_iter().map(map_span).collect()
    }
}

/// A remark on a span of a draft; becomes a comment in a Word file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Byte offsets in the canonical text of the draft.
    pub span: Span,
    /// The text of the remark.
    pub text: String,
    /// The clause of the standard and the rule that the remark is based on.
    pub source: String,
}

/// Who makes tracked changes and comments, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature<'s> {
    /// The name of the author.
    pub author: &'s str,
    /// The date: `2023-11-01T08:00:00Z`.
    pub date: &'s str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { span: Span::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn rejects_overlapping_edits() {
        let mut set = EditSet::default();
        assert!(set.push(edit(0, 1, "x")).is_ok());
        assert!(set.push(edit(1, 2, "y")).is_ok());
        assert!(set.push(edit(1, 1, "z")).is_err());
        assert!(set.push(edit(3, 3, "z")).is_ok());
        assert!(set.push(edit(3, 3, "z")).is_err());
        assert_eq!(set.apply("abcde"), "xyczde");
    }

    /// Builds a valid set of edits of `text` from arbitrary numbers: gap, length and replacement of each edit.
    fn set(text: &str, numbers: &[(u8, u8, u8)]) -> EditSet {
        const REPLACEMENTS: [&str; 5] = ["", "x", "yz", "甲", "abc"];
        let mut set = EditSet::default();
        let mut at = 0;
        for &(gap, length, replacement) in numbers {
            let start = text.floor_char_boundary(at + gap as usize % 5);
            let end = text.floor_char_boundary(start + length as usize % 4);
            if start >= at && end <= text.len() {
                let _ = set.push(edit(start, end, REPLACEMENTS[replacement as usize % 5]));
                at = end;
            }
        }
        set
    }

    proptest::proptest! {
        #[test]
        fn composed_set_has_the_effect_of_one_set_after_the_other(
            base in "[a-c甲]{0,12}",
            first in proptest::collection::vec((0u8..9, 0u8..9, 0u8..9), 0..5),
            second in proptest::collection::vec((0u8..9, 0u8..9, 0u8..9), 0..5),
        ) {
            let first = set(&base, &first);
            let middle = first.apply(&base);
            let second = set(&middle, &second);
            let both = first.then(&second, &base);
            proptest::prop_assert_eq!(both.apply(&base), second.apply(&middle));
            for pair in both.edits.windows(2) {
                let meet = pair[0].span.end == pair[1].span.start;
                proptest::prop_assert!(pair[0].span.end <= pair[1].span.start && !(meet && pair[1].span.is_empty()));
            }
            for source in first.spans_before(second.iter().map(|edit| edit.span)) {
                proptest::prop_assert!(base.get(source.range()).is_some());
            }
        }
    }

    #[test]
    fn maps_spans_to_the_edited_text() {
        let mut set = EditSet::default();
        for edit in [edit(1, 2, "xxx"), edit(4, 6, "")] {
            set.push(edit).unwrap();
        }
        // abcdefg → axxxcdg
        for (old, new) in [((0, 1), (0, 1)), ((2, 4), (4, 6)), ((6, 7), (6, 7)), ((0, 7), (0, 7)), ((5, 7), (6, 7))] {
            assert_eq!(set.spans_after([Span::new(old.0, old.1)]), [Span::new(new.0, new.1)], "{old:?}");
        }
        let mut insertion = EditSet::default();
        insertion.push(edit(3, 3, "xx")).unwrap();
        // abcdef → abcxxdef
        for (old, new) in [((1, 3), (1, 3)), ((3, 4), (5, 6)), ((2, 4), (2, 6)), ((3, 3), (5, 5))] {
            assert_eq!(insertion.spans_after([Span::new(old.0, old.1)]), [Span::new(new.0, new.1)], "{old:?}");
        }
    }

    #[test]
    fn trimmed_edit_has_the_same_effect() {
        for (old, new) in [("2010-11", "2010—11"), ("的的", "的"), ("，，", "，"), ("甲", ""), ("", "乙"), ("同", "同")]
        {
            let whole = EditRef { span: Span::new(0, old.len()), text: new };
            let mut set = EditSet::default();
            set.push(whole.trimmed(old).to_edit()).unwrap();
            assert_eq!(set.apply(old), new);
        }
        let whole = EditRef { span: Span::new(0, 7), text: "2010—11" };
        assert_eq!(whole.trimmed("2010-11").to_edit(), edit(4, 5, "—"));
    }
}
