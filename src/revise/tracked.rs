//! Fixes a Word file with tracked changes and comments, which leave the decision to the author.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Failure, Revision, Rounds, revise_with, without_contending_rules};
use crate::draft::Draft;
use crate::edit::{EditSet, Note, Signature};
use crate::engine::Engine;
use crate::error::Result;
use crate::finding::{Finding, FixSafety};
use crate::guard;
use crate::stet::ReviewOptions;
use crate::text::Span;

/// The result of fixing a draft with tracked changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedRevision {
    pub revision: Revision,
    /// The number of comments that were added.
    pub comments: usize,
}

/// Does what [`revise_with`] does, but leaves the decision to the author where the format allows it: in a Word file the
/// fixes become tracked changes, each rule with a comment at its first fix, and findings without a fix become comments.
///
/// # Errors
/// See [`revise_with`].
pub fn revise_tracked(
    engine: &Engine,
    draft: &Draft,
    safety: FixSafety,
    options: &ReviewOptions,
    signature: Signature,
) -> Result<TrackedRevision> {
    if !draft.is_document() {
        let revision = revise_with(engine, draft, safety, options)?;
        return Ok(TrackedRevision { revision, comments: 0 });
    }
    without_contending_rules(|contending| {
        track(Rounds { engine, original: draft, safety, options, contending }, signature)
    })
}

/// Fixes a document with tracked changes and comments.
fn track(rounds: Rounds, signature: Signature) -> std::result::Result<TrackedRevision, Failure> {
    let Rounds { engine, original, .. } = rounds;
    let mut edits = EditSet::default();
    let mut fixes: BTreeMap<u32, RuleFixes> = BTreeMap::new();
    let mut questions = Vec::new();
    let mut revision = rounds.run(|current, findings, plan| {
        for (&index, span) in plan.applied.iter().zip(original_spans(&edits, findings, &plan.applied)) {
            let finding = &findings[index];
            let fixes =
                fixes.entry(finding.rule).or_insert(RuleFixes { count: 0, first: span, message: String::new() });
            if fixes.count == 0 || span.start < fixes.first.start {
                fixes.first = span;
                fixes.message = engine.rules().rules[finding.rule as usize].message_for(finding, current.text());
            }
            fixes.count += 1;
        }
        // The findings that are left are found again in later rounds. Only the last round makes no edits.
        if plan.edits.is_empty() {
            let all: Vec<usize> = (0..findings.len()).collect();
            let spans = original_spans(&edits, findings, &all);
            questions.extend(findings.iter().zip(spans).map(|(finding, span)| Note {
                span,
                text: question(engine, finding, current.text()),
                source: source(engine, finding.rule),
            }));
        }
        edits = edits.then(&plan.edits, original.text());
    })?;
    let mut notes = fix_notes(engine, fixes);
    notes.append(&mut questions);
    notes.sort_by_key(|note| note.span.start);
    let comments = Cell::new(0);
    let guarded = guard::apply(original, &edits, |edits| {
        let tracked = original.track(edits, &notes, signature);
        comments.set(tracked.comments);
        tracked.bytes
    })?;
    revision.bytes = guarded.bytes;
    revision.refused += guarded.refused.len();
    Ok(TrackedRevision { revision, comments: comments.get() })
}

/// Returns the spans in the original draft of the findings with these indices. `edits` are those made so far.
fn original_spans(edits: &EditSet, findings: &[Finding], indices: &[usize]) -> Vec<Span> {
    edits.spans_before(indices.iter().map(|&index| findings[index].span))
}

/// The fixes that one rule has made in a draft.
struct RuleFixes {
    count: usize,
    /// The first place in the original draft.
    first: Span,
    /// The message on the first place.
    message: String,
}

/// The maximum number of comments on fixes in a file.
const MAX_FIX_COMMENTS: usize = 5;

/// Returns the comments on fixes: one a rule, at its first fix. If there would be too many, the rules with the fewest fixes
/// share the last one.
fn fix_notes(engine: &Engine, fixes: BTreeMap<u32, RuleFixes>) -> Vec<Note> {
    let mut fixes: Vec<(u32, RuleFixes)> = fixes.into_iter().collect();
    fixes.sort_by_key(|(_, fixes)| Reverse(fixes.count));
    let joined = if fixes.len() > MAX_FIX_COMMENTS { fixes.split_off(MAX_FIX_COMMENTS - 1) } else { Vec::new() };
    let single = fixes.into_iter().map(|(rule, RuleFixes { count, first, mut message })| {
        if count > 1 {
            message += &format!("全文同类问题改了 {count} 处，只在这里批注。");
        }
        Note { span: first, text: message, source: source(engine, rule) }
    });
    single.chain(joined_note(engine, &joined)).collect()
}

/// Returns one comment on the fixes of several rules.
fn joined_note(engine: &Engine, fixes: &[(u32, RuleFixes)]) -> Option<Note> {
    let (_, first) = fixes.iter().min_by_key(|(_, fixes)| fixes.first.start)?;
    let rule = |index: u32| &engine.rules().rules[index as usize];
    let counts = fixes.iter().map(|&(index, RuleFixes { count, .. })| {
        let metadata = &rule(index).metadata;
        format!("{} {count} 处（{}）", metadata.title, metadata.source)
    });
    let ids: Vec<&str> = fixes.iter().map(|&(index, _)| rule(index).id.as_str()).collect();
    let counts = counts.collect::<Vec<_>>().join("、");
    Some(Note { span: first.first, text: format!("全文还改了：{counts}。"), source: ids.join("、") })
}

/// Returns the text of the comment on a finding that is not fixed. `text` is the canonical text in which it was found.
fn question(engine: &Engine, finding: &Finding, text: &str) -> String {
    let message = engine.rules().rules[finding.rule as usize].message_for(finding, text);
    if finding.suggestions.is_empty() {
        return message;
    }
    let alternatives: Vec<String> = finding.suggestions.iter().map(|suggestion| readable(suggestion)).collect();
    format!("{message}可改为：{}。", alternatives.join("、"))
}

/// Returns a suggestion as a comment shows it. A mark alone is named, because it can hardly be seen between quotation marks.
fn readable(suggestion: &str) -> String {
    let mut characters = suggestion.chars();
    match (characters.next(), characters.next()) {
        (None, _) => "删去".to_owned(),
        (Some(mark), None) if let Some(name) = mark_name(mark) => format!("{name}（{mark}）"),
        // Quotation marks within quotation marks would be taken for the end of the suggestion.
        _ if suggestion.contains(['“', '”']) => format!("【{suggestion}】"),
        _ => format!("“{suggestion}”"),
    }
}

/// Returns the Chinese name of a punctuation mark (GB/T 15834—2011), or `None` for other characters.
fn mark_name(mark: char) -> Option<&'static str> {
    Some(match mark {
        '。' => "句号",
        '？' => "问号",
        '！' => "叹号",
        '，' => "逗号",
        '、' => "顿号",
        '；' => "分号",
        '：' => "冒号",
        '“' => "左双引号",
        '”' => "右双引号",
        '‘' => "左单引号",
        '’' => "右单引号",
        '（' => "左圆括号",
        '）' => "右圆括号",
        '［' => "左方括号",
        '］' => "右方括号",
        '【' => "左方头括号",
        '】' => "右方头括号",
        '《' => "左双书名号",
        '》' => "右双书名号",
        '〈' => "左单书名号",
        '〉' => "右单书名号",
        '—' => "一字线",
        '–' => "短横线",
        '-' => "半字线",
        '～' => "浪纹线",
        '·' => "间隔号",
        '…' => "三点省略号",
        '/' => "分隔号",
        ' ' => "空格",
        '\u{3000}' => "全角空格",
        _ => return None,
    })
}

/// Returns the clause and the id of a rule.
fn source(engine: &Engine, rule: u32) -> String {
    let rule = &engine.rules().rules[rule as usize];
    format!("{}  {}", rule.metadata.source, rule.id).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn names_marks_that_stand_alone() {
        for (suggestion, expected) in [
            ("“", "左双引号（“）"),
            ("，", "逗号（，）"),
            ("", "删去"),
            ("一一", "“一一”"),
            ("——", "“——”"),
            ("“甲”", "【“甲”】"),
        ] {
            assert_eq!(readable(suggestion), expected);
        }
    }
}
