//! `zhubi completions`: prints a completion script for a shell.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::console::Console;
use super::{CommandResult, Outcome, usage};

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

例：
  zhubi completions bash > ~/.local/share/bash-completion/completions/zhubi
  zhubi completions zsh > ~/.zfunc/_zhubi
  zhubi completions fish > ~/.config/fish/completions/zhubi.fish";

pub fn command() -> Command {
    usage::command("completions", "输出命令行补全脚本", "zhubi completions <外壳>", BODY).arg(
        Arg::new("shell")
            .value_name("外壳")
            .required(true)
            .value_parser(value_parser!(Shell))
            .help("bash、zsh、fish、powershell 或 elvish"),
    )
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mut script = Vec::new();
    if let Some(shell) = arguments.get_one::<Shell>("shell") {
        clap_complete::generate(*shell, &mut super::command(), "zhubi", &mut script);
    }
    console.write(&script).map(|()| Outcome::Clean)
}
