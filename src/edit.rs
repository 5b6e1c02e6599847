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
    pub fn within(&self, within: Span) -> &[Edit] {
        let from = self.edits.partition_point(|edit| edit.span.end < within.start);
        let to = self.edits.partition_point(|edit| edit.span.start <= within.end);
        &self.edits[from..to.max(from)]
    }

    /// Where each of `spans` of the old text lies in the new one. What an edit replaces goes with it.
    pub fn moved(&self, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
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

    #[test]
    fn spans_move_with_the_text() {
        let mut set = EditSet::default();
        for edit in [edit(1, 2, "xxx"), edit(4, 6, "")] {
            set.push(edit).unwrap();
        }
        // abcdefg → axxxcdg
        for (old, new) in [((0, 1), (0, 1)), ((2, 4), (4, 6)), ((6, 7), (6, 7)), ((0, 7), (0, 7)), ((5, 7), (6, 7))] {
            assert_eq!(set.moved([Span::new(old.0, old.1)]), [Span::new(new.0, new.1)], "{old:?}");
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
