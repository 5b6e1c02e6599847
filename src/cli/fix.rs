//! `zhubi fix`: fixes drafts and prints what was changed and what remains.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use humantime::format_rfc3339_seconds;

use super::console::{Console, shown};
use super::drafts::{self, DraftSource};
use super::replace::{create_or_replace, replace};
use super::workspaces::{self, Workspace};
use super::{CommandResult, Outcome, bug, git, selection, usage};
use crate::draft::Draft;
use crate::edit::Signature;
use crate::error::{Error, Result};
use crate::finding::{FixSafety, Severity};
use crate::revise::{Revision, TrackedRevision, revise_tracked, revise_with};
use crate::text::visible;

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

退出码：0 完成，2 没能完成。

例：
  zhubi fix 稿件.txt
  zhubi fix --only punctuation 稿件/
  zhubi fix --stdout 稿件.txt > 改后.txt
  zhubi fix -o 改后.docx 稿件.docx";

pub fn command() -> Command {
    usage::command("fix", "改正稿件里有把握的问题", "zhubi fix [选项] <路径>…", BODY).defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    command
        .arg(drafts::paths_argument_unless_changes())
        .args(drafts::reading_options())
        .arg(drafts::stdin_option())
        .arg(
            Arg::new("suggested")
                .long("suggested")
                .action(ArgAction::SetTrue)
                .help("连同没有十足把握的改法一起改；改后请过目"),
        )
        .arg(
            Arg::new("stdout")
                .long("stdout")
                .action(ArgAction::SetTrue)
                .help("不动文件，把改后的全文写到标准输出；只能处理一篇稿件"),
        )
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("文件")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with("stdout")
                .help("不动原稿，把改后的稿件写到这个文件；只能处理一篇稿件"),
        )
        .arg(
            Arg::new("accept")
                .long("accept")
                .action(ArgAction::SetTrue)
                .help("Word 稿件直接改好，不留修订和批注；不写则改动用修订标出，疑问写成批注"),
        )
        .args(drafts::change_options())
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mode = FixMode {
        safety: if arguments.get_flag("suggested") { FixSafety::Suggested } else { FixSafety::Safe },
        tracking_date: (!arguments.get_flag("accept")).then(|| format_rfc3339_seconds(SystemTime::now()).to_string()),
    };
    let mut sources = drafts::collect(arguments, console)?;
    use_working_files(&mut sources, console)?;
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let output = arguments.get_one::<PathBuf>("output").map(PathBuf::as_path);
    if output.is_some() || arguments.get_flag("stdout") || sources.iter().any(DraftSource::is_standard_input) {
        return fix_to_output(&sources, &workspaces, &mode, output, console);
    }
    let mut done = 0;
    let mut changed = 0;
    let mut remaining = 0;
    drafts::process_in_order(
        &sources,
        console,
        |source| Ok((source, fix_in_place(source, &workspaces[source.workspace], &mode)?)),
        |console, (source, fixed)| {
            let revision = &fixed.revision;
            report_contending_rules(source, revision, &workspaces[source.workspace], console);
            done += 1;
            changed += revision.edits_by_rule.values().sum::<usize>();
            remaining += revision.remaining.len();
            let is_done = revision.edits_by_rule.is_empty() && revision.remaining.is_empty();
            if sources.len() > 1 && is_done && fixed.unread().is_empty() {
                return Ok(());
            }
            console.print(&summary(source, &fixed, &workspaces[source.workspace]))
        },
    )?;
    if sources.len() > 1 {
        console.print(&format!("共 {done} 篇，改了 {changed} 处，还有 {remaining} 处请过目。\n"))?;
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

impl FixMode {
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
struct FixedDraft {
    /// The draft as it was read.
    draft: Draft,
    revision: Revision,
    /// The number of comments that were added to a Word file.
    comments: usize,
}

impl FixedDraft {
    /// Returns what is in the draft and was not read.
    fn unread(&self) -> &[String] {
        self.draft.remarks().map_or(&[], |remarks| &remarks.on_reading)
    }

    fn is_signed(&self) -> bool {
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
    output: Option<&Path>,
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
    let summary = summary(source, &fixed, workspace);
    let revision = fixed.revision;
    match output {
        Some(path) => {
            create_or_replace(path, &revision.bytes).map_err(|error| error.in_file(path.display()))?;
            console.print(&summary)?;
        }
        None => {
            console.write(&revision.bytes)?;
            console.note(summary.trim_end());
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

/// Returns a summary of what was changed in a draft and what remains.
fn summary(source: &DraftSource, fixed: &FixedDraft, workspace: &Workspace) -> String {
    let FixedDraft { draft, revision, comments } = fixed;
    let rule = |index: u32| &workspace.engine.rules().rules[index as usize];
    let path = shown(&source.path);
    let mut out = match (revision.edits_by_rule.values().sum::<usize>(), comments) {
        (0, 0) => format!("{path}：没有改动。\n"),
        (0, comments) => format!("{path}：正文没有改动，写了 {comments} 条批注。\n"),
        (changed, 0) => format!("{path}：改了 {changed} 处。\n"),
        (changed, comments) => format!("{path}：改了 {changed} 处，写了 {comments} 条批注。\n"),
    };
    for (&index, count) in &revision.edits_by_rule {
        let _ = writeln!(out, "  {} {count} 处", visible(&rule(index).metadata.title));
    }
    if revision.refused > 0 {
        let _ = writeln!(out, "  有 {} 处改动会破坏原稿的标记，没有改。", revision.refused);
    }
    for message in &revision.unencodable {
        let _ = writeln!(out, "  {message}");
    }
    if !revision.remaining.is_empty() {
        let count = |severity| revision.remaining.iter().filter(|finding| finding.severity == severity).count();
        let counts: Vec<String> = Severity::ALL
            .into_iter()
            .map(|severity| (severity, count(severity)))
            .filter(|(_, count)| *count > 0)
            .map(|(severity, count)| format!("{} {count} 处", severity.chinese()))
            .collect();
        let _ = writeln!(out, "  还有{}请过目，用 zhubi check 查看。", counts.join("、"));
    }
    if revision.suppressed > 0 {
        let _ = writeln!(out, "  保留 {} 处，没有改。", revision.suppressed);
    }
    if let Some(remarks) = draft.remarks() {
        for remark in remarks.on_reading.iter().chain(&remarks.on_writing) {
            let _ = writeln!(out, "  {remark}");
        }
    }
    if fixed.is_signed() && *comments + revision.edits_by_rule.len() > 0 {
        let _ = writeln!(out, "  原稿有数字签名，改后的这一份签名已经失效，要重新签名。");
    }
    out
}
