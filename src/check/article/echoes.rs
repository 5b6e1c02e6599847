//! Where an article repeats itself. Two places with the same characters around a difference of one or two are probably
//! one thing that is written in two ways.
//!
//! For every character two things are looked up: where the pair that ends with it occurred last, and where the *frame*
//! that ends with it occurred last, which is a pair with any character between the two. A pair that recurs leads to a
//! difference before or after it, a frame that recurs around another character is a difference.

mod difference;

use std::iter::successors;
use std::ops::Range;

pub use self::difference::Difference;
use super::Article;
use crate::text::{Span, code_of, is_han};

/// The number of bits of a hash, which is a place in a table of last places.
const BITS: u32 = 14;

/// How many places lie between two blocks, so that no pair of one block is near one of the other.
const GAP: usize = 32;

/// How many places follow the last block.
const MARGIN: usize = 4;

/// The maximum number of equal characters on either side of a difference that are counted.
const MOST_EQUAL: usize = 14;

/// The maximum number of places that are looked at for one word: those of other words with the same hash are among them.
const MOST_PASSED: usize = 4096;

/// The place from which on the tables are cleared, so that places do not overflow.
const MOST_PLACES: u32 = 1 << 30;

/// Where the pair and the frame that end with a character probably occurred before: the indices of their last characters
/// there; 0 if they did not occur.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Echo {
    pair: u32,
    frame: u32,
}

/// Where each pair and each frame occurred last, by their hashes. Those with the same hash share a place.
struct LastPlaces {
    pairs: [u32; 1 << BITS],
    frames: [u32; 1 << BITS],
}

impl LastPlaces {
    fn new() -> Box<LastPlaces> {
        Box::new(LastPlaces { pairs: [0; 1 << BITS], frames: [0; 1 << BITS] })
    }
}

/// A hash of two codes. It is computed for several pairs at once, which only works with numbers of this size.
#[inline(always)]
fn hash(a: u16, b: u16) -> u16 {
    a.wrapping_mul(0x9E37).wrapping_add(b.wrapping_mul(0x79B1)) >> (u16::BITS - BITS)
}

/// The place of a hash in a table of last places.
#[inline(always)]
fn slot(hash: u16) -> usize {
    // What is masked needs no check of its bounds.
    usize::from(hash) & ((1 << BITS) - 1)
}

/// The characters of an article, and what occurred before in it. An index counts the characters of all blocks and the
/// gaps between them.
#[derive(Default)]
pub struct Echoes {
    /// The 16-bit codes of the characters; 0 in gaps.
    codes: Vec<u16>,
    /// For each block, the index of its first character and its number.
    blocks: Vec<(usize, usize)>,
    /// What occurred before, for each character.
    echoes: Vec<Echo>,
    /// The hashes of the pairs and frames of the last block.
    pair_hashes: Vec<u16>,
    frame_hashes: Vec<u16>,
    last: Option<Box<LastPlaces>>,
    /// The place of index 0. It grows from article to article, so that the tables need not be cleared.
    first_place: u32,
}

impl Echoes {
    /// Notes a block of the article, which follows the blocks noted before.
    pub fn add_block(&mut self, block: usize, text: &str) {
        let codes = self.open(block, text.len());
        let mut length = 0;
        for (code, c) in codes.iter_mut().zip(text.chars()) {
            *code = code_of(c);
            length += 1;
        }
        self.close(length);
    }

    /// Begins to note a block of the article, which follows the blocks noted before. Returns room for the codes of its
    /// characters, of which there are at most `most`.
    pub fn open(&mut self, block: usize, most: usize) -> &mut [u16] {
        let start = self.codes.len() + GAP;
        self.blocks.push((start, block));
        self.codes.resize(start + most, 0);
        &mut self.codes[start..]
    }

    /// Ends the block that was opened last: notes which of its pairs and frames occurred before. `length` is the number
    /// of its characters.
    pub fn close(&mut self, length: usize) {
        let start = self.blocks.last().map_or(GAP, |(start, _)| *start);
        // The last character too is before a gap, so that the characters beside a pair can be read without asking.
        self.codes.truncate(start + length);
        self.codes.resize(start + length + MARGIN, 0);
        let codes = &self.codes[..start + length];
        let (before, previous, own) = (&codes[start - 2..], &codes[start - 1..], &codes[start..]);
        self.pair_hashes.clear();
        self.pair_hashes.extend(previous.iter().zip(own).map(|(a, b)| hash(*a, *b)));
        self.frame_hashes.clear();
        self.frame_hashes.extend(before.iter().zip(own).map(|(a, b)| hash(*a, *b)));
        let last = &mut **self.last.get_or_insert_with(LastPlaces::new);
        let first = self.first_place;
        let places = first + start as u32..first + (start + length) as u32;
        self.echoes.resize(start, Echo::default());
        let hashes = self.pair_hashes.iter().zip(&self.frame_hashes);
        self.echoes.extend(hashes.zip(places).map(|((pair, frame), place)| {
            let pair_before = std::mem::replace(&mut last.pairs[slot(*pair)], place);
            let frame_before = std::mem::replace(&mut last.frames[slot(*frame)], place);
            // A place of an earlier article is none.
            Echo { pair: pair_before.saturating_sub(first), frame: frame_before.saturating_sub(first) }
        }));
    }

    /// The pairs of the last block that may have occurred at most `most` characters before: the index of the last
    /// character in the block, and how many characters before. A pair does not overlap with the one before it.
    pub fn recent_pairs(&self, most: u32) -> impl Iterator<Item = (u32, u32)> {
        let start = self.blocks.last().map_or(0, |(start, _)| *start);
        let pairs = self.echoes[start..].iter().zip(0..);
        let distances = pairs.map(move |(echo, index)| (index, start as u32 + index - echo.pair));
        distances.filter(move |(_, distance)| (2..=most).contains(distance))
    }

    /// Forgets the article, but keeps the memory for the next one.
    pub fn clear(&mut self) {
        self.first_place += self.codes.len() as u32;
        if self.first_place > MOST_PLACES {
            self.first_place = 0;
            self.last = None;
        }
        self.codes.clear();
        self.blocks.clear();
        self.echoes.clear();
    }

    /// The character at an index; `\0` in gaps.
    pub fn character(&self, index: usize) -> char {
        char::from_u32(self.code(index).into()).unwrap_or_default()
    }

    /// The characters from one index to another.
    pub fn text(&self, start: usize, end: usize) -> String {
        (start..end).map(|index| self.character(index)).collect()
    }

    /// The block and the span of the characters from `start` to `end`, which are in one block. `text` is that of a block.
    pub fn span<'t>(&self, indices: &Range<usize>, text: impl Fn(usize) -> &'t str) -> Option<(usize, Span)> {
        let (block, before) = self.place(indices.start)?;
        let text = text(block);
        let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let start = starts.nth(before)?;
        let end = starts.nth(indices.len().checked_sub(1)?)?;
        Some((block, Span::new(start, end)))
    }

    /// The indices of each block.
    fn extents(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = self.blocks.iter().map(|(start, _)| *start);
        let ends = starts.clone().skip(1).map(|next| next - GAP - MARGIN).chain([self.echoes.len()]);
        starts.zip(ends).map(|(start, end)| start..end)
    }

    /// The block of an index, and the number of characters of the block before it.
    fn place(&self, index: usize) -> Option<(usize, usize)> {
        let before = self.blocks.partition_point(|(first, _)| *first <= index);
        let (first, block) = *self.blocks.get(before.checked_sub(1)?)?;
        Some((block, index - first))
    }

    /// How many characters before two indices are equal, and how many from two others on.
    pub fn equal_around(&self, before: [usize; 2], from: [usize; 2]) -> (usize, usize) {
        let is_equal = |a: usize, b: usize| self.code(a) == self.code(b) && may_be_in_name(self.code(a));
        let left = (1..=MOST_EQUAL).take_while(|&it| is_equal(before[0].wrapping_sub(it), before[1].wrapping_sub(it)));
        let right = (0..MOST_EQUAL).take_while(|&it| is_equal(from[0] + it, from[1] + it));
        (left.count(), right.count())
    }

    /// Whether two indices are in one sentence. In a sentence of many lines they are taken to be in two.
    pub fn are_in_one_sentence(&self, one: usize, other: usize) -> bool {
        const LONGEST: usize = 120;
        let between = one.min(other)..one.max(other);
        between.len() <= LONGEST && !between.map(|index| self.character(index)).any(|c| "。！？\0".contains(c))
    }

    /// The indices at which the characters from `start` to `end` occur, which are two at least; the last `most` of them.
    pub fn occurrences(&self, start: usize, end: usize, most: usize) -> Vec<usize> {
        self.find(&self.codes[start..end], most)
    }

    /// The indices at which a word of at least two characters occurs; the last `most` of them.
    pub fn occurrences_of(&self, word: &str, most: usize) -> Vec<usize> {
        self.find(&word.chars().map(code_of).collect::<Vec<u16>>(), most)
    }

    /// The indices at which `first` stands directly before `second`, the last one first.
    pub fn pairs_of(&self, [first, second]: [char; 2]) -> impl Iterator<Item = usize> {
        let codes = [first, second].map(code_of);
        let ends = self.chain(codes, |last| &last.pairs, |echo| echo.pair);
        ends.filter(move |end| [self.codes[end - 1], self.codes[*end]] == codes).map(|end| end - 1)
    }

    /// The indices at which `first` stands with one other character between it and `third`, the last one first.
    pub fn frames_of(&self, [first, third]: [char; 2]) -> impl Iterator<Item = usize> {
        let codes = [first, third].map(code_of);
        let ends = self.chain(codes, |last| &last.frames, |echo| echo.frame);
        ends.filter(move |end| [self.codes[end - 2], self.codes[*end]] == codes).map(|end| end - 2)
    }

    /// The last indices of the pairs or frames of these codes, and of others with the same hash.
    fn chain(
        &self,
        [a, b]: [u16; 2],
        table: fn(&LastPlaces) -> &[u32; 1 << BITS],
        before: fn(&Echo) -> u32,
    ) -> impl Iterator<Item = usize> {
        let last = self.last.as_ref().map_or(0, |last| table(last)[slot(hash(a, b))]);
        let places = successors(Some(last.saturating_sub(self.first_place)), move |place| {
            Some(before(&self.echoes[*place as usize]))
        });
        places.take_while(|place| *place > 0).take(MOST_PASSED).map(|place| place as usize)
    }

    /// Calls `found` with each index at which one of these characters occurs.
    pub fn each_of(&self, characters: impl Iterator<Item = char>, mut found: impl FnMut(usize)) {
        let wanted: Vec<u16> = characters.map(code_of).collect();
        // Most characters are told apart from all that are wanted by their last bits.
        let mut bits = [0_u64; 16];
        let place = |code: u16| (usize::from(code >> 6 & 15), code & 63);
        for (word, bit) in wanted.iter().map(|code| place(*code)) {
            bits[word] |= 1 << bit;
        }
        let may_be_wanted = |code: u16| bits[place(code).0] >> place(code).1 & 1 != 0;
        let codes = self.codes.iter().enumerate().filter(|(_, code)| may_be_wanted(**code));
        codes.filter(|(_, code)| wanted.contains(code)).for_each(|(index, _)| found(index));
    }

    /// The indices at which these codes occur, by the places of the last two; the last `most` of them.
    fn find(&self, wanted: &[u16], most: usize) -> Vec<usize> {
        let [.., a, b] = wanted else { return Vec::new() };
        let ends = self.chain([*a, *b], |last| &last.pairs, |echo| echo.pair).map(|end| end + 1);
        let found = ends.filter(|end| self.codes[..*end].ends_with(wanted)).map(|end| end - wanted.len());
        let mut found: Vec<usize> = found.take(most).collect();
        found.reverse();
        found
    }

    #[inline]
    fn code(&self, index: usize) -> u16 {
        self.codes.get(index).copied().unwrap_or_default()
    }
}

/// The echoes of an article whose blocks have not been noted while they were scanned.
pub fn read(article: &Article) -> Echoes {
    let mut echoes = Echoes::default();
    article.range.clone().for_each(|block| echoes.add_block(block, article.text(block)));
    echoes
}

/// Whether the character with this code is Chinese.
#[inline]
fn is_han_code(code: u16) -> bool {
    // Nearly all characters of copy are in these ranges.
    match code {
        0x4E00..=0x9FFF => true,
        ..0x3000 | 0xFF00.. => false,
        _ => char::from_u32(code.into()).is_some_and(is_han),
    }
}

/// Whether the character with this code may be part of a name: it is Chinese, or ·.
#[inline]
fn may_be_in_name(code: u16) -> bool {
    is_han_code(code) || code == '·' as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_where_codes_occur() {
        let mut echoes = Echoes::default();
        ["甲乙甲", "甲乙"].iter().enumerate().for_each(|(block, text)| echoes.add_block(block, text));
        let found = echoes.occurrences_of("甲乙", 9);
        let places: Vec<_> = found.iter().filter_map(|index| echoes.place(*index)).collect();
        assert_eq!(places, [(0, 0), (1, 0)]);
        assert_eq!(echoes.occurrences_of("甲乙", 1).len(), 1);
        assert!(echoes.occurrences_of("乙乙", 9).is_empty());
    }
}
