//! Fixes a draft until nothing is left to fix: the loop around the engine, the fix plan and the rewriting of the draft.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::draft::Draft;
use crate::edit::{EditSet, Note};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, FixSafety};
use crate::fix::{self, Plan};
use crate::stet::ReviewOptions;
use crate::text::Span;

/// After this many rewrites of a draft, fixing it counts as endless.
pub const MAX_ROUNDS: usize = 8;

/// The result of fixing a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The bytes of the fixed file.
    pub bytes: Vec<u8>,
    /// The number of edits each rule made, by the index of the rule in the engine. Empty if nothing was changed.
    pub edits_by_rule: BTreeMap<u32, usize>,
    /// How many times the draft was rewritten.
    pub rounds: usize,
    /// The findings in the fixed draft.
    pub remaining: Vec<Finding>,
    /// A message for each suggestion that cannot be written in the encoding of the draft, without duplicates.
    pub unencodable: BTreeSet<String>,
    /// The number of suppressed findings.
    pub suppressed: usize,
}

/// Makes all fixes of `draft` that `safety` allows, then those that become possible as a result, until none is left.
/// Only the findings that `options` leave to report are fixed.
///
/// # Errors
/// The fixes do not end within [`MAX_ROUNDS`] rounds, because rules undo each other's work.
pub fn revise_with(engine: &Engine, draft: &Draft, safety: FixSafety, options: &ReviewOptions) -> Result<Revision> {
    fix_repeatedly(engine, draft, safety, options, |_, _, _| {})
}

/// Does what [`revise_with`] does with the default options.
///
/// # Errors
/// See [`revise_with`].
#[cfg(test)]
pub fn revise(engine: &Engine, draft: Draft, safety: FixSafety) -> Result<Revision> {
    revise_with(engine, &draft, safety, &ReviewOptions::default())
}

/// Does what [`revise_with`] does, but leaves the decision to the author where the format allows it: in a Word file the
/// fixes become tracked changes with comments, and findings without a fix become comments. All carry `date` (see
/// [`Draft::track`]).
///
/// # Errors
/// See [`revise_with`].
pub fn revise_tracked(
    engine: &Engine,
    draft: &Draft,
    safety: FixSafety,
    options: &ReviewOptions,
    date: &str,
) -> Result<Revision> {
    if !draft.is_document() {
        return revise_with(engine, draft, safety, options);
    }
    let mut edits = EditSet::default();
    let mut notes = Vec::new();
    let mut revision = fix_repeatedly(engine, draft, safety, options, |current, findings, plan| {
        // In a round that makes fixes only the fixed findings get a comment: the others are found again in later
        // rounds.
        let is_last_round = plan.applied.is_empty();
        let noted = if is_last_round { (0..findings.len()).collect() } else { plan.applied.clone() };
        let original_spans = edits.spans_before(noted.iter().map(|&index| findings[index].span));
        notes.extend(
            noted
                .iter()
                .zip(original_spans)
                .map(|(&index, span)| note(engine, &findings[index], current.text(), span, !is_last_round)),
        );
        edits = edits.then(&plan.edits, draft.text());
    })?;
    revision.bytes = draft.track(&edits, &notes, date);
    verify_written(&draft.reopen(revision.bytes.clone())?, || edits.apply(draft.text()))?;
    Ok(revision)
}

/// Checks that a rewritten Word file has the `expected` canonical text. Other formats are not checked.
///
/// # Errors
/// The text differs: the archive has a defect that reading it did not reveal.
fn verify_written(draft: &Draft, expected: impl FnOnce() -> String) -> Result<()> {
    if !draft.is_document() || draft.text() == expected() {
        return Ok(());
    }
    let error = Error::new("改动没能写进这个 Word 文件，原稿未动。").of_kind(ErrorKind::InvalidDraft);
    Err(error.help("请用 Word 或 WPS 打开，另存为 .docx 后再校对。"))
}

/// Creates the comment on a finding. `text` is the canonical text in which it was found, and `span` the corresponding
/// range of the original draft. The comment lists the suggestions unless the finding is fixed.
fn note(engine: &Engine, finding: &Finding, text: &str, span: Span, is_fixed: bool) -> Note {
    let rule = &engine.rules().rules[finding.rule as usize];
    let mut message = rule.message_for(finding, text);
    if !is_fixed && !finding.suggestions.is_empty() {
        let alternatives = finding.suggestions.iter().map(|suggestion| match suggestion.as_str() {
            "" => "删去".to_owned(),
            suggestion => format!("“{suggestion}”"),
        });
        message += &format!("可改为：{}。", alternatives.collect::<Vec<_>>().join("、"));
    }
    Note { span, text: message, source: format!("{}  {}", rule.metadata.source, rule.id).trim().to_owned() }
}

/// Fixes `original` until nothing is left to fix. Calls `each_round` once a round, the last one without edits included,
/// with the current draft, its findings and the plan of the round.
fn fix_repeatedly(
    engine: &Engine,
    original: &Draft,
    safety: FixSafety,
    options: &ReviewOptions,
    mut each_round: impl FnMut(&Draft, &[Finding], &Plan),
) -> Result<Revision> {
    let mut revised = None;
    let mut review = options.review(engine, original);
    let suppressed = review.suppressed.len();
    // Fixes change line numbers, and the context by which suppressions identify a place. The findings that are left out
    // in the first round are therefore tracked by position, and left out in all rounds.
    let left_out = review.suppressed.iter().chain(&review.on_other_lines);
    let mut left_out: Vec<(u32, Span)> = left_out.map(|finding| (finding.rule, finding.span)).collect();
    let options = ReviewOptions { lines: None, ..*options };
    let mut edits_by_rule = BTreeMap::new();
    let mut rounds = 0;
    let mut previous_rules = Vec::new();
    loop {
        let draft = revised.as_ref().unwrap_or(original);
        let findings = review.findings;
        let plan = fix::plan(&findings, draft.text(), safety);
        let bytes = draft.rewrite(&plan.edits);
        each_round(draft, &findings, &plan);
        if plan.edits.is_empty() {
            let suggestions = findings.iter().filter_map(|finding| finding.suggestions.first());
            let unencodable = suggestions.filter_map(|suggestion| draft.render_replacement(suggestion).err()).collect();
            return Ok(Revision { bytes, edits_by_rule, rounds, remaining: findings, unencodable, suppressed });
        }
        let rules: Vec<u32> = plan.applied.iter().map(|&index| findings[index].rule).collect();
        if rounds == MAX_ROUNDS {
            return Err(endless(engine, previous_rules.iter().chain(&rules)));
        }
        for &rule in &rules {
            *edits_by_rule.entry(rule).or_default() += 1;
        }
        rounds += 1;
        previous_rules = rules;
        let rewritten = draft.reopen(bytes)?;
        verify_written(&rewritten, || plan.edits.apply(draft.text()))?;
        review = options.review(engine, &rewritten);
        if !left_out.is_empty() {
            let moved = plan.edits.spans_after(left_out.iter().map(|(_, span)| *span));
            left_out = left_out.iter().zip(moved).map(|((rule, _), span)| (*rule, span)).collect();
            let known: HashSet<(u32, Span)> = left_out.iter().copied().collect();
            review.findings.retain(|finding| !known.contains(&(finding.rule, finding.span)));
        }
        revised = Some(rewritten);
    }
}

/// Creates the error for fixes that do not end. `rules` are the rules with edits in the last round and in the plan for the next.
fn endless<'r>(engine: &Engine, rules: impl Iterator<Item = &'r u32>) -> Error {
    let mut rules: Vec<u32> = rules.copied().collect();
    rules.sort_unstable();
    rules.dedup();
    let ids: Vec<&str> = rules.iter().map(|&rule| engine.rules().rules[rule as usize].id.as_str()).collect();
    Error::new(format!("改了 {MAX_ROUNDS} 轮仍没有改完，原稿未动。争持不下的规则：{}。", ids.join("、")))
        .of_kind(ErrorKind::EndlessFix)
        .help(format!("请用 --skip 停用其中一条，例如 --skip {}。", ids[0]))
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
    fn error_names_rules_that_undo_each_other() {
        let error = revised(&[("甲", "乙"), ("丁", "戊"), ("乙", "甲")], "一甲二丁三").unwrap_err().to_string();
        assert!(error.contains("punctuation/probe-0、punctuation/probe-2"), "{error}");
        assert!(!error.contains("probe-1"), "{error}");
    }
}
