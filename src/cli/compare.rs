//! `zhubi compare`: two states of a draft held against each other (核红).

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::{Value, json};

use super::console::Console;
use super::drafts::Source;
use super::{Attempt, Outcome, desks, drafts, selection, usage};
use crate::compare::{Change, Comparison, Fate, compare};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::finding::{Finding, FixSafety};
use crate::revise::revise_with;
use crate::rule::Rule;
use crate::text::{Locator, Position, Span, visible};

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

退出码：0 都改好了，也没有多余的改动；1 还有没改的、新出的问题或没有要求的改动；2 没能完成。

例：
  zhubi compare 初校.txt 二校.txt";

pub fn command() -> Command {
    usage::command(
        "compare",
        "核红：对照前后两稿，看该改的改了没有、有没有多改",
        "zhubi compare [选项] <旧稿> <新稿>",
        BODY,
    )
    .defer(arguments)
}

/// Its arguments. They are made when the command is asked for.
fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("paths")
                .value_names(["旧稿", "新稿"])
                .required(true)
                .num_args(2)
                .value_parser(value_parser!(PathBuf))
                .help("先后两稿；其中一个可以是“-”（标准输入）"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("格式")
                .value_parser(["text", "json"])
                .default_value("text")
                .hide_default_value(true)
                .help("报告的格式：text（逐条列出）、json（一个 JSON 文档），默认 text"),
        )
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    let mut sources = drafts::named(arguments);
    let desks = desks::desks(arguments, &mut sources, console)?;
    let [old, new] = sources.as_slice() else {
        return Err(Error::new("要对照的两稿没有都读到。").help("请核对路径，以及配置里的 ignore。").into());
    };
    // One desk for both: a rule has to be the same rule.
    let desk = &desks[new.desk];
    let read = |source: &Source| -> Result<State> {
        let bytes = source.read().map_err(|error| error.in_file(source))?;
        let draft = source.open(bytes).map_err(|error| error.in_file(source))?;
        let findings = desk.review_options(source).review(&desk.engine, &draft).findings;
        Ok(State { path: source.to_string(), draft, findings })
    };
    let (before, after) = (read(old)?, read(new)?);
    let revised = revise_with(&desk.engine, before.draft.clone(), FixSafety::Suggested, &desk.review_options(old));
    // Where rules undo each other there is nothing that fixing would ask for.
    let fixed = revised.and_then(|revision| before.draft.reopen(revision.bytes));
    let fixed = fixed.unwrap_or_else(|_| before.draft.clone());
    let comparison = compare((&before.draft, &before.findings), (&after.draft, &after.findings), &fixed);
    let report = Report { before, after, comparison, rules: &desk.engine.rules().rules };
    let is_json = arguments.get_one::<String>("format").is_some_and(|format| format == "json");
    console.print(&if is_json { format!("{}\n", report.json()) } else { report.text() })?;
    Ok(if report.is_done() { Outcome::Clean } else { Outcome::Found })
}

/// One state of the draft.
struct State {
    path: String,
    draft: Draft,
    findings: Vec<Finding>,
}

struct Report<'r> {
    before: State,
    after: State,
    comparison: Comparison,
    rules: &'r [Rule],
}

impl Report<'_> {
    fn is_done(&self) -> bool {
        self.with_fate(Fate::Remains).next().is_none()
            && self.comparison.new_findings.is_empty()
            && self.comparison.changes.iter().all(|change| change.is_requested)
    }

    fn with_fate(&self, fate: Fate) -> impl Iterator<Item = &Finding> {
        let fates = self.comparison.fates.iter();
        self.before.findings.iter().zip(fates).filter(move |(_, known)| **known == fate).map(|(finding, _)| finding)
    }

    fn fresh(&self) -> impl Iterator<Item = &Finding> {
        self.comparison.new_findings.iter().map(|&index| &self.after.findings[index])
    }

    fn text(&self) -> String {
        let (before, after) = (&self.before, &self.after);
        let as_suggested = self.with_fate(Fate::AsSuggested).count();
        let settled = as_suggested + self.with_fate(Fate::Settled).count();
        let total = before.findings.len();
        let mut out = format!(
            "{} → {}：改动 {} 处。\n",
            visible(&before.path),
            visible(&after.path),
            self.comparison.changes.len()
        );
        let _ = writeln!(out, "原有问题 {total} 处，已改 {settled} 处，其中照建议改 {as_suggested} 处。");
        let mut list = |title: &str, state: &State, findings: Vec<&Finding>| {
            if !findings.is_empty() {
                let _ = writeln!(out, "\n{title} {} 处：", findings.len());
            }
            let mut locator = Locator::new(state.draft.text());
            for finding in findings {
                let rule = &self.rules[finding.rule as usize];
                let Position { line, column } = locator.position(finding.span.start);
                let message = rule.message_for(finding, state.draft.text());
                let (path, severity) = (visible(&state.path), rule.severity.chinese());
                let _ = writeln!(out, "  {path}:{line}:{column}: {severity} {} {}", rule.id, visible(&message));
            }
        };
        list("还没有改的", before, self.with_fate(Fate::Remains).collect());
        list("新出现的问题", after, self.fresh().collect());
        let unasked: Vec<&Change> = self.comparison.changes.iter().filter(|change| !change.is_requested).collect();
        if !unasked.is_empty() {
            let _ = writeln!(out, "\n没有要求的改动 {} 处：", unasked.len());
        }
        let mut locator = Locator::new(after.draft.text());
        for Change { old, new, .. } in unasked {
            let Position { line, column } = locator.position(new.start);
            let (old, new) = (short(*old, before), short(*new, after));
            let told = match (old.is_empty(), new.is_empty()) {
                (true, _) => format!("加上“{new}”"),
                (_, true) => format!("删去“{old}”"),
                _ => format!("“{old}”改成“{new}”"),
            };
            let _ = writeln!(out, "  {}:{line}:{column}: {told}", visible(&after.path));
        }
        out
    }

    fn json(&self) -> Value {
        let place = |state: &State, span: Span| {
            let mut locator = Locator::new(state.draft.text());
            let Position { line, column } = locator.position(span.start);
            json!({ "start": span.start, "end": span.end, "line": line, "column": column, "text": span.of(state.draft.text()) })
        };
        let finding = |state: &State, finding: &Finding| {
            let rule = &self.rules[finding.rule as usize];
            let mut told = place(state, finding.span);
            told["path"] = json!(state.path);
            told["rule"] = json!(rule.id);
            told["severity"] = json!(rule.severity.name());
            told["message"] = json!(rule.message_for(finding, state.draft.text()));
            told
        };
        let findings = self.before.findings.iter().zip(&self.comparison.fates).map(|(known, fate)| {
            let mut told = finding(&self.before, known);
            told["fate"] = json!(match fate {
                Fate::AsSuggested => "as-suggested",
                Fate::Settled => "settled",
                Fate::Remains => "remains",
            });
            told
        });
        let changes = self.comparison.changes.iter().map(|change| {
            json!({
                "old": place(&self.before, change.old),
                "new": place(&self.after, change.new),
                "asked": change.is_requested,
            })
        });
        json!({
            "findings": findings.collect::<Vec<_>>(),
            "fresh": self.fresh().map(|known| finding(&self.after, known)).collect::<Vec<_>>(),
            "changes": changes.collect::<Vec<_>>(),
        })
    }
}

/// A stretch of a draft, of a long one only the ends.
fn short(span: Span, state: &State) -> String {
    /// In characters.
    const ENDS: usize = 15;
    let text = span.of(state.draft.text());
    let count = text.chars().count();
    if count <= 2 * ENDS {
        return visible(text).into_owned();
    }
    let head: String = text.chars().take(ENDS).collect();
    let tail: String = text.chars().skip(count - ENDS).collect();
    format!("{}……{}", visible(&head), visible(&tail))
}
