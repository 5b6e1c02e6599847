use std::fmt::Write;

use super::Checklist;
use crate::block::BlockKind;
use crate::rule::{Case, Example, ExampleFormat, Rule};

/// What is told of one rule.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its examples.
    pub examples: &'a [Example],
    /// Where the demands stand that it covers.
    pub checklists: &'a [Checklist],
}

impl Entry<'_> {
    /// What is told, as names and values.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let Entry { rule, checklists, .. } = self;
        let mut facts = vec![("说明", rule.plain_message()), ("依据", rule.metadata.source.clone())];
        for Checklist { title, lines } in *checklists {
            let covered = lines.iter().filter(|line| rule.metadata.covers.contains(&line.id));
            facts.extend(covered.map(|line| ("要求", format!("{title}，{}：{}", line.clause, line.demand))));
        }
        facts.push(("级别", rule.severity.chinese().to_owned()));
        facts.push(("改法", rule.fix.chinese().to_owned()));
        if let Some(since) = &rule.metadata.since {
            facts.push(("版本", format!("自 {since} 版起")));
        }
        let kinds = BlockKind::ALL.into_iter();
        let (seen, unseen): (Vec<_>, Vec<_>) = kinds.partition(|(kind, ..)| rule.scope.has(*kind));
        if !unseen.is_empty() {
            facts.push(("范围", seen.into_iter().map(|(_, _, name)| name).collect::<Vec<&str>>().join("、")));
        }
        if !rule.enabled {
            facts.push(("状态", "停用，用 --only 写明编号才运行".to_owned()));
        }
        if let Some(other) = &rule.yields_to {
            facts.push(("让位", format!("{other} 运行时，这条不运行，除非写明编号")));
        }
        let options = rule.metadata.options.iter();
        facts.extend(options.map(|option| {
            ("选项", format!("{} 可以是 {}，默认 {}", option.name, option.names(), option.value().name))
        }));
        facts
    }

    /// The examples, one or two lines each.
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
                    writeln!(out, "误：{}{notes}\n正：{}", hung(text), hung(good))
                }
                Case::Bad { text, good: None } => writeln!(out, "误：{}{notes}", hung(text)),
                Case::Ok(text) => writeln!(out, "对：{}{notes}", hung(text)),
            };
        }
        out
    }

    /// The rule as it is shown in the terminal.
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

/// A text of several lines, each of the others under the first.
fn hung(text: &str) -> String {
    text.trim_end_matches('\n').replace('\n', "\n    ")
}
