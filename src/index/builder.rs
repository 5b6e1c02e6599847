//! Builds an [`Index`] from the triggers of rules.

use super::anchors::{ANCHOR_SIZE, RequiredSets, RuleAnchor, SetNumbers};
use super::cell::{CELLS, Cell};
use super::classes::Classes;
use super::numbers::{ListsBuilder, Records};
use super::pairs::PairIndexBuilder;
use super::{Index, WatchedWord};
use crate::check::options::WatchedWords;
use crate::check::{Anchor, AnchorIndex, MOST_WATCHED, Triggers, Watch};
use crate::lexicon::Lexicon;
use crate::matcher::CharSet;
use crate::rule::Rule;

/// What a set of characters is used for.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// The anchor with this number is tried at the characters.
    Anchor(u16),
    /// The anchor is tried at the start of a block.
    AnchorAtStart(u16),
    /// The anchor is tried at the end of a block.
    AnchorAtEnd(u16),
    /// The watch with this number looks for the characters.
    Watch(u16),
    /// The required set with this number.
    Required(usize),
}

/// A watch of characters or cues.
struct CharacterWatch<'r> {
    /// The characters; `None` if it is for cues.
    characters: Option<&'r CharSet>,
    rules: Vec<u16>,
}

/// Collects what goes into an [`Index`].
#[derive(Default)]
struct Builder<'r> {
    rules: Vec<u16>,
    classes: Classes<Use>,
    set_numbers: SetNumbers<'r>,
    /// The anchors, as they are stored.
    anchors: Vec<[u8; ANCHOR_SIZE]>,
    anywhere: Vec<u16>,
    watches: Vec<CharacterWatch<'r>>,
    /// The watched words of each list, and the rules that watch it.
    word_watches: Vec<(&'r WatchedWords, Vec<u16>)>,
    table_rules: Vec<u16>,
    idiom_rules: Vec<u16>,
    by_pair: PairIndexBuilder,
}

impl Index<'_> {
    /// Builds the index of these rules, each with its number, which must ascend. Returns it in the form in which it is
    /// stored: see [`Index::read`].
    pub fn build<'r>(rules: impl IntoIterator<Item = (u16, &'r Rule)>, lexicon: &Lexicon) -> Vec<u8> {
        let mut builder = Builder::default();
        for (number, rule) in rules {
            builder.add_rule(number, rule);
        }
        builder.finish(lexicon)
    }
}

impl<'r> Builder<'r> {
    fn add_rule(&mut self, number: u16, rule: &'r Rule) {
        self.rules.push(number);
        let Triggers { anchors, word_pairs, at_idioms, watch } = &*rule.triggers;
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
        match watch {
            Watch::None => {}
            Watch::Characters(characters) => self.watch_characters(number, characters),
            Watch::Cues(cues) => {
                let watch = self.watches.len() as u16;
                self.watches.push(CharacterWatch { characters: None, rules: vec![number] });
                self.by_pair.add_cues(watch, cues.pairs());
                self.classes.add(&cues.characters(), Use::Watch(watch));
            }
            Watch::Words(words) => match self.word_watches.iter_mut().find(|(known, _)| *known == words) {
                Some((_, rules)) => rules.push(number),
                None => self.word_watches.push((words, vec![number])),
            },
        }
    }

    fn add_anchor(&mut self, rule_number: u16, part: u16, anchor: &'r Anchor, rule: &Rule) {
        let number = self.anchors.len() as u16;
        let required = self.set_numbers.bits(&anchor.required);
        self.anchors.push(RuleAnchor::stored(anchor, rule_number, part, rule.scope, required));
        match &anchor.index {
            AnchorIndex::AtStart(first) => self.classes.add(first, Use::AnchorAtStart(number)),
            AnchorIndex::AtEnd(last) => self.classes.add(last, Use::AnchorAtEnd(number)),
            AnchorIndex::ByPrevious(pairs) => self.by_pair.add_anchor(number, pairs, true),
            AnchorIndex::ByNext(pairs) => self.by_pair.add_anchor(number, pairs, false),
            AnchorIndex::ByOne(characters) => {
                let characters = CharSet::new(characters.chars().map(|c| (c, c)).collect());
                self.classes.add(&characters, Use::Anchor(number));
            }
            AnchorIndex::Anywhere => self.anywhere.push(number),
        }
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
                self.watches.push(CharacterWatch { characters: Some(characters), rules: vec![rule] });
            }
        }
    }

    fn finish(mut self, lexicon: &Lexicon) -> Vec<u8> {
        for (number, set) in self.set_numbers.0.iter().enumerate() {
            self.classes.add(set, Use::Required(number));
        }
        let (words, texts) = self.words();
        let uses = self.classes.uses();
        let lists = |used_for: fn(&Use) -> Option<u16>| -> ListsBuilder {
            uses.iter().map(|uses| uses.iter().filter_map(used_for)).collect()
        };
        let lists = [
            lists(|used_for| if let Use::Anchor(number) = used_for { Some(*number) } else { None }),
            lists(|used_for| if let Use::AnchorAtStart(number) = used_for { Some(*number) } else { None }),
            lists(|used_for| if let Use::AnchorAtEnd(number) = used_for { Some(*number) } else { None }),
            lists(|used_for| if let Use::Watch(number) = used_for { Some(*number) } else { None }),
        ];
        let watch_rules: ListsBuilder = self.watches.iter().map(|watch| watch.rules.iter().copied()).collect();
        let word_watch_rules: ListsBuilder = self.word_watches.iter().map(|(_, rules)| rules.iter().copied()).collect();
        let is_for_cues: Vec<[u8; 1]> =
            self.watches.iter().map(|watch| [u8::from(watch.characters.is_none())]).collect();
        let by_pair = self.by_pair.build(lexicon.idiom_halves());
        let index = Index {
            rules: Records(&stored(&self.rules)),
            cells: Records(&cells(&self.classes)),
            sets_of: Records(&sets_of(uses)),
            anchors_of: lists[0].view(),
            anchors_at_start: lists[1].view(),
            anchors_at_end: lists[2].view(),
            watches_of: lists[3].view(),
            by_pair: by_pair.view(),
            anchors: Records(&self.anchors),
            anywhere: Records(&stored(&self.anywhere)),
            table_rules: Records(&stored(&self.table_rules)),
            idiom_rules: Records(&stored(&self.idiom_rules)),
            watch_rules: watch_rules.view(),
            is_for_cues: Records(&is_for_cues),
            word_watch_rules: word_watch_rules.view(),
            words: Records(&words),
            word_texts: texts.as_bytes(),
        };
        postcard::to_stdvec(&index).expect("tables of bytes can be serialized")
    }

    /// Adds the watched words to the index by pairs. Returns them as they are stored, and their texts.
    fn words(&mut self) -> (Vec<[u8; WatchedWord::SIZE]>, String) {
        let (mut words, mut texts) = (Vec::new(), String::new());
        for (watch, (list, _)) in self.word_watches.iter().enumerate() {
            for (text, tag) in list.list() {
                self.by_pair.add_watched_word(words.len() as u32, text);
                words.push(stored_word(texts.len(), text.len(), tag, watch));
                texts += text;
            }
        }
        (words, texts)
    }
}

/// Numbers as they are stored.
fn stored(numbers: &[u16]) -> Vec<[u8; 2]> {
    numbers.iter().map(|number| number.to_le_bytes()).collect()
}

/// The required sets of each class, as they are stored.
fn sets_of(uses: &[Vec<Use>]) -> Vec<[u8; size_of::<RequiredSets>()]> {
    let sets = |uses: &Vec<Use>| {
        let bits = uses.iter().map(|used_for| match used_for {
            Use::Required(number) => SetNumbers::bit(*number),
            _ => 0,
        });
        bits.fold(0, |all, bit| all | bit).to_le_bytes()
    };
    uses.iter().map(sets).collect()
}

/// The cells of all characters, as they are stored.
fn cells(classes: &Classes<Use>) -> Vec<[u8; 4]> {
    let has_entry = |uses: &Vec<Use>| uses.iter().any(|used_for| matches!(used_for, Use::Anchor(_) | Use::Watch(_)));
    let has_entry: Vec<bool> = classes.uses().iter().map(has_entry).collect();
    let cell = |cell: usize| {
        let class = classes.of(cell);
        let character = char::from_u32(cell as u32).unwrap_or(char::REPLACEMENT_CHARACTER);
        Cell::new(character, class, has_entry[class]).number().to_le_bytes()
    };
    (0..CELLS).map(cell).collect()
}

/// A watched word as it is stored: see [`WatchedWord::SIZE`].
fn stored_word(start: usize, length: usize, tag: u16, watch: usize) -> [u8; WatchedWord::SIZE] {
    let ([a, b, c, d], [e, f]) = ((start as u32).to_le_bytes(), (length as u16).to_le_bytes());
    let ([g, h], [i, j]) = (tag.to_le_bytes(), (watch as u16).to_le_bytes());
    [a, b, c, d, e, f, g, h, i, j]
}
