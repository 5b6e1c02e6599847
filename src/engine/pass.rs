//! One run of an engine over a draft: its blocks one after another, and each article when all its blocks are read.

use std::ops::Range;

use super::Engine;
use super::beginnings::Asked;
use super::gate::Gate;
use super::reading::Reading;
use crate::block::Block;
use crate::check::{Article, Check, Held, Hit, Seen, Sighting};
use crate::draft::Draft;
use crate::finding::{Finding, Confirmation};
use crate::matcher::{CharSet, Scratch};
use crate::text::{Category, Span, is_han};

/// A block that has been read.
#[derive(Clone, Copy)]
struct Read<'r> {
    /// Its index in the draft.
    number: usize,
    text: &'r str,
    reading: &'r Reading,
}

/// One run of an engine over a draft.
pub(super) struct Pass<'e, 'd> {
    engine: &'e Engine,
    draft: &'d Draft,
    canonical: &'d str,
    blocks: &'d [Block],
    scratch: Scratch,
    /// For each watch what it saw in the article.
    sightings: Vec<Vec<Sighting>>,
    /// For each watch of words what it saw in the article.
    seen: Vec<Vec<Seen>>,
    reading: Reading,
    /// For each rule the block of its last hit and where that ended: hits of one rule do not overlap.
    last_hit: Vec<(u32, usize)>,
    pub(super) findings: Vec<Finding>,
    pub(super) confirmations: Vec<Confirmation>,
    is_explained: bool,
}

impl<'e, 'd> Pass<'e, 'd> {
    pub(super) fn new(engine: &'e Engine, draft: &'d Draft, blocks: &'d [Block], is_explained: bool) -> Pass<'e, 'd> {
        Pass {
            engine,
            draft,
            canonical: draft.text(),
            blocks,
            scratch: Scratch::default(),
            sightings: vec![Vec::new(); engine.watches.len()],
            seen: vec![Vec::new(); engine.word_watches.len()],
            reading: Reading::default(),
            last_hit: vec![(u32::MAX, 0); engine.rules.rules.len()],
            findings: Vec::new(),
            confirmations: Vec::new(),
            is_explained,
        }
    }

    /// Checks an article. `range`: its blocks.
    pub(super) fn article(&mut self, range: Range<usize>) {
        for block in range.clone() {
            self.block(block);
        }
        let article = Article::new(self.canonical, self.blocks, range)
            .in_issue_of(self.engine.issue_date)
            .explained(self.is_explained);
        for (number, watch) in self.engine.watches.iter().enumerate() {
            let has_nothing = watch.is_of_cues && self.sightings[number].is_empty();
            for &index in watch.rules.iter().filter(|_| !has_nothing) {
                let rule = &self.engine.rules.rules[index];
                for hit in rule.check.over(&article, &self.sightings[number], &mut self.scratch) {
                    if rule.scope.has(self.blocks[hit.block].kind_at(hit.span.start)) {
                        self.take(index, hit);
                    }
                }
                self.confirmations.extend(article.take_held().into_iter().map(|Held { block, span, computation }| {
                    Confirmation { rule: index as u32, span: self.blocks[block].body.locate(span).span, computation }
                }));
            }
            self.sightings[number].clear();
        }
        for (watch, rules) in self.engine.word_watches.iter().enumerate() {
            let seen = std::mem::take(&mut self.seen[watch]);
            for &index in rules.iter().filter(|_| !seen.is_empty()) {
                let rule = &self.engine.rules.rules[index];
                for hit in rule.check.over_words(&article, &seen, &self.engine.lexicon) {
                    if rule.scope.has(self.blocks[hit.block].kind_at(hit.span.start)) {
                        self.take(index, hit);
                    }
                }
            }
        }
    }

    fn block(&mut self, number: usize) {
        let engine = self.engine;
        let text = self.blocks[number].text(self.canonical);
        if text.is_empty() || is_foreign(text) {
            return;
        }
        let mut reading = std::mem::take(&mut self.reading);
        reading.read(engine, text);
        let block = Read { number, text, reading: &reading };
        for place in reading.places() {
            let index = place.index();
            let letter = reading.letters[index];
            // What is listed by two characters is asked before what is listed by the second of them.
            if place.is_beginning() && index > 0 {
                let first = reading.letters[index - 1].character;
                self.beginnings((first, letter.character), block, index - 1);
            }
            if place.is_half() && engine.lexicon.may_be_idiom_mistake(reading.characters(index as isize - 3)) {
                self.idioms(number, text, reading.letters[index.saturating_sub(1)].at as usize);
            }
            if place.is_asked() {
                for &watch in engine.slots.watches(letter.slot) {
                    let sighting = Sighting { block: number as u32, at: letter.at, character: letter.character };
                    self.sightings[watch as usize].push(sighting);
                }
                let around = reading.around(index);
                for gate in engine.slots.gates(letter.slot, around[0]) {
                    self.ask_gate(gate, around, block, index);
                }
            }
            self.ask_all(&engine.anywhere, block, index);
            if index == 0 {
                self.ask_at_edge(&engine.at_start, block, index);
            }
        }
        self.ask_at_edge(&engine.at_end, block, reading.letters.len() - 1);
        self.reading = reading;
    }

    fn ask_all(&mut self, gates: &[Gate], block: Read, index: usize) {
        if !gates.is_empty() {
            let around = block.reading.around(index);
            gates.iter().for_each(|gate| self.ask_gate(gate, around, block, index));
        }
    }

    fn ask_at_edge(&mut self, gates: &[(CharSet, Gate)], block: Read, index: usize) {
        let character = block.reading.letters[index].character;
        let around = block.reading.around(index);
        for (_, gate) in gates.iter().filter(|(first, _)| first.has(character)) {
            self.ask_gate(gate, around, block, index);
        }
    }

    /// Asks a rule at the character with that index, which stands between these, if the gate opens there.
    #[inline]
    fn ask_gate(&mut self, gate: &Gate, around: [Category; 2], block: Read, index: usize) {
        if around[0].is_in(gate.previous_mask) && around[1].is_in(gate.next_mask) && block.reading.answers(gate.needs) {
            let at = block.reading.letters[index].at;
            if at <= gate.most_before
                && block.text.len() - at as usize <= gate.most_behind as usize
                && gate.scope.has(self.blocks[block.number].kind_at(at as usize))
            {
                self.attempt(gate, block, at as usize);
            }
        }
    }

    fn attempt(&mut self, gate: &Gate, block: Read, at: usize) {
        let check = &self.engine.rules.rules[gate.rule as usize].check;
        if let Some(hit) = check.hit_at(gate.part, block.number, block.text, at, &mut self.scratch) {
            self.take_apart(gate.rule as usize, hit);
        }
    }

    /// Asks the tables of words and the gates that are listed by this pair of characters, of which the first has
    /// that index.
    fn beginnings(&mut self, pair: (char, char), block: Read, index: usize) {
        let engine = self.engine;
        let Read { number, text, reading } = block;
        let first_at = reading.letters[index].at as usize;
        let around = [reading.around(index), reading.around(index + 1)];
        for beginning in engine.beginnings.of(pair) {
            match beginning.asked {
                Asked::Word { table, place, back } => {
                    let index = engine.table_rules[table as usize] as usize;
                    let rule = &engine.rules.rules[index];
                    let Some(at) = first_at.checked_sub(back as usize) else { continue };
                    if let Check::Terms(terms) = &*rule.check
                        && rule.scope.has(self.blocks[number].kind_at(at))
                        && let Some(hit) = terms.word_at(place, number, text, at, &engine.lexicon)
                    {
                        self.take_apart(index, hit);
                    }
                }
                Asked::Watched { word } => {
                    let word = &engine.beginnings.words[word as usize];
                    let seen = &mut self.seen[word.watch as usize];
                    let span = Span::new(first_at, first_at + word.text.len());
                    // Of two words that begin there the longer has been asked first.
                    let is_new = seen.last().is_none_or(|last| (last.block, last.span.start) != (number, span.start));
                    if is_new && (word.is_pair || text[span.start..].starts_with(&*word.text)) {
                        seen.push(Seen { block: number, span, tag: word.tag });
                    }
                }
                Asked::Cue { watch } => {
                    let sighting = Sighting { block: number as u32, at: first_at as u32, character: pair.0 };
                    self.sightings[watch as usize].push(sighting);
                }
                Asked::Gate { gate, at_second } => {
                    let gate = &engine.beginnings.gates[gate as usize];
                    let second = usize::from(at_second);
                    self.ask_gate(gate, around[second], block, index + second);
                }
            }
        }
    }

    /// Asks the rules for idioms at byte `at`, where two characters stand that may be half of one.
    fn idioms(&mut self, number: usize, text: &str, at: usize) {
        let engine = self.engine;
        let Some(slip) = engine.lexicon.idiom_mistake(text, at) else { return };
        for &index in &engine.idiom_rules {
            let rule = &engine.rules.rules[index as usize];
            if let Check::Idiom(idiom) = &*rule.check
                && rule.scope.has(self.blocks[number].kind_at(at))
                && let Some(hit) = idiom.hit(number, text, &slip)
            {
                self.take_apart(index as usize, hit);
            }
        }
    }

    /// Takes a hit unless it overlaps the rule's last one.
    fn take_apart(&mut self, rule: usize, hit: Hit) {
        let (block, end) = self.last_hit[rule];
        if block == hit.block as u32 && hit.span.start < end {
            return;
        }
        self.last_hit[rule] = (hit.block as u32, hit.span.end);
        self.take(rule, hit);
    }

    fn take(&mut self, index: usize, hit: Hit) {
        self.findings.push(self.engine.finding(index, hit, self.draft, self.blocks));
    }
}

/// Is this a block in another language, to which no rule for Chinese copy applies? It has letters and not one
/// Chinese character; figures and marks by themselves may well stand in a Chinese table.
fn is_foreign(text: &str) -> bool {
    !text.chars().any(is_han) && text.chars().any(char::is_alphabetic)
}
