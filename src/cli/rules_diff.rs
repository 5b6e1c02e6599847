//! `zhubi rules diff`: what differs between the rules of two versions.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::console::Console;
use super::{CommandResult, Outcome, usage};
use crate::builtin;
use crate::catalogue::{Catalogue, CatalogueDiff, FieldChange, PublishedRule, RuleChange, VersionNumber};
use crate::error::Result;
use crate::file::read_text;
use crate::finding::{FixSafety, Severity};
use crate::text::visible;

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

规则目录随每一版发表，也可以用 zhubi rules list --format json 输出。

退出码：0 没有不同，1 有不同，2 没能完成。

例：
  zhubi rules list --format json > old.json
  zhubi rules diff old.json new.json
  zhubi rules diff old.json";

pub fn command() -> Command {
    usage::command(
        "diff",
        "对照两个版本的规则：新增、去掉、改名、改动",
        "zhubi rules diff <旧目录> [新目录] [选项]",
        BODY,
    )
    .defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    let path = |id: &'static str, name: &'static str, help: &'static str| {
        Arg::new(id).value_name(name).value_parser(value_parser!(PathBuf)).help(help)
    };
    command
        .arg(path("old", "旧目录", "旧版的规则目录").required(true))
        .arg(path("new", "新目录", "新版的规则目录；不写则是正在运行的这一版"))
        .arg(usage::text_or_json("输出什么：text（默认）、json（一份 JSON 文档）"))
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let old = arguments.get_one::<PathBuf>("old").map(|path| read(path)).transpose()?;
    let new = arguments.get_one::<PathBuf>("new").map(|path| read(path)).transpose()?;
    let current = || Catalogue::of(&builtin::rules().rules);
    let (old, new) = (old.unwrap_or_else(current), new.unwrap_or_else(current));
    let diff = CatalogueDiff::between(&old, &new);
    if arguments.get_one::<String>("format").is_some_and(|format| format == "json") {
        let json = serde_json::to_string_pretty(&diff).unwrap_or_default();
        console.write(format!("{json}\n").as_bytes())?;
    } else {
        console.print(&text(&diff))?;
    }
    Ok(if diff.is_empty() { Outcome::Clean } else { Outcome::Found })
}

fn read(path: &Path) -> Result<Catalogue> {
    Catalogue::from_json(&read_text(path, "规则目录")?).map_err(|error| error.in_file(path.display()))
}

/// Returns the differences for people.
fn text(diff: &CatalogueDiff) -> String {
    let mut out = format!("{} → {}：", visible(diff.old), visible(diff.new));
    let Some(number) = diff.raises else { return out + "规则没有不同。\n" };
    let _ = writeln!(
        out,
        "新增 {} 条，去掉 {} 条，改名 {} 条，改动 {} 条。",
        diff.added.len(),
        diff.removed.len(),
        diff.renamed.len(),
        diff.changed.len()
    );
    push_section(&mut out, "新增", diff.added.iter().map(|rule| line(rule)));
    push_section(&mut out, "去掉", diff.removed.iter().map(|rule| line(rule)));
    let renamed = diff.renamed.iter().map(|rule| format!("{} → {}  {}", rule.from, rule.to, rule.title));
    push_section(&mut out, "改名", renamed);
    push_section(&mut out, "改动", diff.changed.iter().map(changed));
    let number = match number {
        VersionNumber::Major => "第一个数",
        VersionNumber::Minor => "第二个数",
        VersionNumber::Patch => "第三个数",
    };
    let _ = writeln!(out, "\n按版本的约定，这样的改动至少要升版本号的{number}。");
    out
}

/// Appends a heading and the entries, of which none is longer than it has to be, or nothing if there are no entries.
fn push_section(out: &mut String, heading: &str, entries: impl Iterator<Item = String>) {
    let entries: Vec<String> = entries.collect();
    if !entries.is_empty() {
        let _ = writeln!(out, "\n{heading}");
    }
    for entry in entries {
        entry.lines().for_each(|line| {
            let _ = writeln!(out, "  {}", visible(line));
        });
    }
}

/// A rule in one line.
fn line(rule: &PublishedRule) -> String {
    let off = if rule.enabled { "" } else { "（停用）" };
    format!("{}  {}  {}  {}{off}", rule.id, rule.severity.chinese(), rule.fix.chinese(), rule.title)
}

/// A rule with its changes, one in each line.
fn changed(rule: &RuleChange) -> String {
    let mut out = format!("{}  {}", rule.id, rule.title);
    for change in &rule.changes {
        let [old, new] = [&change.old, &change.new].map(|value| value.as_deref().map(|value| shown(change, value)));
        let name = name(change);
        let _ = match (old, new) {
            (Some(old), Some(new)) => write!(out, "\n  {name}：{old} → {new}"),
            (Some(old), None) => write!(out, "\n  {name}：去掉（原来是 {old}）"),
            (None, new) => write!(out, "\n  {name}：新增，{}", new.unwrap_or_default()),
        };
    }
    out
}

/// The Chinese name of a field.
fn name(change: &FieldChange) -> String {
    match change.field.as_str() {
        "enabled" => "启用".to_owned(),
        "severity" => "级别".to_owned(),
        "fix" => "改法".to_owned(),
        "title" => "名称".to_owned(),
        "message" => "说明".to_owned(),
        "source" => "依据".to_owned(),
        field => field.replacen("options.", "选项 ", 1),
    }
}

/// A value of a field, in Chinese where it has a Chinese name.
fn shown(change: &FieldChange, value: &str) -> String {
    let chinese = match change.field.as_str() {
        "enabled" => Some(if value == "true" { "是" } else { "否" }),
        "severity" => Severity::ALL.into_iter().find(|known| known.name() == value).map(Severity::chinese),
        "fix" => FixSafety::ALL.into_iter().find(|known| known.name() == value).map(FixSafety::chinese),
        field if field.starts_with("options.") => return value.replace('|', "、"),
        _ => None,
    };
    chinese.unwrap_or(value).to_owned()
}
