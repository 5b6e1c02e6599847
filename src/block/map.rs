use crate::edit::Edit;
use crate::text::{OBJECT, Span};

/// A block's text, and where in the draft each part of it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// One stretch of the canonical text, as it is. Nearly every paragraph of plain text is this.
    Slice(Span),
    /// Text put together from several stretches.
    Joined(Box<Joined>),
}

/// Text put together from pieces of the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    text: String,
    /// In order; the first begins at 0, each ends where the next begins.
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    /// Where it begins in the block's text.
    at: usize,
    /// Where it stands in the canonical text.
    source: Span,
    /// Are its text and the canonical text under it the same? Only then can it be edited.
    verbatim: bool,
    /// Does it begin behind a break of the page (the paragraph goes on in another column)?
    after_break: bool,
}

/// Where a stretch of a block's text stands in the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The place, or its part before the first page break. Markup inside it is covered too.
    pub span: Span,
    /// The parts behind page breaks.
    pub rest: Vec<Span>,
}

impl Body {
    /// The block's text.
    #[inline]
    pub fn text<'t>(&'t self, canonical: &'t str) -> &'t str {
        match self {
            Body::Slice(span) => span.of(canonical),
            Body::Joined(joined) => &joined.text,
        }
    }

    /// From the first character to the last, in the canonical text.
    pub fn extent(&self) -> Span {
        match self {
            Body::Slice(span) => *span,
            Body::Joined(joined) => Span::new(
                joined.pieces.first().map_or(0, |piece| piece.source.start),
                joined.pieces.last().map_or(0, |piece| piece.source.end),
            ),
        }
    }

    /// What the body holds under `span` of its text.
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

    /// The same body with an [`OBJECT`] in place of each of `objects`: spans of its text, in order,
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

    /// Where `span` of the block's text stands in the draft.
    pub fn locate(&self, span: Span) -> Placed {
        let joined = match self {
            Body::Slice(whole) => return Placed { span: span.shifted(whole.start), rest: Vec::new() },
            Body::Joined(joined) => joined,
        };
        let mut parts: Vec<Span> = Vec::new();
        for (index, piece) in joined.touched(span) {
            let part = joined.source_of(index, span);
            match parts.last_mut() {
                Some(last) if !piece.after_break => last.end = part.end,
                _ => parts.push(part),
            }
        }
        let mut parts = parts.into_iter();
        Placed { span: parts.next().unwrap_or(Span::new(0, 0)), rest: parts.collect() }
    }

    /// The change of the draft that puts `text` in place of `span` of the block's text; `None` where
    /// it would have to change something that is not the draft's own words (markup, a web address) or
    /// lies on both sides of a page break.
    pub fn edit(&self, span: Span, text: &str, canonical: &str) -> Option<Edit> {
        let joined = match self {
            Body::Slice(whole) => return Some(Edit { span: span.shifted(whole.start), text: text.to_owned() }),
            Body::Joined(joined) => joined,
        };
        let edit = Edit { span, text: text.to_owned() };
        let single = |edit: Edit| {
            let mut touched = joined.touched(edit.span);
            let (index, piece) = touched.next()?;
            (piece.verbatim && touched.next().is_none())
                .then(|| Edit { span: joined.source_of(index, edit.span), text: edit.text })
        };
        single(edit.clone()).or_else(|| single(edit.trimmed(self.text(canonical))))
    }
}

impl Joined {
    /// The pieces that `span` touches. An empty span touches the one piece it lies in, or, between
    /// two, the one before it.
    fn touched(&self, span: Span) -> impl Iterator<Item = (usize, &Piece)> {
        let first = if span.is_empty() {
            self.pieces.partition_point(|piece| piece.at < span.start).saturating_sub(1)
        } else {
            self.pieces.partition_point(|piece| piece.at <= span.start).saturating_sub(1)
        };
        let past = self.pieces.partition_point(|piece| piece.at < span.end).max(first + 1).min(self.pieces.len());
        self.pieces.get(first..past).unwrap_or(&[]).iter().enumerate().map(move |(index, piece)| (first + index, piece))
    }

    /// The part of the canonical text under `span` that piece `index` holds.
    fn source_of(&self, index: usize, span: Span) -> Span {
        let piece = self.pieces[index];
        if !piece.verbatim {
            return piece.source;
        }
        let from = span.start.max(piece.at) - piece.at;
        let to = span.end.min(self.end_of(index)) - piece.at;
        Span::new(piece.source.start + from, piece.source.start + to.max(from))
    }

    /// Where piece `index` ends in the block's text.
    fn end_of(&self, index: usize) -> usize {
        self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at)
    }
}

/// Puts a block's text together, piece by piece, in reading order.
#[derive(Debug, Clone, Default)]
pub struct BodyBuilder {
    text: String,
    pieces: Vec<Piece>,
    broken: bool,
}

impl BodyBuilder {
    /// Adds a stretch of the draft as it is.
    pub fn verbatim(&mut self, canonical: &str, source: Span) {
        if source.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(last) if last.verbatim && last.source.end == source.start && !self.broken => {
                last.source.end = source.end;
            }
            _ => self.piece(source, true),
        }
        self.text.push_str(source.of(canonical));
    }

    /// Adds text that stands for a stretch of the draft but is not the same: an entity, a placeholder.
    /// It is never edited.
    pub fn substitute(&mut self, source: Span, text: &str) {
        if !text.is_empty() {
            self.piece(source, false);
            self.text.push_str(text);
        }
    }

    /// Adds an [`OBJECT`] that holds the place of something that is not prose.
    pub fn object(&mut self, source: Span) {
        self.substitute(source, OBJECT.encode_utf8(&mut [0; 4]));
    }

    /// What follows stands behind a break of the page.
    pub fn page_break(&mut self) {
        self.broken = !self.pieces.is_empty();
    }

    /// Adds all of `body`.
    pub fn body(&mut self, canonical: &str, body: &Body) {
        self.part(canonical, body, Span::new(0, body.text(canonical).len()));
    }

    /// Adds what `body` holds under `span` of its text.
    pub fn part(&mut self, canonical: &str, body: &Body, span: Span) {
        let joined = match body {
            _ if span.is_empty() => return,
            Body::Slice(whole) => return self.verbatim(canonical, span.shifted(whole.start)),
            Body::Joined(joined) => joined,
        };
        for (index, piece) in joined.touched(span) {
            if piece.after_break && piece.at >= span.start {
                self.page_break();
            }
            let source = joined.source_of(index, span);
            if piece.verbatim {
                self.verbatim(canonical, source);
            } else {
                let end = joined.end_of(index).min(span.end);
                self.substitute(source, &joined.text[piece.at.max(span.start)..end]);
            }
        }
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Is there no text yet?
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The finished body.
    pub fn finish(self) -> Body {
        match self.pieces.as_slice() {
            [] => Body::Slice(Span::new(0, 0)),
            [piece] if piece.verbatim => Body::Slice(piece.source),
            _ => Body::Joined(Box::new(Joined { text: self.text, pieces: self.pieces })),
        }
    }

    fn piece(&mut self, source: Span, verbatim: bool) {
        let after_break = std::mem::take(&mut self.broken);
        self.pieces.push(Piece { at: self.text.len(), source, verbatim, after_break });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_with_markup_maps_back() {
        let canonical = "**内江**日报,`x`";
        let mut builder = BodyBuilder::default();
        builder.verbatim(canonical, Span::new(2, 8));
        builder.verbatim(canonical, Span::new(10, 17));
        builder.substitute(Span::new(17, 20), "\u{FFFC}");
        let body = builder.finish();
        assert_eq!(body.text(canonical), "内江日报,\u{FFFC}");
        assert_eq!(body.locate(Span::new(3, 9)).span.of(canonical), "江**日");
        assert_eq!(body.edit(Span::new(12, 13), "，", canonical).unwrap().span, Span::new(16, 17));
        // Only 日 changes: the markup between the two characters stays out of it.
        assert_eq!(body.edit(Span::new(3, 9), "江月", canonical).unwrap().span.of(canonical), "日");
        assert_eq!(body.edit(Span::new(3, 9), "山月", canonical), None);
        assert_eq!(body.edit(Span::new(13, 16), "y", canonical), None);
    }

    #[test]
    fn a_hit_across_a_page_break_has_two_places() {
        let canonical = "再接\n再励";
        let mut builder = BodyBuilder::default();
        builder.verbatim(canonical, Span::new(0, 6));
        builder.page_break();
        builder.verbatim(canonical, Span::new(7, 13));
        let body = builder.finish();
        let placed = body.locate(Span::new(3, 9));
        assert_eq!(placed.span.of(canonical), "接");
        assert_eq!(placed.rest[0].of(canonical), "再");
        assert_eq!(body.clone().with_objects(canonical, &[Span::new(0, 3)]).locate(Span::new(3, 9)), placed);
    }
}
