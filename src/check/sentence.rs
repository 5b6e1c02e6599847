//! The sentences around cues, with their quantities: what is computed is mostly said in one sentence.

use std::ops::Range;

use super::{Article, Sighting};
use crate::quantity::{Quantity, begins_quantity, scan_from};
use crate::text::Span;

/// A sentence that has quantities.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sentence<'a> {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// All text of the block, in which all spans count.
    pub text: &'a str,
    /// The sentence without its end mark.
    pub span: Span,
    /// The quantities that begin in it, in order.
    pub quantities: &'a [Quantity],
}

impl<'a> Sentence<'a> {
    /// Its words.
    pub fn of_text(&self) -> &'a str {
        self.span.of(self.text)
    }

    /// What stands in it before byte `at` of the block's text.
    pub fn before(&self, at: usize) -> &'a str {
        self.text.get(self.span.start..at).unwrap_or_default()
    }

    /// What stands in it from byte `at` of the block's text on.
    pub fn behind(&self, at: usize) -> &'a str {
        self.text.get(at..self.span.end).unwrap_or_default()
    }
}

/// How much around a cue is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The sentence that it stands in.
    Sentence,
    /// That, and the ones before and behind it.
    Neighbours,
}

/// Sentences that have been read.
pub(super) struct Read<'d> {
    places: Vec<Place<'d>>,
    quantities: Vec<Quantity>,
}

/// Where a sentence is, in its block and among all quantities.
struct Place<'d> {
    block: usize,
    text: &'d str,
    span: Span,
    quantities: Range<usize>,
}

/// What ends a sentence.
const ENDS: [char; 4] = ['。', '！', '？', '\n'];
/// No sentence is taken to have more quantities; what has more is a table or a list of them.
const MOST_QUANTITIES: usize = 24;

impl Read<'_> {
    /// The sentences that have quantities, in order.
    pub fn sentences(&self) -> impl Iterator<Item = Sentence<'_>> {
        self.places.iter().map(|place| Sentence {
            block: place.block,
            text: place.text,
            span: place.span,
            quantities: &self.quantities[place.quantities.clone()],
        })
    }
}

impl<'d> Article<'d> {
    /// Reads the sentences around cues; all of them where everything is to be explained.
    pub(super) fn read(&self, sightings: &[Sighting], reach: Reach) -> Read<'d> {
        let mut read = Read { places: Vec::new(), quantities: Vec::new() };
        if self.held.is_some() {
            for block in self.range.clone() {
                read.stretch(block, self.text(block), Span::new(0, self.text(block).len()));
            }
            return read;
        }
        for sightings in sightings.chunk_by(|a, b| a.block == b.block) {
            let block = sightings[0].block as usize;
            let text = self.text(block);
            let mut done = 0;
            for sighting in sightings.iter().filter(|sighting| (sighting.at as usize) < text.len()) {
                let at = sighting.at as usize;
                if at < done {
                    continue;
                }
                let mut stretch = Span::new(start_of_sentence(text, done, at), end_of_sentence(text, at));
                if reach == Reach::Neighbours {
                    let before = text[done..stretch.start].trim_end_matches(ENDS).len();
                    stretch.start = start_of_sentence(text, done, done + before);
                    let behind = text.len() - text[stretch.end..].trim_start_matches(ENDS).len();
                    stretch.end = end_of_sentence(text, behind);
                }
                done = stretch.end.max(at + 1);
                done = text.ceil_char_boundary(done);
                read.stretch(block, text, stretch);
            }
        }
        read
    }

    /// All quantities of the article, block by block, found whether or not they were seen in passing.
    pub(super) fn all_quantities(&self) -> &[(usize, Vec<Quantity>)] {
        self.quantities.get_or_init(|| {
            let of_block = |block: usize| (block, crate::quantity::scan(self.text(block)));
            self.range.clone().map(of_block).filter(|(_, quantities)| !quantities.is_empty()).collect()
        })
    }
}

fn start_of_sentence(text: &str, from: usize, at: usize) -> usize {
    let before = text[from..at].char_indices().rfind(|(_, c)| ENDS.contains(c));
    before.map_or(from, |(end, c)| from + end + c.len_utf8())
}

fn end_of_sentence(text: &str, at: usize) -> usize {
    text[at..].find(ENDS).map_or(text.len(), |end| at + end)
}

impl<'d> Read<'d> {
    /// Reads a stretch of whole sentences.
    fn stretch(&mut self, block: usize, text: &'d str, stretch: Span) {
        let numerals = stretch.of(text).char_indices().filter(|(_, c)| begins_quantity(*c));
        let quantities = scan_from(text, numerals.map(|(at, _)| stretch.start + at));
        let offset = self.quantities.len();
        let (mut first, mut free) = (0, stretch.start);
        while let Some(quantity) = quantities.get(first) {
            let at = quantity.span.start;
            let start = start_of_sentence(text, free.min(at), at);
            let end = end_of_sentence(text, at);
            let following = quantities[first..].iter().take(MOST_QUANTITIES);
            let last = first + following.take_while(|quantity| quantity.span.start < end).count();
            let cut = quantities.get(last).map(|next| next.span.start).filter(|next| *next < end);
            let end = cut.unwrap_or(end);
            self.places.push(Place {
                block,
                text,
                span: Span::new(start, end),
                quantities: offset + first..offset + last,
            });
            (first, free) = (last, end);
        }
        self.quantities.extend(quantities);
    }
}
