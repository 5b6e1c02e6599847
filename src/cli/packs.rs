//! `zhubi packs`: packs of rules that run only where they are chosen.

use std::fmt::Write;

use clap::{Arg, ArgMatches, Command};

use super::console::Console;
use super::{CommandResult, Outcome, usage};
use crate::builtin;
use crate::error::{Error, Result};
use crate::rule::RuleFile;

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

规则包默认不用。要用的，在 zhubi.toml 里写 packs = [\"名字\"]，写成 \"名字@版本\" 就固定在那一版。

例：
  zhubi packs advertising";

pub fn command() -> Command {
    usage::command("packs", "列出规则包，或一个规则包里的规则", "zhubi packs [规则包]", BODY)
        .arg(Arg::new("pack").value_name("规则包").help("要看的规则包；不写则列出全部"))
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let text = match arguments.get_one::<String>("pack") {
        Some(name) => described(&read(name)?),
        None => builtin::pack_names().map(|name| Ok(line(name, &read(name)?))).collect::<Result<String>>()?,
    };
    console.print(&text).map(|()| Outcome::Clean)
}

fn read(name: &str) -> Result<RuleFile> {
    let names: Vec<&str> = builtin::pack_names().collect();
    builtin::pack(name, &builtin::rules().classes)?.ok_or_else(|| {
        Error::new(format!("没有名为“{name}”的规则包。")).help(format!("可用的规则包：{}。", names.join("、")))
    })
}

/// A line of the list of packs.
fn line(name: &str, file: &RuleFile) -> String {
    let count = file.rules.len();
    let pack = file.parsed.pack.as_ref();
    pack.map_or(String::new(), |pack| {
        format!("{name}  {}，第 {} 版（{}），{count} 条规则\n  {}\n", pack.title, pack.version, pack.date, pack.source)
    })
}

/// The rules of a pack, each with what it is from.
fn described(file: &RuleFile) -> String {
    let mut out = String::new();
    for (rule, _) in &file.rules {
        let (severity, fix) = (rule.severity.chinese(), rule.fix.chinese());
        let _ = writeln!(out, "{}  {severity}  {fix}  {}", rule.id, rule.metadata.title);
        let _ = writeln!(out, "  {}", rule.metadata.source);
    }
    out
}
