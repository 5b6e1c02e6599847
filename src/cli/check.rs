//! `zhubi check`: what the rules find.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::console::{self, Console};
use super::drafts::{self, Source};
use super::{Attempt, Outcome, selection, usage};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::Result;
use crate::finding::{Finding, Holding};
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
  zhubi check --format brief - < 稿件.txt";

pub fn command() -> Command {
    usage::command("check", "检查稿件，指出问题和改法", "zhubi check [选项] <路径>…", BODY)
        .args(drafts::arguments())
        .mut_arg("paths", |paths| paths.required(false).required_unless_present("issue"))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("格式")
                .value_parser(PossibleValuesParser::new(Format::all().map(Format::name)))
                .default_value(DEFAULT.name())
                .hide_default_value(true)
                .help(format_help()),
        )
        .args(selection::options())
        .arg(
            Arg::new("explain")
                .long("explain")
                .action(ArgAction::SetTrue)
                .help("连同算过而相合的也列出来（如 9 + 118 = 127 ✓），不必再算一遍"),
        )
        .arg(
            Arg::new("issue")
                .long("issue")
                .value_name("目录")
                .value_parser(value_parser!(PathBuf))
                .help("目录里的稿件是一期报纸的各版，一并核对转接行（上接、下转）和各版的人名"),
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
    let mut sources = drafts::collect(arguments, console);
    let engines = selection::engines(arguments, &mut sources, console)?;
    let mut found = Tally::default();
    let mut separator = "";
    let mut print = |console: &mut Console, (text, tally): (String, Tally)| {
        found.add(tally);
        if text.is_empty() {
            return Ok(());
        }
        let before = std::mem::replace(&mut separator, report.separator());
        console.print(&[before, &text].concat())
    };
    console.print(report.begin())?;
    if arguments.contains_id("issue") {
        let mut pages = Vec::new();
        let open = |source| Checked::new(source, &engines[source.engine], is_explained);
        drafts::in_order(&sources, console, open, |_, page| {
            pages.push(page);
            Ok(())
        })?;
        over_issue(&mut pages);
        pages.iter().try_for_each(|page| print(console, page.render(&report)))?;
    } else {
        let render = |source| Ok(Checked::new(source, &engines[source.engine], is_explained)?.render(&report));
        drafts::in_order(&sources, console, render, print)?;
    }
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

/// A draft that has been checked.
struct Checked<'e> {
    path: String,
    draft: Draft,
    engine: &'e Engine,
    findings: Vec<Finding>,
    holdings: Vec<Holding>,
}

impl<'e> Checked<'e> {
    fn new(source: &Source, engine: &'e Engine, is_explained: bool) -> Result<Checked<'e>> {
        let draft = source.open(source.read()?)?;
        let (findings, holdings) =
            if is_explained { engine.explain(&draft) } else { (engine.check(&draft), Vec::new()) };
        Ok(Checked { path: source.to_string(), draft, engine, findings, holdings })
    }

    fn render(&self, report: &Report) -> (String, Tally) {
        report.sheet(&Sheet {
            path: &self.path,
            text: self.draft.text(),
            blocks: self.draft.blocks(),
            findings: &self.findings,
            holdings: &self.holdings,
            rules: self.engine.rules(),
        })
    }
}

/// Adds what the pages of an issue say of each other.
fn over_issue(pages: &mut [Checked]) {
    // Pages under one configuration; an issue seldom has two.
    for pages in pages.chunk_by_mut(|a, b| std::ptr::eq(a.engine, b.engine)) {
        let named: Vec<(&str, &Draft)> = pages.iter().map(|page| (page.path.as_str(), &page.draft)).collect();
        let Some(engine) = pages.first().map(|page| page.engine) else { continue };
        let found = engine.check_issue(&named);
        for (page, found) in pages.iter_mut().zip(found) {
            page.findings.extend(found);
            page.findings.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.rule));
        }
    }
}
