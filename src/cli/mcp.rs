//! `zhubi mcp`: the server for agents.

use std::io::{self, BufReader};

use clap::{ArgMatches, Command};

use super::office::LocalOffice;
use super::{CommandResult, Outcome, listing, office, selection, usage};
use crate::server::mcp;

const BODY: &str = "\
{all-args}

由智能体的程序启动，经标准输入输出说模型上下文协议（MCP）；怎样设置，见 docs/mcp.md。它只看稿、只提出改法，
不写任何文件。

退出码：0 会话结束，2 没能完成。";

pub fn command() -> Command {
    usage::without_help_option("mcp", "供智能体查稿（MCP 服务器）", "zhubi mcp [选项]", BODY).defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    command.args(selection::options()).args(usage::group("其他", [listing::jobs_option(), usage::help_option()]))
}

pub fn run(arguments: &ArgMatches) -> CommandResult<Outcome> {
    office::reject_terminal("请在智能体的程序里设置它，见 docs/mcp.md；在终端里查稿，用 zhubi check。")?;
    listing::limit_jobs(arguments);
    let office = LocalOffice::new(arguments)?;
    mcp::serve(office, BufReader::new(io::stdin()), io::stdout().lock())?;
    Ok(Outcome::Clean)
}
