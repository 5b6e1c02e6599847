//! `zhubi desk`: opens the desk in the browser.

use std::fmt::Write as _;
use std::process::{Command as Process, Stdio};
use std::time::SystemTime;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use humantime::format_rfc3339_seconds;

use super::console::Console;
use super::drafts::{self, DraftSource};
use super::workspaces::{self, Workspace};
use super::{CommandResult, Outcome, grade, keep, listing, selection, table, usage};
use crate::desk::server::Door;
use crate::desk::{Access, Desk, Office};
use crate::error::{Error, Result, cause};
use crate::review::Galley;

const BODY: &str = "\
{all-args}

书桌只在本机开，什么也不传出去；关上那一页，或在终端按 Ctrl-C，它就收了。定下的随时记在稿件旁边
（.稿件名.zhubi-review），下次接着做；按“存盘”才改动稿件。

退出码：0 完成，2 没能完成。

例：
  zhubi desk 稿件.txt
  zhubi desk --issue 今天的报纸/
  zhubi desk";

pub fn command() -> Command {
    let usage = "zhubi desk [选项] [路径]…";
    usage::without_help_option("desk", "在浏览器里校读：逐处看、逐处定", usage, BODY).defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    let flag = |name| Arg::new(name).long(name).action(ArgAction::SetTrue);
    command
        .arg(drafts::paths_argument().required(false))
        .args(usage::group("校读哪些稿件", listing::options()))
        .args(usage::group("校读哪些稿件", [flag("as-issue").long("issue").help("这些稿件是一期报纸的各版，一并核对")]))
        .args(usage::group("校读哪些稿件", drafts::reading_options()))
        .args(selection::options())
        .args(usage::group(
            "其他",
            [
                flag("no-open").help("不打开浏览器，只显示网址；网址只能用一次"),
                Arg::new("port")
                    .long("port")
                    .value_name("端口")
                    .value_parser(value_parser!(u16))
                    .help("用这个端口，默认任取一个空着的"),
                usage::help_option(),
            ],
        ))
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mut sources = drafts::collect(arguments, console)?;
    if sources.iter().any(DraftSource::is_standard_input) {
        let error = Error::new("书桌上的稿件要有文件，不能是标准输入。");
        return Err(error.help("请写稿件的路径，或打开书桌以后粘贴。").into());
    }
    let had_sources = !sources.is_empty();
    // Drafts that are pasted are read by the settings of the working directory.
    let mut here = vec![DraftSource::here()];
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let own = workspaces::load(arguments, &mut here, console)?;
    let galleys = table::open(&sources, &workspaces, console);
    if galleys.is_empty() && had_sources {
        return Ok(Outcome::Failed);
    }
    let port = arguments.get_one::<u16>("port").copied().unwrap_or(0);
    let door = Door::open(port).map_err(|error| {
        let error = Error::new(format!("书桌没能打开端口：{}。", cause(&error)));
        error.help("这个端口可能正在用，请换一个，或不写 --port。")
    })?;
    let (token, key) = (secret()?, secret()?);
    let address = format!("http://{}/#{token}", door.host());
    let office = LocalOffice { workspace: own.first(), is_issue: arguments.get_flag("as-issue") };
    let mut desk = Desk::new(galleys, Box::new(office), Access::new(token, key, door.host().to_owned()));
    let is_opened = !arguments.get_flag("no-open") && open_browser(&address);
    let how = if is_opened { "已在浏览器里打开书桌" } else { "请用浏览器打开" };
    console.print(&format!("{how}：{address}\n关上那一页，或在这里按 Ctrl-C，就收桌；定下的都已记下。\n"))?;
    console.flush()?;
    door.serve(&mut desk).map_err(|error| Error::new(format!("书桌停了：{}。", cause(&error))))?;
    Ok(Outcome::Clean)
}

/// Returns a secret that nobody can guess.
fn secret() -> Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|_| Error::new("系统没有给出随机数，书桌不开。"))?;
    Ok(bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    }))
}

/// Opens an address in the browser. Returns whether a program was started for it.
fn open_browser(address: &str) -> bool {
    let mut command = if cfg!(target_os = "macos") {
        Process::new("open")
    } else if cfg!(windows) {
        let mut command = Process::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Process::new("xdg-open")
    };
    let started = command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started.is_ok()
}

/// The program around the desk.
struct LocalOffice<'w> {
    /// The workspace of the working directory.
    workspace: Option<&'w Workspace>,
    is_issue: bool,
}

impl<'w> Office<'w> for LocalOffice<'w> {
    fn adopt(&self, name: &str, bytes: Vec<u8>) -> Result<Galley<'w>> {
        let workspace = self.workspace.ok_or_else(|| Error::new("当前目录的设置读不了，不能校对粘贴的文字。"))?;
        table::adopt(name, bytes, workspace)
    }

    fn author(&self) -> String {
        self.workspace.map_or("朱笔", Workspace::author).to_owned()
    }

    fn now(&self) -> String {
        format_rfc3339_seconds(SystemTime::now()).to_string()
    }

    fn compare(&self, drafts: &mut [Galley<'w>]) {
        if self.is_issue {
            table::compare(drafts);
        }
    }

    fn keep(&self, draft: &Galley<'w>) -> Result<()> {
        keep::keep(draft)
    }

    fn grade(&self, draft: &Galley<'w>) -> String {
        grade::brief(draft)
    }
}
