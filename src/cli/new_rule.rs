//! `zhubi rules new`: writes a rule file to start from.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::console::shown;
use super::replace::create_new;
use super::usage;
use crate::builtin;
use crate::error::{Error, Result, cause, nearest};
use crate::rule::{FAMILIES, rule_name_error};

/// A valid rule file with `{…}` placeholders. Its comments explain what to change.
const TEMPLATE: &str = include_str!("new-rule.toml");

pub fn command() -> Command {
    usage::command("new", "写一个规则文件的样子，供修改", "zhubi rules new <规则> [文件]", usage::ARGUMENTS)
        .arg(Arg::new("id").value_name("规则").required(true).help("规则编号：规则族/名字，例如 typo/chuan-lian"))
        .arg(
            Arg::new("file")
                .value_name("文件")
                .value_parser(value_parser!(PathBuf))
                .help("写到哪里；不写则是当前目录里的“名字.toml”。已有的文件不会改动"),
        )
}

/// Writes the rule file and returns a message that describes the next steps.
pub fn run(arguments: &ArgMatches) -> Result<String> {
    let id = arguments.get_one::<String>("id").map_or("", String::as_str);
    let (family, name) = split_new_id(id)?;
    let path = arguments.get_one("file").cloned().unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
    let text = fill_template(family, name, &path);
    create_new(&path, text.as_bytes()).map_err(|error| {
        let error = match error.kind() {
            ErrorKind::AlreadyExists => {
                Error::new("已经有这个文件，没有改动它。").help("请写另一个文件名，或直接在这个文件里添一条规则。")
            }
            _ => Error::new(format!("没能写入规则文件：{}。", cause(&error))),
        };
        error.in_file(path.display())
    })?;
    let path = shown(&path);
    Ok(format!(
        "已写好 {path}。把里面的例子换成自己的，然后：\n  zhubi rules test {path}\n  zhubi check --rules {path} 稿件.txt\n"
    ))
}

/// Splits the id of a new rule into family and name.
///
/// # Errors
/// The id is not valid, the family does not exist, or the rule exists.
fn split_new_id(id: &str) -> Result<(&str, &str)> {
    let families = FAMILIES.map(|(family, _)| family);
    let known = || format!("可用的规则族：{}。", families.join("、"));
    let Some((family, name)) = id.split_once('/') else {
        return Err(Error::new(format!("“{id}”不是规则编号。"))
            .help(format!("编号是“规则族/名字”，例如 typo/chuan-lian。{}", known())));
    };
    if !families.contains(&family) {
        let near = nearest(family, families).map(|near| format!("想写的是 {near} 吗？")).unwrap_or_default();
        return Err(Error::new(format!("没有名为“{family}”的规则族。")).help(near + &known()));
    }
    if let Some(fault) = rule_name_error(name) {
        return Err(Error::new(fault).help("例如 typo/chuan-lian。"));
    }
    if builtin::rules().rules.iter().any(|rule| rule.id == id) {
        return Err(Error::new(format!("规则“{id}”已经有了。"))
            .help(format!("请用别的名字；运行 zhubi rules show {id} 看这条规则。")));
    }
    Ok((family, name))
}

fn fill_template(family: &str, name: &str, path: &Path) -> String {
    let families = FAMILIES.map(|(name, chinese)| format!("{name}（{chinese}）"));
    TEMPLATE
        .replace("{file}", &shown(path))
        .replace("{families}", &families.join("、"))
        .replace("{family}", family)
        .replace("{name}", name)
}
