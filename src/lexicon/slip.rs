//! Idioms that are nearly right: one character wrong or doubled, or two out of order.
//!
//! All of these leave one half of the idiom whole, two characters side by side, and in or beside the other half at
//! least one character more. Filters tell of almost any two characters that they are half of no idiom, and of almost
//! all others that no third one stands by; only where they do not is anything looked up.
//!
//! A missing character is not looked for. On ten million characters of edited copy the three that are left were
//! a shorter form each time (无价宝, 如椽笔), and in sentences with known errors never a slip.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::segment::around;
use super::{Lexicon, Likeness};
use crate::text::{BloomFilter, Span, is_han};

/// An idiom that is nearly right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdiomMistake {
    /// Where it stands, in bytes of the text.
    pub span: Span,
    /// The idioms that may be meant, the likeliest first.
    pub right: Vec<String>,
}

/// Idioms of four characters.
#[derive(Debug, Clone)]
pub(super) struct Idioms<'a> {
    /// The characters, by the bucket of the first half.
    idioms: &'a [[u8; 8]],
    /// Numbers of idioms, by the bucket of the last half.
    by_last: &'a [[u8; 2]],
    /// Where each bucket begins among `idioms` and among `by_last`; one more at the end.
    first_buckets: &'a [[u8; 2]],
    last_buckets: &'a [[u8; 2]],
    /// A variant and the form that is preferred to it; sorted by the variant.
    preferred: &'a [[u8; 16]],
    /// The halves, as pairs of characters.
    halves: BloomFilter<'a>,
    /// Each half, with each character of the other.
    thirds: BloomFilter<'a>,
}

/// The tables as they are written down: their bytes one after another, numbers from the high byte down.
#[derive(Serialize, Deserialize)]
pub(super) struct Parts<'a> {
    pub idioms: &'a [u8],
    pub by_last: &'a [u8],
    pub first_buckets: &'a [u8],
    pub last_buckets: &'a [u8],
    pub preferred: &'a [u8],
    pub halves: &'a [u8],
    pub thirds: &'a [u8],
}

/// Half of an idiom: two characters of the basic plane, or 0 in place of any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Half(u32);

impl Half {
    pub(super) const BUCKETS: usize = 1 << 15;
    /// Words of the filter of halves; few, so that they stay near.
    pub(super) const HALVES: usize = 1 << 13;
    /// Words of the filter of halves with a third character.
    pub(super) const THIRDS: usize = 1 << 15;

    #[inline]
    pub(super) fn new(first: char, second: char) -> Half {
        let code = |c: char| if c as u32 <= 0xFFFF { c as u32 } else { 0 };
        Half(code(first) << 16 | code(second))
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

    /// The half that is first or last in its idiom, and a character of the other, as a key.
    #[inline]
    pub(super) fn with(self, third: char, is_last: bool) -> u64 {
        u64::from(is_last) << 53 | u64::from(self.0) << 21 | u64::from(third)
    }
}

impl<'a> Idioms<'a> {
    pub(super) fn read(parts: Parts<'a>) -> Option<Idioms<'a>> {
        let idioms = Idioms {
            idioms: parts.idioms.as_chunks().0,
            by_last: parts.by_last.as_chunks().0,
            first_buckets: parts.first_buckets.as_chunks().0,
            last_buckets: parts.last_buckets.as_chunks().0,
            preferred: parts.preferred.as_chunks().0,
            halves: BloomFilter::read(parts.halves, Half::HALVES)?,
            thirds: BloomFilter::read(parts.thirds, Half::THIRDS)?,
        };
        let whole = idioms.first_buckets.len() == Half::BUCKETS + 1 && idioms.last_buckets.len() == Half::BUCKETS + 1;
        whole.then_some(idioms)
    }

    /// May one of these characters stand in the other half of an idiom with this half, which is its last or first?
    #[inline]
    fn may_go_with(&self, half: Half, is_last: bool, thirds: [char; 2]) -> bool {
        self.thirds.may_contain(half.with(thirds[0], is_last)) || self.thirds.may_contain(half.with(thirds[1], is_last))
    }

    /// The last halves of the idioms with this first half.
    fn behind(&self, first: Half) -> impl Iterator<Item = [char; 2]> + '_ {
        let idioms = self.idioms.get(bucket(self.first_buckets, first)).unwrap_or_default();
        idioms.iter().map(halves).filter(move |halves| halves[0] == first).map(|halves| halves[1].characters())
    }

    /// The first halves of the idioms with this last half.
    fn before(&self, last: Half) -> impl Iterator<Item = [char; 2]> + '_ {
        let numbers = self.by_last.get(bucket(self.last_buckets, last)).unwrap_or_default();
        let idioms = numbers.iter().filter_map(|&number| self.idioms.get(usize::from(u16::from_be_bytes(number))));
        idioms.map(halves).filter(move |halves| halves[1] == last).map(|halves| halves[0].characters())
    }

    /// The form that is preferred to `idiom`, or itself.
    fn preferred(&self, idiom: String) -> String {
        let key: Vec<u8> = idiom.encode_utf16().flat_map(u16::to_be_bytes).collect();
        match self.preferred.binary_search_by(|entry| entry[..8].cmp(&key)) {
            Ok(at) => {
                let codes = self.preferred[at][8..].as_chunks().0.iter();
                codes.filter_map(|&code| char::from_u32(u32::from(u16::from_be_bytes(code)))).collect()
            }
            Err(_) => idiom,
        }
    }
}

#[inline]
fn halves(&[a, b, c, d, e, f, g, h]: &[u8; 8]) -> [Half; 2] {
    [[a, b, c, d], [e, f, g, h]].map(|half| Half(u32::from_be_bytes(half)))
}

#[inline]
fn bucket(starts: &[[u8; 2]], half: Half) -> std::ops::Range<usize> {
    let start = |bucket: usize| usize::from(u16::from_be_bytes(starts[bucket]));
    start(half.bucket())..start(half.bucket() + 1)
}

/// How an idiom was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Wrong(Likeness),
    Swapped,
    Doubled,
}

impl Way {
    /// By how much the idiom must be likelier than what is written, as natural logarithms go. Read off sentences
    /// with known errors and edited copy: homophones are slips from 8.6 on; what is missed in another way by less
    /// than 12.5 is mostly meant as it is written.
    fn margin(self) -> f32 {
        match self {
            Way::Wrong(Likeness::SameSound) => 8.5,
            _ => 12.5,
        }
    }
}

/// An idiom that may be meant, where it is missed, and what it costs: how rare it is and how far it was missed.
struct Candidate {
    idiom: String,
    span: Span,
    cost: f32,
}

impl<'a> Lexicon<'a> {
    /// The halves of idioms, as a filter of pairs of characters.
    pub fn halves(&self) -> &BloomFilter<'a> {
        &self.idioms.halves
    }

    /// May the middle two of these six characters be half of an idiom that is nearly right, so that
    /// [`Lexicon::idiom_mistake`] is worth asking? Quick; mostly says no even of halves.
    #[inline]
    pub fn may_be_idiom_mistake(&self, [before, previous, first, second, next, behind]: [char; 6]) -> bool {
        let half = Half::new(first, second);
        // A mark beside the half is no slip for a character.
        is_han(next) && self.idioms.may_go_with(half, false, [next, behind])
            || is_han(previous) && self.idioms.may_go_with(half, true, [previous, before])
    }

    /// The nearly right idiom of which the half at byte `at` of `text` is whole, if there is one: in the other
    /// half one character is wrong (it sounds or looks like the right one) or doubled, or the two are swapped.
    ///
    /// What is written must be unlikely as the words it can be cut into, beside the idiom: nothing is found where
    /// it is a word, an idiom, an accepted variant, or two common words.
    pub fn idiom_mistake(&self, text: &str, at: usize) -> Option<IdiomMistake> {
        let mut candidates = self.candidates(text, at);
        candidates.sort_by(|a, b| a.cost.partial_cmp(&b.cost).unwrap_or(Ordering::Equal));
        let span = candidates.iter().find(|found| self.is_likelier(text, found))?.span;
        let mut right = Vec::new();
        for found in candidates.into_iter().filter(|found| found.span == span) {
            let idiom = self.idioms.preferred(found.idiom);
            if !right.contains(&idiom) {
                right.push(idiom);
            }
        }
        Some(IdiomMistake { span, right })
    }

    fn candidates(&self, text: &str, at: usize) -> Vec<Candidate> {
        let mut found = Vec::new();
        let Some(mut behind) = text.get(at..).map(str::chars) else { return found };
        let (Some(first), Some(second)) = (behind.next(), behind.next()) else { return found };
        let half = Half::new(first, second);
        let half_end = text.len() - behind.as_str().len();
        let mut take = |way: Way, span: Span, idiom: [char; 4]| {
            let idiom = String::from_iter(idiom);
            let cost = self.cost(self.frequency(&idiom).unwrap_or_default()) + way.margin();
            found.push(Candidate { idiom, span, cost });
        };
        let next: [char; 3] = std::array::from_fn(|_| behind.next().unwrap_or_default());
        if self.idioms.may_go_with(half, false, [next[0], next[1]]) {
            let span = |count: usize| Span::new(at, half_end + length(&next[..count]));
            for right in self.idioms.behind(half) {
                let idiom = [first, second, right[0], right[1]];
                if let Some(way) = self.missed([next[0], next[1]], right) {
                    take(way, span(2), idiom);
                } else if next[1..] == right && (next[0] == second || next[0] == next[1]) {
                    take(Way::Doubled, span(3), idiom);
                }
            }
        }
        let mut before = text[..at].chars().rev();
        let previous: [char; 3] = std::array::from_fn(|_| before.next().unwrap_or_default());
        if self.idioms.may_go_with(half, true, [previous[0], previous[1]]) {
            let span = |count: usize| Span::new(at - length(&previous[..count]), half_end);
            for right in self.idioms.before(half) {
                let idiom = [right[0], right[1], first, second];
                if let Some(way) = self.missed([previous[1], previous[0]], right) {
                    take(way, span(2), idiom);
                } else if [previous[2], previous[1]] == right && previous[0] == previous[1] {
                    take(Way::Doubled, span(3), idiom);
                }
            }
        }
        found
    }

    /// How two characters miss the half that they stand for, if they are near it.
    fn missed(&self, written: [char; 2], right: [char; 2]) -> Option<Way> {
        match (written[0] == right[0], written[1] == right[1]) {
            (true, false) => self.likeness(written[1], right[1]).map(Way::Wrong),
            (false, true) => self.likeness(written[0], right[0]).map(Way::Wrong),
            (false, false) if written == [right[1], right[0]] => Some(Way::Swapped),
            _ => None,
        }
    }

    /// Is what is written costlier than the idiom?
    fn is_likelier(&self, text: &str, found: &Candidate) -> bool {
        if self.is_word(found.span.of(text)) {
            return false;
        }
        let around = around(text, found.span);
        let before = self.path(&text[around.start..found.span.start]).cost;
        let behind = self.path(&text[found.span.end..around.end]).cost;
        self.path(around.of(text)).cost > before + found.cost + behind
    }
}

/// Bytes of these characters.
fn length(characters: &[char]) -> usize {
    characters.iter().map(|c| c.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    /// All slips in `text`: the words covered, and what is proposed first.
    fn slips(lexicon: &Lexicon, text: &str) -> Vec<(String, String)> {
        let mut found: Vec<IdiomMistake> = Vec::new();
        for (at, _) in text.char_indices() {
            found.extend(lexicon.idiom_mistake(text, at).filter(|slip| !found.contains(slip)));
        }
        found.into_iter().map(|slip| (slip.span.of(text).to_owned(), slip.right[0].clone())).collect()
    }

    #[test]
    fn a_wrong_a_doubled_and_a_swapped_character_are_found() {
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
            assert_eq!(slips(&lexicon, text), [(wrong.to_owned(), right.to_owned())], "{text}");
        }
    }

    #[test]
    fn nothing_is_found_in_words_in_variants_or_across_a_mark() {
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
            assert_eq!(slips(&lexicon, text), [], "{text}");
        }
    }

    #[test]
    fn homophones_in_idioms_are_found_and_the_idioms_themselves_are_not() {
        let lexicon = lexicon();
        let list = include_str!("../../rules/lexicon/idioms").lines().filter(|line| !line.starts_with('#'));
        let idioms: Vec<&str> = list.filter_map(|line| line.split(' ').next()).collect();
        let homophones: Vec<&str> =
            include_str!("../../rules/lexicon/readings").lines().filter_map(|line| line.split(' ').nth(1)).collect();
        let (mut tried, mut found) = (0, 0);
        for (number, idiom) in idioms.iter().step_by(idioms.len() / 600).enumerate() {
            assert_eq!(slips(&lexicon, idiom), [], "{idiom}");
            let right = idiom.chars().nth(number % 4).unwrap();
            let sounds: Vec<char> =
                homophones.iter().filter(|set| set.contains(right)).flat_map(|set| set.chars()).collect();
            // A large prime, so that the choice wanders about.
            let wrong = sounds[number * 7919 % sounds.len()];
            let text: String =
                idiom.chars().enumerate().map(|(at, c)| if at == number % 4 { wrong } else { c }).collect();
            if lexicon.is_word(&text) {
                continue;
            }
            tried += 1;
            found += usize::from(slips(&lexicon, &text) == [(text.clone(), (*idiom).to_owned())]);
        }
        assert!(tried >= 500 && found * 100 >= tried * 95, "{found} of {tried}");
    }
}
