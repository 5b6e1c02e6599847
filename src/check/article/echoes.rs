//! Where an article repeats itself. Two places with the same characters around a difference of one or two are probably
//! one thing that is written in two ways.
//!
//! For every character two things are looked up: where the pair that ends with it occurred last, and where the *frame*
//! that ends with it occurred last, which is a pair with any character between the two. A pair that recurs leads to a
//! difference before or after it, a frame that recurs around another character is a difference.

use memchr::memmem;

use super::Article;
use crate::lexicon::Lexicon;
use crate::text::{Pair, is_han};

/// The number of bits of a hash that choose a place in a table of last places.
const BITS: u32 = 14;

/// How many places lie between two blocks, so that no pair of one block is near one of the other.
const GAP: usize = 32;

/// The maximum number of equal characters on either side of a difference that are counted.
const MOST_EQUAL: usize = 14;

/// A pair or a frame that probably occurred before in the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Echo {
    /// The index of its last character.
    index: u32,
    /// How many places before it occurred last.
    distance: u32,
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

/// Notes that something with this hash is at `place`, and returns how many places before it was last.
#[inline(always)]
fn distance(table: &mut [u32; 1 << BITS], pair: Pair, place: u32) -> u32 {
    let slot = &mut table[(pair.hash() >> (u32::BITS - BITS)) as usize];
    place.wrapping_sub(std::mem::replace(slot, place))
}

/// The characters of an article, and what occurred before in it. An index counts the characters of all blocks and the
/// gaps between them.
#[derive(Default)]
pub struct Echoes {
    /// The 16-bit codes of the characters; 0 in gaps.
    codes: Vec<[u8; 2]>,
    /// For each block, the index of its first character and its number.
    blocks: Vec<(usize, usize)>,
    pairs: Vec<Echo>,
    frames: Vec<Echo>,
    last: Option<Box<LastPlaces>>,
    /// The place of index 0. It grows from article to article, so that the tables need not be cleared.
    first_place: u32,
}

/// Notes the characters of one block.
pub struct BlockEchoes<'e> {
    codes: &'e mut Vec<[u8; 2]>,
    pairs: &'e mut Vec<Echo>,
    frames: &'e mut Vec<Echo>,
    last: &'e mut LastPlaces,
    first_place: u32,
    index: u32,
    previous: Pair,
}

impl BlockEchoes<'_> {
    /// Notes the next character, the last one of `pair`. Returns how many places before the pair occurred last.
    #[inline(always)]
    pub fn note(&mut self, pair: Pair) -> u32 {
        let (index, previous) = (self.index, std::mem::replace(&mut self.previous, pair));
        self.index += 1;
        self.codes.push((pair.number() as u16).to_le_bytes());
        let place = self.first_place.wrapping_add(index);
        let of_pair = distance(&mut self.last.pairs, pair, place);
        if of_pair < index {
            self.pairs.push(Echo { index, distance: of_pair });
        }
        let of_frame = distance(&mut self.last.frames, previous.around(pair), place);
        if of_frame < index {
            self.frame(index, of_frame, (pair.number() >> 16) as u16);
        }
        of_pair
    }

    /// Notes a frame that probably occurred before, unless the same character was in it.
    #[inline]
    fn frame(&mut self, index: u32, distance: u32, middle: u16) {
        let before = self.codes.get((index - distance).wrapping_sub(1) as usize);
        if before.is_none_or(|before| *before != middle.to_le_bytes()) {
            self.frames.push(Echo { index, distance });
        }
    }
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
        let mut echoes = self.block(block, text.len());
        let mut pair = Pair::default();
        for c in text.chars() {
            pair = pair.followed_by(crate::text::code_of(c));
            echoes.note(pair);
        }
    }

    /// Begins to note a block of the article, which follows the blocks noted before. `most` is at least the number of its
    /// characters.
    #[inline]
    pub fn block(&mut self, block: usize, most: usize) -> BlockEchoes<'_> {
        self.codes.resize(self.codes.len() + GAP, [0; 2]);
        self.codes.reserve(most.min(1 << 12));
        self.blocks.push((self.codes.len(), block));
        BlockEchoes {
            index: self.codes.len() as u32,
            codes: &mut self.codes,
            pairs: &mut self.pairs,
            frames: &mut self.frames,
            last: self.last.get_or_insert_with(LastPlaces::new),
            first_place: self.first_place,
            previous: Pair::default(),
        }
    }

    /// Forgets the article, but keeps the memory for the next one.
    pub fn clear(&mut self) {
        self.first_place = self.first_place.wrapping_add(self.codes.len() as u32);
        self.codes.clear();
        self.blocks.clear();
        self.pairs.clear();
        self.frames.clear();
    }

    /// The character at an index; `\0` in gaps.
    pub fn character(&self, index: usize) -> char {
        char::from_u32(self.code(index).into()).unwrap_or_default()
    }

    /// The characters from one index to another.
    pub fn text(&self, start: usize, end: usize) -> String {
        (start..end).map(|index| self.character(index)).collect()
    }

    /// The block of an index, and the number of characters of the block before it.
    pub fn place(&self, index: usize) -> Option<(usize, usize)> {
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

    /// The first `most` indices at which the characters from `start` to `end` occur.
    pub fn occurrences(&self, start: usize, end: usize, most: usize) -> Vec<usize> {
        let (all, wanted) = (self.codes.as_flattened(), self.codes[start..end].as_flattened());
        let finder = memmem::Finder::new(wanted);
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
        for &Echo { index, distance } in &self.frames {
            let (here, there) = (index as usize, (index - distance) as usize);
            let are_equal = |back: usize| self.code(here - back) == self.code(there - back);
            if are_equal(0) && are_equal(2) && may_be_in_name(self.code(here)) && may_be_in_name(self.code(here - 2)) {
                self.add_change([there - 1, here - 1], lexicon, &mut found);
            }
        }
        for &Echo { index, distance } in &self.pairs {
            let (here, there) = (index as usize, (index - distance) as usize);
            let are_equal = |back: usize| self.code(here - back) == self.code(there - back);
            if !may_be_in_name(self.code(here))
                || !may_be_in_name(self.code(here - 1))
                || !are_equal(0)
                || !are_equal(1)
            {
                continue;
            }
            if !are_equal(2) {
                self.add_change([there - 2, here - 2], lexicon, &mut found);
                self.add_shift_before([there - 1, here - 1], &mut found);
            }
            if self.code(here + 1) != self.code(there + 1) {
                self.add_change([there + 1, here + 1], lexicon, &mut found);
                self.add_shift_after([there + 1, here + 1], &mut found);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
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
        self.codes.get(index).map_or(0, |code| u16::from_le_bytes(*code))
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
