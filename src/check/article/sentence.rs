//! Sentences around cues, with their quantities. The numbers that a check compares are mostly in one sentence, so only
//! these sentences are scanned for quantities, each of them once for all checks.

use std::cell::OnceCell;

use super::notes::{Cursor, Notes, Place};
use super::{Article, CharOccurrence};
use crate::quantity::{Quantity, scan_into};
use crate::text::Span;

/// A sentence that contains quantities. All spans and byte positions are in the text of its block.
#[derive(Debug, Clone, Copy)]
pub struct Sentence<'a> {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The whole text of the block.
    pub text: &'a str,
    /// The sentence without its end mark.
    pub span: Span,
    /// The quantities that begin in the sentence, in order.
    pub quantities: &'a [Quantity],
    /// The sentence, or the sentence that it is a part of, as an index into the sentences of the [`Notes`].
    number: usize,
    /// The index of the first of the quantities among those of the sentence that it is a part of.
    first_quantity: usize,
}

impl<'a> Sentence<'a> {
    /// The text of the sentence.
    pub fn as_str(&self) -> &'a str {
        self.span.of(self.text)
    }

    /// This sentence together with the next one, of which the quantities are given.
    pub fn joined_to<'q>(&self, next: &Sentence, quantities: &'q [Quantity]) -> Sentence<'q>
    where
        'a: 'q,
    {
        Sentence { span: Span::new(self.span.start, next.span.end), quantities, ..*self }
    }

    /// The part of the sentence before byte `at` of the block's text; empty if `at` is before the start of
    /// the sentence.
    pub fn before(&self, at: usize) -> &'a str {
        self.text.get(self.span.start..at).unwrap_or_default()
    }

    /// The part of the sentence from byte `at` of the block's text on; empty if `at` is behind the end of
    /// the sentence.
    pub fn after(&self, at: usize) -> &'a str {
        self.text.get(at..self.span.end).unwrap_or_default()
    }
}

/// Which sentences around a cue are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentencesRead {
    /// The sentence that contains the cue, and no other.
    One,
    /// The sentence that contains the cue. It may be left out if it has fewer than so many quantities.
    OneWith(usize),
    /// The sentence that contains the cue. It may be left out if both it and the next one have fewer than so many
    /// quantities.
    ThisOrNextWith(usize),
}

/// Where numerals must occur near a cue, so that its sentence is worth reading. Distances are in characters. The `n`
/// characters before a cue end where the cue begins; the `n` characters after it begin after its first two characters.
///
/// The distances that a kind passes are those of the longest wording between cue and number that was seen in clean
/// copy. They are kept small for speed: a sentence whose condition fails is not read.
#[derive(Debug, Clone, Copy)]
pub enum Near {
    /// No condition.
    Any,
    /// One of the `n` characters before the cue, or its first character.
    Before(usize),
    /// One of the `n` characters after the cue, or its second character.
    After(usize),
    /// The condition of `Before` with the first number, or that of `After` with the second.
    Either(usize, usize),
    /// The condition of `Before` with the first number, and that of `After` with the second.
    Both(usize, usize),
}

impl Near {
    /// Whether the condition holds for a cue at `place`, in a block with this text. `cursor` must not be behind the
    /// place.
    fn holds(self, notes: &Notes, cursor: &mut Cursor, text: &str, place: Place) -> bool {
        if matches!(self, Near::Any) {
            return true;
        }
        // The numerals at the cue or after it begin with this index.
        let index = cursor.numerals_before(place);
        let numeral = |index: usize| {
            notes.numerals().get(index).filter(|numeral| numeral.block == place.block).map(|it| it.at as usize)
        };
        let at = place.at as usize;
        let is_at_cue = numeral(index) == Some(at);
        let before = |reach: usize| {
            is_at_cue || index.checked_sub(1).and_then(numeral).is_some_and(|it| is_within(text, it, at, reach))
        };
        let after =
            |reach: usize| numeral(index + usize::from(is_at_cue)).is_some_and(|it| is_within(text, at, it, reach + 1));
        match self {
            Near::Any => true,
            Near::Before(reach) => before(reach),
            Near::After(reach) => after(reach),
            Near::Either(one, other) => before(one) || after(other),
            Near::Both(one, other) => before(one) && after(other),
        }
    }
}

/// Whether at most `most` characters of `text` are between the bytes `from` and `to`.
fn is_within(text: &str, from: usize, to: usize, most: usize) -> bool {
    // A character has one to four bytes: mostly the number of bytes decides.
    let bytes = to - from;
    bytes <= most || bytes <= 4 * most && text[from..to].chars().count() <= most
}

/// The quantities of the sentences of an article, by the sentence's index. A sentence is scanned when a check first
/// reads it.
pub type QuantitiesBySentence = Vec<OnceCell<Box<[Quantity]>>>;

/// The maximum number of quantities in a sentence. A text that has more without an end mark is a table or a list of
/// numbers; it is read in parts, each of which counts as a sentence.
const MOST_QUANTITIES: usize = 24;

impl<'d> Article<'d> {
    /// The sentences with quantities around the cues at `occurrences` that have numerals nearby, as `near` requires. The
    /// cues and the sentences are in the order of the text.
    pub fn sentences_around<'a>(
        &'a self,
        occurrences: impl IntoIterator<Item = CharOccurrence> + 'a,
        near: Near,
        which: SentencesRead,
    ) -> impl Iterator<Item = Sentence<'a>> {
        let notes = self.notes();
        let mut cursor = Cursor::new(notes);
        // The number of sentences up to the last one read, and the place at which that one ends.
        let (mut read, mut read_to) = (0, Place { block: 0, at: 0 });
        let unread = occurrences.into_iter().filter_map(move |CharOccurrence { block, at, .. }| {
            let place = Place { block, at };
            if place < read_to || !near.holds(notes, &mut cursor, self.text(block as usize), place) {
                return None;
            }
            let number = cursor.sentence_at(place).filter(|number| *number >= read)?;
            let sentence = notes.sentences()[number];
            (read, read_to) = (number + 1, Place { at: sentence.end, ..sentence.start });
            self.may_suffice(number, which).then_some(number)
        });
        unread.flat_map(|number| self.parts_of(number))
    }

    /// The sentences of a block that contain quantities.
    pub fn sentences_of(&self, block: usize) -> impl Iterator<Item = Sentence<'_>> {
        self.notes().sentences_of(block).flat_map(|number| self.parts_of(number))
    }

    /// The sentence before this one in the same block, if it contains quantities.
    pub fn sentence_before(&self, sentence: &Sentence) -> Option<Sentence<'_>> {
        if sentence.first_quantity > 0 {
            return Some(self.part_from(sentence.number, sentence.first_quantity.saturating_sub(MOST_QUANTITIES)));
        }
        self.parts_of(self.notes().previous_in_block(sentence.number)?).last()
    }

    /// The sentence after this one in the same block, if it contains quantities.
    pub fn sentence_after(&self, sentence: &Sentence) -> Option<Sentence<'_>> {
        let next_quantity = sentence.first_quantity + sentence.quantities.len();
        if next_quantity < self.quantities_of(sentence.number).len() {
            return Some(self.part_from(sentence.number, next_quantity));
        }
        self.parts_of(self.notes().next_in_block(sentence.number)?).next()
    }

    /// The text of the sentence after this one in the same block, if there is one.
    pub fn text_after(&self, sentence: &Sentence) -> Option<&str> {
        let next_quantity = sentence.first_quantity + sentence.quantities.len();
        if next_quantity < self.quantities_of(sentence.number).len() {
            return Some(self.part_from(sentence.number, next_quantity).as_str());
        }
        let next = self.notes().sentences()[self.notes().next_in_block(sentence.number)?];
        self.text(sentence.block).get(next.start.at as usize..next.end as usize)
    }

    /// A sentence by its index in the notes, in parts of at most [`MOST_QUANTITIES`]; none if it has no quantities.
    fn parts_of(&self, number: usize) -> impl Iterator<Item = Sentence<'_>> {
        let count = self.quantities_of(number).len();
        (0..count).step_by(MOST_QUANTITIES).map(move |first| self.part_from(number, first))
    }

    /// The part of a sentence with its quantities from `first` on.
    fn part_from(&self, number: usize, first: usize) -> Sentence<'_> {
        let noted = self.notes().sentences()[number];
        let all = self.quantities_of(number);
        let last = all.len().min(first + MOST_QUANTITIES);
        let start = if first == 0 { noted.start.at as usize } else { all[first].span.start };
        let end = all.get(last).map_or(noted.end as usize, |next| next.span.start);
        let block = noted.start.block as usize;
        Sentence {
            block,
            text: self.text(block),
            span: Span::new(start, end),
            quantities: &all[first..last],
            number,
            first_quantity: first,
        }
    }

    /// Whether a sentence, or the one that counts instead, may have as many quantities as it must have to be read.
    fn may_suffice(&self, number: usize, which: SentencesRead) -> bool {
        match which {
            SentencesRead::One => true,
            SentencesRead::OneWith(least) => self.most_quantities(number) >= least,
            SentencesRead::ThisOrNextWith(least) => {
                let next = self.notes().next_in_block(number);
                self.most_quantities(number) >= least || next.is_some_and(|next| self.most_quantities(next) >= least)
            }
        }
    }

    /// How many quantities a sentence may have at most, given by its index in the notes. Digits that follow each other
    /// begin one quantity.
    fn most_quantities(&self, number: usize) -> usize {
        let notes = self.notes();
        let bytes = self.text(notes.sentences()[number].start.block as usize).as_bytes();
        let follows_digit = |at: usize| at > 0 && bytes[at - 1].is_ascii_digit();
        let is_inner = |at: usize| bytes[at].is_ascii_digit() && follows_digit(at);
        notes.numerals_of(number).iter().filter(|numeral| !is_inner(numeral.at as usize)).count()
    }

    /// All quantities of a sentence, given by its index in the notes.
    pub fn quantities_of(&self, number: usize) -> &[Quantity] {
        let notes = self.notes();
        let numerals = notes.numerals_of(number);
        let Some(first) = numerals.first() else { return &[] };
        let of_sentences = self.quantities.get_or_init(|| vec![OnceCell::new(); notes.sentences().len()]);
        of_sentences[number].get_or_init(|| {
            let offsets = numerals.iter().map(|numeral| numeral.at as usize);
            let mut found = self.scanned_quantities.borrow_mut();
            scan_into(self.text(first.block as usize), offsets, &mut found);
            found.drain(..).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::quantity::begins_quantity;

    proptest! {
        #[test]
        fn near_means_the_distance_in_characters(
            text in vec(select(&["一", "3", "，", "甲", "a", "ab"][..]), 1..20).prop_map(|parts| parts.concat()),
            cue in any::<proptest::sample::Index>(),
            reach in 0usize..6,
        ) {
            let characters: Vec<(usize, char)> = text.char_indices().collect();
            let cue = cue.index(characters.len());
            let has_numeral = |range: Range<usize>| {
                let end = range.end.min(characters.len());
                characters[range.start.min(end)..end].iter().any(|(_, c)| begins_quantity(*c))
            };
            let mut notes = Notes::default();
            notes.add_block(0, &text);
            let place = Place { block: 0, at: characters[cue].0 as u32 };
            let is_before = has_numeral(cue.saturating_sub(reach)..cue + 1);
            let is_after = has_numeral(cue + 1..cue + 2 + reach);
            prop_assert_eq!(Near::Before(reach).holds(&notes, &mut Cursor::new(&notes), &text, place), is_before);
            prop_assert_eq!(Near::After(reach).holds(&notes, &mut Cursor::new(&notes), &text, place), is_after);
        }
    }
}
