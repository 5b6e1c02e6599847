//! The command line: parses arguments, finds drafts, runs commands and sets the exit code. Only this module prints.
//!
//! There is one file per command. The commands share `drafts` and `listing` (paths → drafts), `ignore_files` (what a walk
//! may read), `git` (changes → drafts), `repository` (paths in it), `unread` (files that are not read), `workspaces` (drafts → the rules and
//! suppressions that apply), `document_workspaces` (the same for documents without files), `jsonl` and `jsonl_input` (documents as lines of
//! JSON), `selection` (options → rules), `replace` and `temporary` (writing files), `office` (what the servers need),
//! `console` and `pager` (printing), `bug` (panics),
//! `progress` and `usage` (help texts and usage errors).

mod bug;
mod check;
mod compare;
mod completions;
mod config;
mod console;
mod desk;
mod document_workspaces;
mod drafts;
mod finding_word;
mod fix;
mod fix_report;
mod git;
mod grade;
mod ignore_files;
mod init;
mod jsonl;
mod jsonl_input;
mod keep;
mod learn;
mod listing;
mod lsp;
mod man;
mod mcp;
mod model;
mod new_rule;
mod office;
mod packs;
mod pager;
mod progress;
mod replace;
mod repository;
mod review;
mod rules;
mod rules_diff;
mod selection;
mod sources;
mod stet;
mod table;
mod temporary;
mod unread;
mod usage;
mod version;
mod words;
mod workspaces;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::error::{Error, Result, cause};
use console::Console;
#[cfg(test)]
pub use init::TEMPLATE;

/// The result of a run; the value is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The run succeeded without findings.
    Clean = 0,
    /// The run succeeded with findings.
    Found = 1,
    /// The run failed, at least in part.
    Failed = 2,
}

/// Why a command ends early.
enum CommandError {
    /// An error that is reported to the user.
    Failure(Error),
    /// Writing to standard output failed.
    Output(io::Error),
}

/// The result of a command or of a part of it.
type CommandResult<T> = std::result::Result<T, CommandError>;

impl From<Error> for CommandError {
    fn from(error: Error) -> CommandError {
        CommandError::Failure(error)
    }
}

/// Runs the command line `arguments`, the first of which is the name of the program.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    bug::record_panics();
    let mut console = Console::new();
    let result = bug::catch("没有做完", || execute(&arguments, &mut console));
    let outcome = match result.and_then(|outcome| console.finish(outcome)) {
        Ok(outcome) => outcome,
        Err(CommandError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Outcome::Clean,
        Err(CommandError::Output(error)) => {
            console.report_error(&Error::new(format!("没能写到标准输出：{}。", cause(&error))));
            Outcome::Failed
        }
        Err(CommandError::Failure(error)) => {
            console.abandon();
            console.report_error(&error);
            Outcome::Failed
        }
    };
    ExitCode::from(outcome as u8)
}

/// Parses the command line and runs the command, or prints the help that it asks for.
fn execute(arguments: &[OsString], console: &mut Console) -> CommandResult<Outcome> {
    match command().try_get_matches_from(arguments) {
        Ok(matches) => dispatch(&matches, console),
        Err(error) => match error.kind() {
            ErrorKind::DisplayVersion if arguments.iter().any(|argument| argument == "--json") => {
                console.write(version::json().as_bytes()).map(|()| Outcome::Clean)
            }
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                console.print(&usage::with_chinese_colons(&error.to_string())).map(|()| Outcome::Clean)
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                console.note(error.to_string().trim_end());
                Ok(Outcome::Failed)
            }
            _ => Err(CommandError::Failure(usage::explain(&error, &command(), arguments))),
        },
    }
}

fn command() -> Command {
    usage::command("zhubi", "朱笔：校对中文报纸稿件。", "zhubi <命令> [选项] [参数]", usage::COMMANDS)
        .version(env!("CARGO_PKG_VERSION"))
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("显示版本；加上 --json，连同规则集的版本输出为 JSON")
                .display_order(usage::LAST_OPTION),
        )
        // It is looked for when the version is shown. By itself it is an error.
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).requires("version").hide(true))
        .arg_required_else_help(true)
        .subcommand_required(true)
        .subcommands([
            check::command(),
            fix::command(),
            desk::command(),
            review::command(),
            grade::command(),
            compare::command(),
            stet::command(),
            init::command(),
            config::command(),
            rules::command(),
            words::command(),
            sources::command(),
            learn::command(),
            packs::command(),
            model::command(),
            lsp::command(),
            mcp::command(),
            completions::command(),
            man::command(),
            help_command(),
        ])
}

fn help_command() -> Command {
    usage::command("help", "显示帮助", "zhubi help [命令]…", usage::ARGUMENTS)
        .arg(Arg::new("command").value_name("命令").num_args(0..).help("要了解的命令，例如 check"))
}

fn dispatch(matches: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    match matches.subcommand() {
        Some(("check", arguments)) => check::run(arguments, console),
        Some(("fix", arguments)) => fix::run(arguments, console),
        Some(("grade", arguments)) => grade::run(arguments, console),
        Some(("review", arguments)) => review::run(arguments, console),
        Some(("desk", arguments)) => desk::run(arguments, console),
        Some(("compare", arguments)) => compare::run(arguments, console),
        Some(("stet", arguments)) => stet::run(arguments, console),
        Some(("init", arguments)) => init::run(arguments, console),
        Some(("config", arguments)) => config::run(arguments, console),
        Some(("rules", arguments)) => rules::run(arguments, console),
        Some(("learn", arguments)) => learn::run(arguments, console),
        Some(("packs", arguments)) => packs::run(arguments, console),
        Some(("sources", arguments)) => sources::run(arguments, console),
        Some(("words", arguments)) => words::run(arguments, console),
        Some(("model", arguments)) => model::run(arguments, console),
        Some(("lsp", arguments)) => lsp::run(arguments),
        Some(("mcp", arguments)) => mcp::run(arguments),
        Some(("completions", arguments)) => completions::run(arguments, console),
        Some(("man", _)) => man::run(console),
        Some((_, arguments)) => {
            console.print(&help(arguments.get_many("command").into_iter().flatten())?).map(|()| Outcome::Clean)
        }
        None => Ok(Outcome::Clean),
    }
}

/// Returns the help text of the command with that path, such as `rules show`.
fn help<'p>(path: impl Iterator<Item = &'p String>) -> Result<String> {
    let mut root = command();
    let mut found = &mut root;
    for name in path {
        found = found
            .find_subcommand_mut(name)
            .ok_or_else(|| Error::new(format!("没有“{name}”这个命令。")).help("运行 zhubi --help 看全部命令。"))?;
    }
    Ok(usage::with_chinese_colons(&found.render_help().to_string()))
}
