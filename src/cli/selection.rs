//! The options that choose the rules, common to the commands that run them.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::engine::Engine;
use crate::error::Result;
use crate::finding::Severity;
use crate::{builtin, example};

/// The options.
pub fn options() -> [Arg; 4] {
    [
        Arg::new("level")
            .long("level")
            .value_name("级别")
            .value_parser(PossibleValuesParser::new(Severity::ALL.map(Severity::name)))
            .default_value(Severity::Warning.name())
            .hide_default_value(true)
            .help("查到哪一级为止：error（错误）、warning（警告）、advice（建议），默认 warning"),
        list("only", "规则").help("只用这些规则或规则族，以逗号分隔；写明编号的规则不论级别、即使停用也会运行"),
        list("skip", "规则").help("不用这些规则或规则族，以逗号分隔"),
        Arg::new("rules")
            .long("rules")
            .value_name("路径")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .help("另外加上这个规则文件，或这个目录里的规则文件；可以写多次"),
    ]
}

fn list(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).action(ArgAction::Append).value_delimiter(',')
}

/// An engine with the rules that were chosen.
///
/// # Errors
/// A rule file that does not hold, an unknown rule.
pub fn engine(arguments: &ArgMatches) -> Result<Engine> {
    let names = |option| -> Vec<String> { arguments.get_many(option).into_iter().flatten().cloned().collect() };
    let files: Vec<PathBuf> = arguments.get_many("rules").into_iter().flatten().cloned().collect();
    let wanted = arguments.get_one::<String>("level");
    let level = Severity::ALL.into_iter().find(|level| wanted.is_some_and(|name| name == level.name()));
    let rules = example::add_files(builtin::rules(), &files)?;
    Ok(Engine::new(rules.select(&names("only"), &names("skip"), level.unwrap_or(Severity::Warning))?))
}
