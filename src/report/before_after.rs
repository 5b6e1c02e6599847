//! The two lines that show an excerpt before and after its changes.

use similar::{Algorithm, ChangeTag, utils::diff_graphemes};

use super::excerpt::Excerpt;
use super::painter::TextStyle;
use super::screen::StyledText;
use crate::edit::Edit;
use crate::text::{Span, fit, width};

/// An edit with more bytes than this, old and new text together, is shown as one change, without comparing characters.
const MAX_COMPARED_BYTES: usize = 4096;

/// An excerpt before and after its changes. Set the flagged ranges first, then build the lines.
pub(super) struct BeforeAfter<'t> {
    text: &'t str,
    columns: usize,
    before: StyledText,
    after: StyledText,
    /// The flagged ranges without a change, sorted and disjoint, in bytes of the canonical text.
    flagged: Vec<Span>,
    change_count: usize,
}

impl<'t> BeforeAfter<'t> {
    /// Creates empty lines for an excerpt of `text`, for a screen of `columns`.
    pub(super) fn new(text: &'t str, columns: usize) -> BeforeAfter<'t> {
        BeforeAfter {
            text,
            columns,
            before: StyledText::default(),
            after: StyledText::default(),
            flagged: Vec::new(),
            change_count: 0,
        }
    }

    /// Flags `span`, which lies in `excerpt`. If it is empty, something is missing there: the character before it is
    /// flagged, or at the start of the excerpt the character after it. Spans must be passed in order of their start.
    pub(super) fn flag(&mut self, mut span: Span, excerpt: Span) {
        if span.is_empty() {
            let before = &self.text[excerpt.start..span.start];
            let after = &self.text[span.start..excerpt.end];
            span.start -= before.chars().next_back().map_or(0, char::len_utf8);
            span.end += if before.is_empty() { after.chars().next().map_or(0, char::len_utf8) } else { 0 };
        }
        match self.flagged.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => self.flagged.push(span),
        }
    }

    /// Builds both lines from an excerpt and the sorted edits in it.
    pub(super) fn build<'e>(&mut self, excerpt: &Excerpt, edits: impl Iterator<Item = &'e Edit>) {
        self.push_both(TextStyle::Plain, if excerpt.is_cut_before() { "…" } else { "" });
        let mut done = excerpt.span.start;
        for edit in edits {
            self.push_unchanged(Span::new(done, edit.span.start));
            self.push_change(edit.span.of(self.text), &edit.text);
            done = edit.span.end;
        }
        self.push_unchanged(Span::new(done, excerpt.span.end));
        self.push_both(TextStyle::Plain, if excerpt.is_cut_after() { "…" } else { "" });
    }

    /// Returns the line before the changes.
    pub(super) fn before(&self) -> &StyledText {
        &self.before
    }

    /// Returns the line after the changes.
    pub(super) fn after(&self) -> &StyledText {
        &self.after
    }

    /// Returns the number of edits shown.
    pub(super) fn change_count(&self) -> usize {
        self.change_count
    }

    /// Returns the number of flagged ranges without a change.
    pub(super) fn flagged_count(&self) -> usize {
        self.flagged.len()
    }

    /// Appends text to both lines. `style` applies only to the line that shows the text before the changes.
    fn push_both(&mut self, style: TextStyle, text: &str) {
        self.before.push(style, text);
        self.after.push(TextStyle::Plain, text);
    }

    /// Appends unchanged text to both lines. If it is longer than a few lines, only its two ends are shown.
    fn push_unchanged(&mut self, span: Span) {
        let text = span.of(self.text);
        let end_columns = self.columns;
        if text.len() <= 6 * end_columns || width(text) <= 3 * end_columns {
            return self.push_with_flags(span);
        }
        let head = fit(text, end_columns).len();
        // No character takes more columns than bytes, so as many bytes as columns fit.
        let tail = text.ceil_char_boundary(text.len() - end_columns);
        self.push_with_flags(Span::new(span.start, span.start + head));
        self.push_both(TextStyle::Plain, "…");
        self.push_with_flags(Span::new(span.start + tail, span.end));
    }

    fn push_with_flags(&mut self, span: Span) {
        let mut done = span.start;
        let first = self.flagged.partition_point(|flagged| flagged.end <= span.start);
        for index in first..self.flagged.len() {
            let flagged = self.flagged[index];
            if flagged.start >= span.end {
                break;
            }
            let (from, to) = (flagged.start.max(done), flagged.end.min(span.end));
            self.push_both(TextStyle::Plain, &self.text[done..from]);
            self.push_both(TextStyle::Flagged, &self.text[from..to]);
            done = to;
        }
        self.push_both(TextStyle::Plain, &self.text[done..span.end]);
    }

    fn push_change(&mut self, old: &str, new: &str) {
        self.change_count += 1;
        if old.len() + new.len() > MAX_COMPARED_BYTES || !old.chars().any(|c| new.contains(c)) {
            self.before.push(TextStyle::Deleted, old);
            self.after.push(TextStyle::Inserted, new);
            return;
        }
        for (tag, part) in diff_graphemes(Algorithm::Myers, old, new) {
            match tag {
                ChangeTag::Equal => self.push_both(TextStyle::Plain, part),
                ChangeTag::Delete => self.before.push(TextStyle::Deleted, part),
                ChangeTag::Insert => self.after.push(TextStyle::Inserted, part),
            }
        }
    }
}
