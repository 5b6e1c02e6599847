//! Builds an [`Index`] from the triggers of rules: a new one, or one that extends another by some rules.

use super::anchors::{ANCHOR_SIZE, RequiredSets, RuleAnchor};
use super::classes::Classes;
use super::numbers::{ListsBuilder, Records};
use super::pairs::{PairIndexBuilder, PairTables};
use super::{Index, WatchedWord};
use crate::check::options::WatchedWords;
use crate::check::{Anchor, AnchorIndex, MOST_WATCHED, Triggers, Watch};
#[cfg(not(prepared))]
use crate::lexicon::Lexicon;
use crate::matcher::CharSet;
use crate::rule::Rule;

/// The tables of an index that was built in memory.
#[derive(Debug)]
pub struct IndexTables {
    rules: Vec<[u8; 2]>,
    cells: Vec<[u8; 4]>,
    sets_of: Vec<[u8; size_of::<RequiredSets>()]>,
    anchors_of: ListsBuilder,
    anchors_at_start: ListsBuilder,
    anchors_at_end: ListsBuilder,
    watches_of: ListsBuilder,
    by_pair: PairTables,
    anchors: Vec<[u8; ANCHOR_SIZE]>,
    anywhere: Vec<[u8; 2]>,
    table_rules: Vec<[u8; 2]>,
    idiom_rules: Vec<[u8; 2]>,
    repeat_rules: Vec<[u8; 2]>,
    watch_rules: ListsBuilder,
    is_needed: Vec<[u8; 1]>,
    word_watch_rules: ListsBuilder,
    words: Vec<[u8; WatchedWord::SIZE]>,
    word_texts: Vec<u8>,
    required_set_count: u16,
}

/// What a set of characters is used for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use {
    /// The anchor with this number is tried at the characters.
    Anchor(u16),
    /// The anchor is tried at the start of a block.
    AnchorAtStart(u16),
    /// The anchor is tried at the end of a block.
    AnchorAtEnd(u16),
    /// The watch with this number looks for the characters.
    Watch(u16),
    /// The required sets with these bits.
    Required(RequiredSets),
}

/// A watch of characters or cues.
struct CharacterWatch<'r> {
    /// Whether the checks run only if one of them occurs.
    is_needed: bool,
    /// The characters, if other rules can share the watch.
    characters: Option<&'r CharSet>,
    rules: Vec<u16>,
}

/// Collects what goes into an [`Index`].
struct Builder<'r> {
    rules: Vec<u16>,
    classes: Classes,
    /// The sets that anchors require, each with its bit.
    required_sets: Vec<(&'r CharSet, RequiredSets)>,
    required_set_count: u16,
    /// The anchors, as they are stored.
    anchors: Vec<[u8; ANCHOR_SIZE]>,
    anywhere: Vec<u16>,
    watches: Vec<CharacterWatch<'r>>,
    /// The lists of watched words that other rules can share, each with the number of its watch.
    word_lists: Vec<(&'r WatchedWords, usize)>,
    word_watch_rules: Vec<Vec<u16>>,
    /// The watched words, as they are stored.
    words: Vec<[u8; WatchedWord::SIZE]>,
    word_texts: Vec<u8>,
    table_rules: Vec<u16>,
    idiom_rules: Vec<u16>,
    repeat_rules: Vec<u16>,
    by_pair: PairIndexBuilder,
}

impl IndexTables {
    /// Builds the index of these rules, each with its number, which must ascend.
    #[cfg(not(prepared))]
    pub fn new<'r>(rules: impl IntoIterator<Item = (u16, &'r Rule)>, lexicon: &Lexicon) -> IndexTables {
        Builder::new(lexicon).add_rules(rules).finish()
    }

    /// Builds the index of the rules of `index` and of these. Their numbers must be higher.
    pub fn extending<'r>(index: &Index, rules: impl IntoIterator<Item = (u16, &'r Rule)>) -> IndexTables {
        Builder::of(index).add_rules(rules).finish()
    }

    /// The index.
    pub fn view(&self) -> Index<'_> {
        Index {
            rules: Records(&self.rules),
            cells: Records(&self.cells),
            sets_of: Records(&self.sets_of),
            anchors_of: self.anchors_of.view(),
            anchors_at_start: self.anchors_at_start.view(),
            anchors_at_end: self.anchors_at_end.view(),
            watches_of: self.watches_of.view(),
            by_pair: self.by_pair.view(),
            anchors: Records(&self.anchors),
            anywhere: Records(&self.anywhere),
            table_rules: Records(&self.table_rules),
            idiom_rules: Records(&self.idiom_rules),
            repeat_rules: Records(&self.repeat_rules),
            watch_rules: self.watch_rules.view(),
            is_needed: Records(&self.is_needed),
            word_watch_rules: self.word_watch_rules.view(),
            words: Records(&self.words),
            word_texts: &self.word_texts,
            required_set_count: self.required_set_count,
        }
    }
}

impl<'r> Builder<'r> {
    #[cfg(not(prepared))]
    fn new(lexicon: &Lexicon) -> Builder<'r> {
        Builder {
            rules: Vec::new(),
            classes: Classes::new(),
            required_sets: Vec::new(),
            required_set_count: 0,
            anchors: Vec::new(),
            anywhere: Vec::new(),
            watches: Vec::new(),
            word_lists: Vec::new(),
            word_watch_rules: Vec::new(),
            words: Vec::new(),
            word_texts: Vec::new(),
            table_rules: Vec::new(),
            idiom_rules: Vec::new(),
            repeat_rules: Vec::new(),
            by_pair: PairIndexBuilder::new(lexicon.idiom_pairs()),
        }
    }

    /// A builder that has all that is in `index`.
    fn of(index: &Index) -> Builder<'r> {
        let uses = (0..index.sets_of.0.len()).map(|class| {
            let required = Some(index.sets_of(class)).filter(|sets| *sets != 0).map(Use::Required);
            let at_edges = index.anchors_at_start(class).map(Use::AnchorAtStart);
            let at_edges = at_edges.chain(index.anchors_at_end(class).map(Use::AnchorAtEnd));
            let elsewhere = index.anchors_of(class).map(Use::Anchor).chain(index.watches_of(class).map(Use::Watch));
            required.into_iter().chain(at_edges).chain(elsewhere).collect()
        });
        let watches = index.watches().map(|(is_needed, rules)| CharacterWatch {
            is_needed,
            characters: None,
            rules: rules.collect(),
        });
        Builder {
            rules: index.rules().collect(),
            classes: Classes::of(index.cells.0.to_vec(), uses.collect()),
            required_sets: Vec::new(),
            required_set_count: index.required_set_count,
            anchors: index.anchors.0.to_vec(),
            anywhere: index.anywhere().collect(),
            watches: watches.collect(),
            word_lists: Vec::new(),
            word_watch_rules: index.word_watches().map(Iterator::collect).collect(),
            words: index.words.0.to_vec(),
            word_texts: index.word_texts.to_vec(),
            table_rules: index.table_rules.iter().collect(),
            idiom_rules: index.idiom_rules().collect(),
            repeat_rules: index.repeat_rules().collect(),
            by_pair: PairIndexBuilder::of(&index.by_pair),
        }
    }

    fn add_rules(mut self, rules: impl IntoIterator<Item = (u16, &'r Rule)>) -> Builder<'r> {
        rules.into_iter().for_each(|(number, rule)| self.add_rule(number, rule));
        self
    }

    fn add_rule(&mut self, number: u16, rule: &'r Rule) {
        self.rules.push(number);
        let Triggers { anchors, word_pairs, at_idioms, at_repeats, watch } = &*rule.triggers;
        for (part, anchor) in (0..).zip(anchors) {
            self.add_anchor(number, part, anchor, rule);
        }
        if !word_pairs.is_empty() {
            self.by_pair.add_table(self.table_rules.len() as u16, word_pairs);
            self.table_rules.push(number);
        }
        if *at_idioms {
            self.idiom_rules.push(number);
        }
        if *at_repeats {
            self.repeat_rules.push(number);
        }
        match watch {
            Watch::None => {}
            Watch::Characters(characters) => self.watch_characters(number, characters),
            Watch::Cues(cues) => {
                let watch = self.watches.len() as u16;
                self.watches.push(CharacterWatch { is_needed: true, characters: None, rules: vec![number] });
                self.by_pair.add_cues(watch, cues.pairs());
                self.classes.add(&cues.characters(), Use::Watch(watch));
            }
            Watch::Words(words) => self.watch_words(number, words),
        }
    }

    fn add_anchor(&mut self, rule_number: u16, part: u16, anchor: &'r Anchor, rule: &Rule) {
        let number = self.anchors.len() as u16;
        let required = anchor.required.iter().map(|set| self.required(set)).fold(0, |all, bit| all | bit);
        self.anchors.push(RuleAnchor::stored(anchor, rule_number, part, rule.scope, required));
        match &anchor.index {
            AnchorIndex::AtStart(first) => self.classes.add(first, Use::AnchorAtStart(number)),
            AnchorIndex::AtEnd(last) => self.classes.add(last, Use::AnchorAtEnd(number)),
            AnchorIndex::ByPrevious(pairs) => self.by_pair.add_anchor(number, pairs, true),
            AnchorIndex::ByNext(pairs) => self.by_pair.add_anchor(number, pairs, false),
            AnchorIndex::ByOne(characters) => self.classes.add(characters, Use::Anchor(number)),
            AnchorIndex::Anywhere => self.anywhere.push(number),
        }
    }

    /// The bit of a required set. If there are more sets than bits, some share a bit.
    fn required(&mut self, set: &'r CharSet) -> RequiredSets {
        if let Some((_, bit)) = self.required_sets.iter().find(|(known, _)| *known == set) {
            return *bit;
        }
        let bit = 1 << (u32::from(self.required_set_count) % RequiredSets::BITS);
        self.required_set_count += 1;
        self.required_sets.push((set, bit));
        self.classes.add(set, Use::Required(bit));
        bit
    }

    /// Makes a rule's check watch these characters. Rules that watch the same characters share a watch.
    fn watch_characters(&mut self, rule: u16, characters: &'r CharSet) {
        match self.watches.iter_mut().find(|watch| watch.characters == Some(characters)) {
            Some(watch) => watch.rules.push(rule),
            None => {
                // A set that is too large to watch is ignored.
                if characters.chars_up_to(MOST_WATCHED).is_some() {
                    self.classes.add(characters, Use::Watch(self.watches.len() as u16));
                }
                let is_needed = !characters.ranges().is_empty();
                let characters = Some(characters);
                self.watches.push(CharacterWatch { is_needed, characters, rules: vec![rule] });
            }
        }
    }

    /// Makes a rule's check watch these words. Rules that watch the same words share a watch.
    fn watch_words(&mut self, rule: u16, list: &'r WatchedWords) {
        if let Some((_, watch)) = self.word_lists.iter().find(|(known, _)| *known == list) {
            self.word_watch_rules[*watch].push(rule);
            return;
        }
        let watch = self.word_watch_rules.len();
        self.word_lists.push((list, watch));
        self.word_watch_rules.push(vec![rule]);
        for (text, tag) in list.list() {
            self.by_pair.add_watched_word(self.words.len() as u32, text);
            self.words.push(stored_word(self.word_texts.len(), text.len(), tag, watch));
            self.word_texts.extend(text.bytes());
        }
    }

    fn finish(self) -> IndexTables {
        let (cells, uses) = self.classes.finish();
        let lists = |used_for: fn(&Use) -> Option<u16>| -> ListsBuilder {
            uses.iter().map(|uses| uses.iter().filter_map(used_for)).collect()
        };
        let stored = |numbers: &[u16]| numbers.iter().map(|number| number.to_le_bytes()).collect();
        IndexTables {
            rules: stored(&self.rules),
            cells,
            sets_of: uses.iter().map(|uses| required_sets(uses).to_le_bytes()).collect(),
            anchors_of: lists(|used_for| if let Use::Anchor(number) = used_for { Some(*number) } else { None }),
            anchors_at_start: lists(
                |used_for| if let Use::AnchorAtStart(number) = used_for { Some(*number) } else { None },
            ),
            anchors_at_end: lists(
                |used_for| if let Use::AnchorAtEnd(number) = used_for { Some(*number) } else { None },
            ),
            watches_of: lists(|used_for| if let Use::Watch(number) = used_for { Some(*number) } else { None }),
            by_pair: self.by_pair.finish(),
            anchors: self.anchors,
            anywhere: stored(&self.anywhere),
            table_rules: stored(&self.table_rules),
            idiom_rules: stored(&self.idiom_rules),
            repeat_rules: stored(&self.repeat_rules),
            watch_rules: self.watches.iter().map(|watch| watch.rules.iter().copied()).collect(),
            is_needed: self.watches.iter().map(|watch| [u8::from(watch.is_needed)]).collect(),
            word_watch_rules: self.word_watch_rules.iter().map(|rules| rules.iter().copied()).collect(),
            words: self.words,
            word_texts: self.word_texts,
            required_set_count: self.required_set_count,
        }
    }
}

/// The required sets among these uses of a class.
fn required_sets(uses: &[Use]) -> RequiredSets {
    let sets = uses.iter().map(|used_for| if let Use::Required(sets) = used_for { *sets } else { 0 });
    sets.fold(0, |all, sets| all | sets)
}

/// A watched word as it is stored: see [`WatchedWord::SIZE`].
fn stored_word(start: usize, length: usize, tag: u16, watch: usize) -> [u8; WatchedWord::SIZE] {
    let ([a, b, c, d], [e, f]) = ((start as u32).to_le_bytes(), (length as u16).to_le_bytes());
    let ([g, h], [i, j]) = (tag.to_le_bytes(), (watch as u16).to_le_bytes());
    [a, b, c, d, e, f, g, h, i, j]
}
