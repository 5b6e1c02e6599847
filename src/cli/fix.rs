//! `zhubi fix`: makes the fixes, and says what was done and what is left.

use std::fmt::Write;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::console::Console;
use super::drafts::{self, Source};
use super::replace::replace;
use super::{Attempt, Outcome, selection, usage};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finding::{FixSafety, Severity};
use crate::revise::{Revision, revise};
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
        .args(drafts::arguments())
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
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    let safety = if arguments.get_flag("suggested") { FixSafety::Suggested } else { FixSafety::Safe };
    let mut sources = drafts::collect(arguments, console);
    let engines = selection::engines(arguments, &mut sources, console)?;
    if arguments.get_flag("stdout") || sources.iter().any(Source::is_standard_input) {
        return print_one(&sources, &engines, safety, console);
    }
    let mut done = 0;
    let mut changed = 0;
    let mut left = 0;
    drafts::in_order(
        &sources,
        console,
        |source| Ok((source, fix(source, &engines[source.engine], safety)?)),
        |console, (source, revision)| {
            done += 1;
            changed += revision.changed.values().sum::<usize>();
            left += revision.left.len();
            if sources.len() > 1 && revision.changed.is_empty() && revision.left.is_empty() {
                return Ok(());
            }
            console.print(&summary(source, &revision, &engines[source.engine]))
        },
    )?;
    if sources.len() > 1 {
        console.print(&format!("共 {done} 篇，改了 {changed} 处，还有 {left} 处请过目。\n"))?;
    }
    Ok(Outcome::Clean)
}

/// Fixes a file in place.
fn fix(source: &Source, engine: &Engine, safety: FixSafety) -> Result<Revision> {
    let bytes = source.read()?;
    let revision = revise(engine, source.open(bytes.clone())?, safety)?;
    if !revision.changed.is_empty() {
        replace(&source.path, &bytes, &revision.bytes)?;
    }
    Ok(revision)
}

/// Prints what one draft becomes.
fn print_one(sources: &[Source], engines: &[Engine], safety: FixSafety, console: &mut Console) -> Attempt<Outcome> {
    let [source] = sources else {
        let what = format!("写到标准输出时只能处理一篇稿件，这里有 {} 篇。", sources.len());
        return Err(Error::new(what).help("请一次写一篇稿件；要改文件本身，去掉 --stdout。").into());
    };
    let engine = &engines[source.engine];
    let revision = source
        .open(source.read()?)
        .and_then(|draft| revise(engine, draft, safety))
        .map_err(|error| error.in_file(source))?;
    console.write(&revision.bytes)?;
    console.note(summary(source, &revision, engine).trim_end());
    Ok(Outcome::Clean)
}

/// What was changed in a draft, and what is left to look at.
fn summary(source: &Source, revision: &Revision, engine: &Engine) -> String {
    let rule = |index: u32| &engine.rules().rules[index as usize];
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
    out
}
