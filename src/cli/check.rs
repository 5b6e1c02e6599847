//! `zhubi check`: reports what the rules find.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::console::{self, Console};
use super::drafts::{self, DraftSource};
use super::workspaces::{self, Workspace};
use super::{CommandResult, Outcome, selection, usage};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::finding::{Confirmation, Finding};
use crate::guard;
use crate::report::{CheckedDraft, Format, Report, ReportOptions, Tally};

const DEFAULT_FORMAT: Format = Format::Diff;

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

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    command
        .arg(drafts::paths_argument_unless_changes().required_unless_present_any(["since", "staged", "issue"]))
        .args(drafts::reading_options())
        .arg(drafts::stdin_option())
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("格式")
                .value_parser(PossibleValuesParser::new(Format::all().map(Format::name)))
                .default_value(DEFAULT_FORMAT.name())
                .hide_default_value(true)
                .help(format_help()),
        )
        .args(drafts::change_options())
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
    format!("报告的格式：{}，默认 {}", formats.join("、"), DEFAULT_FORMAT.name())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let report = create_report(arguments);
    let with_confirmations = arguments.get_flag("explain");
    let mut sources = drafts::collect(arguments, console)?;
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let check = |source| CheckResult::new(source, &workspaces[source.workspace], with_confirmations);
    let mut printer = Printer { report: &report, total: Tally::default(), separator: "" };
    console.write(report.begin().as_bytes())?;
    if arguments.contains_id("issue") {
        let mut pages = Vec::new();
        drafts::process_in_order(&sources, console, check, |_, page| {
            pages.push(page);
            Ok(())
        })?;
        add_issue_findings(&mut pages);
        pages.into_iter().try_for_each(|page| printer.print(console, &page.review(&report)))?;
    } else if sources.len() == 1 {
        // The only draft may be a long one.
        let print = |console: &mut Console, result: CheckResult| printer.print(console, &result.review(&report));
        drafts::process_in_order(&sources, console, check, print)?;
    } else {
        let format = |source| Ok(check(source)?.review(&report).format(&report));
        drafts::process_in_order(&sources, console, format, |console, draft| printer.print_formatted(console, draft))?;
    }
    let total = printer.total;
    console.write(report.end(&total).as_bytes())?;
    // The process ends soon, so releasing the memory would only take time.
    std::mem::forget(workspaces);
    Ok(if total.total() == 0 { Outcome::Clean } else { Outcome::Found })
}

fn create_report(arguments: &ArgMatches) -> Report {
    let value = |option| arguments.get_one::<String>(option).map_or("", String::as_str);
    let colour = console::use_colour(value("color"));
    let options = ReportOptions {
        colour,
        hyperlinks: console::use_hyperlinks(colour),
        columns: console::report_columns(),
        list_all: arguments.get_flag("all"),
    };
    Report::new(Format::named(value("format")).unwrap_or(DEFAULT_FORMAT), options)
}

/// A draft with everything that the rules find in it, including suppressed findings.
struct CheckResult<'s> {
    source: &'s DraftSource,
    workspace: &'s Workspace,
    draft: Draft,
    findings: Vec<Finding>,
    confirmations: Vec<Confirmation>,
}

/// Prints the texts for the drafts and adds up their tallies.
struct Printer<'r> {
    report: &'r Report,
    /// The sum of the tallies so far.
    total: Tally,
    /// What is printed before the next text: nothing before the first.
    separator: &'static str,
}

impl Printer<'_> {
    /// Formats a draft and prints the text as it is made.
    fn print(&mut self, console: &mut Console, draft: &ReviewedDraft) -> CommandResult<()> {
        draft.notes.iter().for_each(|error| console.note(&error.to_string()));
        let mut printed = Ok(());
        let mut separator = Some(self.separator);
        let tally = self.report.put_draft(&draft.checked(), &mut |text| {
            for text in separator.take().into_iter().chain([text]) {
                if printed.is_ok() {
                    printed = console.write(text.as_bytes());
                }
            }
        });
        if separator.is_none() {
            self.separator = self.report.separator();
        }
        self.total.add(Tally { suppressed: draft.suppressed, ..tally });
        printed
    }

    /// Prints a draft that has been formatted.
    fn print_formatted(&mut self, console: &mut Console, draft: FormattedDraft) -> CommandResult<()> {
        draft.notes.iter().for_each(|error| console.note(&error.to_string()));
        self.total.add(draft.tally);
        if draft.text.is_empty() {
            return Ok(());
        }
        console.write(std::mem::replace(&mut self.separator, self.report.separator()).as_bytes())?;
        console.write(draft.text.as_bytes())
    }
}

/// A draft with the findings to report.
struct ReviewedDraft<'s> {
    /// The path of the draft as reports show it.
    path: String,
    workspace: &'s Workspace,
    draft: Draft,
    findings: Vec<Finding>,
    /// The number of suppressed findings.
    suppressed: usize,
    confirmations: Vec<Confirmation>,
    /// A note for each suppression in the draft or in the suppression list that has no effect.
    notes: Vec<Error>,
}

impl ReviewedDraft<'_> {
    fn checked(&self) -> CheckedDraft<'_> {
        CheckedDraft {
            path: &self.path,
            text: self.draft.text(),
            is_numbered_by_paragraph: self.draft.is_document(),
            blocks: self.draft.blocks(),
            findings: &self.findings,
            confirmations: &self.confirmations,
            rules: self.workspace.engine.rules(),
        }
    }

    /// Formats the draft, so that it can be printed later.
    fn format(self, report: &Report) -> FormattedDraft {
        let (text, tally) = report.draft(&self.checked());
        FormattedDraft { text, tally: Tally { suppressed: self.suppressed, ..tally }, notes: self.notes }
    }
}

/// The report on one draft.
struct FormattedDraft {
    text: String,
    tally: Tally,
    /// A note for each suppression in the draft or in the suppression list that has no effect.
    notes: Vec<Error>,
}

impl<'s> CheckResult<'s> {
    fn new(source: &'s DraftSource, workspace: &'s Workspace, with_confirmations: bool) -> Result<CheckResult<'s>> {
        let draft = source.open(source.read()?)?;
        let engine = &workspace.engine;
        let (findings, confirmations) =
            if with_confirmations { engine.explain(&draft) } else { (engine.check(&draft), Vec::new()) };
        Ok(CheckResult { source, workspace, draft, findings, confirmations })
    }

    /// Applies the suppressions. Notes on commands for other programs are only for readers of the report.
    fn review(self, report: &Report) -> ReviewedDraft<'s> {
        let CheckResult { source, workspace, draft, findings, confirmations } = self;
        let mut review = workspace.review_options(source).divide(&workspace.engine, &draft, findings);
        if report.offers_fixes() {
            guard::withdraw_harmful_fixes(&draft, &mut review.findings);
        }
        let remarks = draft.remarks().map_or(&[][..], |remarks| &remarks.on_reading);
        let unread: Vec<Error> = remarks.iter().map(Error::new).collect();
        let foreign = review.foreign.filter(|_| report.is_for_people());
        ReviewedDraft {
            path: source.to_string(),
            workspace,
            draft,
            findings: review.findings,
            suppressed: review.suppressed.len(),
            confirmations,
            notes: review
                .ineffective
                .into_iter()
                .chain(foreign)
                .chain(unread)
                .map(|note| note.in_file(source))
                .collect(),
        }
    }
}

/// Adds the findings that concern several pages of a newspaper issue. Pages are compared with each other only if they
/// share a workspace. Those of an issue usually do.
fn add_issue_findings(pages: &mut [CheckResult]) {
    let mut indices_by_workspace: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, page) in pages.iter().enumerate() {
        indices_by_workspace.entry(page.source.workspace).or_default().push(index);
    }
    for indices in indices_by_workspace.into_values() {
        let engine = &pages[indices[0]].workspace.engine;
        let names: Vec<String> = indices.iter().map(|&index| pages[index].source.to_string()).collect();
        let drafts = indices.iter().zip(&names).map(|(&index, name)| (name.as_str(), &pages[index].draft));
        let findings_by_page = engine.check_issue(&drafts.collect::<Vec<_>>());
        for (index, findings) in indices.into_iter().zip(findings_by_page) {
            pages[index].findings.extend(findings);
            pages[index].findings.sort_by_key(Finding::sort_key);
        }
    }
}
