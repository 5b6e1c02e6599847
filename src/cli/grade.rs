//! `zhubi grade`: the rate of errors, before and after what was decided.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Arg, ArgMatches, Command, value_parser};
use rust_decimal::Decimal;
use serde_json::json;

use super::console::Console;
use super::drafts::{self, DraftSource};
use super::{CommandResult, Outcome, listing, selection, table, usage, workspaces};
use crate::block::BlockKind;
use crate::error::Error;
use crate::file::read_text;
use crate::grade::{Bounds, Fault, Faults, Grade, Weights};
use crate::review::{BY_HAND, Galley, Reading};

const BODY: &str = "\
{all-args}

按《报纸期刊质量管理规定》附件的算法估算，只供参考，不是主管部门的检查结论。在 zhubi desk、zhubi review 里认定要改的，
才算差错；没有认定的给出下限（只算级别为错误的）和上限（全算）；没有改法、只是存疑的另列，不算。

退出码：0 完成，2 没能完成。

例：
  zhubi grade 稿件.txt
  zhubi grade --page-chars 8000 要闻版/
  zhubi grade --weights 本报.toml 稿件/";

pub fn command() -> Command {
    let usage = "zhubi grade [选项] <路径>…";
    usage::without_help_option("grade", "估算差错率", usage, BODY).defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    command
        .arg(drafts::paths_argument().required(false).required_unless_present("files-from"))
        .args(usage::group("算哪些稿件", listing::options()))
        .args(usage::group("算哪些稿件", drafts::reading_options()))
        .args(usage::group(
            "怎样算",
            [
                Arg::new("page-chars")
                    .long("page-chars")
                    .value_name("字数")
                    .value_parser(parse_characters)
                    .help("这些稿件合起来的版面字数；不写则按实际字数，算出的差错率偏高"),
                Arg::new("weights")
                    .long("weights")
                    .value_name("文件")
                    .value_parser(value_parser!(PathBuf))
                    .help("用自己的权重，写法同 rules/grade.toml"),
                usage::text_or_json("text（文字）或 json，默认 text"),
            ],
        ))
        .args(selection::options())
        .args(usage::group("其他", [usage::help_option()]))
}

fn parse_characters(text: &str) -> std::result::Result<Decimal, String> {
    let count: u32 = text.parse().map_err(|_| String::new()).unwrap_or(0);
    if count == 0 { Err("字数要写成 8000 这样的正整数".to_owned()) } else { Ok(count.into()) }
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let weights = match arguments.get_one::<PathBuf>("weights") {
        Some(path) => Weights::parse(&path.to_string_lossy(), &read_text(path, "权重文件")?)?,
        None => Weights::built_in(),
    };
    let mut sources = drafts::collect(arguments, console)?;
    if sources.iter().any(DraftSource::is_standard_input) {
        return Err(Error::new("标准输入不能算差错率。").help("请写稿件的路径。").into());
    }
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let galleys = table::open(&sources, &workspaces, console);
    let mut faults = Faults::default();
    let mut decided = Vec::new();
    let mut by_hand = 0;
    let mut counted = Decimal::ZERO;
    for reading in galleys.iter().map(Galley::reading) {
        let (draft, rules) = (reading.draft(), reading.engine().rules());
        faults.add(Faults::of(reading.findings(), rules, draft.text(), draft.blocks()));
        decided.extend(decided_faults(reading));
        by_hand += reading.decided().iter().filter(|decided| decided.rule == BY_HAND).count();
        counted += weights.count_blocks(draft.text(), draft.blocks());
    }
    let page = arguments.get_one::<Decimal>("page-chars").copied();
    let rates = Rates::new(&weights, (&decided, by_hand), &faults, page.unwrap_or(counted));
    let is_json = arguments.get_one::<String>("format").is_some_and(|format| format == "json");
    let text = if is_json {
        rates.json(&weights, galleys.len(), page.is_some())
    } else {
        rates.text(&weights, galleys.len(), page.is_some())
    };
    console.print(&text)?;
    Ok(Outcome::Clean)
}

/// Returns the rate of errors of a draft in a few words, for the desk.
pub fn brief(galley: &Galley) -> String {
    static WEIGHTS: LazyLock<Weights> = LazyLock::new(Weights::built_in);
    let reading = galley.reading();
    let (draft, rules) = (reading.draft(), reading.engine().rules());
    let now = Bounds::brief(reading.findings(), rules, draft.text(), draft.blocks());
    let decided = decided_faults(reading);
    if decided.is_empty() {
        return now;
    }
    let decided = WEIGHTS.grade(&decided, WEIGHTS.count_blocks(draft.text(), draft.blocks()));
    format!("已认定 {}／万；现在的{now}", decided.rate)
}

/// Returns what was decided to be changed.
fn decided_faults(reading: &Reading) -> Vec<Fault> {
    let blocks = reading.draft().blocks();
    let is_heading = |at: usize| {
        let block = blocks.iter().find(|block| {
            let extent = block.extent();
            extent.start <= at && at <= extent.end
        });
        block.is_some_and(|block| block.kind == BlockKind::Headline)
    };
    let changes = reading.decided().iter().filter(|decided| decided.verdict.is_change());
    let faults = changes.map(|decided| {
        let is_heading = is_heading(decided.span.start);
        if decided.rule == BY_HAND {
            return Fault::by_hand(&decided.before, &decided.after, is_heading);
        }
        let (before, after) = (decided.before.clone(), Some(decided.after.clone()));
        Fault { rule: decided.rule.clone(), before, after, is_heading }
    });
    faults.collect()
}

/// The rates of errors.
struct Rates {
    /// By what was decided: the draft as it was.
    decided: Grade,
    /// How many of them were corrected by hand, where no rule had found anything.
    by_hand: usize,
    /// By what was not decided: at least the errors, at most everything. This is the draft as it is now.
    least: Grade,
    most: Grade,
    questions: usize,
}

impl Rates {
    fn new(weights: &Weights, decided: (&[Fault], usize), faults: &Faults, characters: Decimal) -> Rates {
        let Bounds { least, most } = faults.bounds(weights, characters);
        let (decided, by_hand) = (weights.grade(decided.0, characters), decided.1);
        Rates { decided, by_hand, least, most, questions: faults.questions }
    }

    fn text(&self, weights: &Weights, drafts: usize, is_page: bool) -> String {
        let base = if is_page { "版面字数" } else { "实际字数；未给版面字数，算出的偏高" };
        let mut out = format!("依 {}\n估算，未经权威核定，不是检查结论\n", weights.title);
        out += &format!("  稿件  {drafts} 篇\n  字数  {}（{base}）\n", self.decided.characters.normalize());
        if self.decided.kinds.is_empty() {
            out += "  已认定  没有（在 zhubi desk 或 zhubi review 里认定要改的才算）\n";
        } else {
            out += "  已认定\n";
            out += &rows(&self.decided);
            if self.by_hand > 0 {
                out += &format!("    其中手改 {} 处，按改动的字数计\n", self.by_hand);
            }
            let verdict = if self.decided.passes { "没有超过" } else { "超过" };
            out += &format!(
                "    合计 {}，差错率 {}/10000，{verdict}合格线 {}/10000（改之前）\n",
                self.decided.points.normalize(),
                self.decided.rate,
                weights.limit
            );
        }
        out += "  未认定（稿件现在的样子）\n";
        out += &rows(&self.most);
        out += &format!(
            "    只算错误 {}，差错率 {}/10000；全算 {}，差错率 {}/10000\n",
            self.least.points.normalize(),
            self.least.rate,
            self.most.points.normalize(),
            self.most.rate
        );
        if self.questions > 0 {
            out += &format!("  存疑  {} 处，不算\n", self.questions);
        }
        out
    }

    fn json(&self, weights: &Weights, drafts: usize, is_page: bool) -> String {
        let value = json!({
            "title": weights.title, "official": false, "drafts": drafts,
            "characters": self.decided.characters, "counted": if is_page { "page" } else { "text" },
            "limit": weights.limit, "decided": self.decided, "by-hand": self.by_hand, "undecided": { "least": self.least, "most": self.most },
            "questions": self.questions,
        });
        format!("{value}\n")
    }
}

/// Returns a line for each kind of errors.
fn rows(grade: &Grade) -> String {
    let rows = grade.kinds.iter().map(|kind| {
        let limited = if kind.is_limited { "（有重复或到了上限）" } else { "" };
        format!("    {} {} 处，计 {}{limited}\n", kind.title, kind.errors, kind.points.normalize())
    });
    rows.collect()
}
