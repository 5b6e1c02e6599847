//! The command line: arguments, walking, running, exit codes. The only room that prints.
//!
//! One file per command; what they share is in `drafts` (paths → drafts), `git` (changes → drafts), `desks`
//! (drafts → what reads them), `selection` (options → rules), `console` (printing) and `usage` (help and what is
//! wrong with a command line).

mod check;
mod compare;
mod completions;
mod config;
mod console;
mod desks;
mod drafts;
mod fix;
mod git;
mod init;
mod man;
mod new_rule;
mod progress;
mod replace;
mod rules;
mod selection;
mod stet;
mod usage;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::error::{Error, Result, cause};
use console::Console;
#[cfg(test)]
pub use init::TEMPLATE;

/// How a run ended. The graver outranks the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Nothing to show.
    Clean = 0,
    /// Findings were shown.
    Found = 1,
    /// It could not do its job, or not all of it.
    Failed = 2,
}

/// Why a command ends before its work is done.
enum Stop {
    /// Something the user has to be told.
    Error(Error),
    /// Standard output takes no more.
    Output(io::Error),
}

/// What a command, or a part of it, comes to.
type Attempt<T> = std::result::Result<T, Stop>;

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Error(error)
    }
}

/// Runs the command line `arguments`, the first of which is the program's own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut console = Console::new();
    let ended = match command().try_get_matches_from(&arguments) {
        Ok(matches) => dispatch(&matches, &mut console),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => console.print(&error.to_string()),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                console.note(error.to_string().trim_end());
                return ExitCode::from(Outcome::Failed as u8);
            }
            _ => Err(Stop::Error(usage::explain(&error, &command(), &arguments))),
        }
        .map(|()| Outcome::Clean),
    };
    let outcome = match ended.and_then(|outcome| console.finish(outcome)) {
        Ok(outcome) => outcome,
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Outcome::Clean,
        Err(Stop::Output(error)) => {
            console.complain(&Error::new(format!("没能写到标准输出：{}。", cause(&error))));
            Outcome::Failed
        }
        Err(Stop::Error(error)) => {
            console.complain(&error);
            Outcome::Failed
        }
    };
    ExitCode::from(outcome as u8)
}

fn command() -> Command {
    usage::command("zhubi", "朱笔：校对中文报纸稿件。", "zhubi <命令> [选项] [参数]", usage::COMMANDS)
        .version(env!("CARGO_PKG_VERSION"))
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("显示版本")
                .display_order(usage::LAST),
        )
        .arg_required_else_help(true)
        .subcommand_required(true)
        .subcommands([
            check::command(),
            fix::command(),
            compare::command(),
            stet::command(),
            init::command(),
            config::command(),
            rules::command(),
            completions::command(),
            man::command(),
            help_command(),
        ])
}

fn help_command() -> Command {
    usage::command("help", "显示帮助", "zhubi help [命令]…", usage::ARGUMENTS)
        .arg(Arg::new("command").value_name("命令").num_args(0..).help("要了解的命令，例如 check"))
}

fn dispatch(matches: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    match matches.subcommand() {
        Some(("check", arguments)) => check::run(arguments, console),
        Some(("fix", arguments)) => fix::run(arguments, console),
        Some(("compare", arguments)) => compare::run(arguments, console),
        Some(("stet", arguments)) => stet::run(arguments, console),
        Some(("init", arguments)) => init::run(arguments, console),
        Some(("config", arguments)) => config::run(arguments, console),
        Some(("rules", arguments)) => rules::run(arguments, console),
        Some(("completions", arguments)) => completions::run(arguments, console),
        Some(("man", _)) => man::run(console),
        Some((_, arguments)) => {
            console.print(&help(arguments.get_many("command").into_iter().flatten())?).map(|()| Outcome::Clean)
        }
        None => Ok(Outcome::Clean),
    }
}

/// The help of the command with that path, such as `rules show`.
fn help<'p>(path: impl Iterator<Item = &'p String>) -> Result<String> {
    let mut root = command();
    let mut found = &mut root;
    for name in path {
        found = found
            .find_subcommand_mut(name)
            .ok_or_else(|| Error::new(format!("没有“{name}”这个命令。")).help("运行 zhubi --help 看全部命令。"))?;
    }
    Ok(found.render_help().to_string())
}
