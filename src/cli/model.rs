//! `zhubi model`: trains, calibrates and measures models of which character fits where.

use std::fmt::Write;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::console::{Console, shown};
use super::{CommandResult, Outcome, replace, usage};
use crate::config::ModelChoice;
use crate::context::ContextReader;
use crate::error::{Error, Result, cause};
use crate::file::{Unreadable, open_regular, read_text};
use crate::model::corrections::{Row, read_rows};
use crate::model::{Judged, Material, Model, Rates, Reader, Sections, Size, Text, alarms, map, threshold};
use crate::{builtin, parallel};

/// The rates of alarms at which a model is measured, in 100,000 characters of clean text.
const RATES: [f64; 5] = [1.0, 2.0, 5.0, 10.0, 20.0];

const TRAIN: &str = "\
参数：
{positionals}

选项：
{options}

文字一段一行，用 UTF-8 编码。三个字以上的序列，出现三次的才记下，原文还原不出来。
同样的文字训练出的模型，每个字节都一样。";

/// The command. clap adds the deferred arguments only if they are needed, which saves time at startup.
pub fn command() -> Command {
    usage::command("model", "训练、校准、测量凭上下文找错字的模型", "zhubi model <命令>", usage::COMMANDS)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            usage::command("train", "用文字训练模型", "zhubi model train <文字>… -o <模型>", TRAIN).defer(|command| {
                command
                    .arg(paths("texts", "文字", "训练用的文字").required(true).num_args(1..))
                    .arg(Arg::new("light").long("light").action(ArgAction::SetTrue).help("做轻便的模型，约八兆"))
                    .arg(output())
            }),
            usage::command(
                "calibrate",
                "用改过的错字和没有错的文字校准模型",
                "zhubi model calibrate <模型> --errors <表> --clean <文字> -o <模型>",
                usage::ARGUMENTS,
            )
            .defer(|command| {
                command
                    .arg(model())
                    .arg(errors())
                    .arg(clean())
                    .arg(rate("warnings", "没有错的文字每十万字最多误报几处警告，默认 2"))
                    .arg(rate("advice", "连同建议最多误报几处，默认 8"))
                    .arg(output())
            }),
            usage::command(
                "eval",
                "测量模型：误报多少时改对几成",
                "zhubi model eval <模型> --errors <表> --clean <文字> [选项]",
                usage::ARGUMENTS,
            )
            .defer(|command| {
                command.arg(model()).arg(errors()).arg(clean()).arg(
                    Arg::new("show")
                        .long("show")
                        .value_name("条数")
                        .value_parser(value_parser!(usize))
                        .help("列出没有错的文字里最可疑的几处"),
                )
            }),
            usage::command("info", "显示模型的内容", "zhubi model info <模型>", usage::ARGUMENTS)
                .defer(|command| command.arg(model())),
        ])
}

fn paths(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).value_parser(value_parser!(PathBuf)).help(help)
}

fn model() -> Arg {
    paths("model", "模型", "模型文件").required(true)
}

fn errors() -> Arg {
    let help = "改错表，每行是编号、原句、改后的句子，用制表符隔开；可以写几次";
    paths("errors", "表", help).long("errors").required(true).action(ArgAction::Append)
}

fn clean() -> Arg {
    let help = "没有错的文字，一段一行，没有用来训练过；可以是目录，可以写几次";
    paths("clean", "文字", help).long("clean").required(true).action(ArgAction::Append)
}

fn rate(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("处数").value_parser(value_parser!(f64)).help(help)
}

fn output() -> Arg {
    paths("output", "模型", "写到这个文件").short('o').long("output").required(true)
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    match arguments.subcommand() {
        Some(("train", arguments)) => train(arguments, console),
        Some(("calibrate", arguments)) => calibrate(arguments, console),
        Some(("eval", arguments)) => evaluate(arguments, console),
        Some(("info", arguments)) => info(arguments, console),
        _ => Ok(Outcome::Clean),
    }
}

fn train(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mut text = Text::default();
    for path in chosen(arguments, "texts") {
        let unreadable = |reason: Unreadable| reason.into_error(u64::MAX, "文字").in_file(path.display());
        let file = open_regular(path).map_err(unreadable)?;
        text.add(BufReader::with_capacity(1 << 20, file)).map_err(|error| unreadable(error.into()))?;
    }
    let size = if arguments.get_flag("light") { Size::Light } else { Size::Full };
    let bytes = text.train(size, &builtin::lexicon(), &mut |doing| console.note(&format!("{doing}……")))?;
    write(arguments, &bytes, console)
}

fn calibrate(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let bytes = read(arguments)?;
    let material = Material {
        rows: rows(arguments)?.into_iter().flat_map(|(_, rows)| rows).collect(),
        clean: lines(arguments)?,
        rates: rates(arguments),
    };
    let bytes = material.calibrate(bytes).map_err(|error| in_model(error, arguments))?;
    write(arguments, &bytes, console)
}

fn evaluate(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let bytes = read(arguments)?;
    let model = Model::read(bytes).map_err(|error| in_model(error, arguments))?;
    let clean = lines(arguments)?;
    let characters: usize = parallel::map(&clean, |line| line.chars().count()).iter().sum();
    let alarms = alarms(&model, &clean);
    let mut out = format!("没有错的文字 {characters} 字。改对的句子占有错的句子的比例，括号里是改对的占改过的：\n");
    let sets = rows(arguments)?;
    let judged: Vec<(&str, Judged)> =
        sets.iter().map(|(name, rows)| (name.as_str(), Judged::new(&model, rows))).collect();
    for rate in RATES {
        let threshold = threshold(&alarms, characters, rate);
        let _ = write!(out, "每十万字误报 {rate} 处（{threshold:.2}）");
        for (name, judged) in &judged {
            let result = judged.at(threshold);
            let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
            let (mended, precision) = (share(result.mended, result.wrong), share(result.mended, result.changed));
            let _ = write!(out, "  {name} {mended:.1}%（{precision:.0}%）");
        }
        out.push('\n');
    }
    for (line, alarm) in alarms.iter().take(arguments.get_one("show").copied().unwrap_or(0)) {
        let text = &clean[*line];
        let (before, after) = (&text[..alarm.start], &text[alarm.start + alarm.written.len_utf8()..]);
        let skipped = before.chars().count().saturating_sub(12);
        let before: String = before.chars().skip(skipped).collect();
        let after: String = after.chars().take(12).collect();
        let _ = writeln!(out, "{:6.2}  {before}【{}→{}】{after}", alarm.score, alarm.written, alarm.meant);
    }
    console.print(&out).map(|()| Outcome::Clean)
}

fn info(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let bytes = read(arguments)?;
    let sections = Sections::read(bytes).map_err(|error| in_model(error, arguments))?;
    Model::read(bytes).map_err(|error| in_model(error, arguments))?;
    let mut out = String::new();
    for (name, section) in sections.iter() {
        let _ = writeln!(out, "{name:16} {:>10}", section.len());
    }
    let _ = writeln!(out, "{:14} {:>10}", "总计", bytes.len());
    console.print(&out).map(|()| Outcome::Clean)
}

fn chosen<'a>(arguments: &'a ArgMatches, name: &str) -> impl Iterator<Item = &'a PathBuf> {
    arguments.get_many(name).into_iter().flatten()
}

fn model_path(arguments: &ArgMatches) -> &Path {
    arguments.get_one::<PathBuf>("model").map_or(Path::new(""), PathBuf::as_path)
}

fn in_model(error: Error, arguments: &ArgMatches) -> Error {
    error.in_file(model_path(arguments).display())
}

/// Returns the bytes of the model file.
fn read(arguments: &ArgMatches) -> Result<&'static [u8]> {
    map(model_path(arguments))
}

/// The environment variable that names a model in place of the one that comes with the program; if it is empty, there is
/// none.
const VARIABLE: &str = "ZHUBI_MODEL";

/// Opens the chosen model. Returns `None` if none comes with the program and none is named.
pub fn open(choice: &ModelChoice) -> Result<Option<Arc<dyn ContextReader>>> {
    let from_environment = || std::env::var_os(VARIABLE).map(PathBuf::from);
    let reader = match choice.file.clone().or_else(from_environment) {
        Some(none) if none.as_os_str().is_empty() => None,
        Some(file) => Some(Reader::open(&file)?),
        None => Reader::shipped()?,
    };
    let Some(mut reader) = reader else { return Ok(None) };
    if let Some(own) = &choice.own {
        reader = reader.with_own(own)?;
    }
    Ok(Some(Arc::new(if choice.is_advice() { reader.into_advice() } else { reader })))
}

/// Writes the model and says where it is.
fn write(arguments: &ArgMatches, bytes: &[u8], console: &mut Console) -> CommandResult<Outcome> {
    let path = arguments.get_one::<PathBuf>("output").map_or(Path::new(""), PathBuf::as_path);
    replace::create_or_replace(path, bytes).map_err(|error| error.in_file(path.display()))?;
    let megabytes = bytes.len() as f64 / 1e6;
    console.print(&format!("已写好 {}，{megabytes:.1} MB。\n", shown(path))).map(|()| Outcome::Clean)
}

/// Returns the tables of errors, each with its name.
fn rows(arguments: &ArgMatches) -> Result<Vec<(String, Vec<Row>)>> {
    let tables = chosen(arguments, "errors").map(|path| {
        let rows = read_rows(&read_text(path, "改错表")?);
        if rows.is_empty() {
            let error = Error::new("改错表里没有一行是“编号、原句、改后的句子”。").in_file(path.display());
            return Err(error.help("三项之间用制表符隔开。"));
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, rows))
    });
    tables.collect()
}

/// Returns how many alarms are allowed.
fn rates(arguments: &ArgMatches) -> Rates {
    let known = Rates::default();
    let given = |name| arguments.get_one::<f64>(name).copied();
    Rates {
        nearly_certain: given("warnings").unwrap_or(known.nearly_certain),
        suspicious: given("advice").unwrap_or(known.suspicious),
    }
}

/// Returns the lines of the clean text.
fn lines(arguments: &ArgMatches) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for path in chosen(arguments, "clean") {
        for file in files(path)? {
            let text = read_text(&file, "文字")?;
            lines.extend(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
        }
    }
    Ok(lines)
}

/// Returns the file, or the files in the directory in the order of their names.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error: std::io::Error| {
        Error::new(format!("读不了这个目录：{}。", cause(&error))).caused_by(error).in_file(path.display())
    };
    let entries = std::fs::read_dir(path).map_err(unreadable)?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(unreadable)?.path();
        if file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}
