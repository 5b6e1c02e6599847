//! `zhubi check`: what the rules find.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::console::{self, Console};
use super::desks::{self, Desk};
use super::drafts::{self, Source};
use super::{Attempt, Outcome, selection, usage};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::finding::{Confirmation, Finding};
use crate::report::{CheckedDraft, Format, Report, ReportOptions, Tally};

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
    usage::command("check", "检查稿件，指出问题和改法", "zhubi check [选项] <路径>…", BODY).defer(arguments)
}

/// Its arguments. They are made when the command is asked for.
fn arguments(command: Command) -> Command {
    command
        .arg(drafts::paths_or_changes().required_unless_present_any(["since", "staged", "issue"]))
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
    let mut sources = drafts::collect(arguments, console)?;
    let desks = desks::desks(arguments, &mut sources, console)?;
    let mut found = Tally::default();
    let mut separator = "";
    let mut print = |console: &mut Console, (text, tally, stale): (String, Tally, Vec<Error>)| {
        found.add(tally);
        stale.iter().for_each(|error| console.note(&error.to_string()));
        if text.is_empty() {
            return Ok(());
        }
        let before = std::mem::replace(&mut separator, report.separator());
        console.print(&[before, &text].concat())
    };
    console.print(report.begin())?;
    if arguments.contains_id("issue") {
        let mut pages = Vec::new();
        let open = |source| Checked::new(source, &desks[source.desk], is_explained);
        drafts::in_order(&sources, console, open, |_, page| {
            pages.push(page);
            Ok(())
        })?;
        over_issue(&mut pages);
        pages.into_iter().try_for_each(|page| print(console, page.render(&report)))?;
    } else {
        let render = |source| Ok(Checked::new(source, &desks[source.desk], is_explained)?.render(&report));
        drafts::in_order(&sources, console, render, print)?;
    }
    console.print(&report.end(&found))?;
    // The process ends now: what it holds need not be taken apart first.
    std::mem::forget(desks);
    Ok(if found.total() == 0 { Outcome::Clean } else { Outcome::Found })
}

fn report(arguments: &ArgMatches) -> Report {
    let named = |option| arguments.get_one::<String>(option).map_or("", String::as_str);
    let colour = console::colour(named("color"));
    let options = ReportOptions {
        colour,
        hyperlinks: console::hyperlinks(colour),
        columns: console::columns(),
        list_all: arguments.get_flag("all"),
    };
    Report::new(Format::named(named("format")).unwrap_or(DEFAULT), options)
}

/// A draft that has been checked.
struct Checked<'s> {
    source: &'s Source,
    desk: &'s Desk,
    draft: Draft,
    findings: Vec<Finding>,
    confirmations: Vec<Confirmation>,
}

impl<'s> Checked<'s> {
    fn new(source: &'s Source, desk: &'s Desk, is_explained: bool) -> Result<Checked<'s>> {
        let draft = source.open(source.read()?)?;
        let (findings, confirmations) =
            if is_explained { desk.engine.explain(&draft) } else { (desk.engine.check(&draft), Vec::new()) };
        Ok(Checked { source, desk, draft, findings, confirmations })
    }

    /// Its report, without what is let stand; and what is said to be let stand and is not there any more.
    fn render(self, report: &Report) -> (String, Tally, Vec<Error>) {
        let Checked { source, desk, draft, findings, confirmations } = self;
        let review = desk.review_options(source).divide(&desk.engine, &draft, findings);
        let (text, mut tally) = report.draft(&CheckedDraft {
            path: &source.to_string(),
            text: draft.text(),
            is_numbered_by_paragraph: draft.is_document(),
            blocks: draft.blocks(),
            findings: &review.findings,
            confirmations: &confirmations,
            rules: desk.engine.rules(),
        });
        tally.suppressed = review.suppressed.len();
        (text, tally, review.ineffective.into_iter().map(|error| error.in_file(source)).collect())
    }
}

/// Adds what the pages of an issue say of each other.
fn over_issue(pages: &mut [Checked]) {
    // Pages under one configuration; an issue seldom has two.
    for pages in pages.chunk_by_mut(|a, b| std::ptr::eq(a.desk, b.desk)) {
        let Some(desk) = pages.first().map(|page| page.desk) else { continue };
        let names: Vec<String> = pages.iter().map(|page| page.source.to_string()).collect();
        let drafts = names.iter().zip(pages.iter()).map(|(name, page)| (name.as_str(), &page.draft));
        let found = desk.engine.check_issue(&drafts.collect::<Vec<_>>());
        for (page, found) in pages.iter_mut().zip(found) {
            page.findings.extend(found);
            page.findings.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.rule));
        }
    }
}
