//! One run of an engine over articles of a draft: scans the blocks of an article one after the other, tries checks at
//! the positions that the index names, and runs the article checks when all blocks of the article are scanned.

use std::ops::Range;

use super::Engine;
use super::char_index::RuleAnchor;
use super::pair_index::PairAction;
use super::scan::BlockScan;
use crate::block::Block;
use crate::check::Hit;
use crate::check::article::{Article, CharOccurrence, WordOccurrence};
use crate::draft::Draft;
use crate::finding::{Confirmation, Finding};
use crate::matcher::{CharSet, Scratch};
use crate::text::{Category, Span, is_han};

/// A block with its scan.
#[derive(Clone, Copy)]
struct ScannedBlock<'s> {
    /// Its index in the draft.
    number: usize,
    text: &'s str,
    scan: &'s BlockScan,
}

/// One run of an engine.
pub(super) struct Pass<'e, 'd> {
    engine: &'e Engine,
    draft: &'d Draft,
    canonical: &'d str,
    blocks: &'d [Block],
    scratch: Scratch,
    /// For each character watch, the occurrences in the current article.
    occurrences: Vec<Vec<CharOccurrence>>,
    /// For each word watch, the occurrences in the current article.
    word_occurrences: Vec<Vec<WordOccurrence>>,
    scan: BlockScan,
    /// For each rule, the block and the end of its last hit: hits of one rule must not overlap.
    last_hit: Vec<(u32, usize)>,
    pub(super) findings: Vec<Finding>,
    pub(super) confirmations: Vec<Confirmation>,
    /// Whether confirmations are collected.
    collects_confirmations: bool,
}

impl<'e, 'd> Pass<'e, 'd> {
    pub(super) fn new(
        engine: &'e Engine,
        draft: &'d Draft,
        blocks: &'d [Block],
        collects_confirmations: bool,
    ) -> Pass<'e, 'd> {
        Pass {
            engine,
            draft,
            canonical: draft.text(),
            blocks,
            scratch: Scratch::default(),
            occurrences: vec![Vec::new(); engine.index.watches.len()],
            word_occurrences: vec![Vec::new(); engine.index.word_watches.len()],
            scan: BlockScan::default(),
            last_hit: vec![(u32::MAX, 0); engine.rules.rules.len()],
            findings: Vec::new(),
            confirmations: Vec::new(),
            collects_confirmations,
        }
    }

    /// Checks the article made up of the blocks `range`.
    pub(super) fn article(&mut self, range: Range<usize>) {
        for block in range.clone() {
            self.block(block);
        }
        let article = Article::new(self.canonical, self.blocks, range)
            .in_issue_of(self.engine.issue_date)
            .with_agreements(self.collects_confirmations)
            .with_scratch(std::mem::take(&mut self.scratch));
        self.article_checks(&article);
        self.word_checks(&article);
        self.scratch = article.into_scratch();
    }

    /// Runs the article checks, each with the occurrences it watches.
    fn article_checks(&mut self, article: &Article) {
        let engine = self.engine;
        for (number, watch) in engine.index.watches.iter().enumerate() {
            let mut occurrences = std::mem::take(&mut self.occurrences[number]);
            let is_idle = watch.is_for_cues && occurrences.is_empty();
            for &rule in watch.rules.iter().filter(|_| !is_idle) {
                let hits = engine.rules.rules[rule].check.check_article(article, &occurrences);
                self.take_in_scope(rule, hits);
                self.confirmations.extend(article.take_agreements().into_iter().map(|agreement| Confirmation {
                    rule: rule as u32,
                    span: self.blocks[agreement.block].body.locate(agreement.span).span,
                    computation: agreement.computation,
                }));
            }
            occurrences.clear();
            self.occurrences[number] = occurrences;
        }
    }

    /// Runs the checks that watch words, if one of their words occurs.
    fn word_checks(&mut self, article: &Article) {
        let engine = self.engine;
        for (number, rules) in engine.index.word_watches.iter().enumerate() {
            let occurrences = std::mem::take(&mut self.word_occurrences[number]);
            for &rule in rules.iter().filter(|_| !occurrences.is_empty()) {
                let hits = engine.rules.rules[rule].check.check_words(article, &occurrences, &engine.lexicon);
                self.take_in_scope(rule, hits);
            }
        }
    }

    /// Scans a block and tries checks at its positions.
    fn block(&mut self, number: usize) {
        let engine = self.engine;
        let index = &engine.index;
        let text = self.blocks[number].text(self.canonical);
        if text.is_empty() || is_foreign(text) {
            return;
        }
        let mut scan = std::mem::take(&mut self.scan);
        scan.scan(engine, text);
        let block = ScannedBlock { number, text, scan: &scan };
        for position in scan.positions() {
            let at = position.index();
            let scanned = scan.characters[at];
            // Entries of the pair that ends here come before entries of its second character.
            if position.ends_pair() && at > 0 {
                let first = scan.characters[at - 1].character;
                self.pair((first, scanned.character), block, at - 1);
            }
            // The two characters that end here, with two before them and two after them.
            if position.ends_half() && engine.lexicon.may_be_idiom_mistake(scan.window(at as isize - 3)) {
                self.idioms(number, text, scan.characters[at.saturating_sub(1)].at as usize);
            }
            if position.has_entry() {
                for &watch in index.by_char.watches(scanned.slot) {
                    let occurrence =
                        CharOccurrence { block: number as u32, at: scanned.at, character: scanned.character };
                    self.occurrences[watch as usize].push(occurrence);
                }
                let around = scan.around(at);
                for anchor in index.by_char.anchors(scanned.slot, around[0]) {
                    self.try_anchor(anchor, around, block, at);
                }
            }
            self.try_all(&index.anywhere, block, at);
            if at == 0 {
                self.try_at_edge(&index.at_start, block, at);
            }
        }
        self.try_at_edge(&index.at_end, block, scan.characters.len() - 1);
        self.scan = scan;
    }

    fn try_all(&mut self, anchors: &[RuleAnchor], block: ScannedBlock, index: usize) {
        if !anchors.is_empty() {
            let around = block.scan.around(index);
            anchors.iter().for_each(|anchor| self.try_anchor(anchor, around, block, index));
        }
    }

    fn try_at_edge(&mut self, anchors: &[(CharSet, RuleAnchor)], block: ScannedBlock, index: usize) {
        let character = block.scan.characters[index].character;
        let around = block.scan.around(index);
        for (_, anchor) in anchors.iter().filter(|(set, _)| set.has(character)) {
            self.try_anchor(anchor, around, block, index);
        }
    }

    /// Attempts a check at the character with this index, if the anchor's conditions hold. `around` are the categories
    /// of the neighbours.
    #[inline]
    fn try_anchor(&mut self, anchor: &RuleAnchor, around: [Category; 2], block: ScannedBlock, index: usize) {
        if around[0].is_in(anchor.previous_mask)
            && around[1].is_in(anchor.next_mask)
            && block.scan.contains_each(anchor.required)
        {
            let at = block.scan.characters[index].at;
            if at <= anchor.most_before
                && block.text.len() - at as usize <= anchor.most_from as usize
                && anchor.scope.has(self.blocks[block.number].kind_at(at as usize))
            {
                self.attempt(anchor, block, at as usize);
            }
        }
    }

    fn attempt(&mut self, anchor: &RuleAnchor, block: ScannedBlock, at: usize) {
        let check = &self.engine.rules.rules[anchor.rule as usize].check;
        if let Some(hit) = check.hit_at(anchor.part, block.number, block.text, at, &mut self.scratch) {
            self.take_unless_overlapping(anchor.rule as usize, hit);
        }
    }

    /// Does what the index says for a pair of characters, of which the first has this index.
    fn pair(&mut self, pair: (char, char), block: ScannedBlock, index: usize) {
        let engine = self.engine;
        let ScannedBlock { number, text, scan } = block;
        let first_at = scan.characters[index].at as usize;
        let around = [scan.around(index), scan.around(index + 1)];
        for entry in engine.index.by_pair.entries(pair) {
            match entry.action {
                PairAction::LookUp { table, offset, back } => {
                    let index = engine.index.table_rules[table as usize] as usize;
                    let rule = &engine.rules.rules[index];
                    let Some(at) = first_at.checked_sub(back as usize) else { continue };
                    if rule.scope.has(self.blocks[number].kind_at(at))
                        && let Some(hit) = rule.check.word_at(offset, number, text, at, &engine.lexicon)
                    {
                        self.take_unless_overlapping(index, hit);
                    }
                }
                PairAction::NoteWord { word } => {
                    let word = &engine.index.by_pair.words[word as usize];
                    let known = &mut self.word_occurrences[word.watch as usize];
                    let span = Span::new(first_at, first_at + word.text.len());
                    // Of two words that begin here the longer one comes first in the index.
                    let is_new = known.last().is_none_or(|last| (last.block, last.span.start) != (number, span.start));
                    if is_new && (word.is_pair || text[span.start..].starts_with(&*word.text)) {
                        known.push(WordOccurrence { block: number, span, tag: word.tag });
                    }
                }
                PairAction::NoteCue { watch } => {
                    let occurrence = CharOccurrence { block: number as u32, at: first_at as u32, character: pair.0 };
                    self.occurrences[watch as usize].push(occurrence);
                }
                PairAction::TryAnchor { anchor, at_second } => {
                    let anchor = &engine.index.by_pair.anchors[anchor as usize];
                    let second = usize::from(at_second);
                    self.try_anchor(anchor, around[second], block, index + second);
                }
            }
        }
    }

    /// Runs the idiom checks at byte `at` of a block's text, where two characters may be half of an idiom.
    fn idioms(&mut self, number: usize, text: &str, at: usize) {
        let engine = self.engine;
        let Some(mistake) = engine.lexicon.idiom_mistake(text, at) else { return };
        for &index in &engine.index.idiom_rules {
            let rule = &engine.rules.rules[index as usize];
            if rule.scope.has(self.blocks[number].kind_at(at))
                && let Some(hit) = rule.check.idiom_hit(number, text, &mistake)
            {
                self.take_unless_overlapping(index as usize, hit);
            }
        }
    }

    /// Takes a hit unless it overlaps the last hit of the same rule.
    fn take_unless_overlapping(&mut self, rule: usize, hit: Hit) {
        let (block, end) = self.last_hit[rule];
        if block == hit.block as u32 && hit.span.start < end {
            return;
        }
        self.last_hit[rule] = (hit.block as u32, hit.span.end);
        self.take(rule, hit);
    }

    /// Takes the hits that are in blocks to which the rule applies.
    fn take_in_scope(&mut self, rule: usize, hits: Vec<Hit>) {
        let scope = self.engine.rules.rules[rule].scope;
        for hit in hits {
            if scope.has(self.blocks[hit.block].kind_at(hit.span.start)) {
                self.take(rule, hit);
            }
        }
    }

    fn take(&mut self, rule: usize, hit: Hit) {
        self.findings.push(self.engine.finding(rule, hit, self.draft, self.blocks));
    }
}

/// Whether a block is in another language, so that no rule for Chinese copy applies: it has letters and no Chinese
/// character. A block of numbers and marks may be a cell of a Chinese table.
fn is_foreign(text: &str) -> bool {
    !text.chars().any(is_han) && text.chars().any(char::is_alphabetic)
}
