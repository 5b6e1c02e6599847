//! One run of an engine over articles of a draft: scans the blocks of an article one after the other, tries checks at
//! the positions that the index names, and runs the article checks when all blocks of the article are scanned.

use std::ops::Range;
use std::sync::atomic::Ordering;

use super::house::RightForms;
use super::scan::{BlockScan, Position};
use super::{Engine, language, same_slip, sort};
use crate::block::Block;
use crate::check::article::echoes::Echoes;
use crate::check::article::notes::Notes;
use crate::check::article::{Article, CharOccurrence, WordOccurrence};
use crate::check::{Attempt, Hit, Repeat};
use crate::draft::Draft;
use crate::finding::{Confirmation, Finding};
use crate::index::{Index, PairAction, RuleAnchor};
use crate::matcher::Scratch;
use crate::text::Span;

/// A block with its scan.
struct ScannedBlock<'s> {
    /// Its index in the draft.
    number: usize,
    text: &'s str,
    scan: &'s BlockScan,
}

/// One run of an engine.
pub(super) struct Pass<'e, 'd> {
    engine: &'e Engine,
    index: Index<'e>,
    /// Whether some anchors are tried at every character.
    tries_everywhere: bool,
    /// Whether some rules judge idioms.
    judges_idioms: bool,
    draft: &'d Draft,
    canonical: &'d str,
    blocks: &'d [Block],
    scratch: Scratch,
    /// For each character watch, the occurrences in the current article.
    occurrences: Vec<Vec<CharOccurrence>>,
    /// For each word watch, the occurrences in the current article.
    word_occurrences: Vec<Vec<WordOccurrence>>,
    /// The sentences and numerals of the current article.
    notes: Notes,
    /// What occurs more than once in the current article.
    echoes: Echoes,
    scan: BlockScan,
    /// For each rule, the block and the end of its last hit: hits of one rule must not overlap.
    last_hit: Vec<(u32, usize)>,
    /// Anchors that are not tried in the current block before a byte, because they cannot lead to a hit there. There are some
    /// only in long runs of the same characters.
    resting: Vec<(u16, usize)>,
    /// For each block with a hit, whether it is in another language. Empty until there is a hit.
    is_foreign: Vec<Option<bool>>,
    /// Where the paper's own words are, in the blocks with hits.
    right_forms: RightForms,
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
        let index = engine.index();
        Pass {
            engine,
            index,
            tries_everywhere: index.anywhere().len() > 0,
            judges_idioms: index.idiom_rules().any(|rule| engine.active(rule).is_some()),
            draft,
            canonical: draft.text(),
            blocks,
            scratch: Scratch::default(),
            occurrences: vec![Vec::new(); index.watches().len()],
            word_occurrences: vec![Vec::new(); index.word_watches().len()],
            notes: Notes::default(),
            echoes: Echoes::default(),
            scan: BlockScan::default(),
            last_hit: vec![(u32::MAX, 0); engine.rules.rules.len()],
            resting: Vec::new(),
            is_foreign: Vec::new(),
            right_forms: RightForms::default(),
            findings: Vec::new(),
            confirmations: Vec::new(),
            collects_confirmations,
        }
    }

    /// Checks the article made up of the blocks `range`. Its findings are sorted, and each says something of its own.
    pub(super) fn article(&mut self, range: Range<usize>) {
        let first = self.findings.len();
        for block in range.clone() {
            self.block(block);
        }
        let mut article = Article::new(self.canonical, self.blocks, range)
            .with_lexicon(&self.engine.lexicon)
            .with_context(self.engine.context.as_deref())
            .with_house(self.engine.house.as_deref())
            .with_notes(std::mem::take(&mut self.notes))
            .with_echoes(std::mem::take(&mut self.echoes))
            .in_issue_of(self.draft.issue_date().or(self.engine.issue_date))
            .with_agreements(self.collects_confirmations)
            .with_scratch(std::mem::take(&mut self.scratch));
        self.article_checks(&article);
        self.word_checks(&article);
        if article.lacks_date() {
            self.engine.has_lacked_date.store(true, Ordering::Relaxed);
        }
        self.notes = article.take_notes();
        self.notes.clear();
        self.echoes = article.take_echoes();
        self.echoes.clear();
        self.scratch = article.into_scratch();
        sort(&mut self.findings[first..]);
        same_slip::drop_repeats(&mut self.findings, first, &self.engine.rules.rules, self.canonical);
    }

    /// Runs the article checks, each with the occurrences it watches.
    fn article_checks(&mut self, article: &Article) {
        let engine = self.engine;
        for (number, (is_needed, rules)) in self.index.watches().enumerate() {
            let mut occurrences = std::mem::take(&mut self.occurrences[number]);
            let is_idle = is_needed && occurrences.is_empty();
            for rule in rules.filter(|_| !is_idle).filter_map(|rule| engine.active(rule)) {
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
        for (number, rules) in self.index.word_watches().enumerate() {
            let mut occurrences = std::mem::take(&mut self.word_occurrences[number]);
            for rule in rules.filter(|_| !occurrences.is_empty()).filter_map(|rule| engine.active(rule)) {
                let hits = engine.rules.rules[rule].check.check_words(article, &occurrences, &engine.lexicon);
                self.take_in_scope(rule, hits);
            }
            occurrences.clear();
            self.word_occurrences[number] = occurrences;
        }
    }

    /// Scans a block and tries checks at its positions.
    fn block(&mut self, number: usize) {
        let text = self.blocks[number].text(self.canonical);
        if text.is_empty() || language::lacks_chinese(text) {
            self.notes.add_block(number, text);
            return;
        }
        self.notes.start_block(number, text.len());
        self.resting.clear();
        let mut scan = std::mem::take(&mut self.scan);
        scan.scan(&self.index, self.tries_everywhere, number, text, &mut self.echoes);
        let block = &ScannedBlock { number, text, scan: &scan };
        let mut positions = scan.positions().peekable();
        if let Some(position) = positions.next_if(|position| position.index() == 0) {
            self.position(position, block);
        }
        let first = scan.character(0).cell.class();
        self.try_anchors(self.index.anchors_at_start(first), block, 0);
        for position in positions {
            self.position(position, block);
        }
        let last = scan.len() - 1;
        let class = scan.character(last).cell.class();
        self.try_anchors(self.index.anchors_at_end(class), block, last);
        scan.each_repeat(text, |repeat| self.repeat(number, text, &repeat));
        self.scan = scan;
    }

    /// Does what there is to do at a position.
    #[inline(always)]
    fn position(&mut self, position: Position, block: &ScannedBlock) {
        let (index, flags) = (position.index(), position.pair());
        // Actions of the pair that ends here come before those of its second character.
        if flags.may_have_actions() && index > 0 {
            self.pair(block, index - 1);
        }
        // The two characters that end here, with two before them and two after them.
        if flags.may_be_idiom_half()
            && self.judges_idioms
            && self.engine.lexicon.may_be_idiom_mistake(block.scan.window(index))
        {
            self.idioms(block.number, block.text, block.scan.byte(index.saturating_sub(1)));
        }
        if position.has_entry() {
            self.entry(block, index);
        }
        if self.tries_everywhere {
            self.try_anchors(self.index.anywhere(), block, index);
        }
    }

    /// Does what the index says for the character with this index.
    fn entry(&mut self, block: &ScannedBlock, index: usize) {
        let scanned = block.scan.character(index);
        let (cell, at) = (scanned.cell, scanned.at);
        if cell.begins_quantity() {
            self.notes.numeral(at as usize);
        } else if cell.ends_sentence() {
            self.notes.sentence_end(at as usize, scanned.character().len_utf8());
        }
        for watch in self.index.watches_of(cell.class()) {
            let occurrence = CharOccurrence { block: block.number as u32, at, character: scanned.character() };
            self.occurrences[watch as usize].push(occurrence);
        }
        self.try_anchors(self.index.anchors_of(cell.class()), block, index);
    }

    /// Attempts checks at the character with this index, if the anchors' conditions hold.
    #[inline(always)]
    fn try_anchors(&mut self, anchors: impl Iterator<Item = u16>, block: &ScannedBlock, index: usize) {
        let nearby = block.scan.nearby(index);
        for number in anchors {
            let anchor = self.index.anchors.get(number);
            if block.scan.agrees_with(anchor, nearby) && !self.is_resting(number, block.scan.byte(index)) {
                self.attempt(number, anchor, block, index);
            }
        }
    }

    /// Whether an anchor is known not to lead to a hit at byte `at` of the current block.
    #[inline(always)]
    fn is_resting(&self, number: u16, at: usize) -> bool {
        !self.resting.is_empty() && self.resting.iter().any(|(resting, until)| *resting == number && at < *until)
    }

    /// Does not try an anchor again in the current block before byte `until`, if that is far enough from byte `at`.
    fn rest(&mut self, number: u16, at: usize, until: usize) {
        /// To pass over less is not worth the bookkeeping.
        const FAR: usize = 48;
        if until > at + FAR {
            self.resting.retain(|(_, until)| *until > at);
            self.resting.push((number, until));
        }
    }

    /// Attempts a check at the character with this index, if the block and the position in it allow it. `number` is that of
    /// the anchor.
    fn attempt(&mut self, number: u16, anchor: RuleAnchor, block: &ScannedBlock, index: usize) {
        let at = block.scan.byte(index);
        let Some(rule) = self.engine.active(anchor.rule()) else { return };
        if at <= anchor.most_before() as usize
            && block.text.len() - at <= anchor.most_from() as usize
            && anchor.scope().has(self.blocks[block.number].kind_at(at))
        {
            let check = &self.engine.rules.rules[rule].check;
            let attempt = Attempt { part: anchor.part(), block: block.number, text: block.text, at };
            self.scratch.next_worth = at;
            let is_settled = match check.hit_at(attempt, &mut self.scratch, &self.engine.lexicon) {
                Some(hit) => self.take_unless_overlapping(rule, hit),
                None => true,
            };
            // A hit that was not taken may be followed by one that is.
            if is_settled {
                self.rest(number, at, self.scratch.next_worth);
            }
        }
    }

    /// Does what the index says for a pair of characters, of which the first has this index.
    fn pair(&mut self, block: &ScannedBlock, index: usize) {
        let engine = self.engine;
        let ScannedBlock { number, text, scan } = *block;
        let first_at = scan.byte(index);
        for action in self.index.by_pair.actions(scan.pair_ending_at(index + 1)) {
            match action {
                PairAction::LookUp { table, offset, back } => {
                    let Some(rule) = engine.active(self.index.table_rule(table)) else { continue };
                    let Some(at) = first_at.checked_sub(back as usize) else { continue };
                    let rule_of_table = &engine.rules.rules[rule];
                    if rule_of_table.scope.has(self.blocks[number].kind_at(at))
                        && let Some(hit) = rule_of_table.check.word_at(offset, number, text, at, &engine.lexicon)
                    {
                        self.take_unless_overlapping(rule, hit);
                    }
                }
                PairAction::NoteWord { word } => {
                    let word = self.index.word(word);
                    let known = &mut self.word_occurrences[word.watch as usize];
                    let span = Span::new(first_at, first_at + word.text.len());
                    // Of two words that begin here the longer one comes first in the index.
                    let is_new = known.last().is_none_or(|last| (last.block, last.span.start) != (number, span.start));
                    if is_new && text.as_bytes()[span.start..].starts_with(word.text) {
                        known.push(WordOccurrence { block: number, span, tag: word.tag });
                    }
                }
                PairAction::NoteCue { watch } => {
                    let character = scan.character(index).character();
                    let occurrence = CharOccurrence { block: number as u32, at: first_at as u32, character };
                    self.occurrences[watch as usize].push(occurrence);
                }
                PairAction::TryAnchors { list, at_second } => {
                    let anchors = self.index.by_pair.anchors(list);
                    self.try_anchors(anchors, block, index + usize::from(at_second));
                }
            }
        }
    }

    /// Runs the idiom checks at byte `at` of a block's text, where two characters may be half of an idiom.
    fn idioms(&mut self, number: usize, text: &str, at: usize) {
        let engine = self.engine;
        let Some(mistake) = engine.lexicon.idiom_mistake(text, at) else { return };
        for index in self.index.idiom_rules().filter_map(|rule| engine.active(rule)) {
            let rule = &engine.rules.rules[index];
            if rule.scope.has(self.blocks[number].kind_at(at))
                && let Some(hit) = rule.check.idiom_hit(number, text, &mistake)
            {
                self.take_unless_overlapping(index, hit);
            }
        }
    }

    /// Runs the checks of text that stands twice in succession. Where a line is a paragraph, two paragraphs may begin and
    /// end with the same words.
    fn repeat(&mut self, number: usize, text: &str, repeat: &Repeat) {
        let engine = self.engine;
        for index in self.index.repeat_rules().filter_map(|rule| engine.active(rule)) {
            let (rule, block) = (&engine.rules.rules[index], &self.blocks[number]);
            if rule.scope.has(block.kind_at(repeat.span.start))
                && let Some(hit) = rule.check.repeat_hit(number, text, repeat, &engine.lexicon)
                && (block.is_wrapped || block.body.locate(hit.span).rest.is_empty())
            {
                self.take_unless_overlapping(index, hit);
            }
        }
    }

    /// Takes a hit unless it overlaps the last hit of the same rule. Returns whether it does not.
    fn take_unless_overlapping(&mut self, rule: usize, hit: Hit) -> bool {
        let (block, end) = self.last_hit[rule];
        if block == hit.block as u32 && hit.span.start < end {
            return false;
        }
        self.last_hit[rule] = (hit.block as u32, hit.span.end);
        self.take(rule, hit);
        true
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

    /// Takes a hit unless its block is in another language. That takes reading the block, which only blocks with hits are
    /// worth.
    fn take(&mut self, rule: usize, hit: Hit) {
        if self.is_foreign(hit.block) {
            return;
        }
        let text = self.blocks[hit.block].text(self.canonical);
        let Some(hit) = self.right_forms.leave(self.engine, rule, text, hit) else { return };
        let finding = self.engine.finding(rule, hit, self.draft, self.blocks, self.findings.last());
        self.findings.extend(finding);
    }

    /// Whether a block is in another language.
    fn is_foreign(&mut self, block: usize) -> bool {
        if self.is_foreign.is_empty() {
            self.is_foreign = vec![None; self.blocks.len()];
        }
        let text = self.blocks[block].text(self.canonical);
        *self.is_foreign[block].get_or_insert_with(|| language::is_foreign(text))
    }
}
