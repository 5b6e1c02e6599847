//! Every line of a standard's checklist is answered by a rule, or says why it is not.
//!
//! The checklists are `rules/checklist/*.tsv`; rules name the lines they answer in `covers`. Both together make
//! `docs/coverage.md`, which `ZHUBI_WRITE_DOCS=1 cargo test --test coverage` writes anew.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use support::assert_document;
use zhubi::builtin;
use zhubi::catalogue::{Checklist, Line, checklists};
use zhubi::rule::Rule;

/// What the reason of a line begins with that rules answer in part.
const REST: &str = "其余：";

/// For each line the rules that cover it, in the order of the catalogue.
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
fn every_line_is_answered_or_says_why_not() {
    let rules = builtin::rules().rules;
    let mut covering = covering(&rules);
    let mut wrong = Vec::new();
    let mut letters = Vec::new();
    for line in checklists().iter().flat_map(|list| &list.lines) {
        assert!(!line.demand.is_empty(), "{line:?}: not id, clause, demand, reason");
        letters.extend(line.id.chars().next());
        let covered = covering.remove(line.id.as_str()).is_some();
        match (covered, line.reason.as_str()) {
            (false, "") => wrong.push(format!("{}: no rule covers it, and no reason is given", line.id)),
            (false, reason) if reason.starts_with(REST) => {
                wrong.push(format!("{}: no rule covers it, yet the reason is of the rest", line.id));
            }
            (true, reason) if !reason.is_empty() && !reason.starts_with(REST) => {
                wrong.push(format!("{}: a rule covers it, yet a reason is given why none does", line.id));
            }
            _ => {}
        }
    }
    // The first letter of a line names its checklist. One that is not written yet has no lines to hold rules to.
    covering.retain(|id, _| id.starts_with(letters.as_slice()));
    for (id, rules) in covering {
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        wrong.push(format!("{id}: no such line, or a second of that name; {ids:?} cover it"));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn document() -> String {
    let rules = builtin::rules().rules;
    let covering = covering(&rules);
    let mut out = String::from(
        "# 标准逐条对照\n\n\
        每一条要求由哪条规则来查，不查的为什么不查。本表由 `rules/` 生成，请勿手改：改了规则或 `rules/checklist/`，\
        运行 `ZHUBI_WRITE_DOCS=1 cargo test --test coverage` 重写。\n",
    );
    for Checklist { title, lines } in checklists() {
        let answered = lines.iter().filter(|line| covering.contains_key(line.id.as_str()));
        let (partly, wholly): (Vec<&Line>, Vec<&Line>) = answered.partition(|line| !line.reason.is_empty());
        let (total, answered) = (lines.len(), partly.len() + wholly.len());
        let _ = write!(
            out,
            "\n## {title}\n\n共 {total} 条：有规则的 {answered} 条，其中只查一部分的 {} 条；不查的 {} 条。\n\n\
            | 编号 | 条款 | 要求 | 规则 | 说明 |\n|---|---|---|---|---|\n",
            partly.len(),
            total - answered,
        );
        for Line { id, clause, demand, reason } in &lines {
            let rules = covering.get(id.as_str()).map_or(&[][..], Vec::as_slice);
            let off = |rule: &Rule| if rule.enabled { "" } else { "（默认关闭）" };
            let names: Vec<String> = rules.iter().map(|rule| format!("`{}`{}", rule.id, off(rule))).collect();
            let _ = writeln!(out, "| {id} | {clause} | {demand} | {} | {reason} |", names.join(" "));
        }
    }
    out
}

#[test]
fn the_document_is_what_rules_and_checklists_say() {
    assert_document(Path::new("docs/coverage.md"), "coverage", &document());
}
