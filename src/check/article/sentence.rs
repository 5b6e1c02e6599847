//! The sentences around cues, with their quantities: what is computed is mostly said in one sentence.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;

use fnv::FnvHashMap;
use memchr::{memchr3_iter, memrchr3_iter};

use super::{Article, CharOccurrence};
use crate::quantity::{Quantity, begins_quantity, scan_from};
use crate::text::{NumeralStyle, Span, numeral_value};

/// A sentence that has quantities.
#[derive(Debug, Clone, Copy)]
pub struct Sentence<'a> {
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
    pub fn as_str(&self) -> &'a str {
        self.span.of(self.text)
    }

    /// What stands in it before byte `at` of the block's text.
    pub fn before(&self, at: usize) -> &'a str {
        self.text.get(self.span.start..at).unwrap_or_default()
    }

    /// What stands in it from byte `at` of the block's text on.
    pub fn after(&self, at: usize) -> &'a str {
        self.text.get(at..self.span.end).unwrap_or_default()
    }
}

/// How much around a cue is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The sentence that it stands in.
    Sentence,
    /// That, and the ones before and behind it.
    Neighbours,
}

/// Where numerals stand by a cue that is worth a look, in characters.
#[derive(Debug, Clone, Copy)]
pub enum Near {
    /// Anywhere or nowhere.
    Any,
    /// So far before it, or in it.
    Before(usize),
    /// So far behind its first two characters.
    After(usize),
    /// On one side or the other.
    Either(usize, usize),
    /// On both.
    Both(usize, usize),
}

impl Near {
    fn holds(self, text: &str, at: usize) -> bool {
        let before = |reach: usize| {
            text[at..].starts_with(begins_quantity) || text[..at].chars().rev().take(reach).any(begins_quantity)
        };
        let behind = |reach: usize| text[at..].chars().skip(1).take(reach + 1).any(begins_quantity);
        match self {
            Near::Any => true,
            Near::Before(reach) => before(reach),
            Near::After(reach) => behind(reach),
            Near::Either(one, other) => before(one) || behind(other),
            Near::Both(one, other) => before(one) && behind(other),
        }
    }
}

/// Sentences that have been read.
#[derive(Default)]
pub struct Read<'d> {
    places: Vec<ReadSentence<'d>>,
}

/// What was read of an article's sentences, by block and place: several checks ask for one sentence.
pub type ReadRanges = FnvHashMap<SentenceRange, Rc<[Quantity]>>;

/// A range of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentenceRange {
    block: usize,
    span: Span,
}

/// As one number: it is asked for too often for three.
impl Hash for SentenceRange {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let place =
            (self.block as u64).rotate_left(40) ^ (self.span.start as u64).rotate_left(20) ^ self.span.end as u64;
        state.write_u64(place);
    }
}

/// A sentence, and where its quantities are among those of its range.
struct ReadSentence<'d> {
    block: usize,
    text: &'d str,
    span: Span,
    range: Rc<[Quantity]>,
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
            quantities: &place.range[place.quantities.clone()],
        })
    }
}

impl<'d> Article<'d> {
    /// Reads the sentences around those cues that have numerals `near`.
    pub fn read(&self, occurrences: &[CharOccurrence], near: Near, reach: Reach) -> Read<'d> {
        let mut read = Read::default();
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
                if reach == Reach::Neighbours {
                    let before = text[done..range.start].trim_end_matches(ENDS).len();
                    range.start = start_of_sentence(text, done, done + before);
                    let behind = text.len() - text[range.end..].trim_start_matches(ENDS).len();
                    range.end = end_of_sentence(text, behind);
                }
                done = range.end.max(at + 1);
                done = text.ceil_char_boundary(done);
                read.range(self, block, range);
            }
        }
        read
    }

    /// Reads the sentence behind another.
    pub fn read_next(&self, sentence: &Sentence) -> Read<'d> {
        let text = self.text(sentence.block);
        let start = text.len() - text[sentence.span.end..].trim_start_matches(ENDS).len();
        let mut read = Read::default();
        read.range(self, sentence.block, Span::new(start, end_of_sentence(text, start)));
        read
    }

    /// The years that it names, of the common calendar.
    pub fn years(&self) -> impl Iterator<Item = u32> + '_ {
        self.range.clone().flat_map(|block| {
            let text = self.text(block);
            text.match_indices('年').filter_map(move |(at, _)| year_before(text, at))
        })
    }
}

/// The year of four numerals that ends at byte `at`.
fn year_before(text: &str, at: usize) -> Option<u32> {
    let start = text[..at].char_indices().rev().take(4).last()?.0;
    let (year, style) = numeral_value(&text[start..at])?;
    // 农历2023年 is none of ours.
    let is_whole = !text[..start].ends_with(|c| begins_quantity(c) || c == '历');
    (is_whole && style != NumeralStyle::Counting && (1000..3000).contains(&year)).then_some(year)
}

/// The bytes that the characters in [`ENDS`] begin with.
const FIRST_BYTES: [u8; 3] = [b'\n', 0xE3, 0xEF];

/// The length of the end mark at byte `at`, which is that of a character.
fn end_mark(text: &str, at: usize) -> Option<usize> {
    let mark = text[at..].chars().next()?;
    ENDS.contains(&mark).then(|| mark.len_utf8())
}

fn start_of_sentence(text: &str, from: usize, at: usize) -> usize {
    let [a, b, c] = FIRST_BYTES;
    let mut places = memrchr3_iter(a, b, c, &text.as_bytes()[from..at]).map(|place| from + place);
    places.find_map(|place| Some(place + end_mark(text, place)?)).unwrap_or(from)
}

fn end_of_sentence(text: &str, at: usize) -> usize {
    let [a, b, c] = FIRST_BYTES;
    let mut places = memchr3_iter(a, b, c, &text.as_bytes()[at..]).map(|place| at + place);
    places.find(|place| end_mark(text, *place).is_some()).unwrap_or(text.len())
}

impl<'d> Read<'d> {
    /// Reads a range of whole sentences.
    fn range(&mut self, article: &Article<'d>, block: usize, range: Span) {
        let text = article.text(block);
        let mut known = article.sentences.borrow_mut();
        let quantities = known.entry(SentenceRange { block, span: range }).or_insert_with(|| {
            let numerals = range.of(text).char_indices().filter(|(_, c)| begins_quantity(*c));
            scan_from(text, numerals.map(|(at, _)| range.start + at)).into()
        });
        let (mut first, mut free) = (0, range.start);
        while let Some(quantity) = quantities.get(first) {
            let at = quantity.span.start;
            let start = start_of_sentence(text, free.min(at), at);
            let end = end_of_sentence(text, at);
            let following = quantities[first..].iter().take(MOST_QUANTITIES);
            let last = first + following.take_while(|quantity| quantity.span.start < end).count();
            let cut = quantities.get(last).map(|next| next.span.start).filter(|next| *next < end);
            let end = cut.unwrap_or(end);
            let span = Span::new(start, end);
            self.places.push(ReadSentence { block, text, span, range: quantities.clone(), quantities: first..last });
            (first, free) = (last, end);
        }
    }
}
