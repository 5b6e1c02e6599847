//! `zhubi config`: prints which settings apply to a draft and where they are set, or the JSON schema of `zhubi.toml`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::console::{Console, shown};
use super::workspaces::{SettingsFiles, WorkspaceLoader};
use super::{CommandResult, Outcome, selection, usage};
use crate::config::{Choices, Config, Style, read_lists, read_rosters, schema};
use crate::error::Result;
use crate::finding::Severity;
use crate::house::ListKind;
use crate::quantity::Date;
use crate::rule::RuleSet;
use crate::stet::SuppressionList;
use crate::text::visible;
use crate::{builtin, example};

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

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
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

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    if arguments.get_flag("schema") {
        let text = serde_json::to_string_pretty(&schema(&builtin::rules())).unwrap_or_default();
        return console.write((text + "\n").as_bytes()).map(|()| Outcome::Clean);
    }
    let mut loader = WorkspaceLoader::new(arguments)?;
    let path = arguments.get_one::<PathBuf>("path").cloned().unwrap_or_default();
    // The settings of a folder are those of a draft in it.
    let draft = if path.as_os_str().is_empty() || path.is_dir() { path.join("*") } else { path.clone() };
    let (files, draft) = loader.locate(&draft);
    // Both are read before either is checked, so that all errors are reported.
    let (config, list) = (loader.config(&files), loader.list(&files));
    let (Ok(config), Ok(list)) = (config, list) else {
        loader.take_errors().iter().for_each(|error| console.report_error(error));
        return Ok(Outcome::Failed);
    };
    let overview = SettingsOverview::new(arguments, &loader, &files, config.as_deref(), list.as_deref(), &draft);
    console.print(&overview.text(&path)?).map(|()| Outcome::Clean)
}

/// The settings that apply to a draft.
struct SettingsOverview<'a> {
    arguments: &'a ArgMatches,
    config: Option<&'a Config>,
    /// Whether the configuration ignores the draft.
    is_ignored: bool,
    /// The indices of the overrides that apply to the draft.
    overrides: Vec<usize>,
    /// The suppression list and the form of its path for messages.
    list: Option<(&'a SuppressionList, PathBuf)>,
}

impl<'a> SettingsOverview<'a> {
    /// `draft` is the absolute path of the draft.
    fn new(
        arguments: &'a ArgMatches,
        loader: &WorkspaceLoader,
        files: &SettingsFiles,
        config: Option<&'a Config>,
        list: Option<&'a SuppressionList>,
        draft: &Path,
    ) -> SettingsOverview<'a> {
        let list_path = files.list.as_ref().map(|path| loader.display_path(path));
        let mut overview =
            SettingsOverview { arguments, config, is_ignored: false, overrides: Vec::new(), list: list.zip(list_path) };
        if let (Some(config), Some(file)) = (config, &files.config) {
            let path = loader.relative_to_folder_of(file, draft);
            overview.is_ignored = config.ignore.matches(&path);
            overview.overrides = config.overrides_for(&path);
        }
        overview
    }

    /// Returns the overview. `path` is the draft as given on the command line.
    ///
    /// # Errors
    /// A style, a rule file or a setting is not valid.
    fn text(&self, path: &Path) -> Result<String> {
        let (style, style_row) = self.style()?;
        let rule_paths = selection::rule_paths(self.arguments, self.config);
        let mut out = self.file_rows(path);
        out += &row("体例", &style_row);
        out += &row("级别", &self.level());
        out += &self.issue_date();
        out += &self.other_rows(&rule_paths);
        // Selecting the rules reports the same errors as `check` would.
        selection::select_rules(self.arguments, self.config, &self.overrides)?;
        if let Some(config) = self.config {
            read_lists(&config.lists)?;
            read_rosters(&config.rosters)?;
        }
        let mut rules = builtin::rules();
        example::add_files(&mut rules, &rule_paths)?;
        example::add_packs(&mut rules, self.config.map_or(&[][..], |config| &config.packs))?;
        Ok(out + &self.rule_settings(&rules, &style))
    }

    /// Returns the rows for the draft and the configuration file.
    fn file_rows(&self, path: &Path) -> String {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let mut out = row("稿件", &shown(path));
        out += &row("配置文件", self.config.map_or("没有", |config| &config.file.path));
        if self.is_ignored {
            out += &row("忽略", &format!("是，不检查（{} 的 ignore）", self.config_path()));
        }
        out
    }

    /// Returns the rows for the rules' pages, the rule files and the suppressions.
    fn other_rows(&self, rule_paths: &[PathBuf]) -> String {
        let mut out = String::new();
        if let Some((url, line)) = self.config.and_then(|config| config.docs_url.as_ref()) {
            out += &row("规则说明页", &format!("{url}{}", self.origin(*line, "")));
        }
        if !rule_paths.is_empty() {
            let paths: Vec<String> = rule_paths.iter().map(|path| shown(path)).collect();
            out += &row("规则文件", &paths.join("、"));
        }
        for layer in self.config.into_iter().flat_map(Config::layers).rev().skip(1) {
            out += &row("沿用", &layer.file.path);
        }
        for kind in ListKind::ALL {
            let lists = self.config.into_iter().flat_map(|config| &config.lists).filter(|list| list.kind == kind);
            let paths: Vec<String> = lists.map(|list| shown(&list.path)).collect();
            if !paths.is_empty() {
                out += &row(kind.chinese(), &paths.join("、"));
            }
        }
        if let Some(config) = self.config.filter(|config| !config.packs.is_empty()) {
            out += &row("规则包", &config.packs.join("、"));
        }
        let named = self.config.map(|config| [("名册", &config.rosters), ("出处", &config.sources)]);
        for (name, paths) in named.into_iter().flatten().filter(|(_, paths)| !paths.is_empty()) {
            let paths: Vec<String> = paths.iter().map(|path| shown(path)).collect();
            out += &row(name, &paths.join("、"));
        }
        let list = match &self.list {
            Some((list, path)) => format!("{}，共 {} 条", shown(path), list.entries().count()),
            None => format!("没有（{}）", SuppressionList::FILE_NAME),
        };
        out += &row("保留清单", &list);
        if let Some(config) = self.config.filter(|config| !config.exceptions.is_empty()) {
            let count = config.exceptions.len();
            out += &row("保留的字句", &format!("{count} 条（{} 的 [[stet]]）", self.config_path()));
        }
        out
    }

    /// Returns the choices of the configuration and its overrides, later ones overriding earlier ones, each with the
    /// text that names its override.
    fn choices(&self) -> Vec<(&Choices, String)> {
        let Some(config) = self.config else { return Vec::new() };
        let override_text =
            |&index: &usize| format!("，[[override]] {}", config.overrides[index].paths.patterns().join("、"));
        let layers = config.layers().len();
        let texts = std::iter::repeat_n(String::new(), layers).chain(self.overrides.iter().map(override_text));
        config.choices_with(&self.overrides).zip(texts).collect()
    }

    /// Returns the style, and its title with the place where it is set.
    fn style(&self) -> Result<(Style, String)> {
        let choices = self.choices();
        let configured =
            choices.iter().rev().find_map(|(choices, text)| Some((choices.style.as_ref()?, origin_in(choices, text))));
        let (style, origin) = match (self.arguments.get_one::<String>("style"), configured) {
            (Some(name), _) => (Style::named(name, Path::new(""))?, "（命令行）".to_owned()),
            (None, Some(((style, line), origin))) => (style.clone(), origin(*line)),
            (None, None) => (Style::named(Style::DEFAULT, Path::new(""))?, "（默认）".to_owned()),
        };
        let row = format!("{}{origin}", style.title);
        Ok((style, row))
    }

    /// Returns the level with the place where it is set.
    fn level(&self) -> String {
        let choices = self.choices();
        let configured =
            choices.iter().rev().find_map(|(choices, text)| Some((choices.level?, origin_in(choices, text))));
        match (self.arguments.get_one::<String>("level"), configured) {
            (Some(level), _) => format!("{level}（命令行）"),
            (None, Some(((level, line), origin))) => format!("{}{}", level.name(), origin(line)),
            (None, None) => format!("{}（默认）", Severity::Warning.name()),
        }
    }

    /// Returns the row for the day of the issue with the place where it is set; empty if it is not set.
    fn issue_date(&self) -> String {
        let text = |date: Date| {
            let [year, month, day] = [date.year, date.month, date.day].map(Option::unwrap_or_default);
            format!("{year}-{month:02}-{day:02}")
        };
        let configured = self.config.and_then(|config| config.issue_date);
        match (self.arguments.get_one::<Date>("issue-date"), configured) {
            (Some(date), _) => row("见报日期", &format!("{}（命令行）", text(*date))),
            (None, Some((date, line))) => row("见报日期", &format!("{}{}", text(date), self.origin(line, ""))),
            (None, None) => String::new(),
        }
    }

    /// Returns the settings of single rules in the style and in the configuration, each with the place where it is set.
    fn rule_settings(&self, rules: &RuleSet, style: &Style) -> String {
        let choices = self.choices();
        let layers: Vec<_> = std::iter::once((&style.settings, ""))
            .chain(choices.iter().map(|(choices, text)| (&choices.settings, text.as_str())))
            .collect();
        let mut out = String::new();
        for rule in &rules.rules {
            // If a setting is set more than once, the last value applies.
            let mut settings: Vec<(&str, String, String)> = Vec::new();
            for (layer, override_text) in &layers {
                for (name, value, place) in layer.located_values_of(rule) {
                    settings.retain(|(known, ..)| *known != name);
                    settings.push((name, value, format!("{place}{override_text}")));
                }
            }
            if !settings.is_empty() {
                let _ = writeln!(out, "  {}", rule.id);
            }
            for (name, value, place) in settings {
                let _ = writeln!(out, "    {}", visible(&format!("{name} = {value}（{place}）")));
            }
        }
        if out.is_empty() {
            "规则的设置：都是默认。\n".to_owned()
        } else {
            format!("规则的设置：\n{out}")
        }
    }

    fn config_path(&self) -> &str {
        self.config.map_or("", |config| &config.file.path)
    }

    /// Returns the place of a setting in the configuration file.
    fn origin(&self, line: usize, override_text: &str) -> String {
        format!("（{}:{line}{override_text}）", self.config_path())
    }
}

/// Returns a function that says where in its file a choice is made, given the line.
fn origin_in<'c>(choices: &'c Choices, override_text: &'c str) -> impl Fn(usize) -> String + 'c {
    move |line| format!("（{}:{line}{override_text}）", choices.settings.path())
}

fn row(name: &str, value: &str) -> String {
    format!("{name}：{}\n", visible(value))
}
