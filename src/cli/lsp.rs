//! `zhubi lsp`: the server for editors.

use std::io::{self, BufReader};

use clap::{ArgMatches, Command};

use super::office::LocalOffice;
use super::{CommandResult, Outcome, listing, office, selection, usage};
use crate::server::lsp::{self, End};

const BODY: &str = "\
{all-args}

由编辑器启动，经标准输入输出说语言服务器协议（LSP 3.17）；怎样在各种编辑器里设置，见 docs/editors.md。
zhubi.toml、保留清单、词表改了，自动重读。

退出码：0 编辑器正常结束了会话，1 编辑器没有打招呼就走了，2 没能完成。";

pub fn command() -> Command {
    usage::without_help_option("lsp", "在编辑器里边写边查（语言服务器）", "zhubi lsp [选项]", BODY).defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    command
        .args(selection::options())
        .args(usage::group("其他", [listing::jobs_option(), stdio_option(), usage::help_option()]))
}

/// Returns the option with which many editors start every server. It changes nothing.
fn stdio_option() -> clap::Arg {
    clap::Arg::new("stdio").long("stdio").action(clap::ArgAction::SetTrue).hide(true)
}

pub fn run(arguments: &ArgMatches) -> CommandResult<Outcome> {
    office::reject_terminal("请在编辑器里设置它，见 docs/editors.md；在终端里查稿，用 zhubi check 或 zhubi review。")?;
    listing::limit_jobs(arguments);
    let office = LocalOffice::new(arguments)?;
    match lsp::serve(office, BufReader::new(io::stdin()), io::stdout().lock())? {
        End::Orderly => Ok(Outcome::Clean),
        End::Abrupt => Ok(Outcome::Found),
    }
}
