//! `zhubi compare`: compares two versions of a draft (核红).

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::{Value, json};

use super::console::Console;
use super::drafts::DraftSource;
use super::workspaces::Workspace;
use super::{CommandResult, Outcome, drafts, selection, usage, workspaces};
use crate::compare::{Change, Comparison, Fate, compare};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::finding::{Finding, FixSafety};
use crate::revise::revise_with;
use crate::rule::Rule;
use crate::text::{Locator, Position, Span, visible, visible_path};

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

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
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
        .arg(usage::text_or_json("报告的格式：text（逐条列出）、json（一个 JSON 文档），默认 text"))
        .args(drafts::reading_options())
        .arg(drafts::stdin_option())
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mut sources = drafts::explicit_sources(arguments);
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let [old_source, new_source] = sources.as_slice() else {
        return Err(Error::new("要对照的两稿没有都读到。").help("请核对路径，以及配置里的 ignore。").into());
    };
    // Both versions are checked in one workspace, because the findings of different rule sets cannot be compared.
    let workspace = &workspaces[new_source.workspace];
    let (old, new) = (DraftVersion::read(old_source, workspace)?, DraftVersion::read(new_source, workspace)?);
    let options = workspace.review_options(old_source);
    let revision = revise_with(&workspace.engine, &old.draft, FixSafety::Suggested, &options);
    // If the draft cannot be fixed, no change counts as requested by a fix.
    let fixed = revision.and_then(|revision| old.draft.reopen(revision.bytes));
    let fixed = fixed.unwrap_or_else(|_| old.draft.clone());
    let comparison = compare((&old.draft, &old.findings), (&new.draft, &new.findings), &fixed);
    let report = ComparisonReport { old, new, comparison, rules: &workspace.engine.rules().rules };
    let is_json = arguments.get_one::<String>("format").is_some_and(|format| format == "json");
    if is_json {
        console.write(format!("{}\n", report.json()).as_bytes())?;
    } else {
        console.print(&report.text())?;
    }
    Ok(if report.is_clean() { Outcome::Clean } else { Outcome::Found })
}

/// One version of the draft.
struct DraftVersion {
    path: String,
    draft: Draft,
    findings: Vec<Finding>,
}

impl DraftVersion {
    fn read(source: &DraftSource, workspace: &Workspace) -> Result<DraftVersion> {
        let draft = source.read().and_then(|bytes| source.open(bytes)).map_err(|error| error.in_file(source))?;
        let findings = workspace.review_options(source).review(&workspace.engine, &draft).findings;
        Ok(DraftVersion { path: source.to_string(), draft, findings })
    }
}

struct ComparisonReport<'r> {
    old: DraftVersion,
    new: DraftVersion,
    comparison: Comparison,
    rules: &'r [Rule],
}

impl ComparisonReport<'_> {
    /// Whether all findings are resolved, there are no new ones, and all changes were requested.
    fn is_clean(&self) -> bool {
        self.with_fate(Fate::Remains).next().is_none()
            && self.comparison.new_findings.is_empty()
            && self.comparison.changes.iter().all(|change| change.is_requested)
    }

    fn with_fate(&self, fate: Fate) -> impl Iterator<Item = &Finding> {
        let findings = self.old.findings.iter().zip(&self.comparison.fates);
        findings.filter(move |(_, known)| **known == fate).map(|(finding, _)| finding)
    }

    fn new_findings(&self) -> impl Iterator<Item = &Finding> {
        self.comparison.new_findings.iter().map(|&index| &self.new.findings[index])
    }

    /// Returns the report for people.
    fn text(&self) -> String {
        let as_suggested = self.with_fate(Fate::AsSuggested).count();
        let resolved = as_suggested + self.with_fate(Fate::Settled).count();
        let total = self.old.findings.len();
        let changes = self.comparison.changes.len();
        let (old_path, new_path) = (visible_path(&self.old.path), visible_path(&self.new.path));
        let mut out = format!("{old_path} → {new_path}：改动 {changes} 处。\n");
        let _ = writeln!(out, "原有问题 {total} 处，已改 {resolved} 处，其中照建议改 {as_suggested} 处。");
        self.push_findings(&mut out, "还没有改的", &self.old, self.with_fate(Fate::Remains).collect());
        self.push_findings(&mut out, "新出现的问题", &self.new, self.new_findings().collect());
        self.push_unrequested_changes(&mut out);
        out
    }

    fn push_findings(&self, out: &mut String, title: &str, version: &DraftVersion, findings: Vec<&Finding>) {
        if !findings.is_empty() {
            let _ = writeln!(out, "\n{title} {} 处：", findings.len());
        }
        let mut locator = Locator::new(version.draft.text());
        for finding in findings {
            let rule = &self.rules[finding.rule as usize];
            let Position { line, column } = locator.position(finding.span.start);
            let message = rule.message_for(finding, version.draft.text());
            let (path, severity) = (visible_path(&version.path), finding.severity.chinese());
            let _ = writeln!(out, "  {path}:{line}:{column}: {severity} {} {}", rule.id, visible(&message));
        }
    }

    fn push_unrequested_changes(&self, out: &mut String) {
        let changes: Vec<&Change> = self.comparison.changes.iter().filter(|change| !change.is_requested).collect();
        if !changes.is_empty() {
            let _ = writeln!(out, "\n没有要求的改动 {} 处：", changes.len());
        }
        let mut locator = Locator::new(self.new.draft.text());
        for Change { old, new, .. } in changes {
            let Position { line, column } = locator.position(new.start);
            let (old, new) = (shortened(*old, &self.old), shortened(*new, &self.new));
            let description = match (old.is_empty(), new.is_empty()) {
                (true, _) => format!("加上“{new}”"),
                (_, true) => format!("删去“{old}”"),
                _ => format!("“{old}”改成“{new}”"),
            };
            let _ = writeln!(out, "  {}:{line}:{column}: {description}", visible_path(&self.new.path));
        }
    }

    /// Returns the report for programs.
    fn json(&self) -> Value {
        let findings = self.old.findings.iter().zip(&self.comparison.fates).map(|(finding, fate)| {
            let mut value = self.finding_json(&self.old, finding);
            value["fate"] = json!(match fate {
                Fate::AsSuggested => "as-suggested",
                Fate::Settled => "settled",
                Fate::Remains => "remains",
            });
            value
        });
        let changes = self.comparison.changes.iter().map(|change| {
            json!({
                "old": span_json(&self.old, change.old),
                "new": span_json(&self.new, change.new),
                "asked": change.is_requested,
            })
        });
        let new_findings = self.new_findings().map(|finding| self.finding_json(&self.new, finding));
        json!({
            "findings": findings.collect::<Vec<_>>(),
            "fresh": new_findings.collect::<Vec<_>>(),
            "changes": changes.collect::<Vec<_>>(),
        })
    }

    fn finding_json(&self, version: &DraftVersion, finding: &Finding) -> Value {
        let rule = &self.rules[finding.rule as usize];
        let mut value = span_json(version, finding.span);
        value["path"] = json!(version.path);
        value["rule"] = json!(rule.id);
        value["severity"] = json!(finding.severity.name());
        value["message"] = json!(rule.message_for(finding, version.draft.text()));
        value
    }
}

fn span_json(version: &DraftVersion, span: Span) -> Value {
    let text = version.draft.text();
    let Position { line, column } = Locator::new(text).position(span.start);
    json!({ "start": span.start, "end": span.end, "line": line, "column": column, "text": span.of(text) })
}

/// Returns the text of a span with invisible characters made visible. The middle of a long text is replaced with `……`.
fn shortened(span: Span, version: &DraftVersion) -> String {
    /// How many characters are kept at each end of a long text.
    const END_CHARS: usize = 15;
    let text = span.of(version.draft.text());
    let count = text.chars().count();
    if count <= 2 * END_CHARS {
        return visible(text).into_owned();
    }
    let head: String = text.chars().take(END_CHARS).collect();
    let tail: String = text.chars().skip(count - END_CHARS).collect();
    format!("{}……{}", visible(&head), visible(&tail))
}
