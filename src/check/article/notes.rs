//! Where the sentences of an article end, and where its numerals are. Both are noted once, while the blocks are read,
//! so that no check searches the text for them again.

use std::ops::Range;

use crate::quantity::begins_quantity;

/// A place in an article. Places are ordered as in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The block, as an index into the blocks of the draft.
    pub block: u32,
    /// The byte in the block's text.
    pub at: u32,
}

/// The sentences and numerals of an article, in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    sentences: Vec<NotedSentence>,
    numerals: Vec<Place>,
}

/// A sentence, without its end mark. It is empty only at the end of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotedSentence {
    /// Where the sentence begins.
    pub start: Place,
    /// The byte in the block's text at which the sentence ends.
    pub end: u32,
    /// How many numerals of the article precede the sentence.
    numerals_before: u32,
}

/// The marks that end a sentence.
pub const SENTENCE_ENDS: [char; 4] = ['。', '！', '？', '\n'];

impl Notes {
    /// Notes the sentences and the numerals of a block, which follows the blocks noted before.
    pub fn add_block(&mut self, block: usize, text: &str) {
        self.start_block(block, text.len());
        for (at, c) in text.char_indices() {
            if begins_quantity(c) {
                self.numeral(at);
            } else if SENTENCE_ENDS.contains(&c) {
                self.sentence_end(at, c.len_utf8());
            }
        }
    }

    /// Begins to note a block whose text has this length in bytes. Blocks are noted in order.
    #[inline]
    pub fn start_block(&mut self, block: usize, length: usize) {
        self.start_sentence(Place { block: block as u32, at: 0 }, length as u32);
    }

    /// Notes that a mark of [`SENTENCE_ENDS`], `length` bytes long, is at byte `at` of the block that was started last.
    #[inline]
    pub fn sentence_end(&mut self, at: usize, length: usize) {
        let Some(last) = self.sentences.last_mut() else { return };
        let (end_of_block, next) = (last.end, Place { at: (at + length) as u32, ..last.start });
        if last.start.at == at as u32 {
            // Another mark precedes this one: no sentence is between them.
            last.start = next;
            return;
        }
        last.end = at as u32;
        self.start_sentence(next, end_of_block);
    }

    /// Notes that a character with [`begins_quantity`] is at byte `at` of the block that was started last.
    #[inline]
    pub fn numeral(&mut self, at: usize) {
        let block = self.sentences.last().map_or(0, |sentence| sentence.start.block);
        self.numerals.push(Place { block, at: at as u32 });
    }

    fn start_sentence(&mut self, start: Place, end: u32) {
        self.sentences.push(NotedSentence { start, end, numerals_before: self.numerals.len() as u32 });
    }

    /// Forgets everything, but keeps the memory for the next article.
    pub fn clear(&mut self) {
        self.sentences.clear();
        self.numerals.clear();
    }

    /// The sentences, in order.
    pub fn sentences(&self) -> &[NotedSentence] {
        &self.sentences
    }

    /// The numerals, in order.
    pub fn numerals(&self) -> &[Place] {
        &self.numerals
    }

    /// The numerals of the sentence with this index.
    pub fn numerals_of(&self, sentence: usize) -> &[Place] {
        let end = self.sentences.get(sentence + 1).map_or(self.numerals.len(), |next| next.numerals_before as usize);
        &self.numerals[self.sentences[sentence].numerals_before as usize..end]
    }

    /// The numerals in a block between the bytes `from` and `to` of its text.
    pub fn numerals_between(&self, block: usize, from: usize, to: usize) -> &[Place] {
        let before = |at: usize| self.numerals_before(Place { block: block as u32, at: at as u32 });
        &self.numerals[before(from)..before(to)]
    }

    /// How many numerals precede a place.
    fn numerals_before(&self, place: Place) -> usize {
        self.numerals.partition_point(|numeral| *numeral < place)
    }

    /// The indices of the sentences of a block.
    pub fn sentences_of(&self, block: usize) -> Range<usize> {
        let before = |block: usize| self.sentences.partition_point(|it| (it.start.block as usize) < block);
        before(block)..before(block + 1)
    }

    /// The index of the sentence before the one with this index, in the same block.
    pub fn previous_in_block(&self, sentence: usize) -> Option<usize> {
        sentence.checked_sub(1).filter(|previous| self.are_in_one_block(*previous, sentence))
    }

    /// The index of the sentence after the one with this index, in the same block.
    pub fn next_in_block(&self, sentence: usize) -> Option<usize> {
        Some(sentence + 1).filter(|next| *next < self.sentences.len() && self.are_in_one_block(sentence, *next))
    }

    fn are_in_one_block(&self, one: usize, other: usize) -> bool {
        self.sentences[one].start.block == self.sentences[other].start.block
    }
}

/// Looks up places of the text one after the other. A lookup begins where the previous one ended, so it takes few steps
/// if the places are close to each other.
#[derive(Debug)]
pub struct Cursor<'n> {
    notes: &'n Notes,
    /// How many numerals precede the place looked up last.
    numerals: usize,
    /// How many sentences begin at or before the place looked up last.
    sentences: usize,
}

impl<'n> Cursor<'n> {
    /// Creates a cursor at the beginning of the text.
    pub fn new(notes: &'n Notes) -> Cursor<'n> {
        Cursor { notes, numerals: 0, sentences: 0 }
    }

    /// How many numerals precede a place, which must not precede those asked for before.
    pub fn numerals_before(&mut self, place: Place) -> usize {
        self.numerals += leading(&self.notes.numerals[self.numerals..], |numeral| *numeral < place);
        self.numerals
    }

    /// The index of the sentence that contains a place, or that ends there; `None` between two end marks. The place must
    /// not precede those asked for before.
    pub fn sentence_at(&mut self, place: Place) -> Option<usize> {
        self.sentences += leading(&self.notes.sentences[self.sentences..], |sentence| sentence.start <= place);
        let index = self.sentences.checked_sub(1)?;
        let sentence = self.notes.sentences[index];
        (sentence.start.block == place.block && place.at <= sentence.end).then_some(index)
    }
}

/// How many of the sorted `items` are less than the one searched for, as `is_less` tells (galloping search). The time
/// grows with the logarithm of the result, not of the number of items.
fn leading<T>(items: &[T], is_less: impl Fn(&T) -> bool) -> usize {
    let mut end = 1;
    while items.get(end - 1).is_some_and(&is_less) {
        end *= 2;
    }
    let start = end / 2;
    start + items[start..items.len().min(end)].partition_point(is_less)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_counts_the_numerals_before_each_place(
            text in "[1一甲。]{0,40}",
            places in prop::collection::btree_set(0usize..120, 0..9),
        ) {
            let notes = notes(&[&text]);
            let mut cursor = Cursor::new(&notes);
            for at in places {
                let expected = text.char_indices().filter(|(it, c)| *it < at && begins_quantity(*c)).count();
                prop_assert_eq!(cursor.numerals_before(place(0, at)), expected);
            }
        }
    }

    fn place(block: u32, at: usize) -> Place {
        Place { block, at: at as u32 }
    }

    fn notes(texts: &[&str]) -> Notes {
        let mut notes = Notes::default();
        texts.iter().enumerate().for_each(|(block, text)| notes.add_block(block, text));
        notes
    }

    #[test]
    fn sentences_end_before_their_marks_and_at_the_end_of_a_block() {
        let texts = ["。有3人。\n共五个！", "", "完"];
        let notes = notes(&texts);
        let text_of = |it: &NotedSentence| &texts[it.start.block as usize][it.start.at as usize..it.end as usize];
        assert_eq!(notes.sentences().iter().map(text_of).collect::<Vec<_>>(), ["有3人", "共五个", "", "", "完"]);
        assert_eq!(notes.numerals_of(0), [place(0, "。有".len())]);
        assert_eq!(notes.numerals_of(1), [place(0, "。有3人。\n共".len())]);
        assert!(notes.numerals_of(2).is_empty() && notes.numerals_of(4).is_empty());
        assert_eq!((notes.next_in_block(0), notes.next_in_block(2)), (Some(1), None));
        assert_eq!((notes.previous_in_block(1), notes.previous_in_block(3)), (Some(0), None));
    }

    #[test]
    fn a_place_is_in_the_sentence_around_it_or_before_it() {
        let text = "甲。\n乙";
        let notes = notes(&[text, "丙"]);
        let index = |block: u32, at: usize| Cursor::new(&notes).sentence_at(place(block, at));
        assert_eq!(index(0, 0), Some(0));
        assert_eq!(index(0, "甲".len()), Some(0));
        assert_eq!(index(0, "甲。".len()), None);
        assert_eq!(index(0, "甲。\n".len()), Some(1));
        assert_eq!(index(1, 0), Some(2));
        assert_eq!(index(2, 0), None);
    }
}
