//! What `zhubi fix` prints: each place that it changed, what remains, or a unified diff.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use similar::TextDiff;

use super::console::shown;
use super::drafts::DraftSource;
use super::fix::FixedDraft;
use super::workspaces::Workspace;
use crate::draft::Draft;
use crate::error::Result;
use crate::finding::Severity;
use crate::revise::Change;
use crate::text::{Locator, visible};

/// How long lines are compared at most. After that the diff is right, but may be longer than necessary.
const LONGEST_COMPARISON: Duration = Duration::from_secs(2);

/// What is printed about the changes of a draft.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    Nothing,
    /// Each place, then what remains.
    Places,
    /// How many changes each rule made, then what remains.
    Rules,
}

/// Returns the report on a draft.
pub fn report(source: &DraftSource, fixed: &FixedDraft, workspace: &Workspace, detail: Detail) -> String {
    let mut out = match detail {
        Detail::Nothing => return String::new(),
        Detail::Places => places(source, fixed, workspace),
        Detail::Rules => String::new(),
    };
    push_summary(&mut out, source, fixed, workspace, detail);
    out
}

/// Returns a line for each change: `path:line:column: rule “before” → “after”`. In Word files a line is a paragraph.
fn places(source: &DraftSource, fixed: &FixedDraft, workspace: &Workspace) -> String {
    let path = shown(&source.path);
    let mut locator = Locator::new(fixed.draft.text());
    let mut out = String::new();
    for Change { rule, span, before, after } in &fixed.revision.changes {
        let place = locator.position(span.start);
        let id = &workspace.engine.rules().rules[*rule as usize].id;
        let (before, after) = (quoted(before, "（缺）"), quoted(after, "（删去）"));
        let _ = writeln!(out, "{path}:{}:{}: {id} {before} → {after}", place.line, place.column);
    }
    out
}

fn quoted(text: &str, empty: &str) -> String {
    if text.is_empty() { empty.to_owned() } else { format!("“{}”", visible(text)) }
}

/// Appends a summary of what was changed in a draft and what remains.
fn push_summary(out: &mut String, source: &DraftSource, fixed: &FixedDraft, workspace: &Workspace, detail: Detail) {
    let FixedDraft { draft, revision, comments } = fixed;
    let path = shown(&source.path);
    let _ = match (revision.changes.len(), comments) {
        (0, 0) => writeln!(out, "{path}：没有改动。"),
        (0, comments) => writeln!(out, "{path}：正文没有改动，写了 {comments} 条批注。"),
        (changed, 0) => writeln!(out, "{path}：改了 {changed} 处。"),
        (changed, comments) => writeln!(out, "{path}：改了 {changed} 处，写了 {comments} 条批注。"),
    };
    if detail == Detail::Rules {
        for (&index, count) in &revision.edits_by_rule {
            let title = &workspace.engine.rules().rules[index as usize].metadata.title;
            let _ = writeln!(out, "  {} {count} 处", visible(title));
        }
    }
    if revision.refused > 0 {
        let _ = writeln!(out, "  有 {} 处改动会破坏原稿的标记，没有改。", revision.refused);
    }
    for message in &revision.unencodable {
        let _ = writeln!(out, "  {message}");
    }
    if !revision.remaining.is_empty() {
        let count = |severity| revision.remaining.iter().filter(|finding| finding.severity == severity).count();
        let counts: Vec<String> = Severity::ALL
            .into_iter()
            .map(|severity| (severity, count(severity)))
            .filter(|(_, count)| *count > 0)
            .map(|(severity, count)| format!("{} {count} 处", severity.chinese()))
            .collect();
        let _ = writeln!(out, "  还有{}请过目，用 zhubi check 查看。", counts.join("、"));
    }
    if revision.suppressed > 0 {
        let _ = writeln!(out, "  保留 {} 处，没有改。", revision.suppressed);
    }
    if let Some(remarks) = draft.remarks() {
        for remark in remarks.on_reading.iter().chain(&remarks.on_writing) {
            let _ = writeln!(out, "  {remark}");
        }
    }
    if fixed.is_signed() && comments + revision.edits_by_rule.len() > 0 {
        let _ = writeln!(out, "  原稿有数字签名，改后的这一份签名已经失效，要重新签名。");
    }
}

/// Returns the changes of a draft as a unified diff, empty if there are none. `original` are the bytes of the draft.
///
/// A text in UTF-8 is compared as it is, so that `git apply` can make the changes; any other draft by its text.
///
/// # Errors
/// The fixed draft cannot be read again.
pub fn unified_diff(source: &DraftSource, original: &[u8], fixed: &FixedDraft) -> Result<String> {
    if fixed.revision.changes.is_empty() {
        return Ok(String::new());
    }
    let bytes = &fixed.revision.bytes;
    if let (Ok(old), Ok(new)) = (std::str::from_utf8(original), std::str::from_utf8(bytes)) {
        return Ok(diff(&source.path, old, new));
    }
    let revised: Draft = fixed.draft.reopen(bytes.clone())?;
    Ok(diff(&source.path, fixed.draft.text(), revised.text()))
}

fn diff(path: &Path, old: &str, new: &str) -> String {
    let path = shown(path);
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let diff = TextDiff::configure().timeout(LONGEST_COMPARISON).diff_lines(old, new);
    diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}
