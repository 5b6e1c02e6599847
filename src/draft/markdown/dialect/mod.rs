//! The syntax of Markdown dialects that CommonMark does not know: formulas, template tags, wikilinks, containers, JSX …
//!
//! Which dialect a draft is written in cannot be known, so all of them are recognised in every draft. What is recognised
//! is translated to CommonMark of the same length: offsets in the translation are offsets in the draft. The translation
//! is what is parsed. So a tag within a link target does not end the link, and the text of a container is found in a list
//! item, with its own lists and code in it. The reader asks [`Translation::parts`] which parts of a text are syntax.

mod backticks;
mod inline;
mod lines;
mod lookahead;
mod tag;

use std::borrow::Cow;

use crate::text::Span;

/// A text with the syntax of dialects translated to CommonMark.
pub struct Translation<'t> {
    text: Cow<'t, str>,
    /// Sorted and disjoint.
    changes: Vec<Change>,
}

/// A span of the text that is syntax of a dialect, and what is parsed in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    span: Span,
    fill: Fill,
}

/// What is parsed in place of syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// A word that stands for content in the sentence: a formula, a template tag.
    Object,
    /// A word that the sentence does not contain: a list of attributes.
    Hidden,
    /// The same, where what is parsed has to be a mark, because emphasis may begin or end beside it.
    Mark,
    /// The text itself, which belongs to the sentence and cannot be edited.
    Fixed,
    /// Spaces.
    Blank,
    /// An HTML comment, which is a block of its own on its line.
    Comment,
    /// The beginning of a heading. The text after it is a line of its own.
    Line,
    /// The beginning of a list item that contains a line of its own. The lines after it that are indented by four spaces
    /// belong to the item.
    Item,
}

impl Fill {
    /// Appends the fill of `source` to `text`.
    fn append(self, source: &str, text: &mut String) {
        let length = source.len();
        let (start, filler, end) = match self {
            Fill::Fixed => return text.push_str(source),
            Fill::Object | Fill::Hidden => ("", "x", ""),
            Fill::Mark => ("", ",", ""),
            Fill::Blank => ("", " ", ""),
            Fill::Comment if length >= "<!---->".len() => ("<!--", "x", "-->"),
            Fill::Comment => ("", "x", ""),
            Fill::Line => ("#", " ", ""),
            // The marker is one that few writers use, so the item rarely joins a list before it.
            Fill::Item if length >= "+   # ".len() => ("+   #", " ", ""),
            Fill::Item => ("+ #", " ", ""),
        };
        text.push_str(start);
        text.extend(std::iter::repeat_n(filler, length.saturating_sub(start.len() + end.len())));
        text.push_str(end);
    }
}

/// A part of a text as a reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Prose(Span),
    /// Text that cannot be edited.
    Fixed(Span),
    /// Syntax that stands for content in the sentence.
    Object(Span),
}

/// Translates the syntax of dialects in `text` from byte `start` on.
pub fn translate(text: &str, start: usize) -> Translation<'_> {
    let mut changes = lines::scan(text, start);
    if changes.is_empty() {
        return Translation { text: Cow::Borrowed(text), changes };
    }
    changes.sort_by_key(|change| change.span.start);
    let mut translated = String::with_capacity(text.len());
    changes.retain(|Change { span, fill }| {
        let is_disjoint = span.start >= translated.len() && !span.is_empty();
        if is_disjoint {
            translated.push_str(&text[translated.len()..span.start]);
            fill.append(span.of(text), &mut translated);
        }
        is_disjoint
    });
    translated.push_str(&text[translated.len()..]);
    Translation { text: Cow::Owned(translated), changes }
}

impl Translation<'_> {
    /// The text to be parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Calls `each` with the parts of `span`, in order. Of a text that the parser has found, no part is lost: it does not
    /// divide the words that stand for syntax.
    pub fn parts(&self, span: Span, mut each: impl FnMut(Part)) {
        let mut at = span.start;
        for change in self.changes_in(span) {
            if at < change.span.start {
                each(Part::Prose(Span::new(at, change.span.start)));
            }
            at = change.span.end.min(span.end);
            match change.fill {
                Fill::Object => each(Part::Object(change.span)),
                Fill::Fixed => each(Part::Fixed(Span::new(change.span.start.max(span.start), at))),
                _ => {}
            }
        }
        if at < span.end {
            each(Part::Prose(Span::new(at, span.end)));
        }
    }

    /// Returns the spans in `span` that are syntax of a dialect.
    pub fn syntax_in(&self, span: Span) -> Vec<Span> {
        self.changes_in(span).filter(|change| change.fill != Fill::Fixed).map(|change| change.span).collect()
    }

    /// Returns the spans in `span` that cannot be edited.
    pub fn fixed_in(&self, span: Span) -> Vec<Span> {
        self.changes_in(span).filter(|change| change.fill == Fill::Fixed).map(|change| change.span).collect()
    }

    fn changes_in(&self, span: Span) -> impl Iterator<Item = &Change> {
        let first = self.changes.partition_point(|change| change.span.end <= span.start);
        self.changes[first..].iter().take_while(move |change| change.span.start < span.end)
    }
}
