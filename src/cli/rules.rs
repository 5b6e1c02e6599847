//! `zhubi rules`: the catalogue.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::console::Console;
use super::{Attempt, Outcome, usage};
use crate::error::Result;
use crate::finding::FixSafety;
use crate::rule::{Case, Example, Rule};
use crate::text::width;
use crate::{builtin, example};

pub fn command() -> Command {
    usage::command("rules", "查看规则、检验规则文件", "zhubi rules [命令]", usage::COMMANDS).subcommands([
        usage::command("list", "列出全部规则（不写命令时也是）", "zhubi rules list", usage::OPTIONS),
        usage::command("show", "显示一条规则和它的依据、例子", "zhubi rules show <规则>", usage::ARGUMENTS)
            .arg(Arg::new("id").value_name("规则").required(true).help("规则编号，例如 punctuation/halfwidth-comma")),
        usage::command("test", "用规则自带的例子检验规则", "zhubi rules test [文件]…", usage::ARGUMENTS).arg(
            Arg::new("files")
                .value_name("文件")
                .num_args(0..)
                .value_parser(value_parser!(PathBuf))
                .help("规则文件或装有规则文件的目录；不写则检验内置规则"),
        ),
    ])
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    let text = match arguments.subcommand() {
        Some(("show", arguments)) => {
            let id = arguments.get_one::<String>("id").map_or("", String::as_str);
            show(builtin::rules().rule(id)?, &examples(id)?)
        }
        Some(("test", arguments)) => {
            let files: Vec<PathBuf> = arguments.get_many("files").into_iter().flatten().cloned().collect();
            let files =
                if files.is_empty() { builtin::files()? } else { example::read_files(&files, &builtin::rules())? };
            match example::prove(&files) {
                Ok(proved) => format!("{} 条规则、{} 个例子，全部通过。\n", proved.rules, proved.examples),
                Err(errors) => {
                    errors.iter().for_each(|error| console.complain(error));
                    return Ok(Outcome::Failed);
                }
            }
        }
        _ => list(&builtin::rules().rules),
    };
    console.print(&text).map(|()| Outcome::Clean)
}

/// One line a rule, in columns.
fn list(rules: &[Rule]) -> String {
    let widest = rules.iter().map(|rule| width(&rule.id)).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let gap = " ".repeat(widest - width(&rule.id));
        let off = if rule.enabled { "" } else { "（停用）" };
        let (severity, fix) = (rule.severity.chinese(), rule.fix.chinese());
        let fix_gap = " ".repeat(width(FixSafety::Suggested.chinese()).saturating_sub(width(fix)));
        let _ = writeln!(out, "{}{gap}  {severity}  {fix}{fix_gap}  {}{off}", rule.id, rule.title);
    }
    out
}

/// The examples of a built-in rule.
fn examples(id: &str) -> Result<Vec<Example>> {
    let rules = builtin::files()?.into_iter().flat_map(|file| file.rules);
    Ok(rules.filter(|(rule, _)| rule.id == id).flat_map(|(_, examples)| examples).collect())
}

/// A message without the fields that only a finding fills.
fn without_fields(message: &str) -> String {
    ["{hit}", "{to}", "{detail}"].into_iter().fold(message.to_owned(), |text, field| text.replace(field, "…"))
}

fn show(rule: &Rule, examples: &[Example]) -> String {
    let mut out = format!("{}  {}\n\n", rule.id, rule.title);
    let off = if rule.enabled { "" } else { "（停用，用 --only 写明编号才运行）" };
    for (name, value) in [
        ("说明", without_fields(&rule.message).as_str()),
        ("依据", &rule.source),
        ("级别", rule.severity.chinese()),
        ("改法", rule.fix.chinese()),
        ("状态", off),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "{name}：{value}");
        }
    }
    let _ = writeln!(out, "\n例子：");
    for example in examples {
        let _ = match &example.case {
            Case::Bad { text, good: Some(good) } => writeln!(out, "  误：{text}\n  正：{good}"),
            Case::Bad { text, good: None } => writeln!(out, "  误：{text}"),
            Case::Right(text) => writeln!(out, "  对：{text}"),
        };
    }
    out
}
