use similar::{Algorithm, ChangeTag, utils::diff_graphemes};

use super::paint::Style;
use super::screen::Styled;
use super::stretch::Stretch;
use crate::edit::Edit;
use crate::text::{Span, fit, width};

/// An edit of more bytes than this is shown as one change.
const FINE: usize = 4096;

/// The two lines of a stretch.
pub(super) struct Sides<'t> {
    text: &'t str,
    columns: usize,
    before: Styled,
    after: Styled,
    /// What is pointed at in the line before: sorted, disjoint.
    pointed: Vec<Span>,
    changes: usize,
}

impl<'t> Sides<'t> {
    pub(super) fn new(text: &'t str, columns: usize) -> Sides<'t> {
        Sides { text, columns, before: Styled::default(), after: Styled::default(), pointed: Vec::new(), changes: 0 }
    }

    /// Points at `hit`. Where it is empty, at the character before it: something is missing there.
    pub(super) fn point_at(&mut self, hit: Span, within: Span) {
        let mut hit = hit;
        if hit.is_empty() {
            let before = &self.text[within.start..hit.start];
            let after = &self.text[hit.start..within.end];
            hit.start -= before.chars().next_back().map_or(0, char::len_utf8);
            hit.end += if before.is_empty() { after.chars().next().map_or(0, char::len_utf8) } else { 0 };
        }
        match self.pointed.last_mut() {
            Some(last) if hit.start < last.end => last.end = last.end.max(hit.end),
            _ => self.pointed.push(hit),
        }
    }

    pub(super) fn build<'e>(&mut self, stretch: &Stretch, edits: impl Iterator<Item = &'e Edit>) {
        self.both(Style::Plain, if stretch.cut_before() { "…" } else { "" });
        let mut done = stretch.span.start;
        for edit in edits {
            self.same(Span::new(done, edit.span.start));
            self.change(edit.span.of(self.text), &edit.text);
            done = edit.span.end;
        }
        self.same(Span::new(done, stretch.span.end));
        self.both(Style::Plain, if stretch.cut_after() { "…" } else { "" });
    }

    /// The line as it was.
    pub(super) fn before(&self) -> &Styled {
        &self.before
    }

    /// The line as it will be.
    pub(super) fn after(&self) -> &Styled {
        &self.after
    }

    /// How many edits were made.
    pub(super) fn changes(&self) -> usize {
        self.changes
    }

    /// How many places are pointed at.
    pub(super) fn pointed(&self) -> usize {
        self.pointed.len()
    }

    fn both(&mut self, before: Style, text: &str) {
        self.before.push(before, text);
        self.after.push(Style::Plain, text);
    }

    /// What stays as it is; of more than a few lines only the two ends.
    fn same(&mut self, span: Span) {
        let text = span.of(self.text);
        let ends = self.columns;
        if text.len() <= 6 * ends || width(text) <= 3 * ends {
            return self.same_part(span);
        }
        let head = fit(text, ends).len();
        let tail = text.ceil_char_boundary(text.len() - ends);
        self.same_part(Span::new(span.start, span.start + head));
        self.both(Style::Plain, "…");
        self.same_part(Span::new(span.start + tail, span.end));
    }

    fn same_part(&mut self, span: Span) {
        let mut done = span.start;
        let first = self.pointed.partition_point(|pointed| pointed.end <= span.start);
        for index in first..self.pointed.len() {
            let pointed = self.pointed[index];
            if pointed.start >= span.end {
                break;
            }
            let (from, to) = (pointed.start.max(done), pointed.end.min(span.end));
            self.both(Style::Plain, &self.text[done..from]);
            self.both(Style::Pointed, &self.text[from..to]);
            done = to;
        }
        self.both(Style::Plain, &self.text[done..span.end]);
    }

    fn change(&mut self, old: &str, new: &str) {
        self.changes += 1;
        if old.len() + new.len() > FINE {
            self.before.push(Style::Deleted, old);
            self.after.push(Style::Inserted, new);
            return;
        }
        for (tag, part) in diff_graphemes(Algorithm::Myers, old, new) {
            match tag {
                ChangeTag::Equal => self.both(Style::Plain, part),
                ChangeTag::Delete => self.before.push(Style::Deleted, part),
                ChangeTag::Insert => self.after.push(Style::Inserted, part),
            }
        }
    }
}
