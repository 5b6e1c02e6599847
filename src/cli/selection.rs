//! The options that choose the rules, common to the commands that run them, and the rules they choose.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::config::{Choices, Config, Settings, Style, docs_url};
use crate::error::Result;
use crate::finding::Severity;
use crate::quantity::Date;
use crate::rule::RuleSet;
use crate::{builtin, example};

/// The options.
pub fn options() -> [Arg; 9] {
    [
        Arg::new("level")
            .long("level")
            .value_name("级别")
            .value_parser(PossibleValuesParser::new(Severity::ALL.map(Severity::name)))
            .help("查到哪一级为止：error（错误）、warning（警告）、advice（建议），默认 warning"),
        list("only", "规则").help("只用这些规则或规则族，以逗号分隔；写明编号的规则不论级别、即使停用也会运行"),
        list("skip", "规则").help("不用这些规则或规则族，以逗号分隔"),
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
        Arg::new("issue-date")
            .long("issue-date")
            .value_name("日期")
            .value_parser(issue_date)
            .help("见报日期，如 2023-11-01；稿件没写年份的日期、年龄，按它核算"),
    ]
}

/// The date that `text` is.
fn issue_date(text: &str) -> std::result::Result<Date, String> {
    Date::parse(text).ok_or_else(|| "日期要写成 2023-11-01 的样子，并且真有这一天".to_owned())
}

fn list(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).action(ArgAction::Append).value_delimiter(',')
}

fn style_help() -> String {
    let names: Vec<&str> = builtin::styles().map(|(name, ..)| name).collect();
    format!("体例：{}，或体例文件的路径，默认 {}", names.join("、"), Style::DEFAULT)
}

/// The rules of a desk.
pub struct Rules {
    /// Those that run.
    pub selected: RuleSet,
    /// The ids of all.
    pub known: Vec<String>,
}

/// The rules that were chosen: by the style, then by the configuration and those of its overrides, then by the
/// command line.
///
/// # Errors
/// A style or rule file that does not hold, an unknown rule.
pub fn rules(arguments: &ArgMatches, config: Option<&Config>, overrides: &[usize]) -> Result<Rules> {
    let names = |option| -> Vec<String> {
        arguments.get_many::<String>(option).into_iter().flatten().map(|name| name.trim().to_owned()).collect()
    };
    let choices: Vec<&Choices> = config.map_or(Vec::new(), |config| config.choices_with(overrides).collect());
    // The default style sets nothing: it need not be read.
    let style = match (arguments.get_one::<String>("style"), choices.iter().rev().find_map(|one| one.style.as_ref())) {
        (None, chosen) => chosen.map(|(style, _)| style.clone()),
        (Some(name), _) => Some(Style::named(name, Path::new(""))?),
    };
    let mut paths: Vec<PathBuf> = config.map_or(Vec::new(), |config| config.rules.clone());
    paths.extend(arguments.get_many("rules").into_iter().flatten().cloned());

    let mut rules = builtin::rules();
    if let Some(url) = docs_url(config) {
        rules.set_page_urls(&url);
    }
    let files = example::add_files(&mut rules, &paths)?;
    let apply = |settings: &Settings, rules: &mut RuleSet| {
        settings.apply(rules, |id, rules| {
            let own = files.iter().find(|file| file.rules.iter().any(|(rule, _)| rule.id == id));
            own.map_or_else(|| builtin::rule_file_of(id, rules), |file| Ok(Some(file.parsed.clone())))
        })
    };
    style.iter().try_for_each(|style| apply(&style.settings, &mut rules))?;
    choices.iter().try_for_each(|choices| apply(&choices.settings, &mut rules))?;
    if let Some(config) = config {
        // What holds for other drafts is checked too: a wrong name is to be told whatever is read.
        let mut unused = None;
        for (_, other) in config.overrides.iter().enumerate().filter(|(index, _)| !overrides.contains(index)) {
            apply(&other.choices.settings, unused.get_or_insert_with(|| rules.clone()))?;
        }
        for exception in &config.exceptions {
            let known = rules.check_name(exception.rule.get_ref());
            known.map_err(|error| config.file.locate_error(exception.rule.span(), error))?;
        }
    }
    let wanted = arguments.get_one::<String>("level");
    let level = Severity::ALL.into_iter().find(|level| wanted.is_some_and(|name| name == level.name()));
    let level = level.or_else(|| choices.iter().rev().find_map(|one| one.level).map(|(level, _)| level));
    let known = rules.rules.iter().map(|rule| rule.id.clone()).collect();
    let selected = rules.select(&names("only"), &names("skip"), level.unwrap_or(Severity::Warning))?;
    Ok(Rules { selected, known })
}
