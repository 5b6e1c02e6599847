//! The options that select rules, shared by all commands that run rules, and the selection itself.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use toml::Spanned;

use crate::config::{Choices, Config, Exception, Settings, Style, docs_url};
use crate::error::Result;
use crate::finding::Severity;
use crate::quantity::Date;
use crate::rule::{RuleFile, RuleSet};
use crate::stet::Exceptions;
use crate::{builtin, example};

/// Returns the options that select rules and settings.
pub fn options() -> [Arg; 12] {
    ungrouped_options().map(|option| option.help_heading("查什么"))
}

fn ungrouped_options() -> [Arg; 12] {
    [
        Arg::new("level")
            .long("level")
            .value_name("级别")
            .value_parser(PossibleValuesParser::new(Severity::ALL.map(Severity::name)))
            .help("查到哪一级为止：error（错误）、warning（警告）、advice（建议），默认 warning"),
        list_option("only", "规则").help("只用这些规则或规则族，以逗号分隔；写明编号的规则不论级别、即使停用也会运行"),
        list_option("skip", "规则").help("不用这些规则或规则族，以逗号分隔"),
        Arg::new("rules")
            .long("rules")
            .value_name("路径")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .help("另外加上这个规则文件，或这个目录里的规则文件；可以写多次"),
        Arg::new("style").long("style").value_name("体例").help(style_help()),
        Arg::new("config")
            .long("config")
            .value_name("文件")
            .value_parser(value_parser!(PathBuf))
            .help("各篇稿件都用这个配置文件；不写则用稿件所在目录或上级目录里的 zhubi.toml"),
        Arg::new("no-config")
            .long("no-config")
            .action(ArgAction::SetTrue)
            .overrides_with("config")
            .help("不用配置文件，也不用保留清单"),
        Arg::new("no-stet").long("no-stet").action(ArgAction::SetTrue).help("连同决定保留的问题一起查"),
        Arg::new("model")
            .long("model")
            .value_name("文件")
            .value_parser(value_parser!(PathBuf))
            .help("凭上下文找错字用这个模型；不写则用随程序的"),
        Arg::new("no-model")
            .long("no-model")
            .action(ArgAction::SetTrue)
            .overrides_with("model")
            .help("不凭上下文找错字"),
        Arg::new("sources")
            .long("sources")
            .value_name("目录")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .help("拿引文同这个目录里的法规、讲话、典籍核对；可以写多次"),
        Arg::new("issue-date")
            .long("issue-date")
            .value_name("日期")
            .value_parser(parse_issue_date)
            .help("见报日期，如 2023-11-01；稿件没写年份的日期、年龄，按它核算；不写则用 zhubi.toml 的 issue-date"),
    ]
}

fn parse_issue_date(text: &str) -> std::result::Result<Date, String> {
    Date::parse(text).ok_or_else(|| "日期要写成 2023-11-01 的样子，并且真有这一天".to_owned())
}

/// Creates an option that takes a comma-separated list and can be repeated.
fn list_option(name: &'static str, value_name: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value_name).action(ArgAction::Append).value_delimiter(',')
}

fn style_help() -> String {
    let names: Vec<&str> = builtin::styles().map(|(name, ..)| name).collect();
    format!("体例：{}，或体例文件的路径，默认 {}", names.join("、"), Style::DEFAULT)
}

/// The result of a selection of rules.
pub struct RuleSelection {
    /// The rules that run.
    pub running: RuleSet,
    /// The ids of all rules, including those that do not run.
    pub known_rules: Vec<String>,
    /// The exceptions of the configuration.
    pub exceptions: Exceptions,
}

/// Selects the rules and applies settings to them: those of the style, then those of the configuration, then those of
/// its `overrides` (by index), then the options of the command line.
///
/// # Errors
/// A style, a rule file or a setting is not valid, or a rule does not exist.
pub fn select_rules(arguments: &ArgMatches, config: Option<&Config>, overrides: &[usize]) -> Result<RuleSelection> {
    let choices: Vec<&Choices> = config.map_or(Vec::new(), |config| config.choices_with(overrides).collect());
    let style = selected_style(arguments, &choices)?;
    let mut rules = builtin::rules();
    // Only built-in rules have a documentation page.
    if let Some(url) = docs_url(config) {
        rules.set_page_urls(&url);
    }
    let mut files = example::add_files(&mut rules, &rule_paths(arguments, config))?;
    files.extend(example::add_packs(&mut rules, config.map_or(&[][..], |config| &config.packs))?);
    style.iter().try_for_each(|style| apply(&style.settings, &mut rules, &files))?;
    choices.iter().try_for_each(|choices| apply(&choices.settings, &mut rules, &files))?;
    if let Some(config) = config {
        check_remaining_settings(config, overrides, &rules, &files)?;
    }
    let known_rules = rules.rules.iter().map(|rule| rule.id.clone()).collect();
    let exceptions = config.map_or(&[][..], |config| &config.exceptions).iter().map(|exception| {
        let rule = rules.canonical(exception.rule.get_ref())?;
        Ok(Exception { rule: Spanned::new(exception.rule.span(), rule), text: exception.text.clone() })
    });
    let exceptions = Exceptions::new(&exceptions.collect::<Result<Vec<_>>>()?)?;
    let (only, skip) = selected_names(arguments, config, &rules)?;
    let running = rules.select(&only, &skip, selected_level(arguments, &choices))?;
    Ok(RuleSelection { running, known_rules, exceptions })
}

/// Returns the paths of the additional rule files: those in the configuration, then those on the command line.
pub fn rule_paths(arguments: &ArgMatches, config: Option<&Config>) -> Vec<PathBuf> {
    let configured = config.map_or(&[][..], |config| &config.rules);
    configured.iter().chain(arguments.get_many("rules").into_iter().flatten()).cloned().collect()
}

/// Returns the style on the command line, or else the last one in `choices`. Returns `None` if neither is set:
/// the default style has no settings and need not be read.
fn selected_style(arguments: &ArgMatches, choices: &[&Choices]) -> Result<Option<Style>> {
    if let Some(name) = arguments.get_one::<String>("style") {
        return Style::named(name, Path::new("")).map(Some);
    }
    let configured = choices.iter().rev().find_map(|choices| choices.style.as_ref());
    Ok(configured.map(|(style, _)| style.clone()))
}

/// Returns the rules and families that run, and those that do not. On the command line the choice of the configuration can
/// be replaced by another one, and a rule that is named there by itself runs.
fn selected_names(
    arguments: &ArgMatches,
    config: Option<&Config>,
    rules: &RuleSet,
) -> Result<(Vec<String>, Vec<String>)> {
    let given = |option| -> Vec<String> {
        arguments.get_many::<String>(option).into_iter().flatten().map(|name| name.trim().to_owned()).collect()
    };
    let (mut only, mut skip) = (given("only"), given("skip"));
    let named: Vec<String> = only.iter().filter_map(|name| rules.canonical(name).ok()).collect();
    let mut only_of_config = Vec::new();
    for layer in config.into_iter().flat_map(Config::layers) {
        let canonical = |name: &Spanned<String>| {
            rules.canonical(name.get_ref()).map_err(|error| layer.file.locate_error(name.span(), error))
        };
        let chosen = layer.only.iter().map(canonical).collect::<Result<Vec<_>>>()?;
        only_of_config = if chosen.is_empty() { only_of_config } else { chosen };
        for name in &layer.skip {
            let name = canonical(name)?;
            if !named.contains(&name) {
                skip.push(name);
            }
        }
    }
    if only.is_empty() {
        only = only_of_config;
    }
    Ok((only, skip))
}

/// Returns the level on the command line, or else the last one in `choices`, or else the default.
fn selected_level(arguments: &ArgMatches, choices: &[&Choices]) -> Severity {
    let given = arguments.get_one::<String>("level");
    let given = Severity::ALL.into_iter().find(|level| given.is_some_and(|name| name == level.name()));
    let configured = || choices.iter().rev().find_map(|choices| choices.level).map(|(level, _)| level);
    given.or_else(configured).unwrap_or(Severity::Warning)
}

/// Applies settings to `rules`. `files` are the additional rule files, from which their rules are recompiled if an
/// option changes; built-in rules are recompiled from the built-in files.
fn apply(settings: &Settings, rules: &mut RuleSet, files: &[RuleFile]) -> Result<()> {
    settings.apply(rules, |id, rules| {
        let file = files.iter().find(|file| file.rules.iter().any(|(rule, _)| rule.id == id));
        file.map_or_else(|| builtin::rule_file_of(id, rules), |file| Ok(Some(file.parsed.clone())))
    })
}

/// Checks what applying the settings has not checked, so that errors in the configuration are reported whatever drafts
/// are checked: the overrides for other drafts, and the names of rules in the exceptions.
fn check_remaining_settings(config: &Config, overrides: &[usize], rules: &RuleSet, files: &[RuleFile]) -> Result<()> {
    let mut scratch = None;
    for (index, other) in config.overrides.iter().enumerate() {
        if !overrides.contains(&index) {
            apply(&other.choices.settings, scratch.get_or_insert_with(|| rules.clone()), files)?;
        }
    }
    config.layers().into_iter().flat_map(Config::own_exceptions).try_for_each(|(file, exception)| {
        let known = rules.check_name(exception.rule.get_ref());
        known.map_err(|error| file.locate_error(exception.rule.span(), error))
    })
}
