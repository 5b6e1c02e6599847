//! `zhubi config`: what holds for a draft, and where it is set; the schema of `zhubi.toml` for editors.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::console::Console;
use super::desks::Office;
use super::{Attempt, Outcome, selection, usage};
use crate::config::{Choices, Style, schema};
use crate::example;
use crate::finding::Severity;
use crate::{builtin, stet::SuppressionList};

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

退出码：0 完成，2 没能完成。

例：
  zhubi config 稿件.txt
  zhubi config --schema > zhubi.schema.json";

pub fn command() -> Command {
    usage::command("config", "显示一篇稿件用的是哪些设置、从哪里来", "zhubi config [选项] [路径]", BODY)
        .defer(arguments)
}

/// Its arguments. They are made when the command is asked for.
fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("path")
                .value_name("路径")
                .value_parser(value_parser!(PathBuf))
                .help("稿件或目录，不必真有这个文件；不写则是当前目录"),
        )
        .arg(
            Arg::new("schema")
                .long("schema")
                .action(ArgAction::SetTrue)
                .help("改为输出 zhubi.toml 的 JSON Schema，供编辑器补全和检查"),
        )
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    if arguments.get_flag("schema") {
        let text = serde_json::to_string_pretty(&schema(&builtin::rules())).unwrap_or_default();
        return console.print(&(text + "\n")).map(|()| Outcome::Clean);
    }
    let mut office = Office::new(arguments)?;
    let path = arguments.get_one::<PathBuf>("path").cloned().unwrap_or_default();
    // What holds for a folder is what holds for a draft in it.
    let inside = if path.as_os_str().is_empty() || path.is_dir() { path.join("*") } else { path.clone() };
    let (place, whole) = office.find(&inside);
    let (config, list) = (office.config(&place), office.list(&place));
    let (Some(config), Some(list)) = (config, list) else {
        office.errors().iter().for_each(|error| console.complain(error));
        return Ok(Outcome::Failed);
    };
    let mut out = String::new();
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "{name}：{value}");
    };
    let shown = if path.as_os_str().is_empty() { Path::new(".") } else { &path };
    row("稿件", shown.display().to_string());
    row("配置文件", config.as_ref().map_or("没有".to_owned(), |config| config.file.path.clone()));
    let mut overrides = Vec::new();
    if let (Some(config), Some(file)) = (&config, &place.config) {
        let told = office.told_from(file, &whole);
        overrides = config.overrides_for(&told);
        if config.ignore.matches(&told) {
            row("忽略", format!("是，不检查（{} 的 ignore）", config.file.path));
        }
    }
    let choices: Vec<(&Choices, String)> = config
        .iter()
        .flat_map(|config| {
            let under = overrides
                .iter()
                .map(|&index| format!("，[[override]] {}", config.overrides[index].paths.patterns().join("、")));
            config.choices_with(&overrides).zip(std::iter::once(String::new()).chain(under)).collect::<Vec<_>>()
        })
        .collect();
    let file = config.as_ref().map_or("", |config| config.file.path.as_str());
    let origin = |line: usize, under: &str| format!("（{file}:{line}{under}）");
    let option = |name| arguments.get_one::<String>(name).cloned();

    let style = choices.iter().rev().find_map(|(choices, under)| Some((choices.style.as_ref()?, under)));
    let asked = option("style").map(|name| Style::named(&name, Path::new(""))).transpose()?;
    let (style, from) = match (asked, style) {
        (Some(style), _) => (style, "（命令行）".to_owned()),
        (None, Some(((style, line), under))) => (style.clone(), origin(*line, under)),
        (None, None) => (Style::named(Style::DEFAULT, Path::new(""))?, "（默认）".to_owned()),
    };
    row("体例", format!("{}{from}", style.title));
    let level = choices.iter().rev().find_map(|(choices, under)| Some((choices.level?, under)));
    row(
        "级别",
        match (option("level"), level) {
            (Some(level), _) => format!("{level}（命令行）"),
            (None, Some(((level, line), under))) => format!("{}{}", level.name(), origin(line, under)),
            (None, None) => format!("{}（默认）", Severity::Warning.name()),
        },
    );
    if let Some((url, line)) = config.as_ref().and_then(|config| config.docs_url.as_ref()) {
        row("规则说明页", format!("{url}{}", origin(*line, "")));
    }
    let own = config.iter().flat_map(|config| &config.rules).chain(arguments.get_many("rules").into_iter().flatten());
    let own: Vec<PathBuf> = own.cloned().collect();
    if !own.is_empty() {
        row("规则文件", own.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("、"));
    }
    if let (Some(list), Some(path)) = (&list, &place.list) {
        row("保留清单", format!("{}，共 {} 条", office.shown(path).display(), list.entries().count()));
    } else {
        row("保留清单", format!("没有（{}）", SuppressionList::FILE_NAME));
    }
    if let Some(config) = config.as_ref().filter(|config| !config.exceptions.is_empty()) {
        row("保留的字句", format!("{} 条（{file} 的 [[stet]]）", config.exceptions.len()));
    }
    // The rules are made as check would make them: what cannot be is told here too.
    selection::rules(arguments, config.as_deref(), &overrides)?;
    let mut rules = builtin::rules();
    example::add_files(&mut rules, &own)?;
    let layers: Vec<_> = std::iter::once((&style.settings, ""))
        .chain(choices.iter().map(|(choices, under)| (&choices.settings, under.as_str())))
        .collect();
    let mut told = String::new();
    for rule in &rules.rules {
        // Of a value that is set twice the last holds.
        let mut set: Vec<(&str, String, String)> = Vec::new();
        for (settings, under) in &layers {
            for (name, value, place) in settings.located_values_of(&rule.id) {
                set.retain(|(known, ..)| *known != name);
                set.push((name, value, format!("{place}{under}")));
            }
        }
        if !set.is_empty() {
            let _ = writeln!(told, "  {}", rule.id);
        }
        for (name, value, place) in set {
            let _ = writeln!(told, "    {name} = {value}（{place}）");
        }
    }
    let told = if told.is_empty() {
        "规则的设置：都是默认。\n".to_owned()
    } else {
        format!("规则的设置：\n{told}")
    };
    console.print(&(out + &told)).map(|()| Outcome::Clean)
}
