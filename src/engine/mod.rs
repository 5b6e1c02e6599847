//! Rules × blocks → findings. One pass over the text finds the positions where a rule can hit; checks are attempted
//! only there. The engine does no input or output and cannot fail.

mod cache;
mod house;
mod language;
mod pass;
mod same_slip;
mod scan;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use house::RightForms;
use pass::Pass;

pub use cache::FindingCache;

use crate::block::{Block, Body, DraftSpans};
use crate::builtin;
use crate::check::Hit;
use crate::check::article::{Article, Page};
use crate::context::ContextReader;
use crate::draft::Draft;
use crate::finding::{Confirmation, Finding, FixSafety, Related};
use crate::house::House;
use crate::index::{Index, IndexTables};
use crate::lexicon::Lexicon;
use crate::parallel;
use crate::quantity::Date;
use crate::rule::{Rule, RuleSet};
use crate::text::Span;

/// The longest text of a finding that is about a word, in bytes.
const LONGEST_WORD: usize = 36;

/// In place of the place of a rule that does not run.
const INACTIVE: u16 = u16::MAX;

/// The index of an engine.
#[derive(Debug)]
enum EngineIndex {
    /// One that the build has prepared.
    Prepared(Box<Index<'static>>),
    /// A prepared one to which rules have been added.
    Extended(Box<IndexTables>),
}

/// Rules, with an index of the positions where their checks are attempted.
#[derive(Debug)]
pub struct Engine {
    rules: RuleSet,
    index: EngineIndex,
    /// For each rule number in the index, the place of the rule in `rules`, or `INACTIVE`. Later numbers are inactive.
    places: Vec<u16>,
    lexicon: Lexicon<'static>,
    issue_date: Option<Date>,
    /// Whether a check has asked for the day of an article that states none.
    has_lacked_date: AtomicBool,
    context: Option<Arc<dyn ContextReader>>,
    house: Option<Arc<House>>,
}

impl Engine {
    /// An engine that runs all of these rules.
    pub fn new(rules: RuleSet) -> Engine {
        let lexicon = builtin::lexicon();
        let (index, places) = index_for(&rules);
        Engine {
            index,
            places,
            rules,
            lexicon,
            issue_date: None,
            has_lacked_date: AtomicBool::new(false),
            context: None,
            house: None,
        }
    }

    fn index(&self) -> Index<'_> {
        match &self.index {
            EngineIndex::Prepared(index) => **index,
            EngineIndex::Extended(tables) => tables.view(),
        }
    }

    /// Sets the day of the issue that the drafts are for.
    pub fn in_issue_of(mut self, date: Option<Date>) -> Engine {
        self.issue_date = date;
        self
    }

    /// Whether a date, a weekday or an age in the drafts checked so far could not be judged because the day of its article is
    /// unknown.
    pub fn has_lacked_date(&self) -> bool {
        self.has_lacked_date.load(Ordering::Relaxed)
    }

    /// Sets the model of context.
    pub fn with_context(mut self, context: Option<Arc<dyn ContextReader>>) -> Engine {
        self.context = context;
        self
    }

    /// Sets the lists of the paper. Without lists the rules about them find nothing.
    pub fn with_house(mut self, house: Option<Arc<House>>) -> Engine {
        self.house = house.filter(|house| !house.is_empty());
        self
    }

    /// The rules of the engine.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The ids of the rules that are tried at every character, because the first characters of their hits are too many
    /// to list. Each of them slows down the whole pass.
    #[cfg(test)]
    pub fn tried_everywhere(&self) -> impl Iterator<Item = &str> {
        let index = self.index();
        index.anywhere().filter_map(move |anchor| {
            let place = self.active(index.anchors.get(anchor).rule())?;
            Some(self.rules.rules[place].id.as_str())
        })
    }

    /// Checks a draft. The findings are sorted by start, then by end, then by rule.
    pub fn check(&self, draft: &Draft) -> Vec<Finding> {
        self.check_blocks(draft, draft.blocks())
    }

    /// Checks some blocks of a draft.
    pub fn check_blocks(&self, draft: &Draft, blocks: &[Block]) -> Vec<Finding> {
        self.pass(draft, blocks, false).0
    }

    /// Checks a draft, and also returns the calculations in it that came out right. Both are sorted.
    pub fn explain(&self, draft: &Draft) -> (Vec<Finding>, Vec<Confirmation>) {
        self.pass(draft, draft.blocks(), true)
    }

    /// Returns the calculations in some blocks of a draft that came out right, sorted.
    pub fn confirm(&self, draft: &Draft, blocks: &[Block]) -> Vec<Confirmation> {
        self.pass(draft, blocks, true).1
    }

    /// Compares the pages of an issue, each given by its file name and draft. Returns for each page the findings that
    /// arise only from the comparison.
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
            for (page, hit) in rule.check.check_issue(&read, &self.lexicon) {
                let (_, draft) = pages[page];
                let text = draft.blocks()[hit.block].text(draft.text());
                let Some(hit) = RightForms::default().leave(self, index, text, hit) else { continue };
                found[page].extend(self.finding(index, hit, draft, draft.blocks(), None));
            }
        }
        found
    }

    /// The place in `rules` of the rule that has this number in the index; `None` if the rule does not run.
    #[inline]
    fn active(&self, number: u16) -> Option<usize> {
        self.places.get(number as usize).filter(|place| **place != INACTIVE).map(|place| usize::from(*place))
    }

    /// Turns a hit of the rule with this index into a finding: translates places in a block into places in the draft,
    /// and suggestions into what the draft's encoding and markup allow. If the suggestions are those of `previous`, the
    /// two findings share them. Returns `None` for a doubtful hit where only severer ones are reported, and for a hit that
    /// is not in its block, which only a faulty check reports.
    fn finding(
        &self,
        index: usize,
        mut hit: Hit,
        draft: &Draft,
        blocks: &[Block],
        previous: Option<&Finding>,
    ) -> Option<Finding> {
        let rule = &self.rules.rules[index];
        let severity = rule.severity.max(hit.at_most_severe);
        if severity > rule.least_severe {
            return None;
        }
        let mut places = hit.related.iter().map(|(block, span, _)| (*block, *span)).chain([(hit.block, hit.span)]);
        if !places.all(|(block, span)| blocks[block].text(draft.text()).get(span.range()).is_some()) {
            debug_assert!(false, "a hit that is not in its block: {hit:?}");
            return None;
        }
        let body = &blocks[hit.block].body;
        let mut placed = body.locate(hit.span);
        let mut joins_lines = false;
        if hit.joins_lines {
            match across_lines(&hit, &placed, draft, blocks) {
                Some(joined) => {
                    placed = DraftSpans { span: joined, rest: Vec::new() };
                    joins_lines = true;
                }
                // The suggestion would not replace the first character of the next line.
                None => hit.to = Vec::new().into(),
            }
        }
        // The order is from safe to none: `max` is the less safe of the two.
        let mut fix = rule.fix.max(hit.at_most);
        // Says why the first suggestion cannot be written, such as a character that the encoding lacks.
        let mut unwritten = None;
        // The suggestions as they are written; empty as long as each is written as it is.
        let mut rewritten: Vec<String> = Vec::new();
        for (number, to) in hit.to.iter().enumerate() {
            let written = if joins_lines {
                draft.render_replacement(to).map_err(Some)
            } else {
                written_suggestion(to, body, hit.span, &placed, draft)
            };
            match written {
                Ok(Cow::Borrowed(_)) => {}
                Ok(Cow::Owned(written)) => {
                    if rewritten.is_empty() {
                        rewritten = hit.to.to_vec();
                    }
                    rewritten[number] = written;
                }
                Err(reason) if number == 0 => {
                    fix = FixSafety::None;
                    unwritten = reason.map(|message| Related { span: placed.span, message });
                }
                Err(_) => {}
            }
        }
        if hit.to.is_empty() {
            fix = FixSafety::None;
        }
        let suggestions = if rewritten.is_empty() { hit.to } else { rewritten.into() };
        let suggestions = match previous {
            Some(previous) if *previous.suggestions == *suggestions => previous.suggestions.clone(),
            _ => suggestions,
        };
        // The hit continues in other places if a column break splits it.
        let after_break =
            placed.rest.into_iter().map(|span| Related { span, message: "换栏以后接在这里。".to_owned() });
        let mut related: Vec<Related> = after_break.collect();
        let elsewhere = hit.related.into_iter();
        related.extend(
            elsewhere.map(|(block, span, message)| Related { span: blocks[block].body.locate(span).span, message }),
        );
        related.extend(unwritten);
        Some(Finding {
            rule: index as u32,
            block: hit.block as u32,
            span: placed.span,
            suggestions,
            fix,
            severity,
            detail: hit.detail.map(String::into_boxed_str),
            related: related.into_boxed_slice(),
        })
    }

    /// Removes doubts of the model of context about words that other rules report too: these say what is wrong with them.
    /// The findings from `first` on are those of one article, sorted.
    fn leave_to_others(&self, findings: &mut Vec<Finding>, first: usize) {
        if self.context.is_none() {
            return;
        }
        let is_doubt = |finding: &Finding| self.rules.rules[finding.rule as usize].check.doubts_context();
        let others = findings[first..].iter().filter(|it| !is_doubt(it) && it.span.len() <= LONGEST_WORD);
        let others: Vec<Span> = others.map(|finding| finding.span).collect();
        // The words are short, so one that meets a doubt begins shortly before its end.
        let is_reported = |span: Span| {
            let after = others.partition_point(|other| other.start < span.end);
            let near = others[..after].iter().rev().take_while(|other| other.start + LONGEST_WORD > span.start);
            near.into_iter().any(|other| other.end > span.start)
        };
        let own = findings.split_off(first);
        findings.extend(own.into_iter().filter(|finding| !is_doubt(finding) || !is_reported(finding.span)));
    }

    fn pass(&self, draft: &Draft, blocks: &[Block], collects_confirmations: bool) -> (Vec<Finding>, Vec<Confirmation>) {
        let check = |articles: &Vec<Range<usize>>| {
            let mut pass = Pass::new(self, draft, blocks, collects_confirmations);
            for article in articles {
                let first = pass.findings.len();
                pass.article(article.clone());
                self.leave_to_others(&mut pass.findings, first);
            }
            (pass.findings, pass.confirmations)
        };
        let (mut findings, mut confirmations) = (Vec::new(), Vec::new());
        let mut join = |found: (Vec<Finding>, Vec<Confirmation>)| {
            findings.extend(found.0);
            confirmations.extend(found.1);
        };
        match batches(blocks).as_slice() {
            [] => {}
            [only] => join(check(only)),
            batches => {
                // Group by group, so that only the findings of one group are in memory twice.
                for group in batches.chunks(BATCHES_PER_THREAD * parallel::threads()) {
                    parallel::map(group, check).into_iter().for_each(&mut join);
                }
            }
        }
        sort(&mut findings);
        confirmations.sort_by_key(|confirmation| (confirmation.span.start, confirmation.span.end, confirmation.rule));
        (findings, confirmations)
    }
}

/// Sorts findings. Those of articles that follow each other in the draft are sorted already, and take no memory.
fn sort(findings: &mut [Finding]) {
    if !findings.is_sorted_by_key(Finding::sort_key) {
        findings.sort_by_key(Finding::sort_key);
    }
}

/// An index for these rules, and for each rule number in it the place of the rule in the set. Rules that the build has
/// compiled are in a prepared index, which may have more rules. It is extended by the others.
fn index_for(rules: &RuleSet) -> (EngineIndex, Vec<u16>) {
    let prepared: Vec<u16> = rules.rules.iter().filter_map(|rule| rule.prepared).collect();
    let index = builtin::index_with(&prepared);
    let mut new_numbers = index.rules().last().map_or(0, |last| last + 1)..;
    let number = |rule: &Rule| rule.prepared.or_else(|| new_numbers.next());
    let numbers: Vec<u16> = rules.rules.iter().filter_map(number).collect();
    let mut places = vec![INACTIVE; numbers.iter().max().map_or(0, |last| usize::from(*last) + 1)];
    for (place, number) in (0..).zip(&numbers) {
        places[*number as usize] = place;
    }
    let mut added = numbers.into_iter().zip(&rules.rules).filter(|(_, rule)| rule.prepared.is_none()).peekable();
    let index = match added.peek() {
        None => EngineIndex::Prepared(Box::new(index)),
        Some(_) => EngineIndex::Extended(Box::new(IndexTables::extending(&index, added))),
    };
    (index, places)
}

/// Returns the span of the draft from a hit in one line to the first character of the next line, which is in the same block
/// or begins the next one. `None` if the lines of the draft cannot be joined by an edit, because they are not plain text.
fn across_lines(hit: &Hit, placed: &DraftSpans, draft: &Draft, blocks: &[Block]) -> Option<Span> {
    if draft.has_markup() || draft.is_document() {
        return None;
    }
    let canonical = draft.text();
    if !placed.rest.is_empty() {
        return placed.over_blanks(canonical);
    }
    let next = &blocks.get(hit.block + 1)?.body;
    let first = next.text(canonical).chars().next()?;
    let next = next.locate(Span::new(0, first.len_utf8()));
    DraftSpans { span: placed.span, rest: vec![next.span] }.over_blanks(canonical)
}

/// Returns `to`, which a check suggests for `span` of the text of a block, as it replaces `placed`, the same span of the
/// draft. Borrowed if `to` can be written as it is.
///
/// # Errors
/// The suggestion cannot be written in the draft. If the encoding is to blame, the error says which character it lacks.
fn written_suggestion<'s>(
    to: &'s str,
    body: &Body,
    span: Span,
    placed: &DraftSpans,
    draft: &Draft,
) -> Result<Cow<'s, str>, Option<String>> {
    let written = draft.render_replacement(to).map_err(Some)?;
    let edit = body.edit(span, &written, draft.text()).filter(|_| placed.rest.is_empty()).ok_or(None)?;
    if edit.span == placed.span && edit.text == written {
        return Ok(written);
    }
    // The span contains markup, which the suggestion keeps.
    let mut kept = placed.span.of(draft.text()).to_owned();
    let at = edit.span.start - placed.span.start;
    kept.replace_range(at..at + edit.span.len(), edit.text);
    Ok(kept.into())
}

/// The maximum number of blocks in a batch, unless a single article has more. A newspaper page has fewer.
const BATCH: usize = 2048;

/// How many batches each thread checks before their findings are joined: enough for threads with short articles to be
/// busy as long as the others.
const BATCHES_PER_THREAD: usize = 8;

/// Divides the articles of a draft, as ranges of its blocks, into batches that are checked in parallel.
fn batches(blocks: &[Block]) -> Vec<Vec<Range<usize>>> {
    let mut batches: Vec<Vec<Range<usize>>> = Vec::new();
    for range in articles(blocks) {
        match batches.last_mut() {
            Some(batch) if range.end - batch[0].start <= BATCH => batch.push(range),
            _ => batches.push(vec![range]),
        }
    }
    batches
}

/// The articles of a draft, as ranges of its blocks.
fn articles(blocks: &[Block]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    blocks.chunk_by(|a, b| a.article == b.article).map(move |article| {
        let range = start..start + article.len();
        start = range.end;
        range
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::AnchorIndex;
    use crate::context::{Doubt, Slip};
    use crate::draft::Format;

    fn findings(text: &str) -> usize {
        Engine::new(crate::builtin::rules()).check(&Draft::open(text.into(), Format::Plain).unwrap()).len()
    }

    #[test]
    fn ignores_blocks_in_other_languages() {
        assert_eq!(findings("The word \"guanxi\" , he said, 'has no match' ..."), 0);
        assert!(findings("他说 \"guanxi\" , 没有对应的词...") > 0);
        assert!(findings("２０２３") > 0);
        assert_eq!(findings("これは漢字,仮名(カナ)です.\n한국어 \"문장\",입니다(中文)."), 0);
    }

    #[test]
    fn finds_the_same_whether_rules_are_prepared_or_added() {
        let text = "两地携手,共建联盟。他说：“13~17亿元的项目,要再接再励。\n本次会议于2月30日召开,约10人左右参加。";
        let draft = Draft::open(text.into(), Format::Plain).unwrap();
        let rules = || builtin::rules().select(&[], &[], crate::finding::Severity::Warning).unwrap();
        let expected = Engine::new(rules()).check(&draft);
        assert!(expected.len() > 4, "{expected:?}");
        for every in [1, 2, 7] {
            let mut rules = rules();
            rules.rules.iter_mut().step_by(every).for_each(|rule| rule.prepared = None);
            assert_eq!(Engine::new(rules).check(&draft), expected, "every {every}th rule is added");
        }
    }

    /// A model that doubts two characters wherever they are.
    #[derive(Debug)]
    struct DoubtsTwo;

    impl ContextReader for DoubtsTwo {
        fn doubts(&self, texts: &[&str]) -> Vec<Doubt> {
            let doubted = |c: char| [('侯', '候'), ('誓', '势')].into_iter().find(|&(doubted, _)| doubted == c);
            let in_text = |(text, content): (usize, &&str)| {
                let found = content.char_indices().filter_map(|(at, c)| Some((at, doubted(c)?)));
                let doubts = found.map(|(at, (written, meant))| Doubt {
                    text,
                    span: Span::new(at, at + written.len_utf8()),
                    meant: meant.to_string(),
                    slip: Slip::Replaced,
                    gain: 20.0,
                    is_nearly_certain: true,
                    reason: String::new(),
                    scores: String::new(),
                });
                doubts.collect::<Vec<_>>()
            };
            texts.iter().enumerate().flat_map(in_text).collect()
        }
    }

    #[test]
    fn doubts_of_a_model_are_left_to_rules_that_know_the_word() {
        let draft = Draft::open("全球气侯正在变暖。园区的优誓产业增长很快。".into(), Format::Plain).unwrap();
        let engine = Engine::new(builtin::rules());
        let found = |engine: &Engine| -> Vec<String> {
            let findings = engine.check(&draft);
            assert_eq!(engine.check_with(&draft, &mut FindingCache::default()), findings);
            findings
                .iter()
                .map(|it| format!("{} {}", engine.rules.rules[it.rule as usize].id, it.span.of(draft.text())))
                .collect()
        };
        let without = found(&engine);
        let with = found(&engine.with_context(Some(Arc::new(DoubtsTwo))));
        assert!(without.iter().any(|finding| finding.contains("气侯")), "{without:?}");
        let added: Vec<&String> = with.iter().filter(|finding| !without.contains(finding)).collect();
        assert_eq!(added, ["typo/context 誓"]);
    }

    #[test]
    fn tries_the_parts_of_a_rule_in_order() {
        let order_of_search = |anchor: &crate::check::Anchor| match anchor.index {
            AnchorIndex::ByPrevious(_) => Some(0),
            AnchorIndex::ByOne(_) | AnchorIndex::Anywhere => Some(1),
            AnchorIndex::ByNext(_) => Some(2),
            AnchorIndex::AtStart(_) | AnchorIndex::AtEnd(_) => None,
        };
        for rule in builtin::rules().rules {
            assert!(rule.triggers.anchors.iter().filter_map(order_of_search).is_sorted(), "{}", rule.id);
        }
    }
}
