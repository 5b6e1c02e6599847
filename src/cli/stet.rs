//! `zhubi stet`: suppresses all current findings by adding them to a suppression list.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};

use super::console::{Console, shown};
use super::drafts::{self, DraftSource};
use super::workspaces::{self, Workspace, WorkspaceLoader, absolute_path, with_slashes};
use super::{CommandResult, Outcome, replace, selection, usage};
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

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    let text_option =
        |name, help| Arg::new(name).long(name).value_name("文字").default_value("").hide_default_value(true).help(help);
    command
        .arg(drafts::paths_argument())
        .args(drafts::reading_options())
        .arg(text_option("who", "新记下的条目是谁定的"))
        .arg(text_option("why", "新记下的条目为什么保留"))
        .args(selection::options())
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    let mut sources = drafts::collect(arguments, console)?;
    if sources.iter().any(DraftSource::is_standard_input) {
        return Err(Error::new("标准输入没有名字，不能记进保留清单。").help("请写稿件的路径。").into());
    }
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let mut loader = WorkspaceLoader::new(arguments)?;
    let mut sources_by_list: BTreeMap<PathBuf, Vec<DraftSource>> = BTreeMap::new();
    for source in sources {
        sources_by_list.entry(list_path(&source.path, &mut loader)).or_default().push(source);
    }
    let value = |name| arguments.get_one::<String>(name).map_or("", String::as_str);
    let annotation = Annotation { who: value("who"), why: value("why") };
    for (path, sources) in sources_by_list {
        let display_path = loader.display_path(&path);
        let list = if path.is_file() { Some(SuppressionList::open(&display_path)?) } else { None };
        let old_entries: Vec<SuppressionEntry> = list.iter().flat_map(|list| list.entries().cloned()).collect();
        let folder = path.parent().unwrap_or(Path::new(""));
        let check = check_drafts(&sources, &workspaces, &loader.working_dir, folder, console)?;
        if list.is_none() && check.workspaces.is_empty() {
            // No draft could be read, which has been reported.
            continue;
        }
        let update = update_entries(old_entries, check, folder, &annotation);
        write_list(&path, &update.entries).map_err(|error| error.in_file(display_path.display()))?;
        let (path, count) = (shown(&display_path), update.entries.len());
        let (recorded, added) = (update.recorded, update.added);
        console.print(&format!("{path}：这次记下 {recorded} 处，其中新的 {added} 处；清单里共 {count} 条。\n"))?;
    }
    Ok(Outcome::Clean)
}

/// Who decided on new suppressions, and why, in free words.
struct Annotation<'a> {
    who: &'a str,
    why: &'a str,
}

/// Returns the path of the list for a draft: the nearest list above the draft or, if there is none, a new list next to
/// its configuration, in the working directory, or next to the draft. A list must be above its drafts to apply to them.
pub fn list_path(draft: &Path, loader: &mut WorkspaceLoader) -> PathBuf {
    let (files, draft) = loader.locate(draft);
    if let Some(list) = files.list {
        return list;
    }
    let config_folder = files.config.as_deref().and_then(Path::parent);
    let candidates = [config_folder, Some(loader.working_dir.as_path()), draft.parent()];
    let folder = candidates.into_iter().flatten().find(|folder| draft.starts_with(folder));
    folder.unwrap_or(&loader.working_dir).join(SuppressionList::FILE_NAME)
}

/// The result of checking the drafts of one list.
struct ListCheck<'w> {
    /// An entry for each finding.
    entries: Vec<SuppressionEntry>,
    /// The workspace of each draft that was checked, by its path in the list.
    workspaces: HashMap<String, &'w Workspace>,
}

/// Checks the drafts of the list in `folder`.
fn check_drafts<'w>(
    sources: &[DraftSource],
    workspaces: &'w [Workspace],
    working_dir: &Path,
    folder: &Path,
    console: &mut Console,
) -> CommandResult<ListCheck<'w>> {
    let mut check = ListCheck { entries: Vec::new(), workspaces: HashMap::new() };
    drafts::process_in_order(
        sources,
        console,
        |source| {
            let absolute = absolute_path(working_dir, &source.path);
            let path = with_slashes(absolute.strip_prefix(folder).unwrap_or(&absolute));
            let workspace = &workspaces[source.workspace];
            Ok((workspace, entries(source, workspace, &path)?, path))
        },
        |_, (workspace, entries, path)| {
            check.entries.extend(entries);
            check.workspaces.insert(path, workspace);
            Ok(())
        },
    )?;
    Ok(check)
}

/// Returns an entry for each finding of a draft that is not suppressed by a mark or by the configuration. `path` is the
/// path of the draft in the list.
fn entries(source: &DraftSource, workspace: &Workspace, path: &str) -> Result<Vec<SuppressionEntry>> {
    let draft = source.open(source.read()?)?;
    let options = ReviewOptions { list: None, ..workspace.review_options(source) };
    let review = options.review(&workspace.engine, &draft);
    let entry = |finding| SuppressionEntry::of(path, &workspace.engine, &draft, finding);
    Ok(review.findings.iter().map(entry).collect())
}

/// The new content of a list.
struct ListUpdate {
    entries: Vec<SuppressionEntry>,
    /// The number of places found in this run.
    recorded: usize,
    /// The number of those places that the list did not have before.
    added: usize,
}

/// Replaces the old entries of the list in `folder` with those of the check. Old entries that the check did not cover
/// are kept: those of other drafts that exist, and those of rules that did not run.
fn update_entries(
    old_entries: Vec<SuppressionEntry>,
    check: ListCheck,
    folder: &Path,
    annotation: &Annotation,
) -> ListUpdate {
    let is_kept = |entry: &SuppressionEntry| match check.workspaces.get(&entry.path) {
        Some(workspace) => workspace.has_rule(&entry.rule) && !workspace.is_running(&entry.rule),
        None => folder.join(&entry.path).exists(),
    };
    let (kept, covered): (Vec<_>, Vec<_>) = old_entries.into_iter().partition(is_kept);
    let mut entries = merge_places(&check.entries);
    let recorded = entries.iter().map(|entry| entry.count).sum();
    let added = copy_annotations(&mut entries, &covered, annotation);
    entries.extend(kept);
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    ListUpdate { entries, recorded, added }
}

/// Merges entries that have the same draft and the same key, and counts them.
fn merge_places(found: &[SuppressionEntry]) -> Vec<SuppressionEntry> {
    let mut merged: Vec<SuppressionEntry> = Vec::new();
    let mut indices = HashMap::new();
    for entry in found {
        let index = *indices.entry((&entry.path, entry.key())).or_insert(merged.len());
        match merged.get_mut(index) {
            Some(known) => known.count += 1,
            None => merged.push(entry.clone()),
        }
    }
    merged
}

/// Copies who and why from the old entry for the same place to each entry; entries without an old one get `annotation`.
/// Returns the number of places that the old entries do not have.
fn copy_annotations(
    entries: &mut [SuppressionEntry],
    old_entries: &[SuppressionEntry],
    annotation: &Annotation,
) -> usize {
    let mut old_by_key: HashMap<_, Vec<&SuppressionEntry>> = HashMap::new();
    for entry in old_entries {
        old_by_key.entry(entry.key()).or_default().push(entry);
    }
    let mut added = 0;
    for entry in entries {
        let same_key = old_by_key.get(&entry.key()).map_or(&[][..], Vec::as_slice);
        // An entry of another draft matches too: the draft may have been renamed.
        let old = same_key.iter().find(|old| old.path == entry.path).or(same_key.first());
        let (who, why) = old.map_or((annotation.who, annotation.why), |old| (&old.who, &old.why));
        added += entry.count - old.map_or(0, |old| old.count.min(entry.count));
        (entry.who, entry.why) = (who.to_owned(), why.to_owned());
    }
    added
}

/// Adds entries to the list at `path`, which need not exist, unless it has them.
///
/// # Errors
/// The list cannot be read or written.
pub fn merge_into_list(path: &Path, found: &[SuppressionEntry]) -> Result<()> {
    let mut entries: Vec<SuppressionEntry> =
        if path.is_file() { SuppressionList::open(path)?.entries().cloned().collect() } else { Vec::new() };
    let count = entries.len();
    for entry in merge_places(found) {
        if !entries.iter().any(|known| known.path == entry.path && known.key() == entry.key()) {
            entries.push(entry);
        }
    }
    if entries.len() == count {
        return Ok(());
    }
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    write_list(path, &entries).map_err(|error| error.in_file(path.display()))
}

fn write_list(path: &Path, entries: &[SuppressionEntry]) -> Result<()> {
    replace::create_or_replace(path, SuppressionList::format(entries).as_bytes())
}
