//! `zhubi fix`: fixes drafts and prints what was changed and what remains.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use humantime::format_rfc3339_seconds;

use super::console::Console;
use super::drafts::{self, DraftSource};
use super::fix_report::{Detail, report, unified_diff};
use super::replace::{create_or_replace, replace};
use super::workspaces::{self, Workspace};
use super::{CommandResult, Outcome, bug, git, jsonl, listing, selection, usage};
use crate::draft::Draft;
use crate::edit::Signature;
use crate::error::{Error, Result};
use crate::finding::FixSafety;
use crate::revise::{Revision, TrackedRevision, revise_tracked, revise_with};

/// The options that mean nothing for documents that arrive as lines of JSON.
const MEANINGLESS_FOR_JSONL: &[&str] = &[
    "files-from",
    "exclude",
    "since",
    "staged",
    "encoding",
    "stdin-path",
    "accept",
    "diff",
    "stdout",
    "output",
    "statistics",
    "quiet",
];

const BODY: &str = "\
{all-args}

退出码：0 完成，2 没能完成。

例：
  zhubi fix 稿件.txt
  zhubi fix --diff 稿件/
  zhubi fix --only punctuation 稿件/
  zhubi fix --stdout 稿件.txt > 改后.txt
  zhubi fix -o 改后.docx 稿件.docx";

pub fn command() -> Command {
    let usage = "zhubi fix [选项] <路径>…";
    usage::without_help_option("fix", "改正稿件里有把握的问题", usage, BODY).defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    let flag = |name| Arg::new(name).long(name).action(ArgAction::SetTrue);
    command
        .arg(drafts::paths_argument_unless_changes().required_unless_present_any([jsonl::OPTION]))
        .args(usage::group("改哪些稿件", listing::options()))
        .args(usage::group("改哪些稿件", drafts::change_options()))
        .args(usage::group("改哪些稿件", drafts::reading_options()))
        .args(usage::group("改哪些稿件", [drafts::stdin_option(), jsonl::option(MEANINGLESS_FOR_JSONL)]))
        .args(usage::group(
            "怎样改",
            [
                flag("suggested").help("连同没有十足把握的改法一起改；改后请过目"),
                flag("accept").help("Word 稿件直接改好，不留修订和批注；不写则改动用修订标出，疑问写成批注"),
                flag("diff")
                    .alias("dry-run")
                    .conflicts_with_all(["stdout", "output"])
                    .help("不动文件，把要做的改动以 diff 的样子写到标准输出，几篇稿件也行；也可写作 --dry-run"),
                flag("stdout").help("不动文件，把改后的全文写到标准输出；只能处理一篇稿件"),
                Arg::new("output")
                    .short('o')
                    .long("output")
                    .alias("output-file")
                    .value_name("文件")
                    .value_parser(value_parser!(PathBuf))
                    .conflicts_with("stdout")
                    .help("不动原稿，把改后的稿件写到这个文件；只能处理一篇稿件"),
            ],
        ))
        .args(selection::options())
        .args(usage::group(
            "其他",
            [
                flag("statistics").conflicts_with("quiet").help("不逐处列出改动，只说每条规则改了几处"),
                flag("quiet").short('q').help("只报告错误，不说改了什么"),
                listing::jobs_option(),
                usage::help_option(),
            ],
        ))
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mode = FixMode::of(arguments);
    if arguments.get_flag(jsonl::OPTION) {
        return jsonl::run(arguments, &jsonl::Task::Fix(mode.safety), console);
    }
    let detail = if arguments.get_flag("quiet") {
        Detail::Nothing
    } else if arguments.get_flag("statistics") {
        Detail::Rules
    } else {
        Detail::Places
    };
    let mut sources = drafts::collect(arguments, console)?;
    use_working_files(&mut sources, console)?;
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    if arguments.get_flag("diff") {
        return show_changes(&sources, &workspaces, &mode, detail, console);
    }
    let output = arguments.get_one::<PathBuf>("output").map(PathBuf::as_path);
    if output.is_some() || arguments.get_flag("stdout") || sources.iter().any(DraftSource::is_standard_input) {
        return fix_to_output(&sources, &workspaces, &mode, (output, detail), console);
    }
    let count = fix_all_in_place(&sources, &workspaces, &mode, detail, console, Console::print)?;
    if sources.len() > 1 && detail != Detail::Nothing {
        let Count { drafts, changes, remaining } = count;
        console.print(&format!("共 {drafts} 篇，改了 {changes} 处，还有 {remaining} 处请过目。\n"))?;
    }
    Ok(Outcome::Clean)
}

/// Fixes the drafts that the arguments of `zhubi check --fix` name, and says on standard error what was changed.
///
/// # Errors
/// The drafts cannot be found, their rules cannot be loaded, or one of them is standard input.
pub fn fix_before_check(arguments: &ArgMatches, console: &mut Console) -> CommandResult<()> {
    let mut sources = drafts::collect(arguments, console)?;
    if sources.iter().any(DraftSource::is_standard_input) {
        let error = Error::new("标准输入没有文件可改，不能用 --fix。");
        return Err(error.help("请写稿件的路径，或用 zhubi fix --stdout。").into());
    }
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let note = |console: &mut Console, text: &str| -> CommandResult<()> {
        console.note(text.trim_end());
        Ok(())
    };
    let mode = FixMode { safety: FixSafety::Safe, tracking_date: Some(now()) };
    fix_all_in_place(&sources, &workspaces, &mode, Detail::Places, console, note)?;
    Ok(())
}

/// How much was done.
#[derive(Default)]
struct Count {
    drafts: usize,
    changes: usize,
    remaining: usize,
}

/// Fixes drafts in place, and passes the report on each to `print`. Of several, drafts with nothing to say are passed over.
fn fix_all_in_place(
    sources: &[DraftSource],
    workspaces: &[Workspace],
    mode: &FixMode,
    detail: Detail,
    console: &mut Console,
    print: impl Fn(&mut Console, &str) -> CommandResult<()>,
) -> CommandResult<Count> {
    let mut count = Count::default();
    drafts::process_in_order(
        sources,
        console,
        |source| Ok((source, fix_in_place(source, &workspaces[source.workspace], mode)?)),
        |console, (source, fixed)| {
            let revision = &fixed.revision;
            report_contending_rules(source, revision, &workspaces[source.workspace], console);
            count.drafts += 1;
            count.changes += revision.changes.len();
            count.remaining += revision.remaining.len();
            let is_done = revision.changes.is_empty() && revision.remaining.is_empty();
            if sources.len() > 1 && is_done && fixed.unread().is_empty() {
                return Ok(());
            }
            print(console, &report(source, &fixed, &workspaces[source.workspace], detail))
        },
    )?;
    Ok(count)
}

/// Prints what fixing the drafts would change, and changes nothing.
fn show_changes(
    sources: &[DraftSource],
    workspaces: &[Workspace],
    mode: &FixMode,
    detail: Detail,
    console: &mut Console,
) -> CommandResult<Outcome> {
    let mut count = Count::default();
    let to_terminal = io::stdout().is_terminal();
    drafts::process_in_order(
        sources,
        console,
        |source| {
            let bytes = source.read()?;
            let fixed = mode.fix(source, &workspaces[source.workspace], bytes.clone())?;
            Ok((source, unified_diff(source, &bytes, &fixed)?, fixed))
        },
        |console, (source, diff, fixed)| {
            report_contending_rules(source, &fixed.revision, &workspaces[source.workspace], console);
            count.drafts += usize::from(!diff.is_empty());
            count.changes += fixed.revision.changes.len();
            if to_terminal { console.print(&diff) } else { console.write(diff.as_bytes()) }
        },
    )?;
    if detail != Detail::Nothing {
        console.note(&format!("{} 篇里可改 {} 篇，{} 处；文件未动。", sources.len(), count.drafts, count.changes));
    }
    Ok(Outcome::Clean)
}

/// Switches staged drafts from the content in the index to the working files, because fixes are written to those.
/// Drafts with unstaged changes are reported and removed: the staged lines may have other line numbers in the working
/// file.
fn use_working_files(sources: &mut Vec<DraftSource>, console: &mut Console) -> Result<()> {
    if sources.iter().all(|source| source.blob.is_none()) {
        return Ok(());
    }
    let unstaged = git::files_with_unstaged_changes()?;
    sources.retain_mut(|source| {
        source.blob = None;
        let is_fully_staged = !unstaged.contains(&source.path);
        if !is_fully_staged {
            let error = Error::new("这篇还有没暂存的改动，分不清哪些行将要提交，没有改。");
            console.report_error(&error.help("请先 git add 或 git stash，再运行一次。").in_file(&*source));
        }
        is_fully_staged
    });
    Ok(())
}

/// How drafts are fixed.
struct FixMode {
    safety: FixSafety,
    /// The date of tracked changes; `None` to change the text without tracking.
    tracking_date: Option<String>,
}

fn now() -> String {
    format_rfc3339_seconds(SystemTime::now()).to_string()
}

impl FixMode {
    fn of(arguments: &ArgMatches) -> FixMode {
        FixMode {
            safety: if arguments.get_flag("suggested") { FixSafety::Suggested } else { FixSafety::Safe },
            tracking_date: (!arguments.get_flag("accept")).then(now),
        }
    }

    fn fix(&self, source: &DraftSource, workspace: &Workspace, bytes: Vec<u8>) -> Result<FixedDraft> {
        let draft = source.open(bytes)?;
        let options = workspace.review_options(source);
        let TrackedRevision { revision, comments } = match &self.tracking_date {
            Some(date) => {
                let signature = Signature { author: workspace.author(), date };
                revise_tracked(&workspace.engine, &draft, self.safety, &options, signature)?
            }
            None => {
                let revision = revise_with(&workspace.engine, &draft, self.safety, &options)?;
                TrackedRevision { revision, comments: 0 }
            }
        };
        Ok(FixedDraft { draft, revision, comments })
    }
}

/// A draft and its fixed version.
pub struct FixedDraft {
    /// The draft as it was read.
    pub draft: Draft,
    /// How it was fixed.
    pub revision: Revision,
    /// The number of comments that were added to a Word file.
    pub comments: usize,
}

impl FixedDraft {
    /// Returns what is in the draft and was not read.
    fn unread(&self) -> &[String] {
        self.draft.remarks().map_or(&[], |remarks| &remarks.on_reading)
    }

    /// Returns whether the draft has a digital signature, which any change invalidates.
    pub fn is_signed(&self) -> bool {
        self.draft.remarks().is_some_and(|remarks| remarks.is_signed)
    }
}

fn fix_in_place(source: &DraftSource, workspace: &Workspace, mode: &FixMode) -> Result<FixedDraft> {
    let bytes = source.read()?;
    let fixed = mode.fix(source, workspace, bytes.clone())?;
    if fixed.revision.bytes != bytes {
        if fixed.is_signed() {
            let error = Error::new("这个文件有数字签名，改动会使签名失效，没有写入。");
            return Err(error.help("请用 -o 另写一份，改好后重新签名。"));
        }
        replace(&source.path, &bytes, &fixed.revision.bytes)?;
    }
    Ok(fixed)
}

/// Writes the fixed version of the only draft to the file `output`, or to standard output.
fn fix_to_output(
    sources: &[DraftSource],
    workspaces: &[Workspace],
    mode: &FixMode,
    (output, detail): (Option<&Path>, Detail),
    console: &mut Console,
) -> CommandResult<Outcome> {
    let [source] = sources else {
        let option = if output.is_some() { "-o" } else { "--stdout" };
        let target = if output.is_some() { "另一个文件" } else { "标准输出" };
        let message = format!("写到{target}时只能处理一篇稿件，这里有 {} 篇。", sources.len());
        return Err(Error::new(message).help(format!("请一次写一篇稿件；要改文件本身，去掉 {option}。")).into());
    };
    let workspace = &workspaces[source.workspace];
    let fixed =
        bug::catch_in_draft(|| mode.fix(source, workspace, source.read()?)).map_err(|error| error.in_file(source))?;
    report_contending_rules(source, &fixed.revision, workspace, console);
    let summary = report(source, &fixed, workspace, detail);
    let revision = fixed.revision;
    match output {
        Some(path) => {
            create_or_replace(path, &revision.bytes).map_err(|error| error.in_file(path.display()))?;
            console.print(&summary)?;
        }
        None => {
            console.write(&revision.bytes)?;
            if detail != Detail::Nothing {
                console.note(summary.trim_end());
            }
        }
    }
    Ok(Outcome::Clean)
}

/// Reports the rules whose fixes were not made because they undo each other.
fn report_contending_rules(source: &DraftSource, revision: &Revision, workspace: &Workspace, console: &mut Console) {
    let rules = &workspace.engine.rules().rules;
    let ids: Vec<&str> = revision.contending.iter().map(|&rule| rules[rule as usize].id.as_str()).collect();
    if let [first, ..] = ids.as_slice() {
        let error =
            Error::new(format!("这几条规则互相改来改去，它们的改动都没有做：{}。其余的已经改好。", ids.join("、")));
        let help = format!("请用 --skip 停用其中一条，再运行一次，例如 --skip {first}。");
        console.report_error(&error.help(help).in_file(source));
    }
}
