//! `zhubi fix`: makes the fixes, and says what was done and what is left.

use std::fmt::Write;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::console::Console;
use super::desks::{self, Desk};
use super::drafts::{self, Source};
use super::replace::replace;
use super::{Attempt, Outcome, git, selection, usage};
use crate::error::{Error, Result};
use crate::finding::{FixSafety, Severity};
use crate::revise::{Revision, revise_within};
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
  zhubi fix --stdout 稿件.txt > 改后.txt";

pub fn command() -> Command {
    usage::command("fix", "改正稿件里有把握的问题", "zhubi fix [选项] <路径>…", BODY)
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
        .args(drafts::changes())
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    let safety = if arguments.get_flag("suggested") { FixSafety::Suggested } else { FixSafety::Safe };
    let mut sources = drafts::collect(arguments, console)?;
    read_the_files(&mut sources, console)?;
    let desks = desks::desks(arguments, &mut sources, console)?;
    if arguments.get_flag("stdout") || sources.iter().any(Source::is_standard_input) {
        return print_one(&sources, &desks, safety, console);
    }
    let mut done = 0;
    let mut changed = 0;
    let mut left = 0;
    drafts::in_order(
        &sources,
        console,
        |source| Ok((source, fix(source, &desks[source.desk], safety)?)),
        |console, (source, revision)| {
            done += 1;
            changed += revision.changed.values().sum::<usize>();
            left += revision.left.len();
            if sources.len() > 1 && revision.changed.is_empty() && revision.left.is_empty() {
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

/// Fixes a file in place.
fn fix(source: &Source, desk: &Desk, safety: FixSafety) -> Result<Revision> {
    let bytes = source.read()?;
    let revision = revise_within(&desk.engine, source.open(bytes.clone())?, safety, &desk.limits(source))?;
    if !revision.changed.is_empty() {
        replace(&source.path, &bytes, &revision.bytes)?;
    }
    Ok(revision)
}

/// Prints what one draft becomes.
fn print_one(sources: &[Source], desks: &[Desk], safety: FixSafety, console: &mut Console) -> Attempt<Outcome> {
    let [source] = sources else {
        let what = format!("写到标准输出时只能处理一篇稿件，这里有 {} 篇。", sources.len());
        return Err(Error::new(what).help("请一次写一篇稿件；要改文件本身，去掉 --stdout。").into());
    };
    let desk = &desks[source.desk];
    let revision = source
        .open(source.read()?)
        .and_then(|draft| revise_within(&desk.engine, draft, safety, &desk.limits(source)))
        .map_err(|error| error.in_file(source))?;
    console.write(&revision.bytes)?;
    console.note(summary(source, &revision, desk).trim_end());
    Ok(Outcome::Clean)
}

/// What was changed in a draft, and what is left to look at.
fn summary(source: &Source, revision: &Revision, desk: &Desk) -> String {
    let rule = |index: u32| &desk.engine.rules().rules[index as usize];
    let path = source.to_string();
    let path = visible(&path);
    let mut out = match revision.changed.values().sum::<usize>() {
        0 => format!("{path}：没有改动。\n"),
        changed => format!("{path}：改了 {changed} 处。\n"),
    };
    for (&index, count) in &revision.changed {
        let _ = writeln!(out, "  {} {count} 处", rule(index).title);
    }
    for unwritten in &revision.unwritten {
        let _ = writeln!(out, "  {unwritten}");
    }
    if !revision.left.is_empty() {
        let counts: Vec<String> = Severity::ALL
            .into_iter()
            .map(|level| (level, revision.left.iter().filter(|finding| rule(finding.rule).severity == level).count()))
            .filter(|(_, count)| *count > 0)
            .map(|(level, count)| format!("{} {count} 处", level.chinese()))
            .collect();
        let _ = writeln!(out, "  还有{}请过目，用 zhubi check 查看。", counts.join("、"));
    }
    if revision.standing > 0 {
        let _ = writeln!(out, "  保留 {} 处，没有改。", revision.standing);
    }
    out
}
