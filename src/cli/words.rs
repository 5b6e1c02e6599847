//! `zhubi words`: the paper's lists of words, names and terms: adding entries, looking at them, checking and preparing
//! the lists.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};

use super::console::{Console, shown};
use super::{CommandResult, Outcome, drafts, finding_word, replace, usage, workspaces};
use crate::builtin;
use crate::config::{Config, FILE_NAME, ListPath};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::file::read_text;
use crate::finding::Severity;
use crate::house::{House, ListKind, Vocabulary, shortened};
use crate::text::Span;

const ADD: &str = "\
参数：
{positionals}

选项：
{options}

词加在 zhubi.toml 列出的第一份词表末尾，谁加的、哪天、为什么也记在那一行；还没有词表的，在 zhubi.toml
旁边新建一份。名称用 --kind names，改法用 --kind terms 和 --to。

例：
  zhubi words add 须要山 --who 值班编辑 --why 本地山名
  zhubi words add 稿件.txt:12:5 --who 值班编辑
  zhubi words add 方知远 --kind names
  zhubi words add 柳河乡 --kind terms --to 柳河镇 --since 2019-07-01";

const CHECK: &str = "\
参数：
{positionals}

选项：
{options}

编码、重复、互相矛盾、单独一个字的，都说明在哪一行、怎样改。加上 --clean，再查哪些条目会在没有错的文字
里报错。

退出码：0 没有问题，1 有问题，2 没能完成。

例：
  zhubi words check names.txt --clean 往期/";

const PREPARE: &str = "\
参数：
{positionals}

选项：
{options}

整理好的文件写在表的旁边，名字多一个 .zhubi；表改过以后它自动失效，再运行一次即可。";

/// The command. clap adds the deferred arguments only if they are needed, which saves time at startup.
pub fn command() -> Command {
    usage::command("words", "添加、查看、检验本报的词表、名单、用语表", "zhubi words <命令>", usage::COMMANDS)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            usage::command("add", "把词加进词表、名单或用语表", "zhubi words add <词>… [选项]", ADD).defer(|command| {
                command
                    .arg(
                        Arg::new("words")
                            .value_name("词")
                            .required(true)
                            .num_args(1..)
                            .help("要加的词；或查出它的位置，照报告里那样写"),
                    )
                    .arg(list_option("加进这份表；不写则是 zhubi.toml 列出的第一份"))
                    .arg(kind_option("words"))
                    .arg(text_option("to", "写法", "改成什么，用于用语表"))
                    .arg(text_option("since", "日期", "从哪天起这样写，用于用语表"))
                    .arg(text_option("who", "文字", "谁加的"))
                    .arg(text_option("why", "文字", "为什么"))
            }),
            usage::command("list", "列出各份表里的条目", "zhubi words list [表]… [选项]", usage::ARGUMENTS)
                .defer(|command| command.arg(lists_argument()).arg(kind_option(""))),
            usage::command("check", "检验词表、名单、用语表", "zhubi words check [表]… [选项]", CHECK).defer(
                |command| {
                    command
                        .arg(lists_argument())
                        .arg(kind_option(""))
                        .arg(usage::clean_drafts("没有错的稿件，或装有这样的稿件的目录；可以写几次"))
                },
            ),
            usage::command("prepare", "把大的表预先整理好，读起来更快", "zhubi words prepare [表]…", PREPARE)
                .defer(|command| command.arg(lists_argument()).arg(kind_option(""))),
        ])
}

fn lists_argument() -> Arg {
    Arg::new("lists")
        .value_name("表")
        .num_args(0..)
        .value_parser(value_parser!(PathBuf))
        .help("词表、名单或用语表；不写则是 zhubi.toml 列出的各份")
}

fn list_option(help: &'static str) -> Arg {
    Arg::new("list").long("list").value_name("表").value_parser(value_parser!(PathBuf)).help(help)
}

fn kind_option(default: &'static str) -> Arg {
    let kinds = ListKind::ALL.map(|kind| format!("{}（{}）", kind.key(), kind.chinese())).join("、");
    let default = if default.is_empty() {
        "不写则看 zhubi.toml 和文件名".to_owned()
    } else {
        format!("默认 {default}")
    };
    Arg::new("kind")
        .long("kind")
        .value_name("种类")
        .value_parser(PossibleValuesParser::new(ListKind::ALL.map(ListKind::key)))
        .help(format!("{kinds}；{default}"))
}

fn text_option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    match arguments.subcommand() {
        Some(("add", arguments)) => add(arguments, console),
        Some(("list", arguments)) => list(arguments, console),
        Some(("check", arguments)) => check(arguments, console),
        Some(("prepare", arguments)) => prepare(arguments, console),
        _ => Ok(Outcome::Clean),
    }
}

fn given<'a>(arguments: &'a ArgMatches, name: &str) -> Option<&'a str> {
    arguments.get_one::<String>(name).map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn given_kind(arguments: &ArgMatches) -> Option<ListKind> {
    let key = arguments.get_one::<String>("kind")?;
    ListKind::ALL.into_iter().find(|kind| kind.key() == key)
}

/// The configuration of the working directory, with its path.
fn configuration() -> Result<Option<(PathBuf, Config)>> {
    let user = Config::find_of_user();
    let Some(path) = workspaces::find_config().or_else(|| user.clone()) else { return Ok(None) };
    let config = Config::open(&path, user.as_deref())?;
    Ok(Some((path, config)))
}

/// The lists that are named, or else those of the configuration.
fn chosen_lists(arguments: &ArgMatches) -> Result<Vec<ListPath>> {
    let config = configuration()?;
    let configured = config.map_or(Vec::new(), |(_, config)| config.lists);
    let kind = given_kind(arguments);
    let named: Vec<&PathBuf> = arguments.get_many("lists").into_iter().flatten().collect();
    let lists: Vec<ListPath> = if named.is_empty() {
        configured.into_iter().filter(|list| kind.is_none_or(|kind| kind == list.kind)).collect()
    } else {
        named
            .into_iter()
            .map(|path| ListPath { kind: kind.unwrap_or_else(|| kind_of(path, &configured)), path: path.clone() })
            .collect()
    };
    if lists.is_empty() {
        let error = Error::new("zhubi.toml 里没有列出词表、名单或用语表。");
        return Err(error.help("请写明是哪份表，或用 zhubi words add 加第一个词。"));
    }
    Ok(lists)
}

/// The kind of a list: as the configuration has it, or else as its name tells.
fn kind_of(path: &Path, configured: &[ListPath]) -> ListKind {
    let canonical = |path: &Path| fs::canonicalize(path).ok();
    let known = configured.iter().find(|list| canonical(&list.path).is_some_and(|it| Some(it) == canonical(path)));
    if let Some(list) = known {
        return list.kind;
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let has_any = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has_any(&["name", "名单", "人名", "地名", "机构"]) {
        ListKind::Names
    } else if has_any(&["term", "用语", "改"]) {
        ListKind::Terms
    } else {
        ListKind::Words
    }
}

fn add(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let (to, since) = (given(arguments, "to"), given(arguments, "since"));
    let kind = given_kind(arguments).unwrap_or(if to.is_some() { ListKind::Terms } else { ListKind::Words });
    if (kind == ListKind::Terms) != to.is_some() {
        let error = if to.is_some() {
            Error::new("--to 只用于用语表。").help("改法请加上 --kind terms。")
        } else {
            Error::new("用语表的条目没有写明改成什么。").help("请加上 --to 正确写法。")
        };
        return Err(error.into());
    }
    let target = Target::find(arguments, kind)?;
    let mut words = Vec::new();
    for written in arguments.get_many::<String>("words").into_iter().flatten() {
        let word = finding_word::word_at(written, console)?;
        words.push(word.unwrap_or_else(|| written.trim().to_owned()));
    }
    let cells: Vec<&str> = to.into_iter().chain(since).collect();
    let added = target.add(
        words.iter().map(String::as_str),
        &cells,
        &remark(given(arguments, "who"), given(arguments, "why")),
    )?;
    console.print(&added).map(|()| Outcome::Clean)
}

/// Adds a word to the list of words that the configuration at `config` names, or to a new one. Without a configuration
/// both are created in `folder`. Returns lines that say what was done.
///
/// # Errors
/// The configuration or the list cannot be read or written.
pub fn take_up(word: &str, config: Option<&Path>, folder: &Path) -> Result<String> {
    let user = Config::find_of_user();
    let config = match config {
        Some(path) => Some((path.to_owned(), Config::open(path, user.as_deref())?)),
        None => None,
    };
    let target = Target::of(config.as_ref(), ListKind::Words, || folder.join(FILE_NAME));
    target.add([word].into_iter(), &[], &remark(None, None))
}

/// Where entries are added.
struct Target {
    list: ListPath,
    /// The configuration in which the list has to be named.
    config_to_change: Option<PathBuf>,
}

impl Target {
    fn find(arguments: &ArgMatches, kind: ListKind) -> Result<Target> {
        let config = configuration()?;
        let lists = || config.iter().flat_map(|(_, config)| &config.lists);
        if let Some(path) = arguments.get_one::<PathBuf>("list") {
            let is_known = lists().any(|list| list.kind == kind && is_same(&list.path, path));
            let config_to_change = (!is_known).then(|| config_path(config.as_ref()));
            return Ok(Target { list: ListPath { kind, path: path.clone() }, config_to_change });
        }
        Ok(Target::of(config.as_ref(), kind, || PathBuf::from(FILE_NAME)))
    }

    /// The last list of that kind in a configuration, or a new one beside it; `new_config` is where a configuration is
    /// created if there is none.
    fn of(config: Option<&(PathBuf, Config)>, kind: ListKind, new_config: impl FnOnce() -> PathBuf) -> Target {
        let mut lists = config.into_iter().flat_map(|(_, config)| &config.lists);
        if let Some(list) = lists.rfind(|list| list.kind == kind) {
            return Target { list: list.clone(), config_to_change: None };
        }
        let config = config.map_or_else(new_config, |(path, _)| path.clone());
        let path = config.parent().unwrap_or(Path::new("")).join(format!("{}.txt", kind.key()));
        Target { list: ListPath { kind, path }, config_to_change: Some(config) }
    }

    /// Adds entries that have the same `cells` and the same remark behind the word, unless they are there. Returns lines
    /// that say what was done.
    ///
    /// # Errors
    /// The list or the configuration cannot be read or written, or an entry is not valid.
    fn add<'w>(&self, words: impl Iterator<Item = &'w str>, cells: &[&'w str], remark: &str) -> Result<String> {
        let ListPath { kind, path } = &self.list;
        let mut content = if path.exists() { self.list.text()? } else { String::new() };
        let (known, _) = Vocabulary::prepare(&shown(path), &content, *kind);
        let (mut added, mut present) = (Vec::new(), Vec::new());
        for word in words {
            let has_it = match kind {
                ListKind::Terms => known.wrong_forms().any(|form| known.text(form) == word),
                ListKind::Words | ListKind::Names => known.has_right(word),
            };
            if has_it {
                present.push(word);
                continue;
            }
            push_line(&mut content, path, &[&[word], cells].concat(), remark);
            added.push(word);
        }
        if !added.is_empty() {
            let (_, problems) = Vocabulary::prepare(&shown(path), &content, *kind);
            if let Some(problem) = problems.into_iter().find(|problem| !problem.is_harmless) {
                return Err(problem.error);
            }
            replace::create_or_replace(path, content.as_bytes()).map_err(|error| error.in_file(path.display()))?;
        }
        let mut out = String::new();
        if !added.is_empty() {
            let _ = writeln!(out, "{}：加进 {} 条：{}。", shown(path), added.len(), added.join("、"));
        }
        if !present.is_empty() {
            let _ = writeln!(out, "{}：已经有了：{}。", shown(path), present.join("、"));
        }
        if let Some(config) = &self.config_to_change {
            out += &name_in_config(config, &self.list)?;
        }
        Ok(out)
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}

fn config_path(config: Option<&(PathBuf, Config)>) -> PathBuf {
    config.map_or_else(|| PathBuf::from(FILE_NAME), |(path, _)| path.clone())
}

/// Names a list in a configuration file, which is created if there is none. Everything else in the file stays as it is.
/// Returns a line that says what was done.
fn name_in_config(config: &Path, list: &ListPath) -> Result<String> {
    let folder = config.parent().unwrap_or(Path::new(""));
    let path = list.path.strip_prefix(folder).unwrap_or(&list.path);
    let line = format!("{} = [{:?}]\n", list.kind.key(), workspaces::with_slashes(path));
    let shown_config = shown(config);
    let manual = format!("{shown_config} 还没有列出这份表，请在里面写：{}", line.replace('\n', "。\n"));
    if !config.exists() {
        replace::create(config, line.as_bytes()).map_err(|error| error.in_file(config.display()))?;
        return Ok(format!("新建了 {shown_config}，里面写了：{line}"));
    }
    let text = read_text(config, "配置文件")?;
    let names_others = text.lines().any(|written| {
        let written = written.trim_start();
        written.strip_prefix(list.kind.key()).is_some_and(|rest| rest.trim_start().starts_with('='))
    });
    if names_others {
        return Ok(manual);
    }
    let revised = [line.as_str(), &text].concat();
    replace::replace(config, text.as_bytes(), revised.as_bytes()).map_err(|error| error.in_file(config.display()))?;
    Ok(format!("{shown_config} 的第一行写了：{line}"))
}

/// The remark behind an entry: who added it, when, and why.
fn remark(who: Option<&str>, why: Option<&str>) -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let today = now.get(..10).unwrap_or_default().to_owned();
    let parts: Vec<&str> = who.into_iter().chain([today.as_str()]).chain(why).collect();
    parts.join(" ").replace(['\n', '\r', '\t'], " ")
}

/// Appends an entry to the text of a list.
fn push_line(content: &mut String, path: &Path, cells: &[&str], remark: &str) {
    let end = if content.contains("\r\n") { "\r\n" } else { "\n" };
    if !content.is_empty() && !content.ends_with('\n') {
        content.push_str(end);
    }
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let separator = if is_csv { "," } else { "\t" };
    *content += &cells.join(separator);
    let _ = write!(content, "  # {remark}{end}");
}

fn list(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    for list in chosen_lists(arguments)? {
        let (vocabulary, _) = list.read()?;
        let mut out = format!("{}（{}，{} 条）\n", shown(&list.path), list.kind.chinese(), vocabulary.len());
        for form in 0..vocabulary.len() as u32 {
            let written = vocabulary.text(form);
            let line = vocabulary.line(form);
            let _ = match vocabulary.right_of(form) {
                Some((right, _)) => writeln!(out, "  {line}：{written} → {}", vocabulary.text(right)),
                None => writeln!(out, "  {line}：{written}"),
            };
        }
        console.print(&out)?;
    }
    Ok(Outcome::Clean)
}

fn prepare(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    for list in chosen_lists(arguments)? {
        let content = list.prepare()?;
        let path = list.prepared_path();
        replace::create_or_replace(&path, &content).map_err(|error| error.in_file(path.display()))?;
        console.print(&format!("{}：整理好了，写在 {}。\n", shown(&list.path), shown(&path)))?;
    }
    Ok(Outcome::Clean)
}

fn check(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mut vocabularies = Vec::new();
    let mut errors: Vec<Error> = Vec::new();
    let mut count = 0;
    for list in chosen_lists(arguments)? {
        let (vocabulary, problems) = list.read()?;
        count += vocabulary.len();
        errors.extend(problems.into_iter().map(|problem| problem.error));
        vocabularies.push(Arc::new(vocabulary));
    }
    let house = House::new(vocabularies);
    errors.extend(house.contradictions());
    for error in &errors {
        console.print(&format!("{error}\n"))?;
    }
    let mut has_alarms = false;
    if arguments.contains_id("clean") {
        let alarms = alarms(arguments, house, console)?;
        has_alarms = !alarms.is_empty();
        for (entry, alarm) in alarms {
            console.print(&format!("{entry}：{}\n", alarm.described()))?;
        }
    }
    if errors.is_empty() && !has_alarms {
        console.print(&format!("共 {count} 条，没有问题。\n"))?;
        return Ok(Outcome::Clean);
    }
    Ok(Outcome::Found)
}

/// What an entry of a list reports in copy without errors.
struct Alarm {
    count: usize,
    /// The first place.
    draft: String,
    written: String,
    right: String,
}

impl Alarm {
    fn described(&self) -> String {
        let Alarm { count, draft, written, right } = self;
        format!("在没有错的文字里报 {count} 处，例如 {draft} 里的“{written}”（说是“{right}”）。")
    }
}

/// What the entries of the lists report in copy without errors, by the entry: what the detail of a finding says.
fn alarms(arguments: &ArgMatches, house: House, console: &mut Console) -> CommandResult<BTreeMap<String, Alarm>> {
    let rules = builtin::rules().select(&["house".to_owned()], &[], Severity::Advice)?;
    let engine = Engine::new(rules).with_house(Some(Arc::new(house)));
    let paths = arguments.get_many::<PathBuf>("clean").into_iter().flatten();
    let sources = drafts::sources_below(paths, console);
    let mut alarms: BTreeMap<String, Alarm> = BTreeMap::new();
    drafts::process_in_order(
        &sources,
        console,
        |source| {
            let draft = source.open(source.read()?)?;
            let text_of = |span: Span| shortened(span.of(draft.text()));
            let found = engine.check(&draft).into_iter().filter_map(|finding| {
                let right = finding.suggestions.first()?.clone();
                Some((finding.detail?.to_string(), text_of(finding.span), right))
            });
            Ok((shown(&source.path), found.collect::<Vec<_>>()))
        },
        |_, (draft, found)| {
            for (entry, written, right) in found {
                let first = || Alarm { count: 0, draft: draft.clone(), written, right };
                alarms.entry(entry).or_insert_with(first).count += 1;
            }
            Ok(())
        },
    )?;
    Ok(alarms)
}
