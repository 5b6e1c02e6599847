//! Idioms that are nearly right: one character wrong, missing, doubled or out of its place.
//!
//! All of these leave one half of the idiom whole, two characters side by side. A filter tells for almost any two
//! characters that they are half of no idiom; only where it does not is anything looked up.

use serde::{Deserialize, Serialize};

use super::segment::around;
use super::{Lexicon, Likeness};
use crate::text::Span;

/// An idiom that is nearly right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Where it stands, in bytes of the text.
    pub span: Span,
    /// The idioms that may be meant, the likeliest first.
    pub right: Vec<String>,
}

/// Idioms of four characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Idioms<'a> {
    /// The characters, by the bucket of the first half.
    idioms: &'a [[u8; 8]],
    /// Numbers of idioms, by the bucket of the last half.
    by_last: &'a [[u8; 2]],
    /// Where each bucket begins among `idioms` and among `by_last`; one more at the end.
    first_buckets: &'a [[u8; 2]],
    last_buckets: &'a [[u8; 2]],
    /// A bit for every half, by its hash.
    halves: &'a [u8],
}

/// The tables as they are written down: their bytes one after another, numbers from the high byte down.
#[derive(Serialize, Deserialize)]
pub(super) struct Parts<'a> {
    pub idioms: &'a [u8],
    pub by_last: &'a [u8],
    pub first_buckets: &'a [u8],
    pub last_buckets: &'a [u8],
    pub halves: &'a [u8],
}

/// Half of an idiom: two characters of the basic plane, or 0 in place of any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Half(u32);

impl Half {
    pub(super) const BUCKETS: usize = 1 << 15;
    /// Bytes of the filter.
    pub(super) const FILTER: usize = 1 << 16;

    #[inline]
    pub(super) fn new(first: char, second: char) -> Half {
        let code = |c: char| if c as u32 <= 0xFFFF { c as u32 } else { 0 };
        Half(code(first) << 16 | code(second))
    }

    fn of([a, b, c, d]: [u8; 4]) -> Half {
        Half(u32::from_be_bytes([a, b, c, d]))
    }

    #[inline]
    fn hash(self) -> u32 {
        self.0.wrapping_mul(0x9E37_79B1)
    }

    pub(super) fn bucket(self) -> usize {
        self.hash() as usize >> 17
    }

    /// Its byte in the filter, and the bit in that.
    #[inline]
    pub(super) fn place(self) -> (usize, u8) {
        let bit = self.hash() >> 13;
        (bit as usize / 8, 1 << (bit % 8))
    }
}

impl<'a> Idioms<'a> {
    pub(super) fn read(parts: Parts<'a>) -> Option<Idioms<'a>> {
        let idioms = Idioms {
            idioms: parts.idioms.as_chunks().0,
            by_last: parts.by_last.as_chunks().0,
            first_buckets: parts.first_buckets.as_chunks().0,
            last_buckets: parts.last_buckets.as_chunks().0,
            halves: parts.halves,
        };
        let whole = idioms.first_buckets.len() == Half::BUCKETS + 1
            && idioms.last_buckets.len() == Half::BUCKETS + 1
            && idioms.halves.len() == Half::FILTER;
        whole.then_some(idioms)
    }

    #[inline]
    fn may_be_half(&self, half: Half) -> bool {
        let (byte, bit) = half.place();
        self.halves[byte] & bit != 0
    }

    /// The idioms with this first half: their last halves.
    fn behind(&self, first: Half) -> impl Iterator<Item = [char; 2]> + '_ {
        let range = bucket(self.first_buckets, first);
        self.idioms.get(range).unwrap_or_default().iter().filter_map(move |&[a, b, c, d, e, f, g, h]| {
            (Half::of([a, b, c, d]) == first).then(|| characters([e, f, g, h]))
        })
    }

    /// The idioms with this last half: their first halves.
    fn before(&self, last: Half) -> impl Iterator<Item = [char; 2]> + '_ {
        let range = bucket(self.last_buckets, last);
        self.by_last.get(range).unwrap_or_default().iter().filter_map(move |&number| {
            let &[a, b, c, d, e, f, g, h] = self.idioms.get(usize::from(u16::from_be_bytes(number)))?;
            (Half::of([e, f, g, h]) == last).then(|| characters([a, b, c, d]))
        })
    }
}

fn bucket(starts: &[[u8; 2]], half: Half) -> std::ops::Range<usize> {
    let start = |bucket: usize| usize::from(u16::from_be_bytes(starts[bucket]));
    start(half.bucket())..start(half.bucket() + 1)
}

fn characters([a, b, c, d]: [u8; 4]) -> [char; 2] {
    [[a, b], [c, d]].map(|code| char::from_u32(u32::from(u16::from_be_bytes(code))).unwrap_or_default())
}

/// How an idiom was missed; the likeliest way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Wrong(Likeness),
    Swapped,
    Doubled,
    Missing,
}

impl Way {
    /// By how much the idiom must be likelier than what is written.
    fn margin(self) -> f32 {
        match self {
            Way::Wrong(Likeness::SameSound) => 6.0,
            Way::Wrong(_) => 8.0,
            Way::Swapped | Way::Doubled => 8.0,
            Way::Missing => 10.0,
        }
    }
}

/// An idiom that may be meant.
struct Candidate {
    way: Way,
    span: Span,
    idiom: [char; 4],
}

impl Lexicon<'_> {
    /// May these two characters, side by side, be half of an idiom, so that [`Lexicon::idiom_slip`] is worth
    /// asking? Quick; seldom says yes of what is not.
    #[inline]
    pub fn may_be_half_idiom(&self, first: char, second: char) -> bool {
        self.idioms.may_be_half(Half::new(first, second))
    }

    /// The nearly right idiom of which the half at byte `at` of `text` is whole, if there is one: one character
    /// of the other half is wrong (it sounds or looks like the right one), or missing inside the idiom, or
    /// doubled inside it, or its two are swapped.
    ///
    /// What is written must be unlikely as the words it can be cut into, beside the idiom: nothing is found where
    /// it is a word, an idiom, an accepted variant, or two common words.
    pub fn idiom_slip(&self, text: &str, at: usize) -> Option<Slip> {
        let mut candidates = self.candidates(text, at);
        candidates.sort_by_cached_key(|found| (found.way, std::cmp::Reverse(self.rank(&found.idiom))));
        let best = candidates.iter().find(|found| self.is_likelier(text, found))?;
        let (span, way) = (best.span, best.way);
        let alike = candidates.iter().filter(|found| found.span == span && found.way == way);
        Some(Slip { span, right: alike.map(|found| found.idiom.iter().collect()).collect() })
    }

    fn candidates(&self, text: &str, at: usize) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut behind = text[at..].chars();
        let (Some(first), Some(second)) = (behind.next(), behind.next()) else { return found };
        let half = Half::new(first, second);
        let half_end = text.len() - behind.as_str().len();
        let mut take = |way: Option<Way>, span, idiom| found.extend(way.map(|way| Candidate { way, span, idiom }));

        // The first half is whole.
        let mut others = self.idioms.behind(half).peekable();
        if others.peek().is_some() {
            let next: [char; 3] = std::array::from_fn(|_| behind.next().unwrap_or_default());
            let end_of = |count: usize| half_end + next[..count].iter().map(|c| c.len_utf8()).sum::<usize>();
            for right in others {
                let idiom = [first, second, right[0], right[1]];
                take(self.missed([next[0], next[1]], right), Span::new(at, end_of(2)), idiom);
                let doubled = (next[0] == second || next[0] == next[1]) && next[1..] == right;
                take(doubled.then_some(Way::Doubled), Span::new(at, end_of(3)), idiom);
                let missing = next[0] == right[1];
                take(missing.then_some(Way::Missing), Span::new(at, end_of(1)), idiom);
            }
        }
        // The last half is whole.
        let mut others = self.idioms.before(half).peekable();
        if others.peek().is_some() {
            let mut before = text[..at].chars().rev();
            let previous: [char; 3] = std::array::from_fn(|_| before.next().unwrap_or_default());
            let start_of = |count: usize| at - previous[..count].iter().map(|c| c.len_utf8()).sum::<usize>();
            for right in others {
                let idiom = [right[0], right[1], first, second];
                take(self.missed([previous[1], previous[0]], right), Span::new(start_of(2), half_end), idiom);
                let doubled = previous[0] == previous[1] && [previous[2], previous[1]] == right;
                take(doubled.then_some(Way::Doubled), Span::new(start_of(3), half_end), idiom);
                let missing = previous[0] == right[0];
                take(missing.then_some(Way::Missing), Span::new(start_of(1), half_end), idiom);
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

    fn rank(&self, idiom: &[char; 4]) -> u32 {
        self.frequency(&idiom.iter().collect::<String>()).unwrap_or_default()
    }

    /// Is the idiom likelier, by the margin of the way it was missed, than what is written?
    fn is_likelier(&self, text: &str, found: &Candidate) -> bool {
        let around = around(text, found.span);
        let (before, behind) = (&text[around.start..found.span.start], &text[found.span.end..around.end]);
        let written = self.path(around.of(text)).cost;
        let right = self.path(before).cost + self.cost(self.rank(&found.idiom)) + self.path(behind).cost;
        written > right + found.way.margin()
    }
}
