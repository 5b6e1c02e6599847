//! `zhubi check`: reports what the rules find.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::console::{self, Console};
use super::drafts::{self, DraftSource};
use super::repository::Repository;
use super::workspaces::{self, Workspace};
use super::{CommandResult, Outcome, fix, jsonl, listing, selection, usage};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::finding::{Confirmation, Finding, Severity};
use crate::guard;
use crate::report::{CheckedDraft, Failure, Format, Report, ReportOptions, Tally};

const DEFAULT_FORMAT: Format = Format::Diff;

/// The note on drafts whose day is unknown.
const UNDATED: &str =
    "有的日期、星期或年龄要知道见报日期才能核算，没有核算：请用 --issue-date 写明，或在 zhubi.toml 里写 issue-date。";

/// The options that mean nothing for documents that arrive as lines of JSON.
const MEANINGLESS_FOR_JSONL: &[&str] = &[
    "files-from",
    "exclude",
    "since",
    "staged",
    "issue",
    "encoding",
    "stdin-path",
    "format",
    "output-file",
    "all",
    "explain",
    "fix",
];

const BODY: &str = "\
{all-args}

退出码：0 没有问题，1 有问题，2 没能完成。

例：
  zhubi check 稿件.txt
  zhubi check --level advice --skip typo 稿件/
  zhubi check --since main
  zhubi check --format json --output-file 报告.json 稿件/
  zhubi check --format brief - < 稿件.txt";

pub fn command() -> Command {
    let usage = "zhubi check [选项] <路径>…";
    usage::without_help_option("check", "检查稿件，指出问题和改法", usage, BODY).defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    let paths = drafts::paths_argument_unless_changes();
    let issue = Arg::new("issue")
        .long("issue")
        .value_name("目录")
        .value_parser(value_parser!(PathBuf))
        .help("目录里的稿件是一期报纸的各版，一并核对转接行（上接、下转）和各版的人名");
    command
        .arg(paths.required_unless_present_any(["since", "staged", "files-from", "issue", jsonl::OPTION]))
        .args(usage::group("查哪些稿件", listing::options()))
        .args(usage::group("查哪些稿件", drafts::change_options()))
        .args(usage::group("查哪些稿件", [issue]))
        .args(usage::group("查哪些稿件", drafts::reading_options()))
        .args(usage::group("查哪些稿件", [drafts::stdin_option(), jsonl::option(MEANINGLESS_FOR_JSONL)]))
        .args(selection::options())
        .args(usage::group("报告", report_options()))
        .args(usage::group("退出码", verdict_options()))
        .args(usage::group(
            "其他",
            [
                Arg::new("fix")
                    .long("fix")
                    .action(ArgAction::SetTrue)
                    .conflicts_with_all(["staged", "issue"])
                    .help("先照 zhubi fix 改好有把握的问题，再报告剩下的"),
                listing::jobs_option(),
                usage::help_option(),
            ],
        ))
}

fn report_options() -> [Arg; 6] {
    [
        Arg::new("format")
            .long("format")
            .value_name("格式")
            .value_parser(PossibleValuesParser::new(Format::all().map(Format::name)))
            .default_value(DEFAULT_FORMAT.name())
            .hide_default_value(true)
            .help(format_help()),
        Arg::new("output-file")
            .long("output-file")
            .short('o')
            .value_name("文件")
            .value_parser(value_parser!(PathBuf))
            .help("把报告写到这个文件，不写到标准输出"),
        Arg::new("all").long("all").action(ArgAction::SetTrue).help("逐处列出，不归并同类问题"),
        Arg::new("explain")
            .long("explain")
            .action(ArgAction::SetTrue)
            .help("连同算过而相合的也列出来（如 9 + 118 = 127 ✓），不必再算一遍"),
        Arg::new("color")
            .long("color")
            .alias("colour")
            .value_name("何时")
            .value_parser(["auto", "always", "never"])
            .default_value("auto")
            .hide_default_value(true)
            .help("何时用颜色：auto（在终端上）、always（总是）、never（从不），默认 auto；也可写作 --colour"),
        Arg::new("no-pager").long("no-pager").action(ArgAction::SetTrue).help("在终端上，长报告也一次显示完，不分页"),
    ]
}

fn format_help() -> String {
    let formats: Vec<String> =
        Format::all().map(|format| format!("{}（{}）", format.name(), format.chinese())).collect();
    format!("报告的格式：{}，默认 {}", formats.join("、"), DEFAULT_FORMAT.name())
}

fn verdict_options() -> [Arg; 3] {
    [
        Arg::new("exit-zero")
            .long("exit-zero")
            .action(ArgAction::SetTrue)
            .help("有问题也以 0 退出；没能完成的仍以 2 退出"),
        Arg::new("fail-level")
            .long("fail-level")
            .value_name("级别")
            .value_parser(PossibleValuesParser::new(Severity::ALL.map(Severity::name)))
            .help("到这一级为止的问题才算数，轻于它的照样报告而以 0 退出：error、warning、advice，默认都算"),
        Arg::new("max-findings")
            .long("max-findings")
            .value_name("处数")
            .value_parser(parse_count)
            .help("容许这么多处问题，不超过就以 0 退出，默认 0"),
    ]
}

fn parse_count(text: &str) -> std::result::Result<usize, String> {
    text.parse().map_err(|_| "处数要写成 0、20 这样的数".to_owned())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    if arguments.get_flag(jsonl::OPTION) {
        return jsonl::run(arguments, &jsonl::Task::Check(Verdict::of(arguments)), console);
    }
    let format = arguments.get_one::<String>("format").and_then(|name| Format::named(name)).unwrap_or(DEFAULT_FORMAT);
    let output = arguments.get_one::<PathBuf>("output-file");
    let report = create_report(arguments, format, output.is_none());
    match output {
        Some(path) => console.write_to_file(path),
        None if format.is_for_people() && !arguments.get_flag("no-pager") => console.page(),
        None => {}
    }
    if arguments.get_flag("fix") {
        fix::fix_before_check(arguments, console)?;
    }
    let with_confirmations = arguments.get_flag("explain");
    let mut sources = drafts::collect(arguments, console)?;
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let repository = if format.names_files_in_repository() { Repository::find() } else { None };
    let repository = repository.as_ref();
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
        pages.into_iter().try_for_each(|page| printer.print(console, &page.review(&report, repository)))?;
    } else if sources.len() == 1 {
        // The only draft may be a long one.
        let print =
            |console: &mut Console, result: CheckResult| printer.print(console, &result.review(&report, repository));
        drafts::process_in_order(&sources, console, check, print)?;
    } else {
        let format = |source| Ok(check(source)?.review(&report, repository).format(&report));
        drafts::process_in_order(&sources, console, format, |console, draft| printer.print_formatted(console, draft))?;
    }
    if format.is_for_people() && workspaces.iter().any(|workspace| workspace.engine.has_lacked_date()) {
        console.note(UNDATED);
    }
    let mut total = printer.total;
    total.failures = console.failures().iter().map(|error| failure(error, repository)).collect();
    console.write(report.end(&total).as_bytes())?;
    // The process ends soon, so releasing the memory would only take time.
    std::mem::forget(workspaces);
    Ok(Verdict::of(arguments).outcome(Severity::ALL.map(|severity| (severity, total.severity(severity)))))
}

/// Returns what a report records of a draft that could not be checked.
fn failure(error: &Error, repository: Option<&Repository>) -> Failure {
    let path = error.path().unwrap_or_default();
    Failure {
        path: repository.map_or_else(|| path.to_owned(), |repository| repository.path(path.as_ref())),
        position: error.position(),
        message: error.message().to_owned(),
    }
}

/// When findings make the run end as one with findings.
pub struct Verdict {
    /// Findings never do.
    is_lenient: bool,
    /// The least severe findings that count.
    level: Severity,
    /// How many findings that count are tolerated.
    tolerated: usize,
}

impl Verdict {
    fn of(arguments: &ArgMatches) -> Verdict {
        let level = arguments.get_one::<String>("fail-level");
        let level = Severity::ALL.into_iter().find(|severity| level.is_some_and(|name| name == severity.name()));
        Verdict {
            is_lenient: arguments.get_flag("exit-zero"),
            level: level.unwrap_or(Severity::Advice),
            tolerated: arguments.get_one("max-findings").copied().unwrap_or(0),
        }
    }

    /// Returns the outcome of a run with so many findings of each severity.
    pub fn outcome(&self, counts: impl IntoIterator<Item = (Severity, usize)>) -> Outcome {
        let counting = counts.into_iter().filter(|(severity, _)| *severity <= self.level);
        let count: usize = counting.map(|(_, count)| count).sum();
        if self.is_lenient || count <= self.tolerated { Outcome::Clean } else { Outcome::Found }
    }
}

/// `may_be_terminal` says whether the report goes to standard output, which may be a terminal.
fn create_report(arguments: &ArgMatches, format: Format, may_be_terminal: bool) -> Report {
    let choice = arguments.get_one::<String>("color").map_or("", String::as_str);
    let colour = console::use_colour(choice, may_be_terminal);
    let options = ReportOptions {
        colour,
        hyperlinks: console::use_hyperlinks(colour),
        columns: console::report_columns(),
        list_all: arguments.get_flag("all"),
    };
    Report::new(format, options)
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
    fn review(self, report: &Report, repository: Option<&Repository>) -> ReviewedDraft<'s> {
        let CheckResult { source, workspace, draft, findings, confirmations } = self;
        let mut review = workspace.review_options(source).divide(&workspace.engine, &draft, findings);
        if report.offers_fixes() {
            guard::withdraw_harmful_fixes(&draft, &mut review.findings);
        }
        let remarks = draft.remarks().map_or(&[][..], |remarks| &remarks.on_reading);
        let unread: Vec<Error> = remarks.iter().map(Error::new).collect();
        let foreign = review.foreign.filter(|_| report.is_for_people());
        ReviewedDraft {
            path: repository.map_or_else(|| source.to_string(), |repository| repository.path(&source.path)),
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
