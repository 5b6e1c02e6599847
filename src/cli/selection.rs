//! The options that choose the rules, common to the commands that run them, and the engines they make: one for
//! every configuration file that some draft stands under.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::Attempt;
use super::console::Console;
use super::drafts::Source;
use crate::config::{Config, Style};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::quantity::Date;
use crate::{builtin, example};

/// The options.
pub fn options() -> [Arg; 8] {
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
            .help("不用配置文件"),
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

/// Where the configuration file of drafts in one folder comes from.
enum Origin {
    Named(PathBuf),
    Above,
    Nowhere,
}

/// The engines that the drafts need; every draft is told which of them is its own. Drafts whose engine cannot be
/// made are taken out, and the reason is told.
///
/// # Errors
/// None of the engines can be made.
pub fn engines(arguments: &ArgMatches, sources: &mut Vec<Source>, console: &mut Console) -> Attempt<Vec<Engine>> {
    let origin = match arguments.get_one::<PathBuf>("config") {
        _ if arguments.get_flag("no-config") => Origin::Nowhere,
        Some(path) => Origin::Named(path.clone()),
        None => Origin::Above,
    };
    let mut engines = Engines { arguments, origin, made: Vec::new(), errors: Vec::new(), seats: HashMap::new() };
    let mut folders: HashMap<PathBuf, Option<usize>> = HashMap::new();
    if sources.is_empty() {
        engines.seat(Path::new(""));
    }
    sources.retain_mut(|source| {
        let folder = source.folder();
        let seat = match folders.get(folder) {
            Some(seat) => *seat,
            None => *folders.entry(folder.to_owned()).or_insert_with(|| engines.seat(folder)),
        };
        source.engine = seat.unwrap_or_default();
        seat.is_some()
    });
    if engines.made.is_empty()
        && let Some(error) = engines.errors.pop()
    {
        return Err(error.into());
    }
    engines.errors.iter().for_each(|error| console.complain(error));
    Ok(engines.made)
}

struct Engines<'a> {
    arguments: &'a ArgMatches,
    origin: Origin,
    made: Vec<Engine>,
    errors: Vec<Error>,
    /// For every configuration file its engine, if that could be made.
    seats: HashMap<Option<PathBuf>, Option<usize>>,
}

impl Engines<'_> {
    /// The engine for drafts in `folder`.
    fn seat(&mut self, folder: &Path) -> Option<usize> {
        let path = match &self.origin {
            Origin::Named(path) => Some(path.clone()),
            Origin::Above => config_above(folder),
            Origin::Nowhere => None,
        };
        if let Some(seat) = self.seats.get(&path) {
            return *seat;
        }
        let seat = match engine(self.arguments, path.as_deref()) {
            Ok(engine) => {
                self.made.push(engine);
                Some(self.made.len() - 1)
            }
            Err(error) => {
                if !self.errors.contains(&error) {
                    self.errors.push(error);
                }
                None
            }
        };
        self.seats.insert(path, seat);
        seat
    }
}

/// The configuration file for drafts in `folder`, named from the working directory where it stands below it.
pub fn config_above(folder: &Path) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    // Canonical, because the folders above `..` are not those that its path begins with.
    let found = Config::find(&fs::canonicalize(here.join(folder)).ok()?)?;
    Some(found.strip_prefix(here).map(Path::to_owned).unwrap_or(found))
}

/// An engine with the rules that were chosen: by the style, then by the configuration file at `path`, then by the
/// command line.
///
/// # Errors
/// A configuration, style or rule file that does not hold, an unknown rule.
fn engine(arguments: &ArgMatches, path: Option<&Path>) -> Result<Engine> {
    let names = |option| -> Vec<String> {
        arguments.get_many::<String>(option).into_iter().flatten().map(|name| name.trim().to_owned()).collect()
    };
    let config = path.map(Config::open).transpose()?;
    let style = match (arguments.get_one::<String>("style"), config.as_ref().and_then(|config| config.style.as_ref())) {
        (None, Some(style)) => style.clone(),
        (name, _) => Style::named(name.map_or(Style::DEFAULT, String::as_str), Path::new(""))?,
    };
    let mut paths: Vec<PathBuf> = config.as_ref().map_or(Vec::new(), |config| config.rules.clone());
    paths.extend(arguments.get_many("rules").into_iter().flatten().cloned());

    let mut rules = builtin::rules();
    let files = example::add_files(&mut rules, &paths)?;
    for settings in [Some(&style.settings), config.as_ref().map(|config| &config.settings)].into_iter().flatten() {
        settings.apply(&mut rules, |id, rules| {
            let own = files.iter().find(|file| file.rules.iter().any(|(rule, _)| rule.id == id));
            own.map_or_else(|| builtin::source(id, rules), |file| Ok(Some(file.source.clone())))
        })?;
    }
    let wanted = arguments.get_one::<String>("level");
    let level = Severity::ALL.into_iter().find(|level| wanted.is_some_and(|name| name == level.name()));
    let level = level.or(config.and_then(|config| config.level)).unwrap_or(Severity::Warning);
    let engine = Engine::new(rules.select(&names("only"), &names("skip"), level)?);
    Ok(engine.in_issue_of(arguments.get_one::<Date>("issue-date").copied()))
}
