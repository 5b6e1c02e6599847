//! `zhubi sources`: indexes a folder of sources, with which quotations are compared.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::console::{Console, shown};
use super::{CommandResult, Outcome, usage};
use crate::sources::{INDEX_NAME, Sources};

const INDEX: &str = "\
参数：
{positionals}

选项：
{options}

出处是目录里（连同下级目录）的 .txt 和 .md 文件，用 UTF-8 编码；索引写在这个目录的 .zhubi-sources 里。
出处增删改过以后再运行一次。不到 8 MB 的出处不建索引也能用。

例：
  zhubi sources index 法规/
  zhubi check --sources 法规/ 稿件.txt";

/// The command. clap adds the deferred arguments only if they are needed, which saves time at startup.
pub fn command() -> Command {
    usage::command("sources", "为引文的出处建索引", "zhubi sources <命令>", usage::COMMANDS)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            usage::command("index", "为目录里的法规、讲话、典籍等建索引", "zhubi sources index <目录>…", INDEX).defer(
                |command| {
                    command.arg(
                        Arg::new("folders")
                            .value_name("目录")
                            .required(true)
                            .num_args(1..)
                            .value_parser(value_parser!(PathBuf))
                            .help("装有出处的目录"),
                    )
                },
            ),
        )
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let Some(("index", arguments)) = arguments.subcommand() else { return Ok(Outcome::Clean) };
    for folder in arguments.get_many::<PathBuf>("folders").into_iter().flatten() {
        let size = Sources::index(folder)?;
        let (folder, files, characters) = (shown(folder), size.files, size.characters);
        console.print(&format!("{folder}：{files} 个文件，{characters} 字，索引写在 {INDEX_NAME}。\n"))?;
    }
    Ok(Outcome::Clean)
}
