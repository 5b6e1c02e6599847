//! Fixes a draft until nothing is left to fix: the loop around the engine, the fix plan and the rewriting of the draft.

mod tracked;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::draft::Draft;
use crate::edit::EditSet;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finding::{Finding, FixSafety};
use crate::fix::{self, Plan};
use crate::guard;
use crate::stet::{Review, ReviewOptions};
use crate::text::Span;

pub use tracked::{TrackedRevision, revise_tracked};

/// After this many rewrites of a draft, fixing it counts as endless. Marks that are nested in each other may be fixed one
/// pair a round.
const MAX_ROUNDS: usize = 32;

/// The result of fixing a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The bytes of the fixed file.
    pub bytes: Vec<u8>,
    /// The number of edits each rule made, by the index of the rule in the engine. Empty if nothing was changed.
    pub edits_by_rule: BTreeMap<u32, usize>,
    /// Every edit that was made, in the order of the draft.
    pub changes: Vec<Change>,
    /// How many times the draft was rewritten.
    pub rounds: usize,
    /// The findings in the fixed draft.
    pub remaining: Vec<Finding>,
    /// A message for each suggestion that cannot be written in the encoding of the draft, without duplicates.
    pub unencodable: BTreeSet<String>,
    /// The number of suppressed findings.
    pub suppressed: usize,
    /// How many of the remaining findings have a fix that was not made because it would change more than prose.
    pub refused: usize,
    /// The rules that undo each other's fixes, by their index in the engine. None of their fixes was made.
    pub contending: BTreeSet<u32>,
}

/// One edit that a fix has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The index of the rule in the engine.
    pub rule: u32,
    /// The place in the original draft, in byte offsets in its canonical text.
    pub span: Span,
    /// The text that was replaced, as the rule found it: in a later round it may be a text that an earlier one has written.
    pub before: String,
    /// The text that has replaced it.
    pub after: String,
}

/// Makes all fixes of `draft` that `safety` allows, then those that become possible as a result, until none is left.
/// Only the findings that `options` leave to report are fixed.
///
/// # Errors
/// The draft cannot be written.
pub fn revise_with(engine: &Engine, draft: &Draft, safety: FixSafety, options: &ReviewOptions) -> Result<Revision> {
    without_contending_rules(|contending| {
        Rounds { engine, original: draft, safety, options, contending }.run(|_, _, _| {})
    })
}

/// Does what [`revise_with`] does with the default options.
///
/// # Errors
/// See [`revise_with`].
#[cfg(test)]
pub fn revise(engine: &Engine, draft: Draft, safety: FixSafety) -> Result<Revision> {
    revise_with(engine, &draft, safety, &ReviewOptions::default())
}

/// Why fixing a draft ended without a result.
enum Failure {
    /// The fixes of these rules undo each other, so that fixing does not end.
    Contending(BTreeSet<u32>),
    /// The draft cannot be written.
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Error(error)
    }
}

/// Calls `revise` with the rules whose fixes must not be made: first with none, then with those that turned out to undo
/// each other's fixes.
fn without_contending_rules<T>(mut revise: impl FnMut(&BTreeSet<u32>) -> std::result::Result<T, Failure>) -> Result<T> {
    let mut contending = BTreeSet::new();
    loop {
        match revise(&contending) {
            Ok(revision) => return Ok(revision),
            // At least one more rule contends each time: the fixes of the others have not been made.
            Err(Failure::Contending(rules)) => contending.extend(rules),
            Err(Failure::Error(error)) => return Err(error),
        }
    }
}

/// The rounds in which a draft is fixed.
struct Rounds<'a> {
    engine: &'a Engine,
    original: &'a Draft,
    safety: FixSafety,
    options: &'a ReviewOptions<'a>,
    /// The rules whose fixes are not made.
    contending: &'a BTreeSet<u32>,
}

impl Rounds<'_> {
    /// Fixes the draft until nothing is left to fix. Calls `each_round` once a round, the last one without edits included,
    /// with the current draft, its findings and the plan of the round.
    fn run(self, mut each_round: impl FnMut(&Draft, &[Finding], &Plan)) -> std::result::Result<Revision, Failure> {
        let Rounds { engine, original, safety, options, contending } = self;
        let mut bytes = None;
        let mut revised = None;
        let mut review = options.review(engine, original);
        let suppressed = review.suppressed.len();
        let mut left_out = LeftOut::new(&review);
        let options = ReviewOptions { lines: None, ..*options };
        let mut edits_by_rule = BTreeMap::new();
        let mut changes = Changes::default();
        let mut history = History::default();
        loop {
            let draft = revised.as_ref().unwrap_or(original);
            let mut findings = review.findings;
            for finding in findings.iter_mut().filter(|finding| contending.contains(&finding.rule)) {
                finding.fix = FixSafety::None;
            }
            let mut plan = fix::plan(&findings, draft.text(), safety);
            let mut guarded = None;
            let mut refused = 0;
            if !plan.edits.is_empty() {
                let result = guard::apply(draft, &plan.edits, |edits| draft.rewrite(edits))?;
                refused = result.refused.len();
                for &edit in &result.refused {
                    guard::withdraw(&mut findings[plan.applied[edit]]);
                }
                plan.remove(&result.refused);
                guarded = (!plan.edits.is_empty()).then_some(result);
            }
            each_round(draft, &findings, &plan);
            let Some(guarded) = guarded else {
                let suggestions = findings.iter().filter_map(|finding| finding.suggestions.first());
                let unencodable =
                    suggestions.filter_map(|suggestion| draft.render_replacement(suggestion).err()).collect();
                return Ok(Revision {
                    bytes: bytes.unwrap_or_else(|| original.rewrite(&EditSet::default())),
                    edits_by_rule,
                    changes: changes.into_list(),
                    rounds: history.rounds.len(),
                    remaining: findings,
                    unencodable,
                    suppressed,
                    refused,
                    contending: contending.clone(),
                });
            };
            let rules = plan.applied.iter().map(|&index| findings[index].rule);
            for rule in rules.clone() {
                *edits_by_rule.entry(rule).or_default() += 1;
            }
            changes.record(original.text(), draft.text(), &findings, &plan);
            if let Some(rules) = history.record(draft.text(), guarded.draft.text(), rules.collect()) {
                return Err(Failure::Contending(rules));
            }
            review = options.review(engine, &guarded.draft);
            left_out.remove_from(&mut review.findings, &plan.edits);
            bytes = Some(guarded.bytes);
            revised = Some(guarded.draft);
        }
    }
}

/// The edits that were made so far, and where each of them is in the original draft.
#[derive(Default)]
struct Changes {
    list: Vec<Change>,
    /// All of them as edits of the original text.
    edits: EditSet,
}

impl Changes {
    /// Adds the edits of a round: those that `plan` makes for `findings` in the text `current`.
    fn record(&mut self, original: &str, current: &str, findings: &[Finding], plan: &Plan) {
        let made = plan.applied.iter().map(|&index| &findings[index]);
        let spans = self.edits.spans_before(made.clone().map(|finding| finding.span));
        self.list.extend(made.zip(spans).map(|(finding, span)| Change {
            rule: finding.rule,
            span,
            before: finding.span.of(current).to_owned(),
            after: finding.suggestions.first().cloned().unwrap_or_default(),
        }));
        self.edits = if self.edits.is_empty() { plan.edits.clone() } else { self.edits.then(&plan.edits, original) };
    }

    /// Returns the edits in the order of the draft; those at one place in the order in which they were made.
    fn into_list(mut self) -> Vec<Change> {
        self.list.sort_by_key(|change| change.span.start);
        self.list
    }
}

/// The findings that are left out in the first round, and therefore in all. Fixes change line numbers, and the context by
/// which suppressions identify a place, so later rounds know them by their position.
struct LeftOut(Vec<(u32, Span)>);

impl LeftOut {
    fn new(review: &Review) -> LeftOut {
        let left_out = review.suppressed.iter().chain(&review.on_other_lines);
        LeftOut(left_out.map(|finding| (finding.rule, finding.span)).collect())
    }

    /// Removes them from `findings` after the draft has been edited.
    fn remove_from(&mut self, findings: &mut Vec<Finding>, edits: &EditSet) {
        if self.0.is_empty() {
            return;
        }
        let moved = edits.spans_after(self.0.iter().map(|(_, span)| *span));
        self.0.iter_mut().zip(moved).for_each(|((_, span), moved)| *span = moved);
        let known: HashSet<(u32, Span)> = self.0.iter().copied().collect();
        findings.retain(|finding| !known.contains(&(finding.rule, finding.span)));
    }
}

/// The rounds so far.
#[derive(Default)]
struct History {
    /// For each round a hash of the text before it, and the rules whose fixes were made in it.
    rounds: Vec<(u64, BTreeSet<u32>)>,
}

impl History {
    /// Records a round. Returns the rules that undo each other's fixes if the text `after` the round was there before some
    /// round, or if there are too many rounds.
    fn record(&mut self, before: &str, after: &str, rules: BTreeSet<u32>) -> Option<BTreeSet<u32>> {
        self.rounds.push((hash(before), rules));
        let after = hash(after);
        let is_too_long = self.rounds.len() >= MAX_ROUNDS;
        let last_two = || is_too_long.then(|| self.rounds.len() - 2);
        let first = self.rounds.iter().position(|(text, _)| *text == after).or_else(last_two)?;
        Some(self.rounds[first..].iter().flat_map(|(_, rules)| rules).copied().collect())
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::draft::Format;
    use crate::example;
    use crate::rule::RuleSet;

    /// Creates an engine with one rule per pair, which replaces the first word with the second.
    fn replacing_engine(words: &[(&str, &str)]) -> Engine {
        let mut text = "family = \"punctuation\"\n".to_owned();
        for (number, (wrong, right)) in words.iter().enumerate() {
            let _ = write!(
                text,
                r#"
                [[rule]]
                id = "probe-{number}"
                title = "试"
                source = "试"
                severity = "error"
                fix = "safe"
                message = "试。"
                [rule.check.pattern]
                find = "⟦{wrong}⟧"
                to = "{right}"
                [[rule.example]]
                bad = "一{wrong}二"
                good = "一{right}二"
                "#
            );
        }
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rules.toml");
        std::fs::write(&path, text).unwrap();
        let mut rules = RuleSet::default();
        example::add_files(&mut rules, &[path]).unwrap();
        Engine::new(rules)
    }

    fn revised(words: &[(&str, &str)], text: &str) -> Result<Revision> {
        revise(&replacing_engine(words), Draft::open(text.into(), Format::Plain)?, FixSafety::Safe)
    }

    #[test]
    fn fixes_until_nothing_is_left_to_fix() {
        let revision = revised(&[("甲", "乙"), ("乙", "丙")], "一甲二乙三\r\n").unwrap();
        assert_eq!(String::from_utf8(revision.bytes).unwrap(), "一丙二丙三\r\n");
        assert_eq!(revision.edits_by_rule, BTreeMap::from([(0, 1), (1, 2)]));
        assert_eq!((revision.rounds, revision.remaining), (2, Vec::new()));
        let changes: Vec<(usize, &str, &str)> =
            revision.changes.iter().map(|it| (it.span.start, it.before.as_str(), it.after.as_str())).collect();
        // The second round changes again what the first has written: both are at the place of the draft.
        assert_eq!(changes, [(3, "甲", "乙"), (3, "乙", "丙"), (9, "乙", "丙")]);
    }

    #[test]
    fn returns_draft_without_findings_unchanged() {
        let revision = revised(&[("甲", "乙")], "丙 \n\n").unwrap();
        assert_eq!(revision.bytes, "丙 \n\n".as_bytes());
        assert!(revision.edits_by_rule.is_empty());
        assert_eq!(revision.rounds, 0);
    }

    #[test]
    fn leaves_long_run_of_one_character_unchanged() {
        // A check that reads to the end of the run from each of its characters takes quadratic time here.
        let text = format!("甲{}", "。".repeat(100_000));
        let engine = Engine::new(crate::builtin::rules());
        let revision =
            revise(&engine, Draft::open(text.clone().into(), Format::Plain).unwrap(), FixSafety::Suggested).unwrap();
        assert_eq!((revision.rounds, revision.bytes), (0, text.into_bytes()));
    }

    #[test]
    fn makes_the_other_fixes_if_rules_undo_each_other() {
        let revision = revised(&[("甲", "乙"), ("丁", "戊"), ("乙", "甲")], "一甲二丁三").unwrap();
        assert_eq!(String::from_utf8(revision.bytes).unwrap(), "一甲二戊三");
        assert_eq!(revision.contending, BTreeSet::from([0, 2]));
        assert_eq!(revision.edits_by_rule, BTreeMap::from([(1, 1)]));
        assert_eq!(revision.remaining.len(), 1);
    }
}
