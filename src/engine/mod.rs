//! Rules × blocks → findings. One pass over the text finds the places where a rule can hit; only there a
//! check is asked. No input, no output, and it cannot fail.

mod beginnings;
mod gate;
mod pass;
mod reading;

use std::ops::Range;

use beginnings::Beginnings;
use gate::{Gate, NeededSets, Needs, Slots};
use pass::Pass;

use crate::block::Block;
use crate::builtin;
use crate::check::{Article, Hit, Listing, MOST_WATCHED, Page, Watch, WatchedWords};
use crate::draft::Draft;
use crate::finding::{Finding, FixSafety, Confirmation, Related};
use crate::lexicon::Lexicon;
use crate::matcher::CharSet;
use crate::parallel::*;
use crate::quantity::Date;
use crate::rule::RuleSet;

/// Rules, with an index of the places they want to be asked at.
#[derive(Debug)]
pub struct Engine {
    rules: RuleSet,
    /// For each character of the basic plane (all others share the last place) its slot, or 0.
    slot_of: Vec<u16>,
    /// What is asked and seen at characters; only the first slots, as many as these, have anything.
    slots: Slots,
    asked_slots: u16,
    /// For each slot, and for more that only this concerns, the needs of gates that its character answers.
    answers: Vec<Needs>,
    /// Gates that open only at the first or last character of a block, if it is one of these; and those that open at too many
    /// characters to be listed by them.
    at_start: Vec<(CharSet, Gate)>,
    at_end: Vec<(CharSet, Gate)>,
    anywhere: Vec<Gate>,
    /// Where the words of tables begin, and the rules that look for idioms.
    beginnings: Beginnings,
    /// The rules that have tables of words.
    table_rules: Vec<u32>,
    idiom_rules: Vec<u16>,
    lexicon: Lexicon<'static>,
    /// What article checks watch.
    watches: Vec<CharacterWatch>,
    /// Rules whose checks watch words: those that watch the same ones together.
    word_watches: Vec<Vec<usize>>,
    issue_date: Option<Date>,
}

/// What is listed by single characters, while it is being listed.
#[derive(Default)]
struct Listed {
    /// Those that have slots, from slot 1 on.
    characters: Vec<char>,
    gates: Vec<Gate>,
    /// Slots, and the numbers of gates that may open there.
    opened: Vec<(u16, u32)>,
    /// Slots, and the numbers of watches that look for their characters.
    watches: Vec<(u16, u16)>,
}

/// Characters that article checks watch, and the rules that do.
#[derive(Debug)]
struct CharacterWatch {
    characters: CharSet,
    rules: Vec<usize>,
    /// Are they cues, so that there is nothing to say where none was seen?
    is_of_cues: bool,
}

impl Engine {
    /// An engine for these rules; every one of them runs.
    pub fn new(rules: RuleSet) -> Engine {
        let mut engine = Engine {
            slot_of: vec![0; 0x1_0000],
            slots: Slots::default(),
            asked_slots: 0,
            answers: Vec::new(),
            at_start: Vec::new(),
            at_end: Vec::new(),
            anywhere: Vec::new(),
            beginnings: Beginnings::default(),
            table_rules: Vec::new(),
            idiom_rules: Vec::new(),
            lexicon: builtin::lexicon(),
            watches: Vec::new(),
            word_watches: Vec::new(),
            issue_date: None,
            rules: RuleSet::default(),
        };
        let mut needed = NeededSets::default();
        let mut listed = Listed::default();
        let mut by_pairs = beginnings::Listed::default();
        for (index, rule) in rules.rules.iter().enumerate() {
            for (part, gate) in rule.asks.gates.iter().enumerate() {
                let opened = Gate {
                    previous_mask: gate.previous_mask,
                    next_mask: gate.next_mask,
                    most_before: gate.most_before,
                    most_behind: gate.most_behind,
                    scope: rule.scope,
                    rule: index as u32,
                    part: part as u16,
                    needs: needed.bits(&gate.needs),
                };
                match &gate.listing {
                    Listing::AtStart(first) => engine.at_start.push((first.clone(), opened)),
                    Listing::AtEnd(last) => engine.at_end.push((last.clone(), opened)),
                    Listing::ByPrevious(pairs) => by_pairs.add_gate(opened, pairs, true),
                    Listing::ByOne(characters) => {
                        let gate = listed.gates.len() as u32;
                        listed.gates.push(opened);
                        for c in characters.chars() {
                            let slot = engine.slot(c, &mut listed.characters);
                            listed.opened.push((slot, gate));
                        }
                    }
                    Listing::ByNext(pairs) => by_pairs.add_gate(opened, pairs, false),
                    Listing::Anywhere => engine.anywhere.push(opened),
                }
            }
            if !rule.asks.beginnings.is_empty() {
                by_pairs.add_words(engine.table_rules.len() as u16, &rule.asks.beginnings);
                engine.table_rules.push(index as u32);
            }
            if rule.asks.is_of_idioms {
                engine.idiom_rules.push(index as u16);
            }
            match &rule.asks.watch {
                Watch::None => {}
                Watch::Characters(characters) => engine.watch(index, characters, false, &mut listed),
                Watch::Cues(cues) => {
                    by_pairs.add_cues(engine.watches.len() as u16, cues);
                    engine.watch(index, &cues.characters(), true, &mut listed);
                }
                Watch::Words(words) => engine.watch_words(index, words, &rules, &mut by_pairs),
            }
        }
        engine.asked_slots = listed.characters.len() as u16;
        engine.slots = Slots::new(&listed.characters, &listed.gates, listed.opened, listed.watches);
        engine.answers = vec![0; listed.characters.len() + 1];
        for (number, set) in needed.0.iter().enumerate() {
            for c in set.chars_up_to(usize::MAX).unwrap_or_default() {
                let slot = &mut engine.slot_of[(c as usize).min(0xFFFF)];
                if *slot == 0 {
                    *slot = engine.answers.len() as u16;
                    engine.answers.push(0);
                }
                engine.answers[*slot as usize] |= NeededSets::bit(number);
            }
        }
        engine.beginnings = Beginnings::new(by_pairs);
        engine.rules = rules;
        engine
    }

    /// Has a rule see these characters; with others that watch the same, unless they are cues.
    fn watch(&mut self, rule: usize, characters: &CharSet, is_of_cues: bool, listed: &mut Listed) {
        let is_the_same =
            |watch: &&mut CharacterWatch| !is_of_cues && !watch.is_of_cues && watch.characters == *characters;
        if let Some(watch) = self.watches.iter_mut().find(is_the_same) {
            watch.rules.push(rule);
            return;
        }
        let watch = self.watches.len() as u16;
        self.watches.push(CharacterWatch { characters: characters.clone(), rules: vec![rule], is_of_cues });
        for c in characters.chars_up_to(MOST_WATCHED).unwrap_or_default() {
            let slot = self.slot(c, &mut listed.characters);
            listed.watches.push((slot, watch));
        }
    }

    fn watch_words(&mut self, rule: usize, words: &WatchedWords, rules: &RuleSet, by_pairs: &mut beginnings::Listed) {
        let is_the_same = |rule: usize| matches!(&rules.rules[rule].asks.watch, Watch::Words(known) if known == words);
        match self.word_watches.iter_mut().find(|watch| is_the_same(watch[0])) {
            Some(watch) => watch.push(rule),
            None => {
                by_pairs.add_watched(self.word_watches.len() as u16, words);
                self.word_watches.push(vec![rule]);
            }
        }
    }

    /// The slot of a character, which is one of `characters` from then on.
    fn slot(&mut self, c: char, characters: &mut Vec<char>) -> u16 {
        let slot = &mut self.slot_of[(c as usize).min(0xFFFF)];
        if *slot == 0 {
            characters.push(c);
            *slot = characters.len() as u16;
        }
        *slot
    }

    /// The same engine, for drafts of the issue of that day.
    pub fn in_issue_of(mut self, date: Option<Date>) -> Engine {
        self.issue_date = date;
        self
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The ids of the rules that are asked at every character, because what their hits begin with cannot be
    /// listed. Each of them slows the whole pass.
    pub fn asked_everywhere(&self) -> impl Iterator<Item = &str> {
        self.anywhere.iter().map(|gate| self.rules.rules[gate.rule as usize].id.as_str())
    }

    /// The findings in a draft, sorted by where they begin, then by where they end, then by rule.
    pub fn check(&self, draft: &Draft) -> Vec<Finding> {
        self.check_blocks(draft, draft.blocks())
    }

    /// The findings in `blocks`, which are of that draft.
    pub fn check_blocks(&self, draft: &Draft, blocks: &[Block]) -> Vec<Finding> {
        self.pass(draft, blocks, false).0
    }

    /// The findings in a draft, and what was worked out in it and holds; each in its order.
    pub fn explain(&self, draft: &Draft) -> (Vec<Finding>, Vec<Confirmation>) {
        self.pass(draft, draft.blocks(), true)
    }

    /// For each page of an issue, named as its file is, the findings that no page by itself would have: what the
    /// pages say of each other.
    pub fn check_issue(&self, pages: &[(&str, &Draft)]) -> Vec<Vec<Finding>> {
        let mut found = vec![Vec::new(); pages.len()];
        let read: Vec<Page> = pages
            .iter()
            .map(|(name, draft)| {
                let all = 0..draft.blocks().len();
                Page { name, article: Article::new(draft.text(), draft.blocks(), all) }
            })
            .collect();
        for (index, rule) in self.rules.rules.iter().enumerate() {
            for (page, hit) in rule.check.over_issue(&read, &self.lexicon) {
                let (_, draft) = pages[page];
                found[page].push(self.finding(index, hit, draft, draft.blocks()));
            }
        }
        found
    }

    /// What a hit of the rule with that index is in the draft, which has these blocks.
    fn finding(&self, index: usize, hit: Hit, draft: &Draft, blocks: &[Block]) -> Finding {
        let block = &blocks[hit.block];
        let placed = block.body.locate(hit.span);
        let mut fix = self.rules.rules[index].fix.max(hit.at_most);
        let mut suggestions = Vec::with_capacity(hit.to.len());
        let mut unwritten = None;
        for (number, to) in hit.to.into_iter().enumerate() {
            let written = match draft.render_replacement(&to) {
                Ok(written) => block.body.edit(hit.span, &written, draft.text()),
                Err(message) if number == 0 => {
                    unwritten = Some(Related { span: placed.span, message });
                    None
                }
                Err(_) => None,
            };
            match written {
                Some(edit) if placed.rest.is_empty() => suggestions.push(if edit.span == placed.span {
                    edit.text
                } else {
                    // There is markup inside: the suggestion keeps it.
                    let mut kept = placed.span.of(draft.text()).to_owned();
                    let at = edit.span.start - placed.span.start;
                    kept.replace_range(at..at + edit.span.len(), &edit.text);
                    kept
                }),
                _ => {
                    if number == 0 {
                        fix = FixSafety::None;
                    }
                    suggestions.push(to);
                }
            }
        }
        if suggestions.is_empty() {
            fix = FixSafety::None;
        }
        let behind_break =
            placed.rest.into_iter().map(|span| Related { span, message: "换栏以后接在这里。".to_owned() });
        let elsewhere = hit
            .related
            .into_iter()
            .map(|(block, span, message)| Related { span: blocks[block].body.locate(span).span, message });
        Finding {
            rule: index as u32,
            block: hit.block as u32,
            span: placed.span,
            suggestions,
            fix,
            detail: hit.detail,
            related: behind_break.chain(elsewhere).chain(unwritten).collect(),
        }
    }

    fn pass(&self, draft: &Draft, blocks: &[Block], is_explained: bool) -> (Vec<Finding>, Vec<Confirmation>) {
        let check = |articles: Vec<Range<usize>>| {
            let mut pass = Pass::new(self, draft, blocks, is_explained);
            articles.into_iter().for_each(|article| pass.article(article));
            (pass.findings, pass.confirmations)
        };
        let mut shares = shares(blocks);
        let (mut findings, mut confirmations) = match shares.pop() {
            Some(only) if shares.is_empty() => check(only),
            last => {
                let found: Vec<_> = shares.into_par_iter().chain(last).map(check).collect();
                let (findings, confirmations): (Vec<_>, Vec<_>) = found.into_iter().unzip();
                (findings.concat(), confirmations.concat())
            }
        };
        findings.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.rule));
        confirmations.sort_by_key(|confirmation| (confirmation.span.start, confirmation.span.end, confirmation.rule));
        (findings, confirmations)
    }
}

/// An article goes to the next share where one has so many blocks: more than a page has.
const SHARE: usize = 2048;

/// The articles of a draft, as ranges of its blocks, in shares that can be checked side by side.
fn shares(blocks: &[Block]) -> Vec<Vec<Range<usize>>> {
    let mut shares: Vec<Vec<Range<usize>>> = Vec::new();
    let mut start = 0;
    for article in blocks.chunk_by(|a, b| a.article == b.article) {
        let range = start..start + article.len();
        start = range.end;
        match shares.last_mut() {
            Some(share) if range.end - share[0].start <= SHARE => share.push(range),
            _ => shares.push(vec![range]),
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Format;

    fn findings(text: &str) -> usize {
        Engine::new(crate::builtin::rules()).check(&Draft::open(text.into(), Format::Plain).unwrap()).len()
    }

    #[test]
    fn a_block_in_another_language_is_left_alone() {
        assert_eq!(findings("The word \"guanxi\" , he said, 'has no match' ..."), 0);
        assert!(findings("他说 \"guanxi\" , 没有对应的词...") > 0);
        assert!(findings("２０２３") > 0);
    }

    #[test]
    fn of_two_parts_that_hit_at_one_place_the_first_is_asked_first() {
        let found_in_turn = |gate: &crate::check::Gate| match gate.listing {
            Listing::ByPrevious(_) => Some(0),
            Listing::ByOne(_) | Listing::Anywhere => Some(1),
            Listing::ByNext(_) => Some(2),
            Listing::AtStart(_) | Listing::AtEnd(_) => None,
        };
        for rule in builtin::rules().rules {
            assert!(rule.asks.gates.iter().filter_map(found_in_turn).is_sorted(), "{}", rule.id);
        }
    }
}
