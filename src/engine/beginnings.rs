//! Where pairs of characters stand that rules want to be asked at.

use super::gate::Gate;
use crate::check::{self, Cues};
use crate::text::{BloomFilter, mix_bits, pair_key};

/// What is asked where two certain characters stand side by side: tables of words that begin with them, and gates
/// that open there alone.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    /// In the order of their buckets.
    list: Vec<Beginning>,
    /// Where each bucket begins in the list.
    buckets: Vec<u32>,
    filter: BloomFilter<'static>,
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

/// What is asked at a pair of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    pair: (char, char),
    pub(super) asked: Asked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The words in the table of a rule (by its number among those with tables) that begin there in the table and so
    /// many bytes before the pair in the text.
    Word { table: u16, place: u32, back: u8 },
    /// One of the watched words.
    Watched { word: u32 },
    /// Nothing: the watch of an article check sees the pair.
    Cue { watch: u16 },
    /// One of the listed gates, at the first or the second character.
    Gate { gate: u32, at_second: bool },
}

/// What is to be listed by pairs of characters.
#[derive(Default)]
pub(super) struct Listed<'r> {
    tables: Vec<(u16, &'r [check::Beginning])>,
    cues: Vec<(u16, &'r Cues)>,
    gates: Vec<(Gate, &'r str, bool)>,
    words: Vec<WatchedWord>,
}

impl<'r> Listed<'r> {
    /// The words of a table.
    pub(super) fn add_words(&mut self, table: u16, words: &'r [check::Beginning]) {
        self.tables.push((table, words));
    }

    /// The words of a watch.
    pub(super) fn add_watched(&mut self, watch: u16, words: &check::WatchedWords) {
        self.words.extend(words.list().filter_map(|(text, tag)| {
            let is_pair = text.chars().nth(1)?.len_utf8() + text.chars().next()?.len_utf8() == text.len();
            Some(WatchedWord { text: text.into(), is_pair, tag, watch })
        }));
    }

    /// The cues of a watch.
    pub(super) fn add_cues(&mut self, watch: u16, cues: &'r Cues) {
        self.cues.push((watch, cues));
    }

    /// A gate that opens at the first or the second character of the pairs in a string of two characters after two.
    pub(super) fn add_gate(&mut self, gate: Gate, by: &'r str, at_second: bool) {
        self.gates.push((gate, by, at_second));
    }

    /// All that is asked, in the order in which it is asked where it is asked at one pair.
    fn each(&self, mut then: impl FnMut(Beginning)) {
        for &(table, words) in &self.tables {
            // Of two words found at one pair the one that begins earlier is taken.
            for is_late in [true, false] {
                for it in words.iter().filter(|it| (it.back > 0) == is_late) {
                    then(Beginning { pair: it.pair, asked: Asked::Word { table, place: it.place, back: it.back } });
                }
            }
        }
        for (number, word) in self.words.iter().enumerate() {
            pairs(&word.text)
                .take(1)
                .for_each(|pair| then(Beginning { pair, asked: Asked::Watched { word: number as u32 } }));
        }
        for &(watch, cues) in &self.cues {
            pairs(cues.pairs()).for_each(|pair| then(Beginning { pair, asked: Asked::Cue { watch } }));
        }
        // What is asked at the first character goes before what is asked at the second.
        for second in [false, true] {
            for (number, &(_, by, at_second)) in self.gates.iter().enumerate().filter(|(_, gate)| gate.2 == second) {
                let asked = Asked::Gate { gate: number as u32, at_second };
                pairs(by).for_each(|pair| then(Beginning { pair, asked }));
            }
        }
    }
}

/// Words of the filter: few, so that they stay near.
const PAIRS: usize = 1 << 12;

impl Beginnings {
    pub(super) fn new(listed: Listed) -> Beginnings {
        let mut filter = BloomFilter::new(PAIRS);
        let mut buckets = vec![0; Beginnings::BUCKETS + 1];
        listed.each(|beginning| {
            filter.add(pair_key(beginning.pair.0, beginning.pair.1));
            buckets[Beginnings::bucket(beginning.pair) + 1] += 1;
        });
        for bucket in 0..Beginnings::BUCKETS {
            buckets[bucket + 1] += buckets[bucket];
        }
        // What comes first stays first in its bucket.
        let mut next = buckets.clone();
        let nothing = Beginning { pair: ('\0', '\0'), asked: Asked::Cue { watch: 0 } };
        let mut list = vec![nothing; buckets[Beginnings::BUCKETS] as usize];
        listed.each(|beginning| {
            let place = &mut next[Beginnings::bucket(beginning.pair)];
            list[*place as usize] = beginning;
            *place += 1;
        });
        let gates = listed.gates.into_iter().map(|(gate, ..)| gate).collect();
        Beginnings { list, buckets, filter, gates, words: listed.words }
    }

    const BUCKETS: usize = 1 << 13;

    #[inline]
    fn bucket(pair: (char, char)) -> usize {
        mix_bits(pair_key(pair.0, pair.1)) as usize >> (usize::BITS - Beginnings::BUCKETS.trailing_zeros())
    }

    #[inline]
    pub(super) fn may_contain(&self, pair: u64) -> bool {
        self.filter.may_contain(pair)
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
