//! The index by pairs of adjacent characters: what the engine does where a certain pair occurs.

use std::collections::BTreeMap;

use fnv::FnvHashMap;
use serde::{Deserialize, Serialize};

use super::numbers::{Lists, ListsBuilder, Records, U32s};
use crate::check::WordPair;
use crate::text::Pair;

/// The number of bits of a pair's hash that choose its bucket.
const BUCKET_BITS: u32 = 14;

/// The number of bits of a pair's hash that choose its word in the filter: 128 KiB, so that it stays in the CPU cache.
const FILTER_BITS: u32 = 14;

/// The size of a stored entry: a pair (4 bytes) and an action (8 bytes).
const ENTRY_SIZE: usize = 12;

/// A hash table from pairs of characters to actions, behind a filter that rules out most pairs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct PairIndex<'a> {
    #[serde(borrow)]
    filter: Records<'a, 8>,
    /// The index of each bucket's first entry, and the number of entries.
    #[serde(borrow)]
    buckets: U32s<'a>,
    /// The entries. Those of one bucket are in the order in which their actions are taken.
    #[serde(borrow)]
    entries: Records<'a, ENTRY_SIZE>,
    /// The lists of anchors that entries name.
    #[serde(borrow)]
    anchor_lists: Lists<'a>,
}

/// Two Bloom filters of pairs in one table: of the pairs that have actions, and of the pairs at which mistakes in idioms are found. A pair has one
/// bit in the lower half of a 64-bit word for the first, and the same bit in the upper half for the second.
#[derive(Debug, Clone, Copy)]
pub struct PairFilter<'a>(&'a [[u8; 8]; 1 << FILTER_BITS]);

/// What a [`PairFilter`] says of a pair. Where a flag is not set, it is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairFlags(u32);

impl PairFlags {
    const MAY_HAVE_ACTIONS: u32 = 1;
    const MAY_BE_IDIOM_HALF: u32 = 2;

    /// The number of bits that flags take.
    pub const BITS: u32 = 2;

    /// The pair has no actions and is not half of an idiom.
    pub const NONE: PairFlags = PairFlags(0);

    /// Whether the pair may have actions.
    #[inline]
    pub fn may_have_actions(self) -> bool {
        self.0 & PairFlags::MAY_HAVE_ACTIONS != 0
    }

    /// Whether the pair may be half of an idiom.
    #[inline]
    pub fn may_be_idiom_half(self) -> bool {
        self.0 & PairFlags::MAY_BE_IDIOM_HALF != 0
    }

    /// The flags as a number of [`PairFlags::BITS`] bits.
    #[inline]
    pub fn bits(self) -> u32 {
        self.0
    }

    /// The flags that [`PairFlags::bits`] has turned into this number.
    #[inline]
    pub fn from_bits(bits: u32) -> PairFlags {
        PairFlags(bits)
    }
}

impl PairFilter<'_> {
    /// What is known of a pair.
    #[inline]
    pub fn look_up(self, pair: Pair) -> PairFlags {
        let (word, bit) = PairFilter::place(pair);
        let both = u64::from_le_bytes(self.0[word]) >> bit;
        PairFlags(both as u32 & PairFlags::MAY_HAVE_ACTIONS | (both >> 31) as u32 & PairFlags::MAY_BE_IDIOM_HALF)
    }

    /// The index of the word of a pair, and of the bit in the lower half of it.
    #[inline]
    fn place(pair: Pair) -> (usize, u32) {
        let hash = pair.hash();
        ((hash >> (u32::BITS - FILTER_BITS)) as usize, hash >> (u32::BITS - FILTER_BITS - 5) & 31)
    }
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
    /// Try the anchors of a list at the first or the second character of the pair.
    TryAnchors { list: u16, at_second: bool },
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
            PairAction::TryAnchors { list, at_second: false } => (PairAction::TRY_AT_FIRST, 0, list, 0),
            PairAction::TryAnchors { list, at_second: true } => (PairAction::TRY_AT_SECOND, 0, list, 0),
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
            kind => PairAction::TryAnchors { list: medium, at_second: kind == PairAction::TRY_AT_SECOND },
        }
    }
}

impl<'a> PairIndex<'a> {
    /// The filter of the pairs that have actions and of the pairs at which mistakes in idioms are found.
    ///
    /// # Panics
    /// If the filter has another size than the builder gives it.
    pub fn filter(&self) -> PairFilter<'a> {
        PairFilter(self.filter.0.try_into().expect("the filter has a fixed size"))
    }

    /// The anchors of a list that an action names.
    #[inline]
    pub fn anchors(&self, list: u16) -> impl ExactSizeIterator<Item = u16> + Clone + use<'a> {
        self.anchor_lists.get(list as usize)
    }

    /// The actions of a pair, in the order in which they are taken.
    #[inline]
    pub fn actions(&self, pair: Pair) -> impl Iterator<Item = PairAction> + use<'a> {
        let bucket = bucket(pair);
        let entries = self.buckets.get(bucket) as usize..self.buckets.get(bucket + 1) as usize;
        let wanted = pair.number().to_le_bytes();
        let of_pair = self.entries.0[entries].iter().filter(move |[a, b, c, d, ..]| [*a, *b, *c, *d] == wanted);
        of_pair.map(|[_, _, _, _, action @ ..]| PairAction::from_bytes(*action))
    }
}

#[inline]
fn bucket(pair: Pair) -> usize {
    (pair.hash() >> (u32::BITS - BUCKET_BITS)) as usize
}

/// Collects the entries of a [`PairIndex`]: for each kind of action a list, because the actions of one pair are taken in
/// this order.
pub(super) struct PairIndexBuilder {
    filter: Vec<[u8; 8]>,
    /// The entries of an index that is extended.
    entries: Vec<(Pair, PairAction)>,
    earlier_words: Vec<(Pair, PairAction)>,
    words: Vec<(Pair, PairAction)>,
    watched_words: Vec<(Pair, PairAction)>,
    cues: Vec<(Pair, PairAction)>,
    /// The anchors that are tried at the first character of a pair, and those that are tried at the second.
    anchors: [BTreeMap<Pair, Vec<u16>>; 2],
    anchor_lists: DistinctLists,
}

impl PairIndexBuilder {
    /// A builder without entries. `idiom_pairs` are for the filter only.
    pub(super) fn new(idiom_pairs: impl Iterator<Item = Pair>) -> PairIndexBuilder {
        let mut filter = vec![[0; 8]; 1 << FILTER_BITS];
        idiom_pairs.for_each(|pair| add_to_filter(&mut filter, pair, PairFlags::MAY_BE_IDIOM_HALF));
        PairIndexBuilder {
            filter,
            entries: Vec::new(),
            earlier_words: Vec::new(),
            words: Vec::new(),
            watched_words: Vec::new(),
            cues: Vec::new(),
            anchors: Default::default(),
            anchor_lists: DistinctLists::default(),
        }
    }

    /// A builder that has all that is in `index`.
    pub(super) fn of(index: &PairIndex) -> PairIndexBuilder {
        let entry = |[a, b, c, d, action @ ..]: &[u8; ENTRY_SIZE]| {
            (Pair::from_number(u32::from_le_bytes([*a, *b, *c, *d])), PairAction::from_bytes(*action))
        };
        let anchor_lists = (0..index.anchor_lists.len()).map(|list| index.anchor_lists.get(list).collect());
        PairIndexBuilder {
            filter: index.filter.0.to_vec(),
            entries: index.entries.0.iter().map(entry).collect(),
            anchor_lists: DistinctLists { lists: anchor_lists.collect(), numbers: FnvHashMap::default() },
            ..PairIndexBuilder::new(std::iter::empty())
        }
    }

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
        for pair in pairs(by) {
            self.anchors[usize::from(at_second)].entry(pair).or_default().push(anchor);
        }
    }

    pub(super) fn finish(self) -> PairTables {
        let PairIndexBuilder {
            mut filter,
            mut entries,
            earlier_words,
            words,
            watched_words,
            cues,
            anchors,
            mut anchor_lists,
        } = self;
        let known = entries.len();
        entries.extend([earlier_words, words, watched_words, cues].into_iter().flatten());
        for (at_second, anchors) in [false, true].into_iter().zip(anchors) {
            for (pair, anchors) in anchors {
                entries.push((pair, PairAction::TryAnchors { list: anchor_lists.number_of(anchors), at_second }));
            }
        }
        for (pair, _) in &entries[known..] {
            add_to_filter(&mut filter, *pair, PairFlags::MAY_HAVE_ACTIONS);
        }
        // A stable sort: the entries of one bucket keep their order.
        entries.sort_by_key(|(pair, _)| bucket(*pair));
        let mut buckets = vec![0; (1 << BUCKET_BITS) + 1];
        entries.iter().for_each(|(pair, _)| buckets[bucket(*pair) + 1] += 1);
        for bucket in 0..1 << BUCKET_BITS {
            buckets[bucket + 1] += buckets[bucket];
        }
        let entry = |(pair, action): &(Pair, PairAction)| {
            let ([a, b, c, d], [e, f, g, h, i, j, k, l]) = (pair.number().to_le_bytes(), action.to_bytes());
            [a, b, c, d, e, f, g, h, i, j, k, l]
        };
        PairTables {
            filter,
            buckets: buckets.into_iter().map(u32::to_le_bytes).collect(),
            entries: entries.iter().map(entry).collect(),
            anchor_lists: anchor_lists.lists.into_iter().collect(),
        }
    }
}

/// Sets a flag for a pair in the words of a filter.
fn add_to_filter(filter: &mut [[u8; 8]], pair: Pair, flag: u32) {
    let (word, bit) = PairFilter::place(pair);
    let half = if flag == PairFlags::MAY_BE_IDIOM_HALF { 32 } else { 0 };
    filter[word] = (u64::from_le_bytes(filter[word]) | 1 << (half + bit)).to_le_bytes();
}

/// Lists without duplicates, because many pairs have the same anchors.
#[derive(Default)]
struct DistinctLists {
    lists: Vec<Vec<u16>>,
    numbers: FnvHashMap<Vec<u16>, u16>,
}

impl DistinctLists {
    /// The number of a list, which is added if it is new.
    fn number_of(&mut self, list: Vec<u16>) -> u16 {
        let lists = &mut self.lists;
        *self.numbers.entry(list).or_insert_with_key(|list| {
            lists.push(list.clone());
            (lists.len() - 1) as u16
        })
    }
}

/// The tables of a [`PairIndex`] that was built in memory.
#[derive(Debug)]
pub(super) struct PairTables {
    filter: Vec<[u8; 8]>,
    buckets: Vec<[u8; 4]>,
    entries: Vec<[u8; ENTRY_SIZE]>,
    anchor_lists: ListsBuilder,
}

impl PairTables {
    pub(super) fn view(&self) -> PairIndex<'_> {
        PairIndex {
            filter: Records(&self.filter),
            buckets: Records(&self.buckets),
            entries: Records(&self.entries),
            anchor_lists: self.anchor_lists.view(),
        }
    }
}

/// The pairs in a string that lists them without separators.
fn pairs(text: &str) -> impl Iterator<Item = Pair> {
    let mut characters = text.chars();
    std::iter::from_fn(move || Some(Pair::new(characters.next()?, characters.next()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_actions_of_a_pair_and_few_others() {
        let mut builder = PairIndexBuilder::new([Pair::new('一', '民')].into_iter());
        let cues = |second: char| ('一'..='龥').flat_map(move |first| [first, second]).collect::<String>();
        builder.add_cues(3, &cues('人'));
        builder.add_anchor(5, "一人", true);
        let tables = builder.finish();
        let index = tables.view();
        let actions: Vec<_> = index.actions(Pair::new('一', '人')).collect();
        assert_eq!(actions, [PairAction::NoteCue { watch: 3 }, PairAction::TryAnchors { list: 0, at_second: true }]);
        assert_eq!(index.anchors(0).collect::<Vec<_>>(), [5]);
        assert_eq!(index.actions(Pair::new('一', '民')).count(), 0);
        let may_have = |second: char| {
            ('一'..='龥').filter(|first| index.filter().look_up(Pair::new(*first, second)).may_have_actions()).count()
        };
        assert_eq!(may_have('人'), ('一'..='龥').count());
        assert!(may_have('日') < 3000, "{}", may_have('日'));
        assert!(index.filter().look_up(Pair::new('一', '民')).may_be_idiom_half());
    }
}
