//! `zhubi check`: what the rules find.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::console::{self, Console};
use super::desks::{self, Desk};
use super::drafts::{self, Source};
use super::{Attempt, Outcome, selection, usage};
use crate::error::{Error, Result};
use crate::report::{Format, Options, Report, Sheet, Tally};

/// The format of a report when none is asked for.
const DEFAULT: Format = Format::Diff;

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

退出码：0 没有问题，1 有问题，2 没能完成。

例：
  zhubi check 稿件.txt
  zhubi check --level advice --skip typo 稿件/
  zhubi check --since main
  zhubi check --format brief - < 稿件.txt";

pub fn command() -> Command {
    usage::command("check", "检查稿件，指出问题和改法", "zhubi check [选项] <路径>…", BODY)
        .arg(drafts::paths_or_changes())
        .args(drafts::reading())
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("格式")
                .value_parser(PossibleValuesParser::new(Format::all().map(Format::name)))
                .default_value(DEFAULT.name())
                .hide_default_value(true)
                .help(format_help()),
        )
        .args(drafts::changes())
        .args(selection::options())
        .arg(
            Arg::new("explain")
                .long("explain")
                .action(ArgAction::SetTrue)
                .help("连同算过而相合的也列出来（如 9 + 118 = 127 ✓），不必再算一遍"),
        )
        .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help("逐处列出，不归并同类问题"))
        .arg(
            Arg::new("color")
                .long("color")
                .alias("colour")
                .value_name("何时")
                .value_parser(["auto", "always", "never"])
                .default_value("auto")
                .hide_default_value(true)
                .help("何时用颜色：auto（在终端上）、always（总是）、never（从不），默认 auto；也可写作 --colour"),
        )
}

fn format_help() -> String {
    let formats: Vec<String> =
        Format::all().map(|format| format!("{}（{}）", format.name(), format.chinese())).collect();
    format!("报告的格式：{}，默认 {}", formats.join("、"), DEFAULT.name())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    let report = report(arguments);
    let is_explained = arguments.get_flag("explain");
    let mut sources = drafts::collect(arguments, console)?;
    let desks = desks::desks(arguments, &mut sources, console)?;
    let mut found = Tally::default();
    let mut separator = "";
    console.print(report.begin())?;
    drafts::in_order(
        &sources,
        console,
        |source| check(source, &desks[source.desk], &report, is_explained),
        |console, (text, tally, stale)| {
            found.add(tally);
            stale.iter().for_each(|error| console.note(&error.to_string()));
            if text.is_empty() {
                return Ok(());
            }
            let before = std::mem::replace(&mut separator, report.separator());
            console.print(&[before, &text].concat())
        },
    )?;
    console.print(&report.end(&found))?;
    Ok(if found.total() == 0 { Outcome::Clean } else { Outcome::Found })
}

fn report(arguments: &ArgMatches) -> Report {
    let named = |option| arguments.get_one::<String>(option).map_or("", String::as_str);
    let options = Options {
        colour: console::colour(named("color")),
        columns: console::columns(),
        all: arguments.get_flag("all"),
    };
    Report::new(Format::named(named("format")).unwrap_or(DEFAULT), options)
}

fn check(source: &Source, desk: &Desk, report: &Report, is_explained: bool) -> Result<(String, Tally, Vec<Error>)> {
    let (draft, engine) = (source.open(source.read()?)?, &desk.engine);
    let (findings, holdings) = if is_explained { engine.explain(&draft) } else { (engine.check(&draft), Vec::new()) };
    let review = desk.limits(source).sort_out(engine, &draft, findings);
    let sheet = Sheet {
        path: &source.to_string(),
        text: draft.text(),
        paragraphs: draft.is_word(),
        blocks: draft.blocks(),
        findings: &review.findings,
        holdings: &holdings,
        rules: engine.rules(),
    };
    let (text, mut tally) = report.sheet(&sheet);
    tally.stet = review.standing.len();
    Ok((text, tally, review.stale.into_iter().map(|error| error.in_file(source)).collect()))
}
