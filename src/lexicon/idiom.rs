//! Detects idioms with one wrong or doubled character, or with two characters swapped.
//!
//! Each of these mistakes leaves one half of the idiom (its first or last two characters) intact, and at least one
//! character of the other half next to it. The engine finds the pairs of characters that may be half of an idiom. A Bloom
//! filter excludes almost all of them that have no character of the other half nearby. Only the others are looked up in
//! the tables.
//!
//! Missing characters are not detected. In ten million characters of edited copy, every idiom with a character missing
//! was an intended short form (无价宝, 如椽笔), and sentences with known errors contained none.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::segment::with_context;
use super::{Lexicon, Likeness};
#[cfg(not(prepared))]
use crate::text::Pair;
use crate::text::{Span, is_han};

/// A wrongly written idiom in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdiomMistake {
    /// The span of the wrong form, in bytes of the text.
    pub span: Span,
    /// The idioms that may be meant, the most likely first.
    pub right: Vec<String>,
}

/// Tables of the idioms of four characters. A character is represented by its code point in two bytes, big endian.
#[derive(Debug, Clone)]
pub(super) struct Idioms<'a> {
    /// The characters of the idioms, sorted by the hash bucket of the first half.
    idioms: &'a [[u8; 8]],
    /// Indices into `idioms`, sorted by the hash bucket of the last half.
    by_last_half: &'a [[u8; 2]],
    /// The start of each bucket of first halves in `idioms`, and the end of the last bucket.
    first_buckets: &'a [[u8; 2]],
    /// The start of each bucket of last halves in `by_last_half`, and the end of the last bucket.
    last_buckets: &'a [[u8; 2]],
    /// Variants, each followed by its preferred form. Sorted by variant.
    preferred: &'a [[u8; 16]],
    /// For each half two keys: the half combined with either character of the other half.
    half_and_third: ThirdFilter<'a>,
}

/// The serialized form of [`Idioms`]: the bytes of each table, with numbers in big-endian order.
#[derive(Serialize, Deserialize)]
pub(super) struct IdiomTables<'a> {
    pub idioms: &'a [u8],
    pub by_last_half: &'a [u8],
    pub first_buckets: &'a [u8],
    pub last_buckets: &'a [u8],
    pub preferred: &'a [u8],
    pub half_and_third: &'a [u8],
}

/// The first or last two characters of an idiom. A character outside the Basic Multilingual Plane is represented by 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct IdiomHalf(u32);

impl IdiomHalf {
    /// The number of hash buckets for halves.
    pub(super) const BUCKETS: usize = 1 << 15;
    #[inline]
    pub(super) fn new(first: char, second: char) -> IdiomHalf {
        let code = |c: char| if c as u32 <= 0xFFFF { c as u32 } else { 0 };
        IdiomHalf(code(first) << 16 | code(second))
    }

    fn characters(self) -> [char; 2] {
        [self.0 >> 16, self.0 & 0xFFFF].map(|code| char::from_u32(code).unwrap_or_default())
    }

    #[inline]
    fn hash(self) -> u32 {
        self.0.wrapping_mul(0x9E37_79B1)
    }

    #[inline]
    pub(super) fn bucket(self) -> usize {
        self.hash() as usize >> 17
    }
}

/// A Bloom filter of halves of idioms, each with a character of the other half. The half alone chooses a cache line, so
/// that one half can be tested with several characters cheaply; the character chooses a word of it, and two bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct ThirdFilter<'a>(&'a [[u8; 8]; ThirdFilter::WORDS]);

impl<'a> ThirdFilter<'a> {
    /// The size in 64-bit words.
    pub(super) const WORDS: usize = IdiomHalf::BUCKETS;

    /// Creates a filter that borrows its serialized form. Returns `None` if the size is wrong.
    fn read(bytes: &'a [u8]) -> Option<ThirdFilter<'a>> {
        Some(ThirdFilter(bytes.as_chunks().0.try_into().ok()?))
    }

    /// Returns the index of the word for the half in this bucket with the character `third` of the other half, and the
    /// mask of its two bits. `is_last` says whether the half is the last one of the idiom.
    #[inline(always)]
    pub(super) fn place(bucket: usize, third: char, is_last: bool) -> (usize, u64) {
        let hash = u32::from(third).wrapping_mul(if is_last { 0x85EB_CA6B } else { 0x9E37_79B1 });
        (bucket ^ (hash >> 29) as usize, 1 << (hash >> 23 & 63) | 1 << (hash >> 17 & 63))
    }

    /// Returns whether an idiom may contain the half in this bucket together with one of the characters `thirds` in the
    /// other half.
    #[inline(always)]
    fn may_combine(self, bucket: usize, is_last: bool, thirds: [char; 2]) -> bool {
        thirds.into_iter().any(|third| {
            let (word, bits) = ThirdFilter::place(bucket, third, is_last);
            u64::from_le_bytes(self.0[word]) & bits == bits
        })
    }
}

impl<'a> Idioms<'a> {
    /// Creates tables that borrow their serialized form. Returns `None` if the sizes are wrong.
    pub(super) fn read(tables: IdiomTables<'a>) -> Option<Idioms<'a>> {
        let idioms = Idioms {
            idioms: tables.idioms.as_chunks().0,
            by_last_half: tables.by_last_half.as_chunks().0,
            first_buckets: tables.first_buckets.as_chunks().0,
            last_buckets: tables.last_buckets.as_chunks().0,
            preferred: tables.preferred.as_chunks().0,
            half_and_third: ThirdFilter::read(tables.half_and_third)?,
        };
        let is_complete =
            idioms.first_buckets.len() == IdiomHalf::BUCKETS + 1 && idioms.last_buckets.len() == IdiomHalf::BUCKETS + 1;
        is_complete.then_some(idioms)
    }

    /// Returns the last halves of the idioms with this first half.
    fn last_halves(&self, first: IdiomHalf) -> impl Iterator<Item = [char; 2]> + '_ {
        let idioms = self.idioms.get(bucket_range(self.first_buckets, first)).unwrap_or_default();
        idioms.iter().map(halves).filter(move |halves| halves[0] == first).map(|halves| halves[1].characters())
    }

    /// Returns the first halves of the idioms with this last half.
    fn first_halves(&self, last: IdiomHalf) -> impl Iterator<Item = [char; 2]> + '_ {
        let indices = self.by_last_half.get(bucket_range(self.last_buckets, last)).unwrap_or_default();
        let idioms = indices.iter().filter_map(|&index| self.idioms.get(usize::from(u16::from_be_bytes(index))));
        idioms.map(halves).filter(move |halves| halves[1] == last).map(|halves| halves[0].characters())
    }

    /// Returns the preferred form of `idiom` if it is a variant, otherwise `idiom` itself.
    fn preferred(&self, idiom: String) -> String {
        let key: Vec<u8> = idiom.encode_utf16().flat_map(u16::to_be_bytes).collect();
        match self.preferred.binary_search_by(|entry| entry[..8].cmp(&key)) {
            Ok(index) => {
                let codes = self.preferred[index][8..].as_chunks().0.iter();
                codes.filter_map(|&code| char::from_u32(u32::from(u16::from_be_bytes(code)))).collect()
            }
            Err(_) => idiom,
        }
    }
}

/// Returns the two halves of an idiom.
#[inline]
fn halves(&[a, b, c, d, e, f, g, h]: &[u8; 8]) -> [IdiomHalf; 2] {
    [[a, b, c, d], [e, f, g, h]].map(|half| IdiomHalf(u32::from_be_bytes(half)))
}

/// Returns the range of the bucket of `half`. `starts` contains the start of each bucket.
#[inline]
fn bucket_range(starts: &[[u8; 2]], half: IdiomHalf) -> std::ops::Range<usize> {
    let start = |bucket: usize| usize::from(u16::from_be_bytes(starts[bucket]));
    start(half.bucket())..start(half.bucket() + 1)
}

/// How a text deviates from an idiom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deviation {
    WrongCharacter(Likeness),
    SwappedCharacters,
    DoubledCharacter,
}

impl Deviation {
    /// Returns by how much the idiom must be more probable than the text, as a difference of natural logarithms. The
    /// values come from sentences with known errors and from edited copy: homophones with a difference of 8.6 or more
    /// were mistakes, and other deviations with less than 12.5 were mostly intended.
    fn margin(self) -> f32 {
        match self {
            Deviation::WrongCharacter(Likeness::SameSound) => 8.5,
            _ => 12.5,
        }
    }
}

/// An idiom that may be meant.
struct Candidate {
    idiom: String,
    /// The span of the text that deviates from the idiom.
    span: Span,
    /// The cost of the idiom as a word, plus the margin of the deviation.
    cost: f32,
}

impl<'a> Lexicon<'a> {
    /// Returns the first and the last two characters of every idiom.
    #[cfg(not(prepared))]
    pub fn idiom_halves(&self) -> impl Iterator<Item = Pair> {
        let pair = |half: IdiomHalf| Pair::new(half.characters()[0], half.characters()[1]);
        self.idioms.idioms.iter().flat_map(halves).map(pair)
    }

    /// Returns whether the middle two of six consecutive characters may be the intact half of a wrongly written idiom.
    /// This quick test makes most calls of [`Lexicon::idiom_mistake`] unnecessary, even for halves of idioms.
    #[inline]
    pub fn may_be_idiom_mistake(&self, [before, previous, first, second, next, after]: [char; 6]) -> bool {
        let (filter, bucket) = (self.idioms.half_and_third, IdiomHalf::new(first, second).bucket());
        // A punctuation mark next to the half is not written for a character by mistake.
        filter.may_combine(bucket, false, [next, after]) && is_han(next)
            || filter.may_combine(bucket, true, [previous, before]) && is_han(previous)
    }

    /// Detects a wrongly written idiom whose intact half starts at byte `at` of `text`. In the other half, one character
    /// is wrong (it sounds or looks like the right one) or doubled, or the two characters are swapped.
    ///
    /// The written text must be improbable, as the words it can be divided into, compared with the idiom. So nothing is
    /// detected if it is a word, an idiom, an accepted variant, or a sequence of two common words.
    pub fn idiom_mistake(&self, text: &str, at: usize) -> Option<IdiomMistake> {
        let mut candidates = self.candidates(text, at);
        candidates.sort_by(|a, b| a.cost.partial_cmp(&b.cost).unwrap_or(Ordering::Equal));
        let span = candidates.iter().find(|candidate| self.is_more_probable(candidate, text))?.span;
        let mut right = Vec::new();
        for candidate in candidates.into_iter().filter(|candidate| candidate.span == span) {
            let idiom = self.idioms.preferred(candidate.idiom);
            if !right.contains(&idiom) {
                right.push(idiom);
            }
        }
        Some(IdiomMistake { span, right })
    }

    /// Returns the idioms that contain the half at byte `at` and from which the text next to it deviates, unless what is
    /// written is a word itself.
    fn candidates(&self, text: &str, at: usize) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let Some(mut after) = text.get(at..).map(str::chars) else { return candidates };
        let (Some(first), Some(second)) = (after.next(), after.next()) else { return candidates };
        let half = IdiomHalf::new(first, second);
        let half_end = text.len() - after.as_str().len();
        let mut add = |deviation: Deviation, span: Span, idiom: [char; 4]| {
            // Most candidates are accepted variants.
            if self.is_word(span.of(text)) {
                return;
            }
            let idiom = String::from_iter(idiom);
            let cost = self.cost(self.frequency(&idiom).unwrap_or_default()) + deviation.margin();
            candidates.push(Candidate { idiom, span, cost });
        };
        let filter = self.idioms.half_and_third;
        let next: [char; 3] = std::array::from_fn(|_| after.next().unwrap_or_default());
        if filter.may_combine(half.bucket(), false, [next[0], next[1]]) {
            let span = |count: usize| Span::new(at, half_end + byte_length(&next[..count]));
            for right in self.idioms.last_halves(half) {
                let idiom = [first, second, right[0], right[1]];
                if let Some(deviation) = self.deviation([next[0], next[1]], right) {
                    add(deviation, span(2), idiom);
                } else if next[1..] == right && (next[0] == second || next[0] == next[1]) {
                    add(Deviation::DoubledCharacter, span(3), idiom);
                }
            }
        }
        let mut before = text[..at].chars().rev();
        let previous: [char; 3] = std::array::from_fn(|_| before.next().unwrap_or_default());
        if filter.may_combine(half.bucket(), true, [previous[0], previous[1]]) {
            let span = |count: usize| Span::new(at - byte_length(&previous[..count]), half_end);
            for right in self.idioms.first_halves(half) {
                let idiom = [right[0], right[1], first, second];
                if let Some(deviation) = self.deviation([previous[1], previous[0]], right) {
                    add(deviation, span(2), idiom);
                } else if [previous[2], previous[1]] == right && previous[0] == previous[1] {
                    add(Deviation::DoubledCharacter, span(3), idiom);
                }
            }
        }
        candidates
    }

    /// Returns how two written characters deviate from the right half of an idiom. Returns `None` if they are equal or
    /// too different.
    fn deviation(&self, written: [char; 2], right: [char; 2]) -> Option<Deviation> {
        match (written[0] == right[0], written[1] == right[1]) {
            (true, false) => self.likeness(written[1], right[1]).map(Deviation::WrongCharacter),
            (false, true) => self.likeness(written[0], right[0]).map(Deviation::WrongCharacter),
            (false, false) if written == [right[1], right[0]] => Some(Deviation::SwappedCharacters),
            _ => None,
        }
    }

    /// Returns whether the candidate is more probable than the written text in its context.
    fn is_more_probable(&self, candidate: &Candidate, text: &str) -> bool {
        let span = candidate.span;
        let context = with_context(text, span);
        let lattice = self.lattice(context.of(text));
        let written = lattice.segmentation_from(0);
        let before = written.cost_before(span.start - context.start);
        let after = lattice.segmentation_from(span.end - context.start).cost();
        written.cost() > before + candidate.cost + after
    }
}

/// Returns the length of the characters in bytes.
fn byte_length(characters: &[char]) -> usize {
    characters.iter().map(|c| c.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    /// Returns all mistakes in `text`: the wrong form and the first suggestion.
    fn mistakes(lexicon: &Lexicon, text: &str) -> Vec<(String, String)> {
        let mut found: Vec<IdiomMistake> = Vec::new();
        for (at, _) in text.char_indices() {
            found.extend(lexicon.idiom_mistake(text, at).filter(|mistake| !found.contains(mistake)));
        }
        found.into_iter().map(|mistake| (mistake.span.of(text).to_owned(), mistake.right[0].clone())).collect()
    }

    #[test]
    fn detects_wrong_doubled_and_swapped_characters() {
        let lexicon = lexicon();
        for (text, wrong, right) in [
            ("公司一如继往地支持", "一如继往", "一如既往"),
            ("望你再接再励，再创佳绩", "再接再励", "再接再厉"),
            ("不能草管人命", "草管人命", "草菅人命"),
            ("他病入膏盲了", "病入膏盲", "病入膏肓"),
            ("这里的布置美仑美奂", "美仑美奂", "美轮美奂"),
            ("孩子们兴高高采烈地走了", "兴高高采烈", "兴高采烈"),
            ("众所知周，这很难", "众所知周", "众所周知"),
            ("令人留恋忘返", "留恋忘返", "流连忘返"),
            ("道路平谈无奇", "平谈无奇", "平淡无奇"),
        ] {
            assert_eq!(mistakes(&lexicon, text), [(wrong.to_owned(), right.to_owned())], "{text}");
        }
    }

    #[test]
    fn ignores_words_variants_and_text_across_punctuation() {
        let lexicon = lexicon();
        for text in [
            "桀骜不逊的少年，指手划脚的先生",
            "巴方支持这一倡议",
            "一起公司研究",
            "提出无价宝，如椽笔",
            "一如，继往",
            "一如\n继往",
            "",
            "一如",
        ] {
            assert_eq!(mistakes(&lexicon, text), [], "{text}");
        }
    }

    #[test]
    fn detects_homophones_in_idioms() {
        let lexicon = lexicon();
        let list = include_str!("../../rules/lexicon/idioms").lines().filter(|line| !line.starts_with('#'));
        let idioms: Vec<&str> = list.filter_map(|line| line.split(' ').next()).collect();
        let homophones: Vec<&str> =
            include_str!("../../rules/lexicon/readings").lines().filter_map(|line| line.split(' ').nth(1)).collect();
        let (mut tried, mut found) = (0, 0);
        for (index, idiom) in idioms.iter().step_by(idioms.len() / 600).enumerate() {
            assert_eq!(mistakes(&lexicon, idiom), [], "{idiom}");
            let right = idiom.chars().nth(index % 4).unwrap();
            let sounds: Vec<char> =
                homophones.iter().filter(|set| set.contains(right)).flat_map(|set| set.chars()).collect();
            // The large prime spreads the choices.
            let wrong = sounds[index * 7919 % sounds.len()];
            let text: String =
                idiom.chars().enumerate().map(|(at, c)| if at == index % 4 { wrong } else { c }).collect();
            if lexicon.is_word(&text) {
                continue;
            }
            tried += 1;
            found += usize::from(mistakes(&lexicon, &text) == [(text.clone(), (*idiom).to_owned())]);
        }
        assert!(tried >= 500 && found * 100 >= tried * 95, "{found} of {tried}");
    }
}
