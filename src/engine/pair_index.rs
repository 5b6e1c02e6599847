//! The index by pairs of adjacent characters: what the engine does where a certain pair occurs.

use super::char_index::RuleAnchor;
use crate::check::WordPair;
use crate::check::options::{CueIndex, WatchedWords};
use crate::text::{BloomFilter, mix_bits, pair_key};

/// A hash table from pairs of characters to actions, behind a filter that rules out most pairs.
#[derive(Debug, Default)]
pub(super) struct PairIndex {
    /// Sorted by bucket.
    entries: Vec<PairEntry>,
    /// The index of each bucket's first entry.
    buckets: Vec<u32>,
    filter: BloomFilter<'static>,
    /// The anchors that entries refer to.
    pub(super) anchors: Vec<RuleAnchor>,
    /// The watched words that entries refer to.
    pub(super) words: Vec<WatchedWord>,
}

/// A word that article checks watch.
#[derive(Debug)]
pub(super) struct WatchedWord {
    pub(super) text: Box<str>,
    /// Whether the word is the pair and nothing more.
    pub(super) is_pair: bool,
    pub(super) tag: u16,
    /// The word watch it belongs to.
    pub(super) watch: u16,
}

/// An action for a pair of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PairEntry {
    pair: (char, char),
    pub(super) action: PairAction,
}

/// What to do where a pair of characters occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PairAction {
    /// Look up the words of a table (an index into the rules that have tables) from byte `offset` of the table on. The
    /// words begin `back` bytes before the pair.
    LookUp { table: u16, offset: u32, back: u8 },
    /// Note the occurrence of a watched word.
    NoteWord { word: u32 },
    /// Note the occurrence of a cue for a watch.
    NoteCue { watch: u16 },
    /// Try an anchor at the first or the second character of the pair.
    TryAnchor { anchor: u32, at_second: bool },
}

/// Collects the entries of a [`PairIndex`].
#[derive(Default)]
pub(super) struct PairIndexBuilder<'r> {
    tables: Vec<(u16, &'r [WordPair])>,
    cues: Vec<(u16, &'r CueIndex)>,
    /// An anchor, its pairs in one string, and whether it is tried at the second character.
    anchors: Vec<(RuleAnchor, &'r str, bool)>,
    words: Vec<WatchedWord>,
}

impl<'r> PairIndexBuilder<'r> {
    /// Adds the words of a table.
    pub(super) fn add_table(&mut self, table: u16, word_pairs: &'r [WordPair]) {
        self.tables.push((table, word_pairs));
    }

    /// Adds the words of a watch.
    pub(super) fn add_watched(&mut self, watch: u16, words: &WatchedWords) {
        self.words.extend(words.list().filter_map(|(text, tag)| {
            let is_pair = text.chars().nth(1)?.len_utf8() + text.chars().next()?.len_utf8() == text.len();
            Some(WatchedWord { text: text.into(), is_pair, tag, watch })
        }));
    }

    /// Adds the cues of a watch.
    pub(super) fn add_cues(&mut self, watch: u16, cues: &'r CueIndex) {
        self.cues.push((watch, cues));
    }

    /// Adds an anchor that is tried at the first or the second character of these pairs.
    pub(super) fn add_anchor(&mut self, anchor: RuleAnchor, pairs: &'r str, at_second: bool) {
        self.anchors.push((anchor, pairs, at_second));
    }

    /// Visits all entries. Entries of the same pair are visited in the order in which their actions are taken.
    fn for_each(&self, mut visit: impl FnMut(PairEntry)) {
        for &(table, word_pairs) in &self.tables {
            // Of two words found at the same pair the one that begins earlier wins.
            for begins_earlier in [true, false] {
                for it in word_pairs.iter().filter(|it| (it.back > 0) == begins_earlier) {
                    visit(PairEntry {
                        pair: it.pair,
                        action: PairAction::LookUp { table, offset: it.offset, back: it.back },
                    });
                }
            }
        }
        for (number, word) in self.words.iter().enumerate() {
            let action = PairAction::NoteWord { word: number as u32 };
            pairs(&word.text).take(1).for_each(|pair| visit(PairEntry { pair, action }));
        }
        for &(watch, cues) in &self.cues {
            let action = PairAction::NoteCue { watch };
            pairs(cues.pairs()).for_each(|pair| visit(PairEntry { pair, action }));
        }
        // Anchors at the first character come before anchors at the second.
        for second in [false, true] {
            for (number, &(_, by, at_second)) in
                self.anchors.iter().enumerate().filter(|(_, anchor)| anchor.2 == second)
            {
                let action = PairAction::TryAnchor { anchor: number as u32, at_second };
                pairs(by).for_each(|pair| visit(PairEntry { pair, action }));
            }
        }
    }
}

/// The size of the filter in 64-bit words: small, so that it stays in the cache.
const FILTER_WORDS: usize = 1 << 12;

impl PairIndex {
    const BUCKETS: usize = 1 << 13;

    /// Builds the index.
    pub(super) fn new(builder: PairIndexBuilder) -> PairIndex {
        let mut filter = BloomFilter::new(FILTER_WORDS);
        // A counting sort: entries of one bucket keep their order.
        let mut buckets = vec![0; PairIndex::BUCKETS + 1];
        builder.for_each(|entry| {
            filter.add(pair_key(entry.pair.0, entry.pair.1));
            buckets[PairIndex::bucket(entry.pair) + 1] += 1;
        });
        for bucket in 0..PairIndex::BUCKETS {
            buckets[bucket + 1] += buckets[bucket];
        }
        let mut next = buckets.clone();
        let unset = PairEntry { pair: ('\0', '\0'), action: PairAction::NoteCue { watch: 0 } };
        let mut entries = vec![unset; buckets[PairIndex::BUCKETS] as usize];
        builder.for_each(|entry| {
            let index = &mut next[PairIndex::bucket(entry.pair)];
            entries[*index as usize] = entry;
            *index += 1;
        });
        let anchors = builder.anchors.into_iter().map(|(anchor, ..)| anchor).collect();
        PairIndex { entries, buckets, filter, anchors, words: builder.words }
    }

    #[inline]
    fn bucket(pair: (char, char)) -> usize {
        mix_bits(pair_key(pair.0, pair.1)) as usize >> (usize::BITS - PairIndex::BUCKETS.trailing_zeros())
    }

    /// Whether the index may have entries for a pair, given by its key. False positives are possible.
    #[inline]
    pub(super) fn may_have(&self, key: u64) -> bool {
        self.filter.may_contain(key)
    }

    /// The entries of a pair, in the order of their actions.
    pub(super) fn entries(&self, pair: (char, char)) -> impl Iterator<Item = PairEntry> + '_ {
        let bucket = PairIndex::bucket(pair);
        let (from, to) = (self.buckets[bucket] as usize, self.buckets[bucket + 1] as usize);
        self.entries[from..to].iter().copied().filter(move |entry| entry.pair == pair)
    }
}

/// The pairs in a string that lists them without separators.
fn pairs(text: &str) -> impl Iterator<Item = (char, char)> {
    let mut characters = text.chars();
    std::iter::from_fn(move || characters.next().zip(characters.next()))
}
