//! A draft while it is read: the text as it is now, what the rules find in it, and what has been decided.

use std::collections::{HashMap, HashSet};

use super::decision::{Decided, Verdict};
use super::journal::{Entry, step_of};
use crate::draft::Draft;
use crate::edit::{Edit, EditSet, Note, Signature};
use crate::engine::{Engine, FindingCache};
use crate::error::{Error, Result};
use crate::finding::{Finding, FixSafety};
use crate::guard;
use crate::stet::{ReviewOptions, SuppressionEntry};
use crate::text::Span;

/// A draft while it is read.
#[derive(Debug)]
pub struct Reading<'e> {
    engine: &'e Engine,
    options: ReviewOptions<'e>,
    original: Draft,
    /// What has been changed, as edits of the original text.
    edits: EditSet,
    /// The draft as it is now.
    draft: Draft,
    findings: Vec<Finding>,
    /// A number for each finding, which it keeps as long as it is found, wherever edits move it.
    ids: Vec<usize>,
    next_id: usize,
    /// Findings that arise from other drafts of the issue.
    issue_findings: Vec<Finding>,
    decided: Vec<Decided>,
    done: Vec<Step>,
    undone: Vec<Step>,
    next_number: usize,
    /// The findings that are not reported, by their rule and their place now. Edits change the context by which
    /// suppressions know a place, so they are found once.
    hidden: Vec<(u32, Span)>,
    cache: FindingCache,
}

/// What one action of the proofreader does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// The decisions that it makes.
    pub added: Vec<Decided>,
    /// The decisions that it withdraws, as they were before.
    pub removed: Vec<Decided>,
    /// What it changes, as edits of the text before it.
    pub edits: EditSet,
    /// What each edit has replaced; known once the step is performed.
    pub(super) replaced: Vec<String>,
}

/// What a decision is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The finding with this index among [`Reading::findings`].
    Finding(usize),
    /// The decision with this number, which is withdrawn.
    Decided(usize),
    /// A span of the text of the block with this index, on which no rule need have found anything.
    Passage(usize, Span),
}

impl<'e> Reading<'e> {
    /// Begins to read a draft.
    pub fn new(engine: &'e Engine, options: ReviewOptions<'e>, draft: Draft) -> Reading<'e> {
        let mut cache = FindingCache::default();
        let review = options.divide(engine, &draft, engine.check_with(&draft, &mut cache));
        let hidden = review.suppressed.iter().chain(&review.on_other_lines);
        let hidden = hidden.map(|finding| (finding.rule, finding.span)).collect();
        let mut reading = Reading {
            engine,
            options: ReviewOptions { lines: None, list: None, ..options },
            original: draft.clone(),
            edits: EditSet::default(),
            draft,
            findings: Vec::new(),
            ids: Vec::new(),
            next_id: 0,
            issue_findings: Vec::new(),
            decided: Vec::new(),
            done: Vec::new(),
            undone: Vec::new(),
            next_number: 0,
            hidden,
            cache,
        };
        reading.report(review.findings);
        reading
    }

    /// The draft as it is now.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The rules.
    pub fn engine(&self) -> &'e Engine {
        self.engine
    }

    /// The findings on which nothing has been decided, in the order of the text.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the number of the finding with this index, by which it is known as long as it is found.
    pub fn id(&self, index: usize) -> usize {
        self.ids[index]
    }

    /// The places on which something has been decided, in the order of the decisions.
    pub fn decided(&self) -> &[Decided] {
        &self.decided
    }

    /// Whether the draft has been changed.
    pub fn is_changed(&self) -> bool {
        !self.edits.is_empty()
    }

    /// The number of the next decision.
    pub(super) fn next_number(&self) -> usize {
        self.next_number
    }

    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Decides on some findings or on a passage, and returns what is to be recorded. Of several changes that overlap, the
    /// first is made. For a passage there is one verdict, the proofreader's own wording.
    ///
    /// # Errors
    /// The change cannot be made: there is nothing to take, a character does not exist in the encoding of the draft, or the
    /// markup would change. Nothing is done then.
    pub fn decide(&mut self, picks: &[Pick], verdict: &Verdict) -> Result<Step> {
        let step = match (verdict, picks) {
            (Verdict::Reopen, _) => self.withdrawal(picks),
            (Verdict::Own { text }, [Pick::Passage(block, span)]) => self.correction(*block, *span, text)?,
            _ => self.decision(picks, verdict)?,
        };
        if step.added.is_empty() && step.removed.is_empty() {
            return Err(Error::new("这里没有可以这样处理的地方。").help("请先选中一处。"));
        }
        self.perform(step.clone())?;
        Ok(step)
    }

    /// Takes back the last step. Returns whether there was one.
    ///
    /// # Errors
    /// The draft cannot be written as it was.
    pub fn undo(&mut self) -> Result<bool> {
        let Some(inverse) = self.done.last().map(Step::inverse) else { return Ok(false) };
        self.apply(&inverse)?;
        self.undone.extend(self.done.pop());
        Ok(true)
    }

    /// Does again what was undone last. Returns whether there was something.
    ///
    /// # Errors
    /// The draft cannot be written.
    pub fn redo(&mut self) -> Result<bool> {
        let Some(step) = self.undone.last().cloned() else { return Ok(false) };
        self.apply(&step)?;
        self.done.extend(self.undone.pop());
        Ok(true)
    }

    /// Does again what was recorded, as many entries as fit; the draft is written and checked once. Returns how many fit.
    ///
    /// # Errors
    /// What they come to cannot be written.
    pub fn replay(&mut self, entries: &[Entry]) -> Result<usize> {
        let mut text = self.draft.text().to_owned();
        let mut edits = self.edits.clone();
        let mut made = 0;
        for entry in entries {
            let step = match entry {
                Entry::Step { added, removed, edits } => {
                    let step = step_of(added, removed, edits, &text);
                    self.undone.clear();
                    self.done.extend(step.clone());
                    step
                }
                Entry::Undo => {
                    let step = self.done.pop();
                    self.undone.extend(step.clone());
                    step.map(|step| step.inverse())
                }
                Entry::Redo => {
                    let step = self.undone.pop();
                    self.done.extend(step.clone());
                    step
                }
                Entry::Save { .. } => Some(Step::default()),
            };
            let Some(step) = step else { break };
            edits = edits.then(&step.edits, self.original.text());
            text = step.edits.apply(&text);
            self.settle(&step);
            made += 1;
        }
        if !edits.is_empty() {
            let guarded = guard::apply(&self.original, &edits, |edits| self.original.rewrite(edits))?;
            reject_refused(&guarded.refused)?;
            (self.draft, self.edits) = (guarded.draft, edits);
        }
        self.check();
        Ok(made)
    }

    /// Performs a step.
    ///
    /// # Errors
    /// The draft cannot be written. Nothing is done then.
    pub fn perform(&mut self, mut step: Step) -> Result<()> {
        let text = self.draft.text();
        step.replaced = step.edits.iter().map(|edit| edit.span.of(text).to_owned()).collect();
        self.apply(&step)?;
        self.done.push(step);
        self.undone.clear();
        Ok(())
    }

    /// Takes over decisions that were made before the draft was last saved.
    pub fn remember(&mut self, decided: Vec<Decided>) {
        let numbers = decided.iter().map(|decided| decided.number + 1);
        self.next_number = numbers.max().unwrap_or(0).max(self.next_number);
        self.decided = decided;
        let findings = self.findings.clone();
        self.report(findings);
    }

    /// Replaces the findings that arise from other drafts of the issue.
    pub fn set_issue_findings(&mut self, findings: Vec<Finding>) {
        let old = std::mem::replace(&mut self.issue_findings, findings);
        let own = self.findings.iter().filter(|finding| !old.contains(finding)).cloned().collect();
        self.report(own);
    }

    /// Returns the bytes of the draft as it is now. With a signature, the changes are tracked in a Word file.
    ///
    /// # Errors
    /// The draft cannot be written.
    pub fn bytes(&self, signature: Option<Signature>) -> Result<Vec<u8>> {
        let notes: Vec<Note> = Vec::new();
        let guarded = guard::apply(&self.original, &self.edits, |edits| match signature {
            Some(signature) => self.original.track(edits, &notes, signature).bytes,
            None => self.original.rewrite(edits),
        })?;
        reject_refused(&guarded.refused)?;
        Ok(guarded.bytes)
    }

    /// The step that makes a decision.
    fn decision(&self, picks: &[Pick], verdict: &Verdict) -> Result<Step> {
        let text = self.draft.text();
        let mut chosen: Vec<&Finding> = picks
            .iter()
            .filter_map(|pick| match pick {
                Pick::Finding(index) => self.findings.get(*index),
                Pick::Decided(_) | Pick::Passage(..) => None,
            })
            .collect();
        chosen.sort_by_key(|finding| finding.sort_key());
        chosen.dedup_by_key(|finding| finding.sort_key());
        let is_one = chosen.len() == 1;
        if verdict.is_change() {
            match chosen.as_slice() {
                [only] if !self.is_writable(only) => return Err(unwritable()),
                _ => chosen.retain(|finding| is_one || self.is_writable(finding)),
            }
        }
        // Of several changes, those that would break the markup are left out. A single one is tried, and says why not.
        let harmful = if is_one { Vec::new() } else { self.harmful(&chosen, verdict) };
        let mut step = Step::default();
        // For each decision that it makes, its place, and the number of its edit.
        let mut places: Vec<(Span, Option<usize>)> = Vec::new();
        for (number, finding) in chosen.into_iter().enumerate() {
            let mut after = finding.span.of(text).to_owned();
            let mut edit_index = None;
            if verdict.is_change() {
                if harmful.contains(&number) {
                    continue;
                }
                let Some(replacement) = self.replacement(finding, verdict)? else { continue };
                let edit = Edit { span: finding.span, text: replacement.clone() };
                if replacement != after {
                    if step.edits.push(edit).is_err() {
                        continue;
                    }
                    edit_index = Some(step.edits.len() - 1);
                }
                after = replacement;
            }
            let entry = SuppressionEntry::of("", self.engine, &self.draft, finding);
            let rule = &self.engine.rules().rules[finding.rule as usize];
            places.push((finding.span, edit_index));
            step.added.push(Decided {
                number: self.next_number + step.added.len(),
                rule: rule.id.clone(),
                span: finding.span,
                before: finding.span.of(text).to_owned(),
                after,
                verdict: verdict.clone(),
                message: rule.message_for(finding, text),
                around: (entry.before, entry.after),
            });
        }
        let written: Vec<Span> = step.edits.replacement_spans().collect();
        let moved = step.edits.spans_after(places.iter().map(|(span, _)| *span));
        for ((decided, (_, edit)), moved) in step.added.iter_mut().zip(places).zip(moved) {
            decided.span = edit.map_or(moved, |edit| written[edit]);
        }
        Ok(step)
    }

    /// Whether the place of a finding can be written over: no markup and no break of a column is in it, or the engine knows
    /// how to write it all the same.
    fn is_writable(&self, finding: &Finding) -> bool {
        if finding.fix != FixSafety::None || finding.span.is_empty() {
            return true;
        }
        let text = self.draft.text();
        let Some(block) = self.draft.blocks().get(finding.block as usize) else { return false };
        let inside = block.body.spans_from(&[finding.span]);
        matches!(inside.as_slice(), [only] if only.of(block.text(text)) == finding.span.of(text))
    }

    /// Returns the indices of those of some findings in sorted order that cannot be changed without harm to the markup.
    fn harmful(&self, chosen: &[&Finding], verdict: &Verdict) -> Vec<usize> {
        if !verdict.is_change() {
            return Vec::new();
        }
        let change = |finding: &&Finding| {
            let text = self.replacement(finding, verdict).ok().flatten();
            Finding {
                suggestions: text.into_iter().collect::<Vec<_>>().into(),
                fix: FixSafety::Safe,
                ..(*finding).clone()
            }
        };
        let mut changes: Vec<Finding> = chosen.iter().map(change).collect();
        guard::withdraw_harmful_fixes(&self.draft, &mut changes);
        (0..changes.len()).filter(|index| changes[*index].fix == FixSafety::None).collect()
    }

    /// Returns what a verdict writes in the place of a finding, or `None` if there is nothing to take.
    fn replacement(&self, finding: &Finding, verdict: &Verdict) -> Result<Option<String>> {
        match verdict {
            Verdict::Take { text: None } => Ok(finding.suggestions.first().cloned()),
            Verdict::Take { text: Some(text) } => Ok(finding.suggestions.iter().find(|it| *it == text).cloned()),
            Verdict::Own { text } => self.written(text).map(|text| Some(text.into_owned())),
            _ => Ok(None),
        }
    }

    /// The step that withdraws decisions, and with them their changes.
    fn withdrawal(&self, picks: &[Pick]) -> Step {
        let numbers: HashSet<usize> = picks
            .iter()
            .filter_map(|pick| match pick {
                Pick::Decided(number) => Some(*number),
                Pick::Finding(_) | Pick::Passage(..) => None,
            })
            .collect();
        let mut removed: Vec<Decided> =
            self.decided.iter().filter(|decided| numbers.contains(&decided.number)).cloned().collect();
        removed.sort_by_key(|decided| decided.span.start);
        let mut step = Step::default();
        for decided in removed {
            // A place that was changed once more since is no longer what the decision has written.
            let is_unchanged = self.draft.text().get(decided.span.range()) == Some(decided.after.as_str());
            let edit = Edit { span: decided.span, text: decided.before.clone() };
            let is_change = decided.verdict.is_change() && decided.before != decided.after;
            if is_change && (!is_unchanged || step.edits.push(edit).is_err()) {
                continue;
            }
            step.removed.push(decided);
        }
        step
    }

    /// Changes the text and the decisions, and checks the draft again.
    fn apply(&mut self, step: &Step) -> Result<()> {
        if !step.edits.is_empty() {
            let edits = if self.edits.is_empty() {
                step.edits.clone()
            } else {
                self.edits.then(&step.edits, self.original.text())
            };
            let guarded = guard::apply(&self.original, &edits, |edits| self.original.rewrite(edits))?;
            reject_refused(&guarded.refused)?;
            debug_assert_eq!(guarded.draft.text(), step.edits.apply(self.draft.text()));
            self.draft = guarded.draft;
            self.edits = edits;
        }
        self.settle(step);
        let moved = step.edits.spans_after(self.findings.iter().map(|finding| finding.span));
        self.findings.iter_mut().zip(moved).for_each(|(finding, span)| finding.span = span);
        // They are as they were until the drafts are compared again.
        let moved = step.edits.spans_after(self.issue_findings.iter().map(|finding| finding.span));
        self.issue_findings.iter_mut().zip(moved).for_each(|(finding, span)| finding.span = span);
        self.check();
        Ok(())
    }

    /// Takes over the decisions of a step, and where the others are after it.
    fn settle(&mut self, step: &Step) {
        self.decided.retain(|decided| !step.removed.iter().any(|removed| removed.number == decided.number));
        let moved = step.edits.spans_after(self.decided.iter().map(|decided| decided.span));
        self.decided.iter_mut().zip(moved).for_each(|(decided, span)| decided.span = span);
        self.decided.extend(step.added.iter().cloned());
        self.decided.sort_by_key(|decided| decided.number);
        let numbers = step.added.iter().map(|decided| decided.number + 1);
        self.next_number = numbers.max().unwrap_or(0).max(self.next_number);
        let moved = step.edits.spans_after(self.hidden.iter().map(|(_, span)| *span));
        self.hidden.iter_mut().zip(moved).for_each(|((_, span), moved)| *span = moved);
    }

    fn check(&mut self) {
        let findings = self.engine.check_with(&self.draft, &mut self.cache);
        let review = self.options.divide(self.engine, &self.draft, findings);
        self.report(review.findings);
    }

    /// Keeps those of `findings` on which nothing has been decided, with the numbers of those that were known.
    fn report(&mut self, findings: Vec<Finding>) {
        let hidden: HashSet<(u32, Span)> = self.hidden.iter().copied().collect();
        let settled = self.decided.iter().filter(|decided| !decided.verdict.is_change());
        let settled: HashSet<(&str, Span)> = settled.map(|decided| (decided.rule.as_str(), decided.span)).collect();
        let words = self.decided.iter().filter(|decided| decided.verdict == Verdict::Word);
        let words: HashSet<(&str, &str)> =
            words.map(|decided| (decided.rule.as_str(), decided.before.as_str())).collect();
        let rules = &self.engine.rules().rules;
        let text = self.draft.text();
        let mut findings: Vec<Finding> = findings.into_iter().chain(self.issue_findings.iter().cloned()).collect();
        findings.retain(|finding| {
            let rule = rules[finding.rule as usize].id.as_str();
            !hidden.contains(&(finding.rule, finding.span))
                && !settled.contains(&(rule, finding.span))
                && !words.contains(&(rule, finding.span.of(text)))
        });
        findings.sort_by_key(Finding::sort_key);
        let mut known: HashMap<(u32, Span), Vec<usize>> = HashMap::new();
        for (finding, id) in self.findings.iter().zip(&self.ids) {
            known.entry((finding.rule, finding.span)).or_default().push(*id);
        }
        let next_id = &mut self.next_id;
        let mut new_id = || {
            *next_id += 1;
            *next_id
        };
        let id = |finding: &Finding| {
            let same = known.get_mut(&(finding.rule, finding.span)).and_then(Vec::pop);
            same.unwrap_or_else(&mut new_id)
        };
        self.ids = findings.iter().map(id).collect();
        self.findings = findings;
    }
}

impl Step {
    /// Returns the step that takes this one back.
    fn inverse(&self) -> Step {
        let mut undoing: Vec<Edit> = Vec::new();
        for (span, replaced) in self.edits.replacement_spans().zip(&self.replaced) {
            match undoing.last_mut() {
                // What stood side by side may be no more than one place.
                Some(last) if last.span.end == span.start => {
                    last.span.end = span.end;
                    last.text += replaced;
                }
                _ => undoing.push(Edit { span, text: replaced.clone() }),
            }
        }
        let mut edits = EditSet::default();
        for edit in undoing {
            // They are sorted, and do not meet.
            let _ = edits.push(edit);
        }
        Step { added: self.removed.clone(), removed: self.added.clone(), edits, replaced: Vec::new() }
    }
}

pub(super) fn unwritable() -> Error {
    Error::new("这一处夹着标记或者分行，不能在这里改。").help("请在原稿里手工改，或者让它保留。")
}

fn reject_refused(refused: &[usize]) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let error = Error::new("照此改会破坏原稿的标记，没有改。");
    Err(error.help("请在原稿里手工改，或者让它保留。"))
}
