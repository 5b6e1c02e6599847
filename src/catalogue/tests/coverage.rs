//! Checks that every line of a standard's checklist is covered by a rule or gives a reason why it is not.
//!
//! The checklists are `rules/checklist/*.tsv`; a rule names the lines it covers in `covers`. `docs/coverage.md` is
//! generated from both.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::golden::assert_document;
use crate::builtin;
use crate::catalogue::checklist::{Checklist, ChecklistLine, checklists};
use crate::rule::Rule;

/// The start of the reason of a line that rules cover only in part: what follows is not covered.
const PARTLY_COVERED: &str = "其余：";

/// Returns the rules that cover each line, by line id, in catalogue order.
fn covering(rules: &[Rule]) -> BTreeMap<&str, Vec<&Rule>> {
    let mut covering: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        for line in &rule.metadata.covers {
            covering.entry(line).or_default().push(rule);
        }
    }
    covering
}

#[test]
fn every_line_is_covered_or_gives_a_reason() {
    let rules = builtin::rules().rules;
    let mut covering = covering(&rules);
    let mut wrong = Vec::new();
    let mut letters = Vec::new();
    for line in checklists().iter().flat_map(|list| &list.lines) {
        assert!(!line.requirement.is_empty(), "{line:?}: the columns must be id, clause, requirement, reason");
        letters.extend(line.id.chars().next());
        let covered = covering.remove(line.id.as_str()).is_some();
        match (covered, line.reason.as_str()) {
            (false, "") => wrong.push(format!("{}: no rule covers it, and no reason is given", line.id)),
            (false, reason) if reason.starts_with(PARTLY_COVERED) => {
                wrong.push(format!(
                    "{}: no rule covers it, but the reason says that only a part is not covered",
                    line.id
                ));
            }
            (true, reason) if !reason.is_empty() && !reason.starts_with(PARTLY_COVERED) => {
                wrong.push(format!("{}: a rule covers it, but the reason says that none does", line.id));
            }
            _ => {}
        }
    }
    // The first letter of a line id names its checklist. Rules may already cover lines of a checklist that does not
    // exist yet.
    covering.retain(|id, _| id.starts_with(letters.as_slice()));
    for (id, rules) in covering {
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        wrong.push(format!("{id}: covered by {ids:?}, but the line does not exist or its id is not unique"));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Generates `docs/coverage.md`.
fn document() -> String {
    let rules = builtin::rules().rules;
    let covering = covering(&rules);
    let mut out = String::from(
        "# 标准逐条对照\n\n\
        每一条要求由哪条规则来查，不查的为什么不查。本表由 `rules/` 生成，请勿手改：改了规则或 `rules/checklist/`，\
        运行 `ZHUBI_WRITE_DOCS=1 cargo test --lib catalogue` 重写。\n",
    );
    for Checklist { title, lines } in checklists() {
        let covered = lines.iter().filter(|line| covering.contains_key(line.id.as_str()));
        let (partly, wholly): (Vec<&ChecklistLine>, Vec<&ChecklistLine>) =
            covered.partition(|line| !line.reason.is_empty());
        let (total, covered) = (lines.len(), partly.len() + wholly.len());
        let _ = write!(
            out,
            "\n## {title}\n\n共 {total} 条：有规则的 {covered} 条，其中只查一部分的 {} 条；不查的 {} 条。\n\n\
            | 编号 | 条款 | 要求 | 规则 | 说明 |\n|---|---|---|---|---|\n",
            partly.len(),
            total - covered,
        );
        for ChecklistLine { id, clause, requirement, reason } in &lines {
            let rules = covering.get(id.as_str()).map_or(&[][..], Vec::as_slice);
            let disabled = |rule: &Rule| if rule.enabled { "" } else { "（默认关闭）" };
            let names: Vec<String> = rules.iter().map(|rule| format!("`{}`{}", rule.id, disabled(rule))).collect();
            let _ = writeln!(out, "| {id} | {clause} | {requirement} | {} | {reason} |", names.join(" "));
        }
    }
    out
}

#[test]
fn coverage_document_is_up_to_date() {
    assert_document(Path::new("docs/coverage.md"), &document());
}
