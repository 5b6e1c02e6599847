//! Where an article repeats itself. Two places with the same characters around a difference of one or two are probably
//! one thing that is written in two ways.
//!
//! For every character two things are looked up: where the pair that ends with it occurred last, and where the *frame*
//! that ends with it occurred last, which is a pair with any character between the two. A pair that recurs leads to a
//! difference before or after it, a frame that recurs around another character is a difference.

use std::cell::OnceCell;
use std::ops::Range;

use memchr::memmem;

use super::Article;
use crate::lexicon::Lexicon;
use crate::text::{Span, code_of, is_han};

/// The number of bits of a hash, which is a place in a table of last places.
const BITS: u32 = 14;

/// How many places lie between two blocks, so that no pair of one block is near one of the other.
const GAP: usize = 32;

/// The maximum number of equal characters on either side of a difference that are counted.
const MOST_EQUAL: usize = 14;

/// The place from which on the tables are cleared, so that places do not overflow.
const MOST_PLACES: u32 = 1 << 30;

/// A pair or a frame that probably occurred before in the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Echo {
    /// The index of its last character.
    index: u32,
    /// The index of its last character where it occurred last.
    before: u32,
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

/// The characters of an article, and what occurred before in it. An index counts the characters of all blocks and the
/// gaps between them.
#[derive(Default)]
pub struct Echoes {
    /// The 16-bit codes of the characters; 0 in gaps.
    codes: Vec<u16>,
    /// For each block, the index of its first character and its number.
    blocks: Vec<(usize, usize)>,
    pairs: Vec<Echo>,
    frames: Vec<Echo>,
    /// The number of pairs that were noted before the last block.
    earlier_pairs: usize,
    /// The hashes of the pairs and frames of the last block.
    pair_hashes: Vec<u16>,
    frame_hashes: Vec<u16>,
    last: Option<Box<LastPlaces>>,
    /// The place of index 0. It grows from article to article, so that the tables need not be cleared.
    first_place: u32,
    /// The codes as bytes, for searching.
    bytes: OnceCell<Vec<u8>>,
}

/// Two places of an article with the same text before them, other characters at them, and the same text after these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The indices at which the text differs.
    pub at: [usize; 2],
    /// The number of characters there: one in each place that resemble each other, one and none, or two that are
    /// exchanged.
    pub lengths: [usize; 2],
}

impl Difference {
    /// The same difference, with the places exchanged.
    pub fn reversed(self) -> Difference {
        let ([a, b], [c, d]) = (self.at, self.lengths);
        Difference { at: [b, a], lengths: [d, c] }
    }
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
        self.codes.truncate(start + length);
        let codes = self.codes.as_slice();
        let (before, previous, own) = (&codes[start - 2..], &codes[start - 1..], &codes[start..]);
        self.pair_hashes.clear();
        self.pair_hashes.extend(previous.iter().zip(own).map(|(a, b)| hash(*a, *b)));
        self.frame_hashes.clear();
        self.frame_hashes.extend(before.iter().zip(own).map(|(a, b)| hash(*a, *b)));
        self.earlier_pairs = self.pairs.len();
        let last = &mut **self.last.get_or_insert_with(LastPlaces::new);
        let first = self.first_place;
        let slot = |hash: u16| usize::from(hash) & ((1 << BITS) - 1);
        let places = first + start as u32..;
        for ((pair, frame), place) in self.pair_hashes.iter().zip(&self.frame_hashes).zip(places) {
            let pair_before = std::mem::replace(&mut last.pairs[slot(*pair)], place);
            let frame_before = std::mem::replace(&mut last.frames[slot(*frame)], place);
            if pair_before > first {
                self.pairs.push(Echo { index: place - first, before: pair_before - first });
            }
            if frame_before > first {
                let echo = Echo { index: place - first, before: frame_before - first };
                let middle = |index: u32| codes.get(index.wrapping_sub(1) as usize);
                if middle(echo.index) != middle(echo.before) {
                    self.frames.push(echo);
                }
            }
        }
    }

    /// The pairs of the last block that may have occurred at most `most` characters before: the index of the last
    /// character in the block, and how many characters before. A pair does not overlap with the one before it.
    pub fn recent_pairs(&self, most: u32) -> impl Iterator<Item = (u32, u32)> {
        let start = self.blocks.last().map_or(0, |(start, _)| *start as u32);
        let pairs = self.pairs[self.earlier_pairs..].iter().map(|echo| (echo.index, echo.index - echo.before));
        pairs.filter(move |(_, distance)| (2..=most).contains(distance)).map(move |(index, it)| (index - start, it))
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
        self.pairs.clear();
        self.frames.clear();
        self.bytes = OnceCell::new();
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

    /// The first `most` indices at which the characters from `start` to `end` occur.
    pub fn occurrences(&self, start: usize, end: usize, most: usize) -> Vec<usize> {
        self.find(&self.codes[start..end], most)
    }

    /// The first `most` indices at which a word occurs.
    pub fn occurrences_of(&self, word: &str, most: usize) -> Vec<usize> {
        self.find(&word.chars().map(code_of).collect::<Vec<u16>>(), most)
    }

    /// The first `most` indices at which these codes occur.
    fn find(&self, wanted: &[u16], most: usize) -> Vec<usize> {
        self.find_by_pair(wanted, most).unwrap_or_else(|| self.search(wanted, most))
    }

    /// Does what [`Echoes::find`] does by the places of the last two codes; `None` if these are too many.
    fn find_by_pair(&self, wanted: &[u16], most: usize) -> Option<Vec<usize>> {
        const MOST_PLACES: usize = 256;
        let [.., a, b] = *wanted else { return None };
        let last_place = self.last.as_ref()?.pairs[usize::from(hash(a, b))];
        let mut place = last_place.checked_sub(self.first_place).filter(|index| *index > 0);
        let mut found = Vec::new();
        for _ in 0..MOST_PLACES {
            let Some(index) = place else {
                found.reverse();
                found.truncate(most);
                return Some(found);
            };
            let end = index as usize + 1;
            if self.codes[..end].ends_with(wanted) {
                found.push(end - wanted.len());
            }
            let echo = self.pairs.binary_search_by_key(&index, |echo| echo.index);
            place = echo.ok().map(|at| self.pairs[at].before);
        }
        None
    }

    /// Does what [`Echoes::find`] does by searching the whole article.
    fn search(&self, wanted: &[u16], most: usize) -> Vec<usize> {
        let bytes = |codes: &[u16]| codes.iter().flat_map(|code| code.to_le_bytes()).collect::<Vec<u8>>();
        let all = self.bytes.get_or_init(|| bytes(&self.codes));
        let wanted = bytes(wanted);
        let finder = memmem::Finder::new(&wanted);
        let (mut found, mut from) = (Vec::new(), 0);
        while found.len() < most
            && let Some(distance) = finder.find(&all[from..])
        {
            let at = from + distance;
            if at % 2 == 0 {
                found.push(at / 2);
            }
            from = at + 1;
        }
        found
    }

    /// The differences between places of the article, each once.
    pub fn differences(&self, lexicon: &Lexicon) -> Vec<Difference> {
        let mut found = Vec::new();
        for &Echo { index, before } in &self.frames {
            let (here, there) = (index as usize, before as usize);
            let are_equal = |back: usize| self.code(here - back) == self.code(there - back);
            if are_equal(0) && are_equal(2) && may_be_in_name(self.code(here)) && may_be_in_name(self.code(here - 2)) {
                self.add_change([there - 1, here - 1], lexicon, &mut found);
            }
        }
        // What a pair continues may have occurred elsewhere than the pair did last: 日报 in 中央日报, after 晨报 and 日报.
        let mut aligned: Option<[usize; 2]> = None;
        for &Echo { index, before } in &self.pairs {
            let (here, there) = (index as usize, before as usize);
            self.add_around_pair([there, here], lexicon, &mut found);
            let continued = aligned.filter(|[_, at]| at + 1 == here).map(|[before, _]| before + 1);
            let continued = continued.filter(|at| self.code(*at) == self.code(here));
            if let Some(continued) = continued.filter(|continued| *continued != there) {
                self.add_around_pair([continued, here], lexicon, &mut found);
            }
            aligned = Some([continued.unwrap_or(there), here]);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Adds the differences beside two places at which the same pair ends.
    #[inline]
    fn add_around_pair(&self, [there, here]: [usize; 2], lexicon: &Lexicon, found: &mut Vec<Difference>) {
        let are_equal = |back: usize| self.code(here - back) == self.code(there - back);
        if !may_be_in_name(self.code(here)) || !may_be_in_name(self.code(here - 1)) || !are_equal(0) || !are_equal(1) {
            return;
        }
        if !are_equal(2) {
            self.add_double([there - 1, here - 1], [there - 2, here - 2], [there - 1, here - 1], found);
            self.add_change([there - 2, here - 2], lexicon, found);
            self.add_shift_before([there - 1, here - 1], found);
        }
        if self.code(here + 1) != self.code(there + 1) {
            self.add_double([there, here], [there + 1, here + 1], [there + 1, here + 1], found);
            self.add_change([there + 1, here + 1], lexicon, found);
            self.add_shift_after([there + 1, here + 1], found);
        }
    }

    /// Adds the difference at two indices, if their characters resemble each other.
    #[inline]
    fn add_change(&self, at: [usize; 2], lexicon: &Lexicon, found: &mut Vec<Difference>) {
        let [a, b] = at.map(|index| self.code(index));
        if lexicon.may_be_alike(a, b)
            && a != b
            && [a, b].into_iter().all(is_han_code)
            && lexicon.likeness(self.character(at[0]), self.character(at[1])).is_some()
        {
            found.push(Difference { at, lengths: [1, 1] });
        }
    }

    /// Adds the difference of two places at the edge of the same text, if one of them has the character at the edge twice.
    /// `edge` are the indices of this character, `outside` those beside it, and `without` those where the second one is
    /// missing.
    #[inline]
    fn add_double(&self, edge: [usize; 2], outside: [usize; 2], without: [usize; 2], found: &mut Vec<Difference>) {
        let [is_first, is_second] = [0, 1].map(|place| self.code(edge[place]) == self.code(outside[place]));
        if !is_han_code(self.code(edge[0])) {
            return;
        }
        if is_second && !is_first {
            found.push(Difference { at: [without[0], outside[1]], lengths: [0, 1] });
        } else if is_first && !is_second {
            found.push(Difference { at: [outside[0], without[1]], lengths: [1, 0] });
        }
    }

    /// Adds the differences that end before two indices at which the same text begins: a character that only one of the
    /// places has, or two that are exchanged.
    #[inline]
    fn add_shift_before(&self, [a, b]: [usize; 2], found: &mut Vec<Difference>) {
        let (a_longer, b_longer) = (self.code(a - 2) == self.code(b - 1), self.code(b - 2) == self.code(a - 1));
        self.add_shift([a_longer, b_longer], [a - 1, b - 1], [a, b], [a - 2, b - 2], found);
    }

    /// Adds the differences that begin at two indices at which the same text has ended.
    #[inline]
    fn add_shift_after(&self, [a, b]: [usize; 2], found: &mut Vec<Difference>) {
        let (a_longer, b_longer) = (self.code(a + 1) == self.code(b), self.code(b + 1) == self.code(a));
        self.add_shift([a_longer, b_longer], [a, b], [a, b], [a, b], found);
    }

    /// Adds the difference of two places of which one or both have a character that the other one has next. `longer` are
    /// the indices of that character, `shorter` those where it is missing, and `exchanged` those of two characters that
    /// are exchanged.
    #[inline]
    fn add_shift(
        &self,
        has_more: [bool; 2],
        longer: [usize; 2],
        shorter: [usize; 2],
        exchanged: [usize; 2],
        found: &mut Vec<Difference>,
    ) {
        let difference = match has_more {
            [false, false] => return,
            [true, true] => Difference { at: exchanged, lengths: [2, 2] },
            [true, false] => Difference { at: [longer[0], shorter[1]], lengths: [1, 0] },
            [false, true] => Difference { at: [shorter[0], longer[1]], lengths: [0, 1] },
        };
        let are_han = (0..2)
            .all(|place| (0..difference.lengths[place]).all(|it| is_han_code(self.code(difference.at[place] + it))));
        if are_han {
            found.push(difference);
        }
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
    char::from_u32(code.into()).is_some_and(is_han)
}

/// Whether the character with this code may be part of a name: it is Chinese, or ·.
#[inline]
fn may_be_in_name(code: u16) -> bool {
    is_han_code(code) || code == '·' as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    /// What differs between the places of a text whose lines are blocks.
    fn differences(text: &str) -> Vec<(String, String)> {
        let mut echoes = Echoes::default();
        // What was noted before is forgotten.
        echoes.add_block(0, "双成经济圈");
        echoes.clear();
        text.lines().enumerate().for_each(|(block, line)| echoes.add_block(block, line));
        let part = |it: &Difference, place: usize| echoes.text(it.at[place], it.at[place] + it.lengths[place]);
        echoes.differences(&lexicon()).iter().map(|it| (part(it, 0), part(it, 1))).collect()
    }

    fn pair(a: &str, b: &str) -> Vec<(String, String)> {
        vec![(a.to_owned(), b.to_owned())]
    }

    #[test]
    fn finds_characters_that_are_changed_lost_and_exchanged() {
        assert_eq!(differences("双城经济圈\n双诚经济圈"), pair("城", "诚"));
        assert_eq!(differences("冈萨雷斯，刚萨雷斯"), pair("冈", "刚"));
        assert_eq!(differences("克里斯滕森\n克里滕森"), pair("斯", ""));
        assert_eq!(differences("安德烈耶娃\n安德耶烈娃"), pair("烈耶", "耶烈"));
        assert_eq!(differences("双城经济圈\n双山经济圈\n双城经济圈"), []);
    }

    #[test]
    fn finds_where_codes_occur() {
        let mut echoes = Echoes::default();
        ["甲乙甲", "甲乙"].iter().enumerate().for_each(|(block, text)| echoes.add_block(block, text));
        let found = echoes.occurrences_of("甲乙", 9);
        let places: Vec<_> = found.iter().filter_map(|index| echoes.place(*index)).collect();
        assert_eq!(places, [(0, 0), (1, 0)]);
        assert_eq!(echoes.occurrences_of("甲", 2).len(), 2);
        assert_eq!(echoes.occurrences_of("甲乙", 1).len(), 1);
        assert!(echoes.occurrences_of("乙乙", 9).is_empty());
    }
}
