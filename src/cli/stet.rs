//! `zhubi stet`: lets stand what is found now, by writing it into a list.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};

use super::console::Console;
use super::desks::{self, Desk, Office, slashed, whole};
use super::drafts::{self, Source};
use super::{Attempt, Outcome, replace, selection, usage};
use crate::error::{Error, Result};
use crate::stet::{ReviewOptions, SuppressionEntry, SuppressionList};

const BODY: &str = "\
参数：
{positionals}

选项：
{options}

清单写在 .zhubi-stet.toml 里：上级目录里已经有的，就重写那一份；没有的，写在 zhubi.toml 旁边，
再没有就写在当前目录。已经填好的 who 和 why 原样留下，对不上的条目删去。

退出码：0 完成，2 没能完成。

例：
  zhubi stet 稿件/
  zhubi stet --only typo --who 值班编辑 --why 旧稿，不再改 稿件/";

pub fn command() -> Command {
    usage::command("stet", "把现在查出的问题记下来，以后不再显示", "zhubi stet [选项] <路径>…", BODY).defer(arguments)
}

/// Its arguments. They are made when the command is asked for.
fn arguments(command: Command) -> Command {
    let words =
        |name, help| Arg::new(name).long(name).value_name("文字").default_value("").hide_default_value(true).help(help);
    command
        .arg(drafts::paths())
        .arg(words("who", "新记下的条目是谁定的"))
        .arg(words("why", "新记下的条目为什么保留"))
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> Attempt<Outcome> {
    let mut sources = drafts::collect(arguments, console)?;
    if sources.iter().any(Source::is_standard_input) {
        return Err(Error::new("标准输入没有名字，不能记进保留清单。").help("请写稿件的路径。").into());
    }
    let desks = desks::desks(arguments, &mut sources, console)?;
    let mut office = Office::new(arguments)?;
    let mut lists: BTreeMap<PathBuf, Vec<Source>> = BTreeMap::new();
    for source in sources {
        lists.entry(target(&source, &mut office)).or_default().push(source);
    }
    let words = |name| arguments.get_one::<String>(name).map_or("", String::as_str);
    for (target, sources) in lists {
        let shown = office.shown(&target);
        let old = if target.is_file() { Some(SuppressionList::open(&shown)?) } else { None };
        let old: Vec<SuppressionEntry> = old.iter().flat_map(|list| list.entries().cloned()).collect();
        let (found, read) = look(&sources, &desks, (&office.here, &target), console)?;
        // What was not looked at this time stays as it is.
        let folder = target.parent().unwrap_or(Path::new(""));
        let is_unseen = |entry: &SuppressionEntry| match read.get(&entry.path) {
            Some(desk) => desk.knows(&entry.rule) && !desk.runs(&entry.rule),
            None => folder.join(&entry.path).exists(),
        };
        let (unseen, seen): (Vec<SuppressionEntry>, Vec<SuppressionEntry>) = old.into_iter().partition(is_unseen);
        let (mut entries, added) = merge(&found, &seen, words("who"), words("why"));
        let total = entries.iter().map(|entry| entry.count).sum::<usize>();
        entries.extend(unseen);
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        write(&target, &SuppressionList::format(&entries)).map_err(|error| error.in_file(shown.display()))?;
        let (path, count) = (shown.display(), entries.len());
        console.print(&format!("{path}：这次记下 {total} 处，其中新的 {added} 处；清单里共 {count} 条。\n"))?;
    }
    Ok(Outcome::Clean)
}

/// What is found in the drafts of one list, and the desk that read each of them.
fn look<'d>(
    sources: &[Source],
    desks: &'d [Desk],
    (here, target): (&Path, &Path),
    console: &mut Console,
) -> Attempt<(Vec<SuppressionEntry>, HashMap<String, &'d Desk>)> {
    let folder = target.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    let mut read = HashMap::new();
    drafts::in_order(
        sources,
        console,
        |source| {
            let whole = whole(here, &source.path);
            let path = slashed(whole.strip_prefix(folder).unwrap_or(&whole));
            let desk = &desks[source.desk];
            Ok((desk, entries(source, desk, &path)?, path))
        },
        |_, (desk, entries, path)| {
            found.extend(entries);
            read.insert(path, desk);
            Ok(())
        },
    )?;
    Ok((found, read))
}

/// The list for a draft: the nearest above it, or one beside its configuration, or here, or at last beside it. It has
/// to stand above the draft to be found again.
fn target(source: &Source, office: &mut Office) -> PathBuf {
    let (place, draft) = office.find(&source.path);
    if let Some(list) = place.list {
        return list;
    }
    let beside = [place.config.as_deref().and_then(Path::parent), Some(office.here.as_path()), draft.parent()];
    let folder = beside.into_iter().flatten().find(|folder| draft.starts_with(folder));
    folder.unwrap_or(&office.here).join(SuppressionList::FILE_NAME)
}

/// What is found in a draft that is not let stand by a mark or by the configuration.
fn entries(source: &Source, desk: &Desk, path: &str) -> Result<Vec<SuppressionEntry>> {
    let draft = source.open(source.read()?)?;
    let limits = ReviewOptions { list: None, ..desk.review_options(source) };
    let review = limits.review(&desk.engine, &draft);
    Ok(review.findings.iter().map(|finding| SuppressionEntry::of(path, &desk.engine, &draft, finding)).collect())
}

/// What is found as entries, those that read the same as one; with the free words of the `old` entries for the same
/// places, or else the words given. And how many places are new.
fn merge(found: &[SuppressionEntry], old: &[SuppressionEntry], who: &str, why: &str) -> (Vec<SuppressionEntry>, usize) {
    let mut merged: Vec<SuppressionEntry> = Vec::new();
    let mut places = HashMap::new();
    for entry in found {
        let index = *places.entry((&entry.path, entry.key())).or_insert(merged.len());
        match merged.get_mut(index) {
            Some(known) => known.count += 1,
            None => merged.push(entry.clone()),
        }
    }
    let mut by_place: HashMap<_, Vec<&SuppressionEntry>> = HashMap::new();
    for entry in old {
        by_place.entry(entry.key()).or_default().push(entry);
    }
    let mut added = 0;
    for entry in &mut merged {
        let known = by_place.get(&entry.key()).map_or(&[][..], Vec::as_slice);
        // The same words in another draft: the draft was renamed.
        let known = known.iter().find(|known| known.path == entry.path).or(known.first());
        let (who, why) = known.map_or((who, why), |known| (&known.who, &known.why));
        added += entry.count - known.map_or(0, |known| known.count.min(entry.count));
        (entry.who, entry.why) = (who.to_owned(), why.to_owned());
    }
    (merged, added)
}

fn write(path: &Path, text: &str) -> Result<()> {
    match fs::read(path) {
        Ok(before) => replace::replace(path, &before, text.as_bytes()),
        Err(_) => replace::create(path, text.as_bytes()),
    }
}
