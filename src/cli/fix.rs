//! `zhubi fix`: makes the fixes, and says what was done and what is left.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use humantime::format_rfc3339_seconds;

use super::console::Console;
use super::desks::{self, Desk};
use super::drafts::{self, Source};
use super::replace::{replace, write_new};
use super::{Attempt, Outcome, git, selection, usage};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::finding::{FixSafety, Severity};
use crate::revise::{Revision, revise_tracked, revise_with};
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

/// Its arguments. They are made when the command is asked for.
fn arguments(command: Command) -> Command {
    command
        .arg(drafts::paths_or_changes())
        .args(drafts::reading())
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
        .args(drafts::changes())
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    let manner = Manner {
        safety: if arguments.get_flag("suggested") { FixSafety::Suggested } else { FixSafety::Safe },
        date: (!arguments.get_flag("accept")).then(|| format_rfc3339_seconds(SystemTime::now()).to_string()),
    };
    let mut sources = drafts::collect(arguments, console)?;
    read_the_files(&mut sources, console)?;
    let desks = desks::desks(arguments, &mut sources, console)?;
    let output = arguments.get_one::<PathBuf>("output").map(PathBuf::as_path);
    if output.is_some() || arguments.get_flag("stdout") || sources.iter().any(Source::is_standard_input) {
        return hand_out_one(&sources, &desks, &manner, output, console);
    }
    let mut done = 0;
    let mut changed = 0;
    let mut left = 0;
    drafts::in_order(
        &sources,
        console,
        |source| Ok((source, fix(source, &desks[source.desk], &manner)?)),
        |console, (source, revision)| {
            done += 1;
            changed += revision.edits_by_rule.values().sum::<usize>();
            left += revision.remaining.len();
            if sources.len() > 1 && revision.edits_by_rule.is_empty() && revision.remaining.is_empty() {
                return Ok(());
            }
            console.print(&summary(source, &revision, &desks[source.desk]))
        },
    )?;
    if sources.len() > 1 {
        console.print(&format!("共 {done} 篇，改了 {changed} 处，还有 {left} 处请过目。\n"))?;
    }
    Ok(Outcome::Clean)
}

/// Of what is in the index the files are fixed. That is the same only where nothing was changed since; other files
/// are taken out, and the reason is told.
fn read_the_files(sources: &mut Vec<Source>, console: &mut Console) -> Result<()> {
    if sources.iter().all(|source| source.blob.is_none()) {
        return Ok(());
    }
    let unstaged = git::unstaged()?;
    sources.retain_mut(|source| {
        source.blob = None;
        let is_same = !unstaged.contains(&source.path);
        if !is_same {
            let error = Error::new("这篇还有没暂存的改动，分不清哪些行将要提交，没有改。");
            console.complain(&error.help("请先 git add 或 git stash，再运行一次。").in_file(&*source));
        }
        is_same
    });
    Ok(())
}

/// How drafts are fixed.
struct Manner {
    safety: FixSafety,
    /// The date of tracked changes; `None` if there are to be none.
    date: Option<String>,
}

impl Manner {
    fn revise(&self, source: &Source, desk: &Desk, draft: Draft) -> Result<Revision> {
        let limits = desk.review_options(source);
        match &self.date {
            Some(date) => revise_tracked(&desk.engine, draft, self.safety, &limits, date),
            None => revise_with(&desk.engine, draft, self.safety, &limits),
        }
    }
}

/// Fixes a file in place.
fn fix(source: &Source, desk: &Desk, manner: &Manner) -> Result<Revision> {
    let bytes = source.read()?;
    let revision = manner.revise(source, desk, source.open(bytes.clone())?)?;
    if revision.bytes != bytes {
        replace(&source.path, &bytes, &revision.bytes)?;
    }
    Ok(revision)
}

/// Puts what one draft becomes into the file `output`, or prints it.
fn hand_out_one(
    sources: &[Source],
    desks: &[Desk],
    manner: &Manner,
    output: Option<&Path>,
    console: &mut Console,
) -> Attempt<Outcome> {
    let [source] = sources else {
        let option = if output.is_some() { "-o" } else { "--stdout" };
        let place = if output.is_some() { "另一个文件" } else { "标准输出" };
        let what = format!("写到{place}时只能处理一篇稿件，这里有 {} 篇。", sources.len());
        return Err(Error::new(what).help(format!("请一次写一篇稿件；要改文件本身，去掉 {option}。")).into());
    };
    let desk = &desks[source.desk];
    let revision = source
        .open(source.read()?)
        .and_then(|draft| manner.revise(source, desk, draft))
        .map_err(|error| error.in_file(source))?;
    let summary = summary(source, &revision, desk);
    match output {
        Some(path) => {
            write_new(path, &revision.bytes).map_err(|error| error.in_file(path.display()))?;
            console.print(&summary)?;
        }
        None => {
            console.write(&revision.bytes)?;
            console.note(summary.trim_end());
        }
    }
    Ok(Outcome::Clean)
}

/// What was changed in a draft, and what is left to look at.
fn summary(source: &Source, revision: &Revision, desk: &Desk) -> String {
    let rule = |index: u32| &desk.engine.rules().rules[index as usize];
    let path = source.to_string();
    let path = visible(&path);
    let mut out = match revision.edits_by_rule.values().sum::<usize>() {
        0 => format!("{path}：没有改动。\n"),
        changed => format!("{path}：改了 {changed} 处。\n"),
    };
    for (&index, count) in &revision.edits_by_rule {
        let _ = writeln!(out, "  {} {count} 处", rule(index).metadata.title);
    }
    for unwritten in &revision.unencodable {
        let _ = writeln!(out, "  {unwritten}");
    }
    if !revision.remaining.is_empty() {
        let counts: Vec<String> = Severity::ALL
            .into_iter()
            .map(|level| (level, revision.remaining.iter().filter(|finding| rule(finding.rule).severity == level).count()))
            .filter(|(_, count)| *count > 0)
            .map(|(level, count)| format!("{} {count} 处", level.chinese()))
            .collect();
        let _ = writeln!(out, "  还有{}请过目，用 zhubi check 查看。", counts.join("、"));
    }
    if revision.suppressed > 0 {
        let _ = writeln!(out, "  保留 {} 处，没有改。", revision.suppressed);
    }
    out
}
