//! The index of an engine: for characters and pairs of characters of the text, what the engine has to do there.

use super::char_index::{CharIndex, RequiredSets, RuleAnchor, SetNumbers};
use super::pair_index::{PairIndex, PairIndexBuilder};
use crate::check::options::WatchedWords;
use crate::check::{Anchor, AnchorIndex, MOST_WATCHED, Watch};
use crate::matcher::CharSet;
use crate::rule::{Rule, RuleSet};

/// What the engine does at the positions of a text.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The slot of each character of the basic plane, or 0. All other characters share the last element.
    pub(super) slot_of: Vec<u16>,
    /// What to do at single characters.
    pub(super) by_char: CharIndex,
    /// The number of slots that have an entry in `by_char`. The characters of later slots are only members of required sets.
    pub(super) entry_count: u16,
    /// For each slot, the required sets (see `RuleAnchor::required`) that contain its characters.
    pub(super) sets_of: Vec<RequiredSets>,
    /// What to do at pairs of characters.
    pub(super) by_pair: PairIndex,
    /// Anchors that are tried only at the first character of a block, if it is one of a set.
    pub(super) at_start: Vec<(CharSet, RuleAnchor)>,
    /// Anchors that are tried only at the last character of a block, if it is one of a set.
    pub(super) at_end: Vec<(CharSet, RuleAnchor)>,
    /// Anchors that are tried at every character.
    pub(super) anywhere: Vec<RuleAnchor>,
    /// The rules whose checks have tables of words.
    pub(super) table_rules: Vec<u32>,
    /// The rules whose checks judge idioms.
    pub(super) idiom_rules: Vec<u16>,
    /// The characters and cues that article checks watch.
    pub(super) watches: Vec<CharacterWatch>,
    /// For each list of watched words, the rules whose checks watch it.
    pub(super) word_watches: Vec<Vec<usize>>,
}

/// Characters or cues that article checks watch.
#[derive(Debug)]
pub(super) struct CharacterWatch {
    characters: CharSet,
    /// The rules whose checks watch them.
    pub(super) rules: Vec<usize>,
    /// Whether they are cues, so that the checks run only if one occurs.
    pub(super) is_for_cues: bool,
}

/// Collects the entries of an [`Index`].
struct Builder<'r> {
    index: Index,
    set_numbers: SetNumbers,
    /// The characters that have slots, from slot 1 on.
    characters: Vec<char>,
    /// The anchors found by single characters.
    anchors: Vec<RuleAnchor>,
    /// Slots, and the indices of the anchors to try there.
    tried: Vec<(u16, u32)>,
    /// Slots, and the numbers of the watches that look for their characters.
    watched: Vec<(u16, u16)>,
    by_pair: PairIndexBuilder<'r>,
}

impl Index {
    /// Builds the index for these rules.
    pub(super) fn new(rules: &RuleSet) -> Index {
        let mut builder = Builder {
            index: Index { slot_of: vec![0; 0x1_0000], ..Index::default() },
            set_numbers: SetNumbers::default(),
            characters: Vec::new(),
            anchors: Vec::new(),
            tried: Vec::new(),
            watched: Vec::new(),
            by_pair: PairIndexBuilder::default(),
        };
        for (number, rule) in rules.rules.iter().enumerate() {
            builder.add_rule(number, rule, rules);
        }
        builder.finish()
    }
}

impl<'r> Builder<'r> {
    fn add_rule(&mut self, number: usize, rule: &'r Rule, rules: &RuleSet) {
        let triggers = &*rule.triggers;
        for (part, anchor) in triggers.anchors.iter().enumerate() {
            self.add_anchor(number, part, anchor, rule);
        }
        if !triggers.word_pairs.is_empty() {
            self.by_pair.add_table(self.index.table_rules.len() as u16, &triggers.word_pairs);
            self.index.table_rules.push(number as u32);
        }
        if triggers.at_idioms {
            self.index.idiom_rules.push(number as u16);
        }
        match &triggers.watch {
            Watch::None => {}
            Watch::Characters(characters) => self.watch(number, characters, false),
            Watch::Cues(cues) => {
                self.by_pair.add_cues(self.index.watches.len() as u16, cues);
                self.watch(number, &cues.characters(), true);
            }
            Watch::Words(words) => self.watch_words(number, words, rules),
        }
    }

    fn add_anchor(&mut self, number: usize, part: usize, anchor: &'r Anchor, rule: &Rule) {
        let rule_anchor = RuleAnchor {
            previous_mask: anchor.previous_mask,
            next_mask: anchor.next_mask,
            most_before: anchor.most_before,
            most_from: anchor.most_from,
            scope: rule.scope,
            rule: number as u32,
            part: part as u16,
            required: self.set_numbers.bits(&anchor.required),
        };
        match &anchor.index {
            AnchorIndex::AtStart(first) => self.index.at_start.push((first.clone(), rule_anchor)),
            AnchorIndex::AtEnd(last) => self.index.at_end.push((last.clone(), rule_anchor)),
            AnchorIndex::ByPrevious(pairs) => self.by_pair.add_anchor(rule_anchor, pairs, true),
            AnchorIndex::ByOne(characters) => {
                let anchor = self.anchors.len() as u32;
                self.anchors.push(rule_anchor);
                for c in characters.chars() {
                    let slot = self.slot(c);
                    self.tried.push((slot, anchor));
                }
            }
            AnchorIndex::ByNext(pairs) => self.by_pair.add_anchor(rule_anchor, pairs, false),
            AnchorIndex::Anywhere => self.index.anywhere.push(rule_anchor),
        }
    }

    /// Makes a rule's check watch these characters. Rules that watch the same characters share a watch. Each list of cues
    /// has its own watch; `characters` are then its cues of one character.
    fn watch(&mut self, rule: usize, characters: &CharSet, is_for_cues: bool) {
        let is_same =
            |watch: &&mut CharacterWatch| !is_for_cues && !watch.is_for_cues && watch.characters == *characters;
        if let Some(watch) = self.index.watches.iter_mut().find(is_same) {
            watch.rules.push(rule);
            return;
        }
        let watch = self.index.watches.len() as u16;
        self.index.watches.push(CharacterWatch { characters: characters.clone(), rules: vec![rule], is_for_cues });
        for c in characters.chars_up_to(MOST_WATCHED).unwrap_or_default() {
            let slot = self.slot(c);
            self.watched.push((slot, watch));
        }
    }

    /// Makes a rule's check watch these words. Rules that watch the same words share a watch.
    fn watch_words(&mut self, rule: usize, words: &WatchedWords, rules: &RuleSet) {
        let is_same = |rule: usize| matches!(&rules.rules[rule].triggers.watch, Watch::Words(known) if known == words);
        match self.index.word_watches.iter_mut().find(|watch| is_same(watch[0])) {
            Some(watch) => watch.push(rule),
            None => {
                self.by_pair.add_watched(self.index.word_watches.len() as u16, words);
                self.index.word_watches.push(vec![rule]);
            }
        }
    }

    /// Returns the slot of a character, and gives it one if it has none.
    fn slot(&mut self, c: char) -> u16 {
        let slot = &mut self.index.slot_of[(c as usize).min(0xFFFF)];
        if *slot == 0 {
            self.characters.push(c);
            *slot = self.characters.len() as u16;
        }
        *slot
    }

    fn finish(self) -> Index {
        let Builder { mut index, set_numbers, characters, anchors, tried, watched, by_pair } = self;
        index.entry_count = characters.len() as u16;
        index.by_char = CharIndex::new(&characters, &anchors, tried, watched);
        index.sets_of = vec![0; characters.len() + 1];
        for (number, set) in set_numbers.0.iter().enumerate() {
            for c in set.chars_up_to(usize::MAX).unwrap_or_default() {
                let slot = &mut index.slot_of[(c as usize).min(0xFFFF)];
                if *slot == 0 {
                    *slot = index.sets_of.len() as u16;
                    index.sets_of.push(0);
                }
                index.sets_of[*slot as usize] |= SetNumbers::bit(number);
            }
        }
        index.by_pair = PairIndex::new(by_pair);
        index
    }
}
