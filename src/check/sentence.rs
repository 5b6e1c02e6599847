//! The sentences of an article that have quantities: what is computed is mostly said in one sentence.

use std::ops::Range;

use super::{Article, Sighting};
use crate::quantity::Quantity;
use crate::text::Span;

/// A sentence that has quantities.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sentence<'a> {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// All text of the block, in which all spans count.
    pub text: &'a str,
    /// The sentence, from its first quantity's clause on, to its end mark.
    pub span: Span,
    /// The quantities that begin in it, in order.
    pub quantities: &'a [Quantity],
}

/// Where a sentence is: among the blocks that have quantities, in its text, among its quantities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    entry: usize,
    span: Span,
    quantities: Range<usize>,
}

/// What ends a sentence.
const ENDS: &[char] = &['。', '！', '？', '\n'];

impl<'d> Article<'d> {
    /// The sentences that have quantities, in order. `sightings` as for the quantities.
    pub(super) fn sentences(&self, sightings: &[Sighting]) -> impl Iterator<Item = Sentence<'_>> {
        let scanned = self.quantities(sightings);
        let places = self.sentences.get_or_init(|| {
            let of_block = |(entry, (block, quantities)): (usize, &(usize, Vec<Quantity>))| {
                places(entry, self.text(*block), quantities)
            };
            scanned.iter().enumerate().flat_map(of_block).collect()
        });
        places.iter().map(|place| {
            let (block, quantities) = &scanned[place.entry];
            let text = self.text(*block);
            Sentence { block: *block, text, span: place.span, quantities: &quantities[place.quantities.clone()] }
        })
    }
}

impl<'a> Sentence<'a> {
    /// Its words.
    pub(super) fn of_text(&self) -> &'a str {
        self.span.of(self.text)
    }

    /// What stands in it before byte `at` of the block's text.
    pub(super) fn before(&self, at: usize) -> &'a str {
        self.text.get(self.span.start..at).unwrap_or_default()
    }

    /// What stands in it from byte `at` of the block's text on.
    pub(super) fn behind(&self, at: usize) -> &'a str {
        self.text.get(at..self.span.end).unwrap_or_default()
    }
}

/// No sentence is taken to have more quantities; what has more is a table or a list of them.
const MOST_QUANTITIES: usize = 24;

/// The sentences of one block.
fn places(entry: usize, text: &str, quantities: &[Quantity]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let (mut first, mut free) = (0, 0);
    while let Some(quantity) = quantities.get(first) {
        let at = quantity.span.start;
        let before = text[free..at].trim_end_matches(ENDS);
        let start =
            before.char_indices().rfind(|(_, c)| ENDS.contains(c)).map_or(free, |(end, c)| free + end + c.len_utf8());
        let end = text[at..].find(ENDS).map_or(text.len(), |end| at + end);
        let following = quantities[first..].iter().take(MOST_QUANTITIES);
        let last = first + following.take_while(|quantity| quantity.span.start < end).count();
        let is_whole = quantities.get(last).is_none_or(|next| next.span.start >= end);
        let end = if is_whole { end } else { quantities[last].span.start };
        places.push(Place { entry, span: Span::new(start, end), quantities: first..last });
        (first, free) = (last, end);
    }
    places
}
