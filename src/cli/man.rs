//! `zhubi man`: prints a manual page that is made of the help texts of all commands.

use std::io;

use clap::Command;
use clap_mangen::Man;

use super::console::Console;
use super::{CommandError, CommandResult, Outcome, usage};

const BODY: &str = "\
选项：
{options}

例：
  zhubi man | man -l -
  zhubi man > ~/.local/share/man/man1/zhubi.1";

/// The sections that apply to all commands.
const COMMON_SECTIONS: &str = "\
.SH 退出码
0：没有问题，或者完成；1：有问题；2：没能完成。
.SH 文件
zhubi.toml：一家报纸的设置，管所在目录和下级目录里的稿件。
";

pub fn command() -> Command {
    usage::command("man", "输出手册页", "zhubi man", BODY)
}

pub fn run(console: &mut Console) -> CommandResult<Outcome> {
    let page = manual_page(super::command()).map_err(CommandError::Output)?;
    console.write(&page).map(|()| Outcome::Clean)
}

/// A function of clap_mangen that writes a section with an English heading.
type RenderSection = fn(&Man, &mut dyn io::Write) -> io::Result<()>;

fn manual_page(mut root: Command) -> io::Result<Vec<u8>> {
    root.build();
    // roff drops an empty date and then takes the next argument for the date, so the date is a space.
    let man = Man::new(root.clone()).date(" ").manual("朱笔手册");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    // No hyphenation and no justification, which do not suit Chinese.
    page.extend(b".nh\n.ad l\n");
    let sections: [(&str, RenderSection); 3] = [
        ("名称", Man::render_name_section),
        ("用法", Man::render_synopsis_section),
        ("选项", Man::render_options_section),
    ];
    for (heading, render) in sections {
        push_section(&mut page, "SH", heading, &man, render)?;
    }
    push_commands(&root, &mut page)?;
    page.extend(COMMON_SECTIONS.as_bytes());
    Ok(page)
}

/// Appends the description, usage and options of each subcommand of `parent`, recursively.
fn push_commands(parent: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    for command in parent.get_subcommands() {
        let man = Man::new(command.clone());
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
        push_section(page, "SH", name, &man, Man::render_description_section)?;
        push_section(page, "SS", "用法", &man, Man::render_synopsis_section)?;
        push_section(page, "SS", "选项", &man, Man::render_options_section)?;
        push_commands(command, page)?;
    }
    Ok(())
}

/// Appends a section with `heading` in place of the English heading. `level` is the roff macro of the heading.
fn push_section(page: &mut Vec<u8>, level: &str, heading: &str, man: &Man, render: RenderSection) -> io::Result<()> {
    let mut section = Vec::new();
    render(man, &mut section)?;
    page.extend(format!(".{level} \"{heading}\"").bytes());
    // Before the heading there is a preamble, which the page already has.
    let heading_start = section.windows(4).position(|bytes| bytes == b".SH ").unwrap_or(section.len());
    let content = section[heading_start..].iter().skip_while(|byte| **byte != b'\n').copied();
    // The groups of the options are parts of the section.
    let content = String::from_utf8_lossy(&content.collect::<Vec<u8>>()).replace("\n.SH ", "\n.SS ");
    page.extend(content.bytes());
    Ok(())
}
