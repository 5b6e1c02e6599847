//! `zhubi stet`: lets stand what is found now, by writing it into a list.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};

use super::console::Console;
use super::desks::{self, Desk, Office, slashed};
use super::drafts::{self, Source};
use super::{Attempt, Outcome, replace, selection, usage};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::stet::{Entry, Limits, List};

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
    let words =
        |name, help| Arg::new(name).long(name).value_name("文字").default_value("").hide_default_value(true).help(help);
    usage::command("stet", "把现在查出的问题记下来，以后不再显示", "zhubi stet [选项] <路径>…", BODY)
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
    let mut office = Office::new(arguments)?;
    let target = target(&sources, &mut office);
    let old = if target.is_file() { Some(List::open(&office.shown(&target))?) } else { None };
    // A draft under another list has to be told apart.
    let desks = desks::desks(arguments, &mut sources, console)?;
    let mut found = Vec::new();
    // The desk that read each draft.
    let mut read: HashMap<String, &Desk> = HashMap::new();
    drafts::in_order(
        &sources,
        console,
        |source| {
            let path = slashed(&path_in(&target, &office.here, source));
            Ok((&desks[source.desk], entries(source, &desks[source.desk], &path)?, path))
        },
        |_, (desk, entries, path)| {
            found.extend(entries);
            read.insert(path, desk);
            Ok(())
        },
    )?;
    let old: Vec<Entry> = old.iter().flat_map(|list| list.entries().cloned()).collect();
    // What was not looked at this time stays as it is.
    let folder = target.parent().unwrap_or(Path::new(""));
    let is_unseen = |entry: &Entry| match read.get(&entry.path) {
        Some(desk) => desk.knows(&entry.rule) && !desk.runs(&entry.rule),
        None => folder.join(&entry.path).exists(),
    };
    let (unseen, seen): (Vec<Entry>, Vec<Entry>) = old.into_iter().partition(is_unseen);
    let words = |name| arguments.get_one::<String>(name).cloned().unwrap_or_default();
    let (mut entries, added) = merge(&found, &seen, &words("who"), &words("why"));
    let total = entries.iter().map(|entry| entry.count).sum::<usize>();
    entries.extend(unseen);
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    let shown = office.shown(&target);
    write(&target, &List::write(&entries)).map_err(|error| error.in_file(shown.display()))?;
    let told =
        format!("{}：这次记下 {total} 处，其中新的 {added} 处；清单里共 {} 条。\n", shown.display(), entries.len());
    console.print(&told).map(|()| Outcome::Clean)
}

/// The list to write: the nearest above the first draft, or one beside its configuration, or one here.
fn target(sources: &[Source], office: &mut Office) -> PathBuf {
    let place = sources.first().map(|source| office.find(&source.path).0).unwrap_or_default();
    let beside = place.config.as_deref().and_then(Path::parent).unwrap_or(&office.here);
    place.list.unwrap_or_else(|| beside.join(List::FILE_NAME))
}

/// The path of a draft, seen from the folder of the list.
fn path_in(target: &Path, here: &Path, source: &Source) -> PathBuf {
    let whole = fs::canonicalize(here.join(&source.path)).unwrap_or_else(|_| here.join(&source.path));
    let folder = target.parent().unwrap_or(Path::new(""));
    whole.strip_prefix(folder).map(Path::to_owned).unwrap_or(whole)
}

/// What is found in a draft that is not let stand by a mark or by the configuration.
fn entries(source: &Source, desk: &Desk, path: &str) -> Result<Vec<Entry>> {
    let draft = Draft::open(source.read()?, source.format)?;
    let limits = Limits { list: None, ..desk.limits(source) };
    let review = limits.review(&desk.engine, &draft);
    Ok(review.findings.iter().map(|finding| Entry::of(path, &desk.engine, &draft, finding)).collect())
}

/// What is found as entries, those that read the same as one; with the free words of the `old` entries for the same
/// places, or else the words given. And how many places are new.
fn merge(found: &[Entry], old: &[Entry], who: &str, why: &str) -> (Vec<Entry>, usize) {
    let mut merged: Vec<Entry> = Vec::new();
    let mut places = HashMap::new();
    for entry in found {
        let index = *places.entry((&entry.path, entry.place())).or_insert(merged.len());
        match merged.get_mut(index) {
            Some(known) => known.count += 1,
            None => merged.push(entry.clone()),
        }
    }
    let mut by_place: HashMap<_, Vec<&Entry>> = HashMap::new();
    for entry in old {
        by_place.entry(entry.place()).or_default().push(entry);
    }
    let mut added = 0;
    for entry in &mut merged {
        let known = by_place.get(&entry.place()).map_or(&[][..], Vec::as_slice);
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
