//! `zhubi learn`: what editors correct again and again, between two proofs or by hand on the desk, as candidates for the
//! paper's lists; and what they do not take from the program, with the setting that would still it. Nothing is taken up by
//! itself.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::console::{Console, shown};
use super::drafts::{self, DraftSource};
use super::workspaces::{self, Workspace};
use super::{CommandResult, Outcome, replace, selection, table, usage};
use crate::builtin;
use crate::compare::{Fate, compare};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finding::{FixSafety, Severity};
use crate::house::{House, ListKind, Vocabulary, shortened};
use crate::learn::{Correction, Corrections, Replacement};
use crate::review::{BY_HAND, Decided};
use crate::revise::revise_with;
use crate::rule::Rule;
use crate::text::{Locator, visible};

/// How many places of a candidate are shown.
const SHOWN: usize = 3;

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

初样和终样一对一对地写：初样.txt 终样.txt，或两个目录，里面的稿件按名字对应。反复出现的改法列为候选，附上
原句和次数；加不加由你定，加进用语表的命令写在每条下面。加上 --rejected，书桌上定为不改的也算；只写一个
路径的，就只看在书桌上怎样定的：手改的，或与 --rejected 一起，定为不改的。

例：
  zhubi learn 初样/ 终样/ --clean 往期/
  zhubi learn 校读过的/
  zhubi learn --rejected 初样/ 终样/
  zhubi learn --rejected 稿件/";

pub fn command() -> Command {
    usage::command("learn", "从初样和终样里找反复出现的改法，供加进词表", "zhubi learn <初样> <终样>… [选项]", BODY)
        .defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("paths")
                .value_name("稿件")
                .required(true)
                .num_args(1..)
                .value_parser(value_parser!(PathBuf))
                .help("初样和它的终样，可以写几对；或装有初样和终样的两个目录；或校读过的一处"),
        )
        .arg(
            Arg::new("least")
                .long("least")
                .value_name("次数")
                .value_parser(value_parser!(usize))
                .default_value("2")
                .hide_default_value(true)
                .help("至少出现几次才列出，默认 2"),
        )
        .arg(usage::clean_drafts("没有错的稿件或目录：数一数候选在那里会报几处；可以写几次"))
        .arg(
            Arg::new("write")
                .long("write")
                .value_name("文件")
                .value_parser(value_parser!(PathBuf))
                .help("把候选写成用语表，每行前面有“#”，去掉才起作用"),
        )
        .arg(
            Arg::new("rejected")
                .long("rejected")
                .action(ArgAction::SetTrue)
                .help("改为列出查出来却总不照改的规则，以及怎样设置就不再提示"),
        )
        .args(drafts::reading_options())
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    if let Some([path]) = arguments.get_many("paths").map(|paths| paths.collect::<Vec<&PathBuf>>()).as_deref() {
        return learn_from_desk(path, arguments, console);
    }
    let pairs = pairs(arguments, console)?;
    let (old, new): (Vec<DraftSource>, Vec<DraftSource>) = pairs.into_iter().unzip();
    let mut sources: Vec<DraftSource> = old.into_iter().chain(new).collect();
    let count = sources.len();
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    if sources.len() != count {
        return Err(Error::new("有的稿件按配置不检查，对不成一对。").help("请核对配置里的 ignore。").into());
    }
    let new = sources.split_off(count / 2);
    let pairs: Vec<(DraftSource, DraftSource)> = sources.into_iter().zip(new).collect();
    let mut learnt = Learnt::default();
    for (old, new) in &pairs {
        if let Err(error) = learnt.add(old, new, &workspaces[new.workspace]) {
            console.report_error(&error);
        }
    }
    report(&learnt, &format!("对照了 {} 对稿件", pairs.len()), arguments, console)
}

/// Reports what was learnt. `done` says from what.
fn report(learnt: &Learnt, done: &str, arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    if arguments.get_flag("rejected") {
        let text = learnt.rejected(least(arguments));
        return console.print(&text).map(|()| Outcome::Clean);
    }
    let candidates = learnt.corrections.recurring(least(arguments));
    let alarms = alarms(arguments, &candidates, console)?;
    let mut out = String::new();
    for (number, (replacement, places)) in (1..).zip(&candidates) {
        push_candidate(&mut out, number, replacement, places, alarms.as_ref());
    }
    if candidates.is_empty() {
        let _ = writeln!(out, "{done}，没有反复出现的改法。");
    }
    if let Some(path) = arguments.get_one::<PathBuf>("write") {
        let list = as_list(&candidates);
        replace::create(path, list.as_bytes()).map_err(|error| error.in_file(path.display()))?;
        let _ = writeln!(out, "候选写在 {}，去掉行首的“# ”才起作用。", shown(path));
    }
    console.print(&out).map(|()| Outcome::Clean)
}

/// Learns from what was decided on the desk alone.
fn learn_from_desk(path: &PathBuf, arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mut sources = drafts::sources_below(std::iter::once(path), console);
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let mut learnt = Learnt::default();
    for source in &sources {
        match learnt.add_decisions(source, &workspaces[source.workspace]) {
            Ok(decided) => learnt.add_corrections(source, &decided),
            Err(error) => console.report_error(&error),
        }
    }
    report(&learnt, &format!("看了 {} 篇稿件在书桌上的手改", sources.len()), arguments, console)
}

fn least(arguments: &ArgMatches) -> usize {
    arguments.get_one::<usize>("least").copied().unwrap_or(2).max(1)
}

/// The pairs of drafts that the arguments name.
fn pairs(arguments: &ArgMatches, console: &mut Console) -> Result<Vec<(DraftSource, DraftSource)>> {
    let paths: Vec<&PathBuf> = arguments.get_many("paths").into_iter().flatten().collect();
    let mut pairs = Vec::new();
    for pair in paths.chunks(2) {
        let [old, new] = pair else {
            let error = Error::new("初样和终样不成对。");
            return Err(error.help("请一对一对地写：初样.txt 终样.txt。"));
        };
        if !old.is_dir() && !new.is_dir() {
            let files = [old, new].map(|path| drafts::sources_below(std::iter::once(*path), console));
            let [old, new] = files.map(|files| files.into_iter().next());
            pairs.extend(old.zip(new));
            continue;
        }
        let relative = |folder: &Path, source: &DraftSource| source.path.strip_prefix(folder).map(Path::to_owned);
        let mut revised: BTreeMap<PathBuf, DraftSource> = BTreeMap::new();
        for source in drafts::sources_below(std::iter::once(*new), console) {
            revised.extend(relative(new, &source).ok().map(|path| (path, source)));
        }
        let before = pairs.len();
        for source in drafts::sources_below(std::iter::once(*old), console) {
            let partner = relative(old, &source).ok().and_then(|path| revised.remove(&path));
            pairs.extend(partner.map(|partner| (source, partner)));
        }
        if pairs.len() == before {
            let error = Error::new(format!("{} 和 {} 里没有同名的稿件。", shown(old), shown(new)));
            return Err(error.help("两个目录里的稿件按名字对应，请核对路径。"));
        }
    }
    Ok(pairs)
}

/// What was made of the findings of a rule.
#[derive(Default)]
struct Verdict {
    title: String,
    taken: usize,
    /// The texts that were left as they were, and the first place.
    left: Vec<String>,
    place: String,
}

/// What the pairs have shown.
#[derive(Default)]
struct Learnt {
    corrections: Corrections,
    /// By the id of the rule.
    verdicts: BTreeMap<String, Verdict>,
}

impl Learnt {
    /// Adds a pair of drafts.
    fn add(&mut self, old: &DraftSource, new: &DraftSource, workspace: &Workspace) -> Result<()> {
        let open = |source: &DraftSource| {
            source.read().and_then(|bytes| source.open(bytes)).map_err(|error| error.in_file(source))
        };
        let (old_draft, new_draft) = (open(old)?, open(new)?);
        let options = workspace.review_options(old);
        let review = |draft: &Draft| options.review(&workspace.engine, draft).findings;
        let (old_findings, new_findings) = (review(&old_draft), review(&new_draft));
        let revision = revise_with(&workspace.engine, &old_draft, FixSafety::Suggested, &options);
        let fixed = revision.and_then(|revision| old_draft.reopen(revision.bytes));
        let fixed = fixed.unwrap_or_else(|_| old_draft.clone());
        let comparison = compare((&old_draft, &old_findings), (&new_draft, &new_findings), &fixed);
        let path = shown(&old.path);
        self.corrections.add(&path, &old_draft, &new_draft, &comparison.changes, &builtin::lexicon());
        let mut decided = self.add_decisions(old, workspace)?;
        decided.extend(self.add_decisions(new, workspace)?);
        let mut locator = Locator::new(old_draft.text());
        for (finding, fate) in old_findings.iter().zip(&comparison.fates) {
            let rule = &workspace.engine.rules().rules[finding.rule as usize];
            let text = finding.span.of(old_draft.text());
            let is_taken = *fate != Fate::Remains;
            let is_same = |it: &Decided| it.rule == rule.id && it.before == text && it.verdict.is_change() == is_taken;
            // What was decided on the desk has been counted.
            match decided.iter().position(is_same) {
                Some(same) => drop(decided.swap_remove(same)),
                None => {
                    let line = locator.position(finding.span.start).line;
                    self.judge(rule, is_taken, text, || format!("{path}:{line}"));
                }
            }
        }
        Ok(())
    }

    /// Adds what was decided on a draft on the desk, and returns it. A rule that no longer runs needs no setting.
    fn add_decisions(&mut self, source: &DraftSource, workspace: &Workspace) -> Result<Vec<Decided>> {
        let decided = table::decided_on(&source.path)?;
        for decided in &decided {
            let rule = workspace.engine.rules().rules.iter().find(|rule| rule.id == decided.rule);
            if let Some(rule) = rule {
                self.judge(rule, decided.verdict.is_change(), &decided.before, || shown(&source.path));
            }
        }
        Ok(decided)
    }

    /// Adds what was corrected by hand on the desk.
    fn add_corrections(&mut self, source: &DraftSource, decided: &[Decided]) {
        let lexicon = builtin::lexicon();
        for Decided { before, after, around, .. } in decided.iter().filter(|decided| decided.rule == BY_HAND) {
            self.corrections.add_one(&shown(&source.path), (before, after), (&around.0, &around.1), &lexicon);
        }
    }

    /// Adds what was made of a finding.
    fn judge(&mut self, rule: &Rule, is_taken: bool, text: &str, place: impl FnOnce() -> String) {
        let verdict = self.verdicts.entry(rule.id.clone()).or_default();
        if is_taken {
            verdict.taken += 1;
            return;
        }
        if verdict.left.is_empty() {
            verdict.title.clone_from(&rule.metadata.title);
            verdict.place = place();
        }
        verdict.left.push(shortened(text));
    }

    /// The rules whose findings are left as they are, with the settings that would still them.
    fn rejected(&self, least: usize) -> String {
        let mut out = String::new();
        // One in five that is taken is worth the others.
        let is_rejected = |verdict: &Verdict| verdict.left.len() >= least && verdict.taken * 4 < verdict.left.len();
        for (id, verdict) in self.verdicts.iter().filter(|(_, verdict)| is_rejected(verdict)) {
            let (title, left, taken) = (&verdict.title, verdict.left.len(), verdict.taken);
            let _ = writeln!(out, "{id}（{title}）：没有照改 {left} 处，照改 {taken} 处。");
            let text = &verdict.left[0];
            let _ = writeln!(out, "  例：{} 的“{}”。", verdict.place, visible(text));
            let is_one_wording = verdict.left.iter().all(|other| other == text) && text.chars().nth(1).is_some();
            if is_one_wording {
                let _ = writeln!(out, "  总是同一个词，要放过它：zhubi words add {}", visible(text));
            } else {
                let _ = writeln!(out, "  不要这条规则，在 zhubi.toml 里写：\n    [rule.\"{id}\"]\n    enabled = false");
            }
        }
        if out.is_empty() { "没有总不照改的规则。\n".to_owned() } else { out }
    }
}

fn push_candidate(
    out: &mut String,
    number: usize,
    (old, new): &Replacement,
    places: &[Correction],
    alarms: Option<&BTreeMap<Replacement, usize>>,
) {
    let _ = writeln!(out, "{number}. {old} → {new}（{} 次）", places.len());
    for Correction { place, old, new } in places.iter().take(SHOWN) {
        let _ = writeln!(out, "  {place}：{} → {}", visible(old), visible(new));
    }
    if let Some(alarms) = alarms {
        let count = alarms.get(&(old.clone(), new.clone())).copied().unwrap_or_default();
        let _ = writeln!(out, "  在没有错的稿件里会报 {count} 处。");
    }
    let _ = writeln!(out, "  要加进用语表：zhubi words add {old} --to {new}");
}

/// How often each candidate would fire in copy without errors; `None` if there is none to look at.
fn alarms(
    arguments: &ArgMatches,
    candidates: &[(&Replacement, &[Correction])],
    console: &mut Console,
) -> CommandResult<Option<BTreeMap<Replacement, usize>>> {
    let Some(paths) = arguments.get_many::<PathBuf>("clean") else { return Ok(None) };
    let rules = builtin::rules().select(&["house/term".to_owned()], &[], Severity::Advice)?;
    let lines: Vec<String> = candidates.iter().map(|((old, new), _)| format!("{old}\t{new}")).collect();
    // Each candidate by itself: one may be the right form of another.
    let lists = lines.iter().map(|line| Arc::new(Vocabulary::prepare("", line, ListKind::Terms).0));
    let engines: Vec<Engine> =
        lists.map(|list| Engine::new(rules.clone()).with_house(Some(Arc::new(House::new(vec![list]))))).collect();
    let sources = drafts::sources_below(paths, console);
    let mut alarms = BTreeMap::new();
    drafts::process_in_order(
        &sources,
        console,
        |source| {
            let draft = source.open(source.read()?)?;
            Ok(engines.iter().map(|engine| engine.check(&draft).len()).collect::<Vec<_>>())
        },
        |_, counts| {
            for ((replacement, _), count) in candidates.iter().zip(counts) {
                *alarms.entry((*replacement).clone()).or_default() += count;
            }
            Ok(())
        },
    )?;
    Ok(Some(alarms))
}

/// The candidates as a list of terms in which each line is a remark.
fn as_list(candidates: &[(&Replacement, &[Correction])]) -> String {
    let mut out = String::from("# 候选的用语：错误写法、正确写法。去掉行首的“# ”，这一条才起作用。\n");
    for ((old, new), places) in candidates {
        let _ = writeln!(out, "# {old}\t{new}  # {} 次", places.len());
    }
    out
}
