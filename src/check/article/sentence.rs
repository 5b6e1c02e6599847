//! Sentences around cues, with their quantities. The numbers that a check compares are mostly in one sentence, so only
//! these sentences are scanned for quantities.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;

use fnv::FnvHashMap;
use memchr::{memchr3_iter, memrchr3_iter};

use super::{Article, CharOccurrence};
use crate::quantity::{Quantity, begins_quantity, scan_from};
use crate::text::{NumeralStyle, Span, numeral_value};

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
}

impl<'a> Sentence<'a> {
    /// The text of the sentence.
    pub fn as_str(&self) -> &'a str {
        self.span.of(self.text)
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
    ItsOwn,
    /// That sentence, the previous one and the next one.
    WithNeighbours,
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
    /// Whether the condition holds for a cue at byte `at` of `text`.
    fn holds(self, text: &str, at: usize) -> bool {
        let before = |reach: usize| {
            text[at..].starts_with(begins_quantity) || text[..at].chars().rev().take(reach).any(begins_quantity)
        };
        let after = |reach: usize| text[at..].chars().skip(1).take(reach + 1).any(begins_quantity);
        match self {
            Near::Any => true,
            Near::Before(reach) => before(reach),
            Near::After(reach) => after(reach),
            Near::Either(one, other) => before(one) || after(other),
            Near::Both(one, other) => before(one) && after(other),
        }
    }
}

/// Sentences that [`Article::read`] has read.
#[derive(Default)]
pub struct ReadSentences<'d> {
    sentences: Vec<ReadSentence<'d>>,
}

/// A sentence. `quantities` is a range of `all_quantities`, the quantities of the whole text read with it.
struct ReadSentence<'d> {
    block: usize,
    text: &'d str,
    span: Span,
    all_quantities: Rc<[Quantity]>,
    quantities: Range<usize>,
}

/// The quantities of the ranges of an article that were read so far: several checks read the same sentences.
pub type QuantityCache = FnvHashMap<TextRange, Rc<[Quantity]>>;

/// A range of a block's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextRange {
    block: usize,
    span: Span,
}

/// Hashes the three numbers as one, because the cache is consulted very often.
impl Hash for TextRange {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let packed =
            (self.block as u64).rotate_left(40) ^ (self.span.start as u64).rotate_left(20) ^ self.span.end as u64;
        state.write_u64(packed);
    }
}

/// The marks that end a sentence.
const ENDS: [char; 4] = ['。', '！', '？', '\n'];

/// The first bytes of the UTF-8 forms of [`ENDS`].
const FIRST_BYTES: [u8; 3] = [b'\n', 0xE3, 0xEF];

/// The maximum number of quantities in a sentence. A text that has more without an end mark is a table or a list of
/// numbers; it is cut.
const MOST_QUANTITIES: usize = 24;

impl<'d> Article<'d> {
    /// Reads the sentences around the cues at `occurrences` that have numerals nearby, as `near` requires.
    pub fn read(&self, occurrences: &[CharOccurrence], near: Near, which: SentencesRead) -> ReadSentences<'d> {
        let mut read = ReadSentences::default();
        for occurrences in occurrences.chunk_by(|a, b| a.block == b.block) {
            let block = occurrences[0].block as usize;
            let text = self.text(block);
            let mut done = 0;
            for occurrence in occurrences.iter().filter(|occurrence| (occurrence.at as usize) < text.len()) {
                let at = occurrence.at as usize;
                if at < done || !near.holds(text, at) {
                    continue;
                }
                let mut range = Span::new(start_of_sentence(text, done, at), end_of_sentence(text, at));
                if which == SentencesRead::WithNeighbours {
                    let previous = text[done..range.start].trim_end_matches(ENDS).len();
                    range.start = start_of_sentence(text, done, done + previous);
                    range.end = end_of_sentence(text, start_of_next(text, range.end));
                }
                done = range.end.max(at + 1);
                done = text.ceil_char_boundary(done);
                read.add_range(self, block, range);
            }
        }
        read
    }

    /// Reads the sentence after this one, in the same block.
    pub fn read_next(&self, sentence: &Sentence) -> ReadSentences<'d> {
        let text = self.text(sentence.block);
        let start = start_of_next(text, sentence.span.end);
        let mut read = ReadSentences::default();
        read.add_range(self, sentence.block, Span::new(start, end_of_sentence(text, start)));
        read
    }

    /// The years of the common calendar that the article names in four numerals (2023年, 二〇二三年), in the order of
    /// the text.
    pub fn years(&self) -> impl Iterator<Item = u32> + '_ {
        self.range.clone().flat_map(|block| {
            let text = self.text(block);
            text.match_indices('年').filter_map(move |(at, _)| year_before(text, at))
        })
    }
}

impl<'d> ReadSentences<'d> {
    /// The sentences that contain quantities, in the order of the text.
    pub fn sentences(&self) -> impl Iterator<Item = Sentence<'_>> {
        self.sentences.iter().map(|sentence| Sentence {
            block: sentence.block,
            text: sentence.text,
            span: sentence.span,
            quantities: &sentence.all_quantities[sentence.quantities.clone()],
        })
    }

    /// Reads a range of whole sentences, and adds those that contain quantities.
    fn add_range(&mut self, article: &Article<'d>, block: usize, range: Span) {
        let text = article.text(block);
        let mut cache = article.quantities.borrow_mut();
        let quantities = cache.entry(TextRange { block, span: range }).or_insert_with(|| {
            let numerals = range.of(text).char_indices().filter(|(_, c)| begins_quantity(*c));
            scan_from(text, numerals.map(|(at, _)| range.start + at)).into()
        });
        let (mut first, mut done) = (0, range.start);
        while let Some(quantity) = quantities.get(first) {
            let at = quantity.span.start;
            let start = start_of_sentence(text, done.min(at), at);
            let end = end_of_sentence(text, at);
            let following = quantities[first..].iter().take(MOST_QUANTITIES);
            let last = first + following.take_while(|quantity| quantity.span.start < end).count();
            let cut = quantities.get(last).map(|next| next.span.start).filter(|next| *next < end);
            let end = cut.unwrap_or(end);
            let span = Span::new(start, end);
            self.sentences.push(ReadSentence {
                block,
                text,
                span,
                all_quantities: quantities.clone(),
                quantities: first..last,
            });
            (first, done) = (last, end);
        }
    }
}

/// The year of four numerals that ends at byte `at`.
fn year_before(text: &str, at: usize) -> Option<u32> {
    let start = text[..at].char_indices().rev().take(4).last()?.0;
    let (year, style) = numeral_value(&text[start..at])?;
    // 农历2023年 is not a year of the common calendar.
    let is_whole = !text[..start].ends_with(|c| begins_quantity(c) || c == '历');
    (is_whole && style != NumeralStyle::Counting && (1000..3000).contains(&year)).then_some(year)
}

/// The length in bytes of the end mark at byte `at`; `None` if there is another character.
fn end_mark(text: &str, at: usize) -> Option<usize> {
    let mark = text[at..].chars().next()?;
    ENDS.contains(&mark).then(|| mark.len_utf8())
}

/// The start of the sentence that contains byte `at`, but not before byte `from`.
fn start_of_sentence(text: &str, from: usize, at: usize) -> usize {
    let [a, b, c] = FIRST_BYTES;
    let mut candidates = memrchr3_iter(a, b, c, &text.as_bytes()[from..at]).map(|offset| from + offset);
    candidates.find_map(|mark| Some(mark + end_mark(text, mark)?)).unwrap_or(from)
}

/// The end of the sentence that contains byte `at`, without its end mark.
fn end_of_sentence(text: &str, at: usize) -> usize {
    let [a, b, c] = FIRST_BYTES;
    let mut candidates = memchr3_iter(a, b, c, &text.as_bytes()[at..]).map(|offset| at + offset);
    candidates.find(|mark| end_mark(text, *mark).is_some()).unwrap_or(text.len())
}

/// The start of the sentence after the one that ends at byte `end`.
fn start_of_next(text: &str, end: usize) -> usize {
    text.len() - text[end..].trim_start_matches(ENDS).len()
}
