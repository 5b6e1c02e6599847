//! Where pairs of characters stand that rules want to be asked at.

use super::gate::Gate;
use crate::check::{self, Cues};
use crate::text::{Filter, mixed, pair_key};

/// What is asked where two certain characters stand side by side: tables of words that begin with them, and gates
/// that open there alone.
#[derive(Debug)]
pub(super) struct Beginnings {
    /// In the order of their buckets once all are added.
    list: Vec<Beginning>,
    /// Where each bucket begins in the list.
    buckets: Vec<u32>,
    filter: Filter<'static>,
    pub(super) gates: Vec<Gate>,
    pub(super) words: Vec<WatchedWord>,
}

/// A word that a watch wants to know of.
#[derive(Debug)]
pub(super) struct WatchedWord {
    pub(super) text: Box<str>,
    /// Is it the pair at which it is asked for, and nothing more?
    pub(super) is_pair: bool,
    pub(super) tag: u16,
    pub(super) watch: u16,
}

/// What a rule has to be asked at a pair of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    pair: (char, char),
    pub(super) rule: u32,
    pub(super) asked: Asked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The words of its table that begin there in the table and so many bytes before the pair in the text.
    Word { place: u32, back: u8 },
    /// One of the watched words.
    Watched { word: u32 },
    /// Nothing: the watch of an article check sees the pair.
    Cue { watch: u16 },
    /// One of the listed gates, at the first or the second character.
    Gate { gate: u32, at_second: bool },
}

impl Default for Beginnings {
    fn default() -> Beginnings {
        Beginnings {
            list: Vec::new(),
            buckets: Vec::new(),
            filter: Filter::new(PAIRS),
            gates: Vec::new(),
            words: Vec::new(),
        }
    }
}

/// Words of the filter: few, so that they stay near.
const PAIRS: usize = 1 << 12;

impl Beginnings {
    pub(super) fn add_words(&mut self, rule: u32, words: &[check::Beginning]) {
        let asked = |place, back| Asked::Word { place, back };
        // Of two words found at one pair the one that begins earlier is taken.
        let (late, prompt): (Vec<&check::Beginning>, Vec<&check::Beginning>) = words.iter().partition(|it| it.back > 0);
        let words = late.into_iter().chain(prompt);
        self.list.extend(words.map(|it| Beginning { pair: it.pair, rule, asked: asked(it.place, it.back) }));
    }

    pub(super) fn add_watched(&mut self, rule: u32, watch: u16, words: &check::WatchedWords) {
        for (text, tag) in words.list() {
            let mut chars = text.chars();
            if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                let asked = Asked::Watched { word: self.words.len() as u32 };
                self.list.push(Beginning { pair: (first, second), rule, asked });
                self.words.push(WatchedWord { text: text.into(), is_pair: chars.next().is_none(), tag, watch });
            }
        }
    }

    pub(super) fn add_cues(&mut self, rule: u32, watch: u16, cues: &Cues) {
        self.list.extend(pairs(cues.pairs()).map(|pair| Beginning { pair, rule, asked: Asked::Cue { watch } }));
    }

    pub(super) fn add_gate(&mut self, gate: Gate, by: &str, at_second: bool) {
        let asked = Asked::Gate { gate: self.gates.len() as u32, at_second };
        self.list.extend(pairs(by).map(|pair| Beginning { pair, rule: gate.rule, asked }));
        self.gates.push(gate);
    }

    pub(super) fn sort(&mut self) {
        let mut buckets = vec![0; Beginnings::BUCKETS + 1];
        let mut bucket_of = Vec::with_capacity(self.list.len());
        for beginning in &self.list {
            self.filter.add(pair_key(beginning.pair.0, beginning.pair.1));
            let bucket = Beginnings::bucket(beginning.pair);
            bucket_of.push(bucket);
            buckets[bucket + 1] += 1;
        }
        for bucket in 0..Beginnings::BUCKETS {
            buckets[bucket + 1] += buckets[bucket];
        }
        // What was added first stays first in its bucket, but what is asked at the first character goes before what is
        // asked at the second.
        let mut next = buckets.clone();
        let mut sorted = self.list.clone();
        for second in [false, true] {
            for (beginning, &bucket) in self.list.iter().zip(&bucket_of) {
                if matches!(beginning.asked, Asked::Gate { at_second: true, .. }) == second {
                    sorted[next[bucket] as usize] = *beginning;
                    next[bucket] += 1;
                }
            }
        }
        (self.list, self.buckets) = (sorted, buckets);
    }

    const BUCKETS: usize = 1 << 13;

    #[inline]
    fn bucket(pair: (char, char)) -> usize {
        mixed(pair_key(pair.0, pair.1)) as usize >> (usize::BITS - Beginnings::BUCKETS.trailing_zeros())
    }

    #[inline]
    pub(super) fn may_hold(&self, pair: u64) -> bool {
        self.filter.may_hold(pair)
    }

    pub(super) fn of(&self, pair: (char, char)) -> impl Iterator<Item = Beginning> + '_ {
        let bucket = Beginnings::bucket(pair);
        let (from, to) = (self.buckets[bucket] as usize, self.buckets[bucket + 1] as usize);
        self.list[from..to].iter().copied().filter(move |beginning| beginning.pair == pair)
    }
}

/// The pairs in a string of two characters after two.
fn pairs(text: &str) -> impl Iterator<Item = (char, char)> {
    let mut characters = text.chars();
    std::iter::from_fn(move || characters.next().zip(characters.next()))
}
