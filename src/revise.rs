//! Fixing until nothing is left to fix: the loop around engine, plan and rewriting.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::draft::Draft;
use crate::edit::{EditSet, Note};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, FixSafety};
use crate::fix::{self, Plan};
use crate::stet::Limits;
use crate::text::Span;

/// How often a draft is rewritten before its fixes count as never ending.
pub const ROUNDS: usize = 8;

/// A draft that has been fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The file afterwards.
    pub bytes: Vec<u8>,
    /// How many edits each rule made, by its index in the engine's rules, in the order of the catalogue.
    /// Empty where nothing was changed.
    pub changed: BTreeMap<u32, usize>,
    /// How often the draft was rewritten.
    pub rounds: usize,
    /// What is still found afterwards.
    pub left: Vec<Finding>,
    /// What could not be written in the draft's encoding, each thing told once.
    pub unwritten: BTreeSet<String>,
    /// How many findings were let stand.
    pub standing: usize,
}

/// Makes every fix of `draft` that `safety` allows, and then those that have become possible by it, until none remains.
///
/// # Errors
/// Fixes that do not come to an end within [`ROUNDS`] rounds, because
/// rules undo each other's work.
pub fn revise(engine: &Engine, draft: Draft, safety: FixSafety) -> Result<Revision> {
    revise_within(engine, draft, safety, &Limits::default())
}

/// The same, of the findings that `limits` leaves.
///
/// # Errors
/// Those of [`revise`].
pub fn revise_within(engine: &Engine, draft: Draft, safety: FixSafety, limits: &Limits) -> Result<Revision> {
    settle(engine, &draft, safety, limits, |_, _, _| {})
}

/// Does what [`revise_within`] does, but leaves the decision to the author where the draft can say so: in Word the
/// fixes are tracked changes, with comments on them and on what is only questioned, of that date (see
/// [`Draft::track`]).
///
/// # Errors
/// Those of [`revise`].
pub fn mark(engine: &Engine, draft: Draft, safety: FixSafety, limits: &Limits, date: &str) -> Result<Revision> {
    if !draft.is_word() {
        return revise_within(engine, draft, safety, limits);
    }
    let mut edits = EditSet::default();
    let mut notes = Vec::new();
    let mut revision = settle(engine, &draft, safety, limits, |now, findings, plan| {
        // Of what is found in between only what is mended is told; the rest is met again.
        let mut told = plan.applied.clone();
        if told.is_empty() {
            told = (0..findings.len()).collect();
        }
        let sources = edits.spans_before(told.iter().map(|&index| findings[index].span));
        notes.extend(
            told.iter()
                .zip(sources)
                .map(|(&index, span)| note(engine, &findings[index], now.text(), span, !plan.applied.is_empty())),
        );
        edits = edits.then(&plan.edits, draft.text());
    })?;
    revision.bytes = draft.track(&edits, &notes, date);
    written_as(&draft.reopen(revision.bytes.clone())?, || edits.apply(draft.text()))?;
    Ok(revision)
}

/// Holds a Word file that has been written against the text it should have: an archive can be damaged where nobody
/// has looked.
fn written_as(draft: &Draft, text: impl FnOnce() -> String) -> Result<()> {
    if !draft.is_word() || draft.text() == text() {
        return Ok(());
    }
    let error = Error::new("改动没能写进这个 Word 文件，原稿未动。").of_kind(ErrorKind::InvalidDraft);
    Err(error.help("请用 Word 或 WPS 打开，另存为 .docx 后再校对。"))
}

/// What is to be said of a finding in a draft of that text at `span` of the original.
fn note(engine: &Engine, finding: &Finding, text: &str, span: Span, mended: bool) -> Note {
    let rule = &engine.rules().rules[finding.rule as usize];
    let mut told = rule.message_for(finding, text);
    if !mended && !finding.suggestions.is_empty() {
        let others = finding.suggestions.iter().map(|other| match other.as_str() {
            "" => "删去".to_owned(),
            other => format!("“{other}”"),
        });
        told += &format!("可改为：{}。", others.collect::<Vec<_>>().join("、"));
    }
    Note { span, text: told, source: format!("{}  {}", rule.metadata.source, rule.id).trim().to_owned() }
}

/// Fixes `draft` until nothing is left to fix, and tells `each` of every round: the draft as it stands, what is found
/// in it, and what is done about it.
fn settle(
    engine: &Engine,
    original: &Draft,
    safety: FixSafety,
    limits: &Limits,
    mut each: impl FnMut(&Draft, &[Finding], &Plan),
) -> Result<Revision> {
    let mut revised = None;
    let mut review = limits.review(engine, original);
    let standing = review.standing.len();
    // Fixes nearby change what a place is known by: what is left alone at first is left alone to the end.
    let mut alone: Vec<(u32, Span)> =
        review.standing.iter().chain(&review.elsewhere).map(|finding| (finding.rule, finding.span)).collect();
    let limits = Limits { lines: None, ..*limits };
    let mut changed = BTreeMap::new();
    let mut rounds = 0;
    let mut before = Vec::new();
    loop {
        let draft = revised.as_ref().unwrap_or(original);
        let findings = review.findings;
        let plan = fix::plan(&findings, draft.text(), safety);
        let bytes = draft.rewrite(&plan.edits);
        each(draft, &findings, &plan);
        if plan.edits.is_empty() {
            let wanted = findings.iter().filter_map(|finding| finding.suggestions.first());
            let unwritten = wanted.filter_map(|wanted| draft.spell(wanted).err()).collect();
            return Ok(Revision { bytes, changed, rounds, left: findings, unwritten, standing });
        }
        let applied = rules_of(&plan, &findings);
        if rounds == ROUNDS {
            return Err(endless(engine, before.iter().chain(&applied)));
        }
        for &rule in &applied {
            *changed.entry(rule).or_default() += 1;
        }
        rounds += 1;
        before = applied;
        let now = draft.reopen(bytes)?;
        written_as(&now, || plan.edits.apply(draft.text()))?;
        review = limits.review(engine, &now);
        if !alone.is_empty() {
            let moved = plan.edits.spans_after(alone.iter().map(|(_, span)| *span));
            alone = alone.iter().zip(moved).map(|((rule, _), span)| (*rule, span)).collect();
            let known: HashSet<(u32, Span)> = alone.iter().copied().collect();
            review.findings.retain(|finding| !known.contains(&(finding.rule, finding.span)));
        }
        revised = Some(now);
    }
}

/// For every edit the rule that makes it.
fn rules_of(plan: &Plan, findings: &[Finding]) -> Vec<u32> {
    plan.applied.iter().map(|&index| findings[index].rule).collect()
}

fn endless<'r>(engine: &Engine, rules: impl Iterator<Item = &'r u32>) -> Error {
    let mut rules: Vec<u32> = rules.copied().collect();
    rules.sort_unstable();
    rules.dedup();
    let ids: Vec<&str> = rules.iter().map(|&rule| engine.rules().rules[rule as usize].id.as_str()).collect();
    Error::new(format!("改了 {ROUNDS} 轮仍没有改完，原稿未动。争持不下的规则：{}。", ids.join("、")))
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

    /// An engine whose rules each put one word in place of another.
    fn engine(words: &[(&str, &str)]) -> Engine {
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
        revise(&engine(words), Draft::open(text.into(), Format::Plain)?, FixSafety::Safe)
    }

    #[test]
    fn fixes_go_on_until_none_is_left() {
        let revision = revised(&[("甲", "乙"), ("乙", "丙")], "一甲二乙三\r\n").unwrap();
        assert_eq!(String::from_utf8(revision.bytes).unwrap(), "一丙二丙三\r\n");
        assert_eq!(revision.changed, BTreeMap::from([(0, 1), (1, 2)]));
        assert_eq!((revision.rounds, revision.left), (2, Vec::new()));
    }

    #[test]
    fn a_draft_without_findings_comes_back_as_it_was() {
        let revision = revised(&[("甲", "乙")], "丙 \n\n").unwrap();
        assert_eq!(revision.bytes, "丙 \n\n".as_bytes());
        assert!(revision.changed.is_empty());
        assert_eq!(revision.rounds, 0);
    }

    #[test]
    fn a_run_without_end_is_no_slip() {
        let text = format!("甲{}", "。".repeat(100_000));
        let engine = Engine::new(crate::builtin::rules());
        let revision =
            revise(&engine, Draft::open(text.clone().into(), Format::Plain).unwrap(), FixSafety::Suggested).unwrap();
        assert_eq!((revision.rounds, revision.bytes), (0, text.into_bytes()));
    }

    #[test]
    fn rules_that_undo_each_other_are_named() {
        let error = revised(&[("甲", "乙"), ("丁", "戊"), ("乙", "甲")], "一甲二丁三").unwrap_err().to_string();
        assert!(error.contains("punctuation/probe-0、punctuation/probe-2"), "{error}");
        assert!(!error.contains("probe-1"), "{error}");
    }
}
