//! The summary at the end of a report for people: counts over all drafts, and what a fix would change.

use std::cmp::Reverse;

use super::tally::Tally;
use crate::finding::Severity;
use crate::rule::FAMILIES;
use crate::text::{visible, width};

/// How many of the most frequent rules are listed.
const FREQUENT_RULES: usize = 5;

/// Returns the summary of a run.
pub(super) fn summary(tally: &Tally) -> String {
    let total = tally.total();
    if tally.files == 0 {
        // The reason has already been reported during the search for drafts.
        return String::new();
    }
    if total == 0 {
        return format!("已检查 {} 篇，未见问题。\n{}", tally.files, suppressed_line(tally));
    }
    let mut out = format!("已检查 {} 篇，{} 篇有问题，共 {total} 处。\n\n", tally.files, tally.files_with_findings);
    push_table(&mut out, tally);
    if tally.files > 1 {
        push_frequent_rules(&mut out, tally);
    }
    out.push('\n');
    if tally.safe > 0 {
        out.push_str(&format!("zhubi fix 可直接改 {} 处。\n", tally.safe));
    }
    if tally.suggested > 0 {
        out.push_str(&format!(
            "zhubi fix --suggested 可改 {} 处，其中 {} 处请过目。\n",
            tally.safe + tally.suggested,
            tally.suggested
        ));
    }
    match total - tally.safe - tally.suggested {
        0 => {}
        rest => out.push_str(&format!("{rest} 处不代改，请核对。\n")),
    }
    out + &suppressed_line(tally)
}

/// Returns the line with the number of suppressed findings, so that they are not forgotten; empty if there are none.
fn suppressed_line(tally: &Tally) -> String {
    if tally.suppressed == 0 {
        String::new()
    } else {
        format!("另有 {} 处决定保留，加 --no-stet 可以看到。\n", tally.suppressed)
    }
}

/// Appends a table of the number of findings of each family and severity.
fn push_table(out: &mut String, tally: &Tally) {
    let mut push_row = |name: &str, cells: [String; 3]| {
        out.push_str(&format!("{name}{}", " ".repeat(8_usize.saturating_sub(width(name)))));
        for cell in cells {
            out.push_str(&format!("{}{cell}", " ".repeat(8_usize.saturating_sub(width(&cell)).max(1))));
        }
        out.push('\n');
    };
    push_row("", Severity::ALL.map(|severity| severity.chinese().to_owned()));
    for (family, name) in FAMILIES {
        let counts = tally.of_family(family);
        if counts.iter().any(|count| *count > 0) {
            push_row(name, counts.map(|count| count.to_string()));
        }
    }
}

/// Appends the rules with the most findings, each with its first position.
fn push_frequent_rules(out: &mut String, tally: &Tally) {
    let mut rules: Vec<_> = tally.rules.values().collect();
    rules.sort_by_key(|rule| (Reverse(rule.count), rule.severity));
    out.push_str("\n最多的问题：\n");
    for rule in rules.into_iter().take(FREQUENT_RULES) {
        out.push_str(&format!("  {} {} 处，首见 {}\n", visible(&rule.title), rule.count, visible(&rule.first)));
    }
}
