//! The description of one rule.

use std::fmt::Write;

use super::Checklist;
use crate::block::BlockKind;
use crate::rule::{Case, Example, ExampleFormat, Rule};

/// A rule with what is needed to describe it.
#[derive(Debug, Clone, Copy)]
pub struct RuleEntry<'a> {
    /// The rule that is described.
    pub rule: &'a Rule,
    /// The examples of the rule.
    pub examples: &'a [Example],
    /// All checklists. They contain the requirements that the rule covers.
    pub checklists: &'a [Checklist],
}

impl RuleEntry<'_> {
    /// Returns the facts about the rule as Chinese names and values.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let RuleEntry { rule, checklists, .. } = self;
        let mut facts = vec![("说明", rule.plain_message()), ("依据", rule.metadata.source.clone())];
        for Checklist { title, lines } in *checklists {
            let covered = lines.iter().filter(|line| rule.metadata.covers.contains(&line.id));
            facts.extend(covered.map(|line| ("要求", format!("{title}，{}：{}", line.clause, line.requirement))));
        }
        facts.push(("级别", rule.severity.chinese().to_owned()));
        facts.push(("改法", rule.fix.chinese().to_owned()));
        if let Some(since) = &rule.metadata.since {
            facts.push(("版本", format!("自 {since} 版起")));
        }
        let kinds = BlockKind::ALL.into_iter();
        let (in_scope, out_of_scope): (Vec<_>, Vec<_>) = kinds.partition(|(kind, ..)| rule.scope.has(*kind));
        if !out_of_scope.is_empty() {
            facts.push(("范围", in_scope.into_iter().map(|(_, _, name)| name).collect::<Vec<&str>>().join("、")));
        }
        if !rule.enabled {
            facts.push(("状态", "停用，用 --only 写明编号才运行".to_owned()));
        }
        if let Some(other) = &rule.yields_to {
            facts.push(("让位", format!("{other} 运行时，这条不运行，除非写明编号")));
        }
        if !rule.overrules.is_empty() {
            facts.push(("优先", format!("同一处报了这条，就不报{}", rule.overrules.join("、"))));
        }
        let options = rule.metadata.options.iter();
        facts.extend(options.map(|option| {
            ("选项", format!("{} 可以是 {}，默认 {}", option.name, option.names(), option.value().name))
        }));
        facts
    }

    /// Returns the examples: each text and, if there is a fix, the fixed text.
    pub(super) fn examples(&self) -> String {
        let mut out = String::new();
        for example in self.examples {
            let mut notes: Vec<String> = (example.options.iter())
                .filter(|option| option.chosen != 0)
                .map(|option| format!("{} = {}", option.name, option.value().name))
                .collect();
            if let ExampleFormat::Block(kind) = example.format
                && kind != BlockKind::Paragraph
            {
                notes.push(kind.chinese().to_owned());
            }
            let notes = if notes.is_empty() { String::new() } else { format!("（{}）", notes.join("，")) };
            let _ = match &example.case {
                Case::Bad { text, good: Some(good) } => {
                    writeln!(out, "误：{}{notes}\n正：{}", hanging(text), hanging(good))
                }
                Case::Bad { text, good: None } => writeln!(out, "误：{}{notes}", hanging(text)),
                Case::Ok(text) => writeln!(out, "对：{}{notes}", hanging(text)),
            };
        }
        out
    }

    /// Returns the description for the terminal.
    pub fn text(&self) -> String {
        let mut out = format!("{}  {}\n\n", self.rule.id, self.rule.metadata.title);
        for (name, value) in self.facts() {
            let _ = writeln!(out, "{name}：{value}");
        }
        let _ = writeln!(out, "\n例子：");
        for line in self.examples().lines() {
            let _ = writeln!(out, "  {line}");
        }
        out
    }
}

/// Indents all lines but the first, so that they align with it.
fn hanging(text: &str) -> String {
    text.trim_end_matches('\n').replace('\n', "\n    ")
}
