//! `zhubi init`: writes a configuration template or a git hook.

use std::fs;
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::console::{Console, shown};
use super::{CommandResult, Outcome, git, replace, usage};
use crate::config::FILE_NAME;
use crate::error::{Error, Result};
use crate::file::read_text;

/// The configuration template. All settings in it are commented out, so it changes nothing until a line is uncommented.
pub const TEMPLATE: &str = include_str!("init/zhubi.toml");

const HOOK: &str = include_str!("init/pre-commit");

const BODY: &str = "\
选项：
{options}

已经有的文件不会改写。

退出码：0 完成，2 没能完成。";

pub fn command() -> Command {
    usage::command("init", "在当前目录写一份带说明的 zhubi.toml", "zhubi init [选项]", BODY).arg(
        Arg::new("hook")
            .long("hook")
            .action(ArgAction::SetTrue)
            .help("改为写 git 的提交钩子：有问题的改动提交不了；不需要别的工具"),
    )
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let message = if arguments.get_flag("hook") { install_hook()? } else { write_config()? };
    console.print(&message).map(|()| Outcome::Clean)
}

/// Writes the configuration template to the working directory and returns a message.
fn write_config() -> Result<String> {
    let path = Path::new(FILE_NAME);
    if path.symlink_metadata().is_ok() {
        let help = "要重新开始，请先把它移开；各项写法见 zhubi init 写出的说明，现在的设置见 zhubi config。";
        return Err(Error::new("已经有这个文件，没有改写。").help(help).in_file(FILE_NAME));
    }
    replace::create(path, TEMPLATE.as_bytes()).map_err(|error| error.in_file(FILE_NAME))?;
    Ok(format!("已写好 {FILE_NAME}。里面的设置都加了注释号“#”，去掉才起作用。\n"))
}

/// Installs the git hook and returns a message.
fn install_hook() -> Result<String> {
    let folder = git::hooks_folder()?;
    let path = folder.join("pre-commit");
    if read_text(&path, "文件").is_ok_and(|existing| existing == HOOK) {
        return Ok(format!("{}：提交钩子已经装好，没有改动。\n", shown(&path)));
    }
    if path.symlink_metadata().is_ok() {
        let help = "请在原有的钩子里加上一行：zhubi check --staged || exit 1";
        return Err(Error::new("已经有别的提交钩子，没有改写。").help(help).in_file(path.display()));
    }
    fs::create_dir_all(&folder)
        .map_err(|error| replace::create_error(&error))
        .and_then(|()| replace::create_executable(&path, HOOK.as_bytes()))
        .map_err(|error| error.in_file(path.display()))?;
    Ok(format!("已装好提交钩子 {}。提交之前会运行 zhubi check --staged。\n", shown(&path)))
}
