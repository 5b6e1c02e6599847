//! `zhubi man`: the manual page, made of the help of all commands.

use std::io;

use clap::Command;
use clap_mangen::Man;

use super::console::Console;
use super::{Attempt, Outcome, Stop, usage};

const BODY: &str = "\
选项：
{options}

例：
  zhubi man | man -l -
  zhubi man > ~/.local/share/man/man1/zhubi.1";

/// What holds for all commands.
const END: &str = "\
.SH 退出码
0：没有问题，或者完成；1：有问题；2：没能完成。
.SH 文件
zhubi.toml：一家报纸的设置，管所在目录和下级目录里的稿件。
";

pub fn command() -> Command {
    usage::command("man", "输出手册页", "zhubi man", BODY)
}

pub fn run(console: &mut Console) -> Attempt<Outcome> {
    let page = page(super::command()).map_err(Stop::Output)?;
    console.write(&page).map(|()| Outcome::Clean)
}

/// A part of a page as clap_mangen writes it, with an English heading.
type Part = fn(&Man, &mut dyn io::Write) -> io::Result<()>;

fn page(mut root: Command) -> io::Result<Vec<u8>> {
    root.build();
    // roff would lose an empty date, and take what follows for it.
    let man = Man::new(root.clone()).date(" ").manual("朱笔手册");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    // Lines of Chinese are broken, but neither hyphenated nor stretched.
    page.extend(b".nh\n.ad l\n");
    let parts: [(&str, Part); 3] = [
        ("名称", Man::render_name_section),
        ("用法", Man::render_synopsis_section),
        ("选项", Man::render_options_section),
    ];
    for (heading, part) in parts {
        put(&mut page, "SH", heading, &man, part)?;
    }
    commands(&root, &mut page)?;
    page.extend(END.as_bytes());
    Ok(page)
}

/// The commands below `parent`, each with its usage and its options.
fn commands(parent: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    for command in parent.get_subcommands() {
        let man = Man::new(command.clone());
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
        put(page, "SH", name, &man, Man::render_description_section)?;
        put(page, "SS", "用法", &man, Man::render_synopsis_section)?;
        put(page, "SS", "选项", &man, Man::render_options_section)?;
        commands(command, page)?;
    }
    Ok(())
}

/// A part with a heading of that level in place of its own.
fn put(page: &mut Vec<u8>, level: &str, heading: &str, man: &Man, part: Part) -> io::Result<()> {
    let mut own = Vec::new();
    part(man, &mut own)?;
    page.extend(format!(".{level} \"{heading}\"").bytes());
    // What stands before its heading is a preamble, which the page has already.
    let heading = own.windows(4).position(|bytes| bytes == b".SH ").unwrap_or(own.len());
    page.extend(own[heading..].iter().skip_while(|byte| **byte != b'\n'));
    Ok(())
}
