//! Builds an [`Index`] from the triggers of rules.

use super::anchors::{RuleAnchor, SetNumbers};
use super::cell::{CELLS, Cell};
use super::classes::Classes;
use super::pairs::PairIndexBuilder;
use super::{Index, WatchedWord};
use crate::check::options::WatchedWords;
use crate::check::{Anchor, AnchorIndex, MOST_WATCHED, Triggers, Watch};
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
struct Builder<'r> {
    classes: Classes<Use>,
    set_numbers: SetNumbers<'r>,
    anchors: Vec<RuleAnchor>,
    anywhere: Vec<u16>,
    watches: Vec<CharacterWatch<'r>>,
    /// The watched words of each list, and the rules that watch it.
    word_watches: Vec<(&'r WatchedWords, Vec<u16>)>,
    table_rules: Vec<u16>,
    idiom_rules: Vec<u16>,
    by_pair: PairIndexBuilder,
}

impl Index {
    /// Builds the index for these rules, each with its number.
    pub fn new<'r>(rules: impl IntoIterator<Item = (u16, &'r Rule)>) -> Index {
        let mut builder = Builder {
            classes: Classes::new(),
            set_numbers: SetNumbers::default(),
            anchors: Vec::new(),
            anywhere: Vec::new(),
            watches: Vec::new(),
            word_watches: Vec::new(),
            table_rules: Vec::new(),
            idiom_rules: Vec::new(),
            by_pair: PairIndexBuilder::default(),
        };
        for (number, rule) in rules {
            builder.add_rule(number, rule);
        }
        builder.finish()
    }
}

impl<'r> Builder<'r> {
    fn add_rule(&mut self, number: u16, rule: &'r Rule) {
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
        self.anchors.push(RuleAnchor::new(anchor, rule_number, part, rule.scope, required));
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

    fn finish(mut self) -> Index {
        for (number, set) in self.set_numbers.0.iter().enumerate() {
            self.classes.add(set, Use::Required(number));
        }
        let mut index = Index {
            anchors: self.anchors.into_iter().collect(),
            anywhere: self.anywhere.into_iter().collect(),
            table_rules: self.table_rules.into_iter().collect(),
            idiom_rules: self.idiom_rules.into_iter().collect(),
            is_for_cues: self.watches.iter().map(|watch| [u8::from(watch.characters.is_none())]).collect(),
            watch_rules: self.watches.into_iter().map(|watch| watch.rules).collect(),
            ..Index::default()
        };
        index.add_words(self.word_watches, &mut self.by_pair);
        index.by_pair = self.by_pair.finish();
        index.add_classes(&self.classes);
        index
    }
}

impl Index {
    fn add_words(&mut self, watches: Vec<(&WatchedWords, Vec<u16>)>, by_pair: &mut PairIndexBuilder) {
        let (mut words, mut texts) = (Vec::new(), String::new());
        for (watch, (list, _)) in watches.iter().enumerate() {
            for (text, tag) in list.list() {
                by_pair.add_watched_word(words.len() as u32, text);
                words.push(stored_word(texts.len(), text.len(), tag, watch));
                texts += text;
            }
        }
        self.words = words.into_iter().collect();
        self.word_texts = texts.bytes().map(|byte| [byte]).collect();
        self.word_watch_rules = watches.into_iter().map(|(_, rules)| rules).collect();
    }

    fn add_classes(&mut self, classes: &Classes<Use>) {
        let list = |of_interest: fn(&Use) -> Option<u16>| {
            classes.uses().iter().map(move |uses| uses.iter().filter_map(of_interest).collect())
        };
        self.anchors_of =
            list(|used_for| if let Use::Anchor(number) = used_for { Some(*number) } else { None }).collect();
        self.anchors_at_start =
            list(|used_for| if let Use::AnchorAtStart(number) = used_for { Some(*number) } else { None }).collect();
        self.anchors_at_end =
            list(|used_for| if let Use::AnchorAtEnd(number) = used_for { Some(*number) } else { None }).collect();
        self.watches_of =
            list(|used_for| if let Use::Watch(number) = used_for { Some(*number) } else { None }).collect();
        let sets = |uses: &Vec<Use>| {
            let bits = uses.iter().map(|used_for| match used_for {
                Use::Required(number) => SetNumbers::bit(*number),
                _ => 0,
            });
            bits.fold(0, |all, bit| all | bit)
        };
        self.sets_of = classes.uses().iter().map(sets).collect();
        let has_entry =
            |uses: &Vec<Use>| uses.iter().any(|used_for| matches!(used_for, Use::Anchor(_) | Use::Watch(_)));
        let has_entry: Vec<bool> = classes.uses().iter().map(has_entry).collect();
        let cell = |cell: usize| {
            let class = classes.of(cell);
            let character = char::from_u32(cell as u32).unwrap_or(char::REPLACEMENT_CHARACTER);
            Cell::new(character, class, has_entry[class]).number()
        };
        self.cells = (0..CELLS).map(cell).collect();
    }
}

/// A watched word as it is stored: see [`WatchedWord::SIZE`].
fn stored_word(start: usize, length: usize, tag: u16, watch: usize) -> [u8; WatchedWord::SIZE] {
    let ([a, b, c, d], [e, f]) = ((start as u32).to_le_bytes(), (length as u16).to_le_bytes());
    let ([g, h], [i, j]) = (tag.to_le_bytes(), (watch as u16).to_le_bytes());
    [a, b, c, d, e, f, g, h, i, j]
}
