//! The index by pairs of adjacent characters: what the engine does where a certain pair occurs.

use serde::{Deserialize, Serialize};

use super::numbers::{Records, U32s};
use crate::check::WordPair;
use crate::text::{Pair, PairBits, PairFilter};

/// The number of bits of a pair's hash that choose its bucket.
const BUCKET_BITS: u32 = 13;

/// A hash table from pairs of characters to actions, behind a filter that rules out most pairs.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct PairIndex {
    #[serde(with = "stored_filter")]
    filter: PairFilter<'static>,
    /// The index of each bucket's first entry, and the number of entries.
    buckets: U32s,
    /// The pair of each entry. The entries of a bucket are in the order in which their actions are taken.
    pairs: U32s,
    /// The action of each entry.
    actions: Records<8>,
}

/// What to do where a pair of characters occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairAction {
    /// Look up the words of a table (an index into the rules that have tables) from byte `offset` of the table on. The
    /// words begin `back` bytes before the pair.
    LookUp { table: u16, offset: u32, back: u8 },
    /// Note the occurrence of a watched word.
    NoteWord { word: u32 },
    /// Note the occurrence of a cue for a watch.
    NoteCue { watch: u16 },
    /// Try an anchor at the first or the second character of the pair.
    TryAnchor { anchor: u16, at_second: bool },
}

impl PairAction {
    const LOOK_UP: u8 = 0;
    const NOTE_WORD: u8 = 1;
    const NOTE_CUE: u8 = 2;
    const TRY_AT_FIRST: u8 = 3;
    const TRY_AT_SECOND: u8 = 4;

    /// The kind of action, then up to three numbers.
    fn to_bytes(self) -> [u8; 8] {
        let (kind, small, medium, large) = match self {
            PairAction::LookUp { table, offset, back } => (PairAction::LOOK_UP, back, table, offset),
            PairAction::NoteWord { word } => (PairAction::NOTE_WORD, 0, 0, word),
            PairAction::NoteCue { watch } => (PairAction::NOTE_CUE, 0, watch, 0),
            PairAction::TryAnchor { anchor, at_second: false } => (PairAction::TRY_AT_FIRST, 0, anchor, 0),
            PairAction::TryAnchor { anchor, at_second: true } => (PairAction::TRY_AT_SECOND, 0, anchor, 0),
        };
        let ([c, d], [e, f, g, h]) = (medium.to_le_bytes(), large.to_le_bytes());
        [kind, small, c, d, e, f, g, h]
    }

    #[inline]
    fn from_bytes([kind, small, c, d, e, f, g, h]: [u8; 8]) -> PairAction {
        let (medium, large) = (u16::from_le_bytes([c, d]), u32::from_le_bytes([e, f, g, h]));
        match kind {
            PairAction::LOOK_UP => PairAction::LookUp { table: medium, offset: large, back: small },
            PairAction::NOTE_WORD => PairAction::NoteWord { word: large },
            PairAction::NOTE_CUE => PairAction::NoteCue { watch: medium },
            kind => PairAction::TryAnchor { anchor: medium, at_second: kind == PairAction::TRY_AT_SECOND },
        }
    }
}

impl PairIndex {
    /// The bits of the filter of the pairs that have actions.
    pub fn filter(&self) -> &PairBits {
        self.filter.bits()
    }

    /// The actions of a pair, in the order in which they are taken.
    #[inline]
    pub fn actions(&self, pair: Pair) -> impl Iterator<Item = PairAction> + '_ {
        let bucket = bucket(pair);
        let entries = self.buckets.get(bucket) as usize..self.buckets.get(bucket + 1) as usize;
        let (pairs, actions) = (&self.pairs.as_slice()[entries.clone()], &self.actions.as_slice()[entries]);
        let wanted = pair.number().to_le_bytes();
        pairs
            .iter()
            .zip(actions)
            .filter(move |(pair, _)| **pair == wanted)
            .map(|(_, action)| PairAction::from_bytes(*action))
    }
}

#[inline]
fn bucket(pair: Pair) -> usize {
    (pair.hash() >> (u32::BITS - BUCKET_BITS)) as usize
}

/// Collects the entries of a [`PairIndex`]: for each kind of action a list, because the actions of one pair are taken in
/// this order.
#[derive(Default)]
pub(super) struct PairIndexBuilder {
    earlier_words: Vec<(Pair, PairAction)>,
    words: Vec<(Pair, PairAction)>,
    watched_words: Vec<(Pair, PairAction)>,
    cues: Vec<(Pair, PairAction)>,
    at_first: Vec<(Pair, PairAction)>,
    at_second: Vec<(Pair, PairAction)>,
}

impl PairIndexBuilder {
    /// Adds the words of a table.
    pub(super) fn add_table(&mut self, table: u16, word_pairs: &[WordPair]) {
        for &WordPair { pair: (first, second), offset, back } in word_pairs {
            // Of two words found at the same pair the one that begins earlier wins.
            let list = if back > 0 { &mut self.earlier_words } else { &mut self.words };
            list.push((Pair::new(first, second), PairAction::LookUp { table, offset, back }));
        }
    }

    /// Adds a watched word, by its first two characters.
    pub(super) fn add_watched_word(&mut self, word: u32, text: &str) {
        let action = PairAction::NoteWord { word };
        self.watched_words.extend(pairs(text).take(1).map(|pair| (pair, action)));
    }

    /// Adds the cues of a watch, given as pairs of characters in one string.
    pub(super) fn add_cues(&mut self, watch: u16, cues: &str) {
        self.cues.extend(pairs(cues).map(|pair| (pair, PairAction::NoteCue { watch })));
    }

    /// Adds an anchor that is tried at the first or the second character of these pairs.
    pub(super) fn add_anchor(&mut self, anchor: u16, by: &str, at_second: bool) {
        let list = if at_second { &mut self.at_second } else { &mut self.at_first };
        list.extend(pairs(by).map(|pair| (pair, PairAction::TryAnchor { anchor, at_second })));
    }

    pub(super) fn finish(self) -> PairIndex {
        let PairIndexBuilder { earlier_words, words, watched_words, cues, at_first, at_second } = self;
        let mut entries = [earlier_words, words, watched_words, cues, at_first, at_second].concat();
        // A stable sort: the entries of one bucket keep their order.
        entries.sort_by_key(|(pair, _)| bucket(*pair));
        let mut filter = PairFilter::default();
        entries.iter().for_each(|(pair, _)| filter.add(*pair));
        let mut starts = vec![0; (1 << BUCKET_BITS) + 1];
        entries.iter().for_each(|(pair, _)| starts[bucket(*pair) + 1] += 1);
        let starts = starts.into_iter().scan(0, |sum, count: u32| {
            *sum += count;
            Some(*sum)
        });
        PairIndex {
            filter,
            buckets: starts.collect(),
            pairs: entries.iter().map(|(pair, _)| pair.number()).collect(),
            actions: entries.iter().map(|(_, action)| action.to_bytes()).collect(),
        }
    }
}

/// The pairs in a string that lists them without separators.
fn pairs(text: &str) -> impl Iterator<Item = Pair> {
    let mut characters = text.chars();
    std::iter::from_fn(move || Some(Pair::new(characters.next()?, characters.next()?)))
}

/// Stores a filter as its bytes.
mod stored_filter {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::text::PairFilter;

    pub fn serialize<S: Serializer>(filter: &PairFilter, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(filter.bytes())
    }

    pub fn deserialize<'de: 'static, D: Deserializer<'de>>(deserializer: D) -> Result<PairFilter<'static>, D::Error> {
        let bytes = <&'static [u8]>::deserialize(deserializer)?;
        PairFilter::read(bytes).ok_or_else(|| de::Error::custom("the filter has another size"))
    }
}
