//! `zhubi rules`: lists, shows, creates, tests and compares rules.

use std::fmt::Write;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, Command, value_parser};

use super::console::{Console, shown};
use super::{CommandResult, Outcome, new_rule, rules_diff, usage, workspaces};
use crate::catalogue::{Catalogue, RuleEntry, checklists};
use crate::config::Config;
use crate::error::Result;
use crate::finding::FixSafety;
use crate::rule::{Example, FAMILIES, Rule};
use crate::text::{visible, width};
use crate::{builtin, example};

/// The command. clap adds the deferred arguments only if they are needed, which saves time at startup.
pub fn command() -> Command {
    usage::command("rules", "查看规则，写规则文件，检验规则文件", "zhubi rules [命令]", usage::COMMANDS).subcommands([
        usage::command("list", "列出全部规则（不写命令时也是）", "zhubi rules list [选项]", usage::OPTIONS).defer(
            |command| {
                let family = Arg::new("family")
                    .long("family")
                    .value_name("规则族")
                    .value_parser(PossibleValuesParser::new(
                        FAMILIES.map(|(name, chinese)| PossibleValue::new(name).alias(chinese)),
                    ))
                    .help(family_help());
                command.arg(family).arg(usage::text_or_json("输出什么：text（默认）、json（规则目录，供别的程序读）"))
            },
        ),
        usage::command("show", "显示一条规则和它的依据、例子", "zhubi rules show <规则>", usage::ARGUMENTS).defer(
            |command| {
                command.arg(
                    Arg::new("id")
                        .value_name("规则")
                        .required(true)
                        .help("规则的编号或名称，例如 punctuation/halfwidth-comma、半角逗号"),
                )
            },
        ),
        new_rule::command(),
        usage::command("test", "用规则自带的例子检验规则", "zhubi rules test [文件]…", usage::ARGUMENTS).defer(
            |command| {
                command.arg(
                    Arg::new("files")
                        .value_name("文件")
                        .num_args(0..)
                        .value_parser(value_parser!(PathBuf))
                        .help("规则文件或装有规则文件的目录；不写则检验内置规则"),
                )
            },
        ),
        rules_diff::command(),
    ])
}

fn family_help() -> String {
    let families = FAMILIES.map(|(name, chinese)| format!("{name}（{chinese}）"));
    format!("只列这一族：{}", families.join("、"))
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let text = match arguments.subcommand() {
        Some(("show", arguments)) => show(arguments.get_one::<String>("id").map_or("", String::as_str))?,
        Some(("new", arguments)) => new_rule::run(arguments)?,
        Some(("test", arguments)) => {
            let files: Vec<PathBuf> = arguments.get_many("files").into_iter().flatten().cloned().collect();
            let files =
                if files.is_empty() { builtin::files()? } else { example::read_files(&files, &builtin::rules())? };
            match example::prove(&files) {
                Ok(proved) => format!("{} 条规则、{} 个例子，全部通过。\n", proved.rules, proved.examples),
                Err(errors) => {
                    errors.iter().for_each(|error| console.report_error(error));
                    return Ok(Outcome::Failed);
                }
            }
        }
        Some(("diff", arguments)) => return rules_diff::run(arguments, console),
        Some((_, arguments)) => {
            let rules = listed(arguments.get_one::<String>("family").map(String::as_str));
            if arguments.get_one::<String>("format").is_some_and(|format| format == "json") {
                return console.write(Catalogue::of(&rules).json().as_bytes()).map(|()| Outcome::Clean);
            }
            table(&rules)
        }
        None => table(&listed(None)),
    };
    console.print(&text).map(|()| Outcome::Clean)
}

/// Returns the built-in rules, or those of one family.
fn listed(family: Option<&str>) -> Vec<Rule> {
    let is_listed = |rule: &Rule| family.is_none_or(|family| rule.is_named(family) == Some(true));
    builtin::rules().rules.into_iter().filter(is_listed).collect()
}

/// Returns a table with one line per rule.
fn table(rules: &[Rule]) -> String {
    let id_columns = rules.iter().map(|rule| width(&rule.id)).max().unwrap_or(0);
    let fix_columns = width(FixSafety::Suggested.chinese());
    let mut out = String::new();
    for rule in rules {
        let gap = " ".repeat(id_columns - width(&rule.id));
        let disabled = if rule.enabled { "" } else { "（停用）" };
        let (severity, fix) = (rule.severity.chinese(), rule.fix.chinese());
        let fix_gap = " ".repeat(fix_columns.saturating_sub(width(fix)));
        let _ = writeln!(out, "{}{gap}  {severity}  {fix}{fix_gap}  {}{disabled}", rule.id, rule.metadata.title);
    }
    out
}

/// Describes a rule as its file defines it, and the settings for it that apply in the working directory.
///
/// # Errors
/// There is no such rule, or the settings cannot be read.
pub fn show(id: &str) -> Result<String> {
    let path = workspaces::find_config();
    let config = path.as_deref().map(|path| Config::open(path, Config::find_of_user().as_deref())).transpose()?;
    let mut rules = builtin::rules();
    let mut files = example::add_files(&mut rules, config.as_ref().map_or(&[], |config| &config.rules))?;
    files.extend(example::add_packs(&mut rules, config.as_ref().map_or(&[], |config| &config.packs))?);
    let rule = rules.rule(id)?;
    let id = rule.id.as_str();
    files.extend(builtin::files()?);
    let examples = files.into_iter().flat_map(|file| file.rules).filter(|(rule, _)| rule.id == id);
    let examples: Vec<Example> = examples.flat_map(|(_, examples)| examples).collect();

    let mut out = RuleEntry { rule, examples: &examples, checklists: &checklists() }.text();
    if let (Some(config), Some(path)) = (config, path) {
        let style = config.choices.style.as_ref();
        let style = style.map(|(style, _)| (format!("体例“{}”", style.title), style.settings.values_of(rule)));
        let configured = (format!("{} ", shown(&path)), config.choices.settings.values_of(rule));
        for (origin, settings) in style.into_iter().chain([configured]).filter(|(_, settings)| !settings.is_empty()) {
            let settings: Vec<String> =
                settings.iter().map(|(name, value)| visible(&format!("{name} = {value}")).into_owned()).collect();
            let _ = writeln!(out, "\n{origin}的设置：\n  {}", settings.join("\n  "));
        }
    }
    Ok(out)
}
