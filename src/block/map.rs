//! The text of a block and its mapping back to the canonical text of the draft.

use crate::edit::EditRef;
use crate::text::{OBJECT, Span};

/// The text of a block, with the mapping of each part to the canonical text of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Body {
    /// A span of the canonical text, unchanged. Nearly every paragraph of plain text has this form.
    Slice(Span),
    /// Text assembled from several pieces.
    Joined(Box<Joined>),
}

/// Text assembled from pieces of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Joined {
    text: String,
    /// The pieces in order. They cover the text without gaps.
    pieces: Vec<BodyPiece>,
}

/// A piece of an assembled text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct BodyPiece {
    /// The start of the piece in the text of the block, in bytes.
    at: usize,
    /// The span of the canonical text that the piece is made from.
    source: Span,
    origin: Origin,
    /// Whether the piece follows a column break.
    is_after_break: bool,
}

/// How a piece comes from its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Origin {
    /// The piece is identical to its source and can be edited.
    Verbatim,
    /// The same, but markup beside the piece needs a mark or a blank in its place.
    Boundary,
    /// The piece stands for its source and cannot be edited.
    Substitute,
}

impl Origin {
    fn is_verbatim(self) -> bool {
        self != Origin::Substitute
    }

    /// Returns whether an edit may put `text` in the place of a part of the piece.
    fn accepts(self, text: &str) -> bool {
        match self {
            Origin::Verbatim => true,
            Origin::Boundary => {
                !text.is_empty() && !text.starts_with(char::is_alphanumeric) && !text.ends_with(char::is_alphanumeric)
            }
            Origin::Substitute => false,
        }
    }
}

/// The spans of the canonical text that correspond to one span of the text of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSpans {
    /// The span before the first column break. It includes any markup between its characters.
    pub span: Span,
    /// The spans after column breaks.
    pub rest: Vec<Span>,
}

/// Returns whether `text` is nothing but whitespace.
fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

impl DraftSpans {
    /// Returns the span from the first to the last character, if only whitespace is between the parts.
    pub fn over_blanks(&self, canonical: &str) -> Option<Span> {
        let mut whole = self.span;
        for part in &self.rest {
            if !canonical.get(whole.end..part.start).is_some_and(is_blank) {
                return None;
            }
            whole.end = part.end;
        }
        Some(whole)
    }
}

impl Body {
    /// Returns the text of the block. `canonical` is the canonical text of the draft.
    #[inline]
    pub fn text<'t>(&'t self, canonical: &'t str) -> &'t str {
        match self {
            Body::Slice(span) => span.of(canonical),
            Body::Joined(joined) => &joined.text,
        }
    }

    /// Returns the span of the canonical text from the first to the last character of the body.
    pub fn extent(&self) -> Span {
        match self {
            Body::Slice(span) => *span,
            Body::Joined(joined) => Span::new(
                joined.pieces.first().map_or(0, |piece| piece.source.start),
                joined.pieces.last().map_or(0, |piece| piece.source.end),
            ),
        }
    }

    /// Returns the spans of the canonical text that are in the body unchanged, in the order of the body.
    pub fn verbatim_spans(&self) -> impl Iterator<Item = Span> {
        let (whole, pieces) = match self {
            Body::Slice(span) => (Some(*span), &[][..]),
            Body::Joined(joined) => (None, &joined.pieces[..]),
        };
        whole.into_iter().chain(pieces.iter().filter(|piece| piece.origin.is_verbatim()).map(|piece| piece.source))
    }

    /// Returns the places in the text of the body at which it continues in another line of the draft, with nothing but
    /// whitespace between. A column break with a caption in it is none.
    pub fn line_breaks(&self, canonical: &str) -> Vec<usize> {
        let Body::Joined(joined) = self else { return Vec::new() };
        let pairs = joined.pieces.iter().zip(&joined.pieces[1..]);
        let breaks = pairs.filter(|(before, after)| {
            let between = canonical.get(before.source.end..after.source.start);
            after.is_after_break && between.is_some_and(is_blank)
        });
        breaks.map(|(_, after)| after.at).collect()
    }

    /// Returns the places in the text of the body at which another line of the draft begins.
    pub fn line_starts(&self, canonical: &str) -> Vec<usize> {
        let Body::Joined(joined) = self else { return Vec::new() };
        let pairs = joined.pieces.iter().zip(&joined.pieces[1..]);
        let starts = pairs.filter(|(before, after)| {
            // A line break may be replaced by a blank.
            let from = if before.origin == Origin::Substitute { before.source.start } else { before.source.end };
            canonical.get(from..after.source.start).is_some_and(|between| between.contains('\n'))
        });
        starts.map(|(_, after)| after.at).collect()
    }

    /// Returns the spans of the canonical text between which the body goes on in another column: something else, a caption
    /// or a mark, stands between two of them.
    pub fn columns(&self, canonical: &str) -> Vec<Span> {
        let Body::Joined(joined) = self else { return vec![self.extent()] };
        let mut columns: Vec<Span> = Vec::new();
        for piece in &joined.pieces {
            let goes_on = |column: &Span| {
                !piece.is_after_break || canonical.get(column.end..piece.source.start).is_some_and(is_blank)
            };
            match columns.last_mut() {
                Some(column) if goes_on(column) => column.end = piece.source.end,
                _ => columns.push(piece.source),
            }
        }
        columns
    }

    /// Returns the same body in a canonical text that lacks the first `by` bytes, which must be before the body.
    pub fn moved_back(&self, by: usize) -> Body {
        let moved = |span: Span| Span::new(span.start - by, span.end - by);
        match self {
            Body::Slice(span) => Body::Slice(moved(*span)),
            Body::Joined(joined) => {
                let piece = |piece: &BodyPiece| BodyPiece { source: moved(piece.source), ..*piece };
                let pieces = joined.pieces.iter().map(piece).collect();
                Body::Joined(Box::new(Joined { text: joined.text.clone(), pieces }))
            }
        }
    }

    /// Returns the part of the body that `span` of its text covers.
    pub fn part(self, canonical: &str, span: Span) -> Body {
        match self {
            Body::Slice(whole) => Body::Slice(span.shifted(whole.start)),
            Body::Joined(joined) if span.len() == joined.text.len() => Body::Joined(joined),
            joined => {
                let mut builder = BodyBuilder::default();
                builder.part(canonical, &joined, span);
                builder.finish()
            }
        }
    }

    /// Replaces each of `objects` with an [`OBJECT`] character. `objects` are spans of the text of the body, sorted and
    /// disjoint.
    pub fn with_objects(self, canonical: &str, objects: &[Span]) -> Body {
        if objects.is_empty() {
            return self;
        }
        let mut builder = BodyBuilder::default();
        let mut done = 0;
        for &object in objects {
            builder.part(canonical, &self, Span::new(done, object.start));
            builder.object(self.locate(object).span);
            done = object.end;
        }
        builder.part(canonical, &self, Span::new(done, self.text(canonical).len()));
        builder.finish()
    }

    /// Returns the spans of the text of the body that come from `sources`, which are spans of the canonical text. Both
    /// are sorted and disjoint.
    pub fn spans_from(&self, sources: &[Span]) -> Vec<Span> {
        let whole = match self {
            Body::Slice(whole) => *whole,
            Body::Joined(joined) => return joined.spans_from(sources),
        };
        let first = sources.partition_point(|source| source.end <= whole.start);
        let sources = sources[first..].iter().take_while(|source| source.start < whole.end);
        let in_text = |at: usize| at.clamp(whole.start, whole.end) - whole.start;
        sources.map(|source| Span::new(in_text(source.start), in_text(source.end))).collect()
    }

    /// Maps `span` of the text of the block to the canonical text.
    pub fn locate(&self, span: Span) -> DraftSpans {
        let joined = match self {
            Body::Slice(whole) => return DraftSpans { span: span.shifted(whole.start), rest: Vec::new() },
            Body::Joined(joined) => joined,
        };
        let mut parts: Vec<Span> = Vec::new();
        for (index, piece) in joined.touched(span) {
            let part = joined.source_of(index, span);
            match parts.last_mut() {
                Some(last) if !piece.is_after_break => last.end = part.end,
                _ => parts.push(part),
            }
        }
        let mut parts = parts.into_iter();
        DraftSpans { span: parts.next().unwrap_or(Span::new(0, 0)), rest: parts.collect() }
    }

    /// Returns the edit of the canonical text that replaces `span` of the text of the block with `text`. Returns `None`
    /// if the edit would change anything but verbatim text (markup, a web address) or would span a column break.
    pub fn edit<'t>(&self, span: Span, text: &'t str, canonical: &str) -> Option<EditRef<'t>> {
        let joined = match self {
            Body::Slice(whole) => return Some(EditRef { span: span.shifted(whole.start), text }),
            Body::Joined(joined) => joined,
        };
        let within_one_piece = |edit: EditRef<'t>| {
            let mut touched = joined.touched(edit.span);
            let (index, piece) = touched.next()?;
            (piece.origin.accepts(edit.text) && touched.next().is_none())
                .then(|| EditRef { span: joined.source_of(index, edit.span), text: edit.text })
        };
        let edit = EditRef { span, text };
        within_one_piece(edit).or_else(|| within_one_piece(edit.trimmed(self.text(canonical))))
    }
}

impl Joined {
    /// Returns the pieces that `span` overlaps, with their indices. For an empty span, returns the piece that contains
    /// it; if it is between two pieces, the first of them.
    fn touched(&self, span: Span) -> impl Iterator<Item = (usize, &BodyPiece)> {
        let first = if span.is_empty() {
            self.pieces.partition_point(|piece| piece.at < span.start).saturating_sub(1)
        } else {
            self.pieces.partition_point(|piece| piece.at <= span.start).saturating_sub(1)
        };
        let end = self.pieces.partition_point(|piece| piece.at < span.end).max(first + 1).min(self.pieces.len());
        self.pieces.get(first..end).unwrap_or(&[]).iter().enumerate().map(move |(index, piece)| (first + index, piece))
    }

    /// Returns the span of the canonical text that corresponds to the part of piece `index` in `span`. For a piece
    /// that is not verbatim, returns its whole source.
    fn source_of(&self, index: usize, span: Span) -> Span {
        let piece = self.pieces[index];
        if !piece.origin.is_verbatim() {
            return piece.source;
        }
        let from = span.start.max(piece.at) - piece.at;
        let to = span.end.min(self.end_of(index)) - piece.at;
        Span::new(piece.source.start + from, piece.source.start + to.max(from))
    }

    /// See [`Body::spans_from`]. Of a piece that is not verbatim, all comes from a source that it overlaps.
    fn spans_from(&self, sources: &[Span]) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let text = Span::new(piece.at, self.end_of(index));
            let first = sources.partition_point(|source| source.end <= piece.source.start);
            for source in sources[first..].iter().take_while(|source| source.start < piece.source.end) {
                let in_text =
                    |at: usize| text.start + at.clamp(piece.source.start, piece.source.end) - piece.source.start;
                let part = if piece.origin.is_verbatim() {
                    Span::new(in_text(source.start), in_text(source.end))
                } else {
                    text
                };
                match found.last_mut() {
                    Some(last) if last.end >= part.start && source.start < piece.source.start => last.end = part.end,
                    Some(last) if last.end >= part.end => {}
                    _ => found.push(part),
                }
            }
        }
        found
    }

    /// Returns the end of piece `index` in the text of the block.
    fn end_of(&self, index: usize) -> usize {
        self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at)
    }
}

/// Assembles the text of a block from pieces in reading order.
#[derive(Debug, Clone, Default)]
pub struct BodyBuilder {
    text: String,
    pieces: Vec<BodyPiece>,
    /// Whether the next piece follows a column break.
    is_after_break: bool,
}

impl BodyBuilder {
    /// Appends the text of `source`, a span of the canonical text, unchanged.
    pub fn verbatim(&mut self, canonical: &str, source: Span) {
        if source.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(last)
                if last.origin == Origin::Verbatim && last.source.end == source.start && !self.is_after_break =>
            {
                last.source.end = source.end;
            }
            _ => self.start_piece(source, Origin::Verbatim),
        }
        self.text.push_str(source.of(canonical));
    }

    /// Same as [`BodyBuilder::verbatim`] for a mark or blank without which the markup beside it would not be markup. It
    /// can only be replaced by others.
    pub fn boundary(&mut self, canonical: &str, source: Span) {
        self.start_piece(source, Origin::Boundary);
        self.text.push_str(source.of(canonical));
    }

    /// Appends `text` as the substitute for `source`, a span of the canonical text: a decoded entity, a placeholder. The
    /// piece cannot be edited.
    pub fn substitute(&mut self, source: Span, text: &str) {
        if !text.is_empty() {
            self.start_piece(source, Origin::Substitute);
            self.text.push_str(text);
        }
    }

    /// Appends an [`OBJECT`] as the placeholder for `source`, which is not prose.
    pub fn object(&mut self, source: Span) {
        self.substitute(source, OBJECT.encode_utf8(&mut [0; 4]));
    }

    /// Marks a column break: the paragraph continues in another column.
    pub fn column_break(&mut self) {
        self.is_after_break = !self.pieces.is_empty();
    }

    /// Appends all of `body`.
    pub fn body(&mut self, canonical: &str, body: &Body) {
        self.part(canonical, body, Span::new(0, body.text(canonical).len()));
    }

    /// Appends the part of `body` that `span` of its text covers.
    pub fn part(&mut self, canonical: &str, body: &Body, span: Span) {
        let joined = match body {
            _ if span.is_empty() => return,
            Body::Slice(whole) => return self.verbatim(canonical, span.shifted(whole.start)),
            Body::Joined(joined) => joined,
        };
        for (index, piece) in joined.touched(span) {
            if piece.is_after_break && piece.at >= span.start {
                self.column_break();
            }
            let source = joined.source_of(index, span);
            match piece.origin {
                Origin::Verbatim => self.verbatim(canonical, source),
                Origin::Boundary => self.boundary(canonical, source),
                Origin::Substitute => {
                    let end = joined.end_of(index).min(span.end);
                    self.substitute(source, &joined.text[piece.at.max(span.start)..end]);
                }
            }
        }
    }

    /// Returns the text assembled so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether the text is still empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the finished body.
    pub fn finish(mut self) -> Body {
        self.take()
    }

    /// Returns the body assembled so far and starts an empty one. A body that turns out to be a slice of the draft leaves
    /// the builder its memory for the next one.
    pub fn take(&mut self) -> Body {
        let slice = match self.pieces.as_slice() {
            [] => Span::new(0, 0),
            [piece] if piece.origin == Origin::Verbatim => piece.source,
            _ => {
                let BodyBuilder { text, pieces, .. } = std::mem::take(self);
                return Body::Joined(Box::new(Joined { text, pieces }));
            }
        };
        self.text.clear();
        self.pieces.clear();
        self.is_after_break = false;
        Body::Slice(slice)
    }

    fn start_piece(&mut self, source: Span, origin: Origin) {
        let is_after_break = std::mem::take(&mut self.is_after_break);
        self.pieces.push(BodyPiece { at: self.text.len(), source, origin, is_after_break });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_text_with_markup_back_to_the_draft() {
        let canonical = "**内江**日报,`x`";
        let mut builder = BodyBuilder::default();
        builder.verbatim(canonical, Span::new(2, 8));
        builder.verbatim(canonical, Span::new(10, 17));
        builder.substitute(Span::new(17, 20), "\u{FFFC}");
        let body = builder.finish();
        assert_eq!(body.text(canonical), "内江日报,\u{FFFC}");
        assert_eq!(body.locate(Span::new(3, 9)).span.of(canonical), "江**日");
        assert_eq!(body.edit(Span::new(12, 13), "，", canonical).unwrap().span, Span::new(16, 17));
        // The edit is trimmed to 日, the only character that changes, and does not touch the markup.
        assert_eq!(body.edit(Span::new(3, 9), "江月", canonical).unwrap().span.of(canonical), "日");
        assert_eq!(body.edit(Span::new(3, 9), "山月", canonical), None);
        assert_eq!(body.edit(Span::new(13, 16), "y", canonical), None);
    }

    #[test]
    fn maps_text_across_a_column_break_to_two_spans() {
        let canonical = "再接\n再励";
        let mut builder = BodyBuilder::default();
        builder.verbatim(canonical, Span::new(0, 6));
        builder.column_break();
        builder.verbatim(canonical, Span::new(7, 13));
        let body = builder.finish();
        let located = body.locate(Span::new(3, 9));
        assert_eq!(located.span.of(canonical), "接");
        assert_eq!(located.rest[0].of(canonical), "再");
        assert_eq!(body.clone().with_objects(canonical, &[Span::new(0, 3)]).locate(Span::new(3, 9)), located);
    }

    #[test]
    fn allows_no_edit_that_removes_a_boundary() {
        let canonical = "**“甲”**,乙";
        let mut builder = BodyBuilder::default();
        builder.verbatim(canonical, Span::new(2, 11));
        builder.boundary(canonical, Span::new(13, 14));
        builder.verbatim(canonical, Span::new(14, 17));
        let body = builder.finish();
        assert_eq!(body.text(canonical), "“甲”,乙");
        assert!(body.edit(Span::new(9, 10), "，", canonical).is_some());
        for text in ["", "与"] {
            assert_eq!(body.edit(Span::new(9, 10), text, canonical), None, "{text}");
        }
    }

    #[test]
    fn maps_spans_of_the_draft_to_the_text() {
        let canonical = "甲{b}\n{c}&amp;丁";
        assert_eq!(
            Body::Slice(Span::new(3, 9)).spans_from(&[Span::new(3, 6), Span::new(7, 10)]),
            [Span::new(0, 3), Span::new(4, 6)]
        );
        let mut builder = BodyBuilder::default();
        builder.verbatim(canonical, Span::new(0, 6));
        builder.verbatim(canonical, Span::new(7, 10));
        builder.substitute(Span::new(10, 15), "&");
        builder.verbatim(canonical, Span::new(15, 18));
        let spans = builder.finish().spans_from(&[Span::new(3, 10), Span::new(12, 13)]);
        assert_eq!(spans, [Span::new(3, 9), Span::new(9, 10)]);
    }
}
