//! Help texts and usage errors in Chinese, in place of the English ones of clap.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, value_parser};

use crate::error::Error;

/// The display order of `--help` and `--version`, which come after all other options.
pub const LAST_OPTION: usize = 100;

/// The body of the help text of a command with options only.
pub const OPTIONS: &str = "选项：\n{options}";
/// The body of the help text of a command with arguments.
pub const ARGUMENTS: &str = "参数：\n{positionals}\n\n选项：\n{options}";
/// The body of the help text of a command with subcommands.
pub const COMMANDS: &str = "命令：\n{subcommands}\n\n选项：\n{options}";

/// Creates a command with Chinese help. `body` is the help text below the usage line, in clap's template syntax.
pub fn command(name: &'static str, about: &'static str, usage: &'static str, body: &str) -> Command {
    let command = without_help_option(name, about, usage, body);
    command.arg(help_option())
}

/// Creates a command with Chinese help and no option `--help`. A command with groups of options adds the [`help_option`]
/// last, because the groups stand in the order of their first options.
pub fn without_help_option(name: &'static str, about: &'static str, usage: &'static str, body: &str) -> Command {
    Command::new(name)
        .about(about)
        .override_usage(usage)
        .help_template(format!("{{about}}\n\n用法：{{usage}}\n\n{body}\n"))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .hide_possible_values(true)
}

/// Returns the option `--help`.
pub fn help_option() -> Arg {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("显示帮助");
    help.display_order(LAST_OPTION).help_heading("其他")
}

/// Returns the option `--format` of a command that reports as text or as one JSON document.
pub fn text_or_json(help: &'static str) -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("格式")
        .value_parser(["text", "json"])
        .default_value("text")
        .hide_default_value(true)
        .help(help)
}

/// Returns the option `--clean`: clean drafts, in which what is proposed should not fire.
pub fn clean_drafts(help: &'static str) -> Arg {
    Arg::new("clean")
        .long("clean")
        .value_name("路径")
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

/// Puts arguments into the group of the help text with this heading.
pub fn group(heading: &'static str, arguments: impl IntoIterator<Item = Arg>) -> impl Iterator<Item = Arg> {
    arguments.into_iter().map(move |argument| argument.help_heading(heading))
}

/// Returns a help text with a Chinese colon after the headings of groups, where clap writes another one.
pub fn with_chinese_colons(help: &str) -> String {
    let mut out = String::with_capacity(help.len());
    for line in help.split_inclusive('\n') {
        match line.strip_suffix(":\n").filter(|heading| !heading.starts_with(' ')) {
            Some(heading) => out.extend([heading, "：\n"]),
            None => out.push_str(line),
        }
    }
    out
}

/// Converts clap's error about the command line `arguments` into an error in Chinese with help.
pub fn explain(error: &clap::Error, root: &Command, arguments: &[OsString]) -> Error {
    let command = command_path(root, arguments);
    let see_help = format!("运行 {command} --help 看用法。");
    let context = |kind| error.get(kind).map(context_text).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = context(ContextKind::InvalidSubcommand);
            let near = context(ContextKind::SuggestedSubcommand);
            let error = Error::new(format!("没有“{word}”这个命令。"));
            if command == root.get_name() && looks_like_draft(&word) {
                error.help(format!("想说的是 {command} check {word} 吗？"))
            } else if near.is_empty() {
                error.help(format!("运行 {command} --help 看全部命令。"))
            } else {
                error.help(format!("想说的是 {command} {near} 吗？"))
            }
        }
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            let near = context(ContextKind::SuggestedArg);
            let error = Error::new(format!("没有“{argument}”这个选项。"));
            if !near.is_empty() {
                error.help(format!("想写的是 {near} 吗？"))
            } else if command == root.get_name() {
                error.help("选项写在命令后面，例如 zhubi check --format brief 稿件.txt。")
            } else {
                error.help(format!("运行 {command} --help 看全部选项；文件名以“-”开头的，前面加上 ./。"))
            }
        }
        ErrorKind::UnknownArgument => Error::new(format!("多了一个参数“{argument}”。")).help(see_help),
        ErrorKind::InvalidValue => {
            let message = if value.is_empty() {
                format!("{argument} 后面缺少值。")
            } else {
                format!("{argument} 不能是“{value}”。")
            };
            match context(ContextKind::ValidValue) {
                valid if valid.is_empty() => Error::new(message).help(see_help),
                valid => Error::new(message).help(format!("可以是：{valid}。")),
            }
        }
        ErrorKind::ValueValidation => {
            // The parsers of zhubi say in Chinese which form a value must have; those of clap speak English.
            let form = std::error::Error::source(error).map(ToString::to_string);
            let form = form.filter(|form| !form.is_ascii()).map_or(see_help, |form| format!("{form}。"));
            Error::new(format!("{argument} 不能是“{value}”。")).help(form)
        }
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            Error::new(format!("{argument} 和 {other} 不能一起用。")).help("请去掉其中一个。")
        }
        ErrorKind::TooManyValues => Error::new(format!("{argument} 不带值，请去掉“{value}”。")).help(see_help),
        ErrorKind::MissingRequiredArgument => Error::new(format!("缺少参数 {argument}。")).help(see_help),
        ErrorKind::MissingSubcommand => Error::new("没有写命令。").help(format!("运行 {command} --help 看全部命令。")),
        ErrorKind::InvalidUtf8 => Error::new("命令行里有不是 UTF-8 编码的字。").help(see_help),
        _ => Error::new("命令行写得不对。").help(see_help),
    }
}

/// Returns the command to which the arguments belong, such as `zhubi rules show`.
fn command_path(root: &Command, arguments: &[OsString]) -> String {
    let mut path = root.get_name().to_owned();
    let mut command = root;
    for argument in arguments.iter().skip(1) {
        let Some(found) = command.find_subcommand(argument) else { break };
        command = found;
        path = format!("{path} {}", command.get_name());
    }
    path
}

/// Whether an unknown command is probably a draft: new users often omit the command, as in `zhubi draft.txt`.
fn looks_like_draft(word: &str) -> bool {
    word == "-" || Path::new(word).extension().is_some() || Path::new(word).exists()
}

/// Formats a context value of a clap error, without the placeholders for values.
fn context_text(value: &ContextValue) -> String {
    match value {
        ContextValue::String(one) => one.split(" <").next().unwrap_or_default().replace("...", ""),
        ContextValue::Strings(all) => all.join("、").replace("...", ""),
        _ => String::new(),
    }
}
