//! Workspaces: the rules and suppressions that apply to a set of drafts. Drafts share a workspace if they have the same
//! configuration file, the same suppression list and the same overrides.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use clap::ArgMatches;

use super::console::{Console, shown};
use super::drafts::DraftSource;
use super::selection::{self, RuleSelection};
use super::unread::UnreadFiles;
use super::{CommandResult, model};
use crate::config::{Config, FILE_NAME, ModelChoice, read_lists, read_rosters};
use crate::context::ContextReader;
use crate::engine::Engine;
use crate::error::{Error, Result, cause};
use crate::house::{House, SourceReader};
use crate::quantity::Date;
use crate::report::Format;
use crate::rule::{Rule, RuleSet};
use crate::sources::{SourceFolders, Sources};
use crate::stet::{Exceptions, ReviewOptions, SuppressionList};

/// The author of tracked changes and comments, unless the configuration names another.
const DEFAULT_AUTHOR: &str = "朱笔";

/// The rules and suppressions that apply to a set of drafts.
pub struct Workspace {
    /// The engine with the rules that run.
    pub engine: Engine,
    /// The ids of all rules, including those that do not run.
    known_rules: Vec<String>,
    config: Option<Arc<Config>>,
    /// The exceptions of the configuration.
    exceptions: Exceptions,
    list: Option<Arc<SuppressionList>>,
    ignore_suppressions: bool,
}

impl Workspace {
    /// Whether a rule with that id exists.
    pub fn has_rule(&self, id: &str) -> bool {
        self.known_rules.iter().any(|known| known == id)
    }

    /// Whether the rule with that id runs.
    pub fn is_running(&self, id: &str) -> bool {
        self.engine.rules().rules.iter().any(|rule| rule.id == id)
    }

    /// Returns the name under which tracked changes and comments are written into Word files.
    pub fn author(&self) -> &str {
        self.config.as_ref().and_then(|config| config.author.as_deref()).unwrap_or(DEFAULT_AUTHOR)
    }

    /// Returns which findings are reported of a draft of this workspace that has no file.
    pub fn options(&self) -> ReviewOptions<'_> {
        ReviewOptions {
            ignore_suppressions: self.ignore_suppressions,
            known_rules: &self.known_rules,
            exceptions: Some(&self.exceptions),
            list: None,
            lines: None,
        }
    }

    /// Returns which findings of a draft of this workspace are reported.
    pub fn review_options<'a>(&'a self, source: &'a DraftSource) -> ReviewOptions<'a> {
        ReviewOptions { lines: source.lines.as_deref(), ..self.options_in_list(&source.path_in_list) }
    }

    /// Returns which findings are reported of a draft of this workspace that has this path in the suppression list.
    pub fn options_in_list<'a>(&'a self, path: &'a str) -> ReviewOptions<'a> {
        ReviewOptions { list: self.list.as_deref().map(|list| (list, path)), ..self.options() }
    }
}

/// Loads the workspaces that the drafts need, and sets the workspace of each draft. Drafts that the configuration
/// ignores, and drafts whose workspace cannot be loaded, are removed from `sources`; the errors are printed. So are the
/// files that are not read; how many there are is printed, unless the report is for programs.
///
/// # Errors
/// No workspace can be loaded; the last error is returned, and those before it are printed.
pub fn load(
    arguments: &ArgMatches,
    sources: &mut Vec<DraftSource>,
    console: &mut Console,
) -> CommandResult<Vec<Workspace>> {
    let mut loader = WorkspaceLoader::new(arguments)?;
    if sources.is_empty() {
        // An error in the settings of the working directory is reported even if there are no drafts.
        let folder = loader.working_dir.clone();
        let files = loader.settings_files(&folder);
        let _ = loader.workspace(&files, Vec::new());
    }
    let mut unread = UnreadFiles::default();
    sources.retain_mut(|source| loader.assign(source, &mut unread, console));
    if let Some(note) = unread.note().filter(|_| !is_report_for_programs(arguments)) {
        console.note(&note);
    }
    let last = loader.errors.pop_if(|_| loader.workspaces.is_empty());
    loader.errors.iter().for_each(|error| console.report_error(error));
    report_notes(&loader.notes, console);
    if let Some(error) = last {
        return Err(error.into());
    }
    // The commands with this option, `check` and `fix`, also report drafts that exist only in a suppression list.
    if arguments.try_contains_id("staged").is_ok() {
        for (path, list) in &loader.lists {
            if let Ok(list) = list {
                report_missing_drafts(path, list, console);
            }
        }
    }
    Ok(loader.workspaces)
}

/// Returns whether the command writes a report in a format for programs.
fn is_report_for_programs(arguments: &ArgMatches) -> bool {
    let format = arguments.try_get_one::<String>("format").ok().flatten();
    format.and_then(|name| Format::named(name)).is_some_and(|format| !format.is_for_people())
}

/// Prints a note for each draft that the suppression list at `path` names and that does not exist.
fn report_missing_drafts(path: &Path, list: &SuppressionList, console: &Console) {
    let folder = path.parent().unwrap_or(Path::new(""));
    for draft in list.drafts().into_iter().filter(|draft| !folder.join(draft).exists()) {
        let error = Error::new(format!("保留清单里的稿件 {draft} 已经不在。"));
        let error = error.help("稿件改了名的，运行 zhubi stet 重写清单；已经删去的，删去相应的一段。");
        console.note(&list.locate(draft, error).to_string());
    }
}

/// Prints notes on the lists, and how many there are if there are many.
fn report_notes(notes: &[Error], console: &Console) {
    const MOST: usize = 3;
    notes.iter().take(MOST).for_each(|note| console.note(&note.to_string()));
    if notes.len() > MOST {
        console.note(&format!("这样的还有 {} 处，运行 zhubi words check 看全部。", notes.len() - MOST));
    }
}

/// The settings files that apply to the drafts in one folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SettingsFiles {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// The suppression list.
    pub list: Option<PathBuf>,
}

/// The built-in rule that needs a model of context.
const CONTEXT_RULE: &str = "typo/context";

/// A failure whose error has been added to the errors of a [`WorkspaceLoader`].
#[derive(Debug, Clone, Copy)]
pub struct ErrorRecorded;

type Recorded<T> = std::result::Result<T, ErrorRecorded>;

/// Finds and reads settings files and creates workspaces, each only once.
pub struct WorkspaceLoader<'a> {
    arguments: &'a ArgMatches,
    /// The canonical path of the working directory.
    pub working_dir: PathBuf,
    /// The canonical path of each folder, by the path as it was given.
    folders: HashMap<PathBuf, PathBuf>,
    /// The settings files for each canonical folder.
    settings_files: HashMap<PathBuf, SettingsFiles>,
    configs: HashMap<PathBuf, Recorded<Arc<Config>>>,
    lists: HashMap<PathBuf, Recorded<Arc<SuppressionList>>>,
    /// The paper's lists of each configuration.
    houses: HashMap<PathBuf, Recorded<Arc<House>>>,
    /// What is superfluous in the paper's lists.
    notes: Vec<Error>,
    /// For each combination of settings files and overrides an index into `workspaces`.
    indices: HashMap<(SettingsFiles, Vec<usize>), Recorded<usize>>,
    workspaces: Vec<Workspace>,
    /// The models of context that have been opened.
    models: HashMap<ModelChoice, Recorded<Option<Arc<dyn ContextReader>>>>,
    errors: Vec<Error>,
}

impl<'a> WorkspaceLoader<'a> {
    /// Creates a loader for the options in `arguments`.
    ///
    /// # Errors
    /// The working directory does not exist.
    pub fn new(arguments: &'a ArgMatches) -> Result<WorkspaceLoader<'a>> {
        let working_dir = env::current_dir().and_then(fs::canonicalize);
        let working_dir = working_dir.map_err(|error| Error::new(format!("找不到当前目录：{}。", cause(&error))))?;
        Ok(WorkspaceLoader {
            arguments,
            working_dir,
            folders: HashMap::new(),
            settings_files: HashMap::new(),
            configs: HashMap::new(),
            lists: HashMap::new(),
            houses: HashMap::new(),
            notes: Vec::new(),
            indices: HashMap::new(),
            workspaces: Vec::new(),
            models: HashMap::new(),
            errors: Vec::new(),
        })
    }

    /// Sets the workspace of a draft. Returns `false` if the draft is not to be read. A file that is only counted is added
    /// to `unread`.
    fn assign(&mut self, source: &mut DraftSource, unread: &mut UnreadFiles, console: &Console) -> bool {
        let (files, path) = self.locate(source.nominal_path());
        let Ok(config) = self.config(&files) else { return false };
        let mut overrides = Vec::new();
        if let (Some(config), Some(file)) = (&config, &files.config) {
            let path = self.relative_to_folder_of(file, &path);
            if config.ignore.matches(&path) {
                if source.is_explicit {
                    let message = "按配置忽略，没有检查；加上 --no-config 就检查";
                    let (draft, file) = (shown(&source.path), shown(Path::new(&config.file.path)));
                    console.note(&format!("{draft}：{message}（{file} 的 ignore）。"));
                }
                return false;
            }
            if !source.is_explicit && config.owns(&source.path) {
                return false;
            }
            overrides = config.overrides_for(&path);
        }
        if let Some(kind) = source.unread {
            unread.add(kind, &source.path);
            return false;
        }
        source.path_in_list = self.path_in_list(&files, &path);
        match self.workspace(&files, overrides) {
            Ok(index) => {
                source.workspace = index;
                true
            }
            Err(ErrorRecorded) => false,
        }
    }

    /// Returns the index of the workspace of the draft at `path`, which need not exist, and the path of the draft in the
    /// suppression list. Returns `None` if the draft is not to be read.
    pub fn place(&mut self, path: &Path) -> Option<(usize, String)> {
        let (files, path) = self.locate(path);
        let config = self.config(&files).ok()?;
        let mut overrides = Vec::new();
        if let (Some(config), Some(file)) = (&config, &files.config) {
            let relative = self.relative_to_folder_of(file, &path);
            if config.ignore.matches(&relative) || config.owns(&path) {
                return None;
            }
            overrides = config.overrides_for(&relative);
        }
        let index = self.workspace(&files, overrides).ok()?;
        Some((index, self.path_in_list(&files, &path)))
    }

    /// Returns the workspace with this index.
    pub fn loaded(&self, index: usize) -> &Workspace {
        &self.workspaces[index]
    }

    /// Returns the settings files that were read and those that would have been, had they been there. The rule files in a
    /// folder are not among them, but the folder is.
    pub fn watched(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = self.configs.keys().chain(self.lists.keys()).cloned().collect();
        let layers = self.configs.values().flatten().flat_map(|config| config.layers());
        for config in layers {
            files.push(PathBuf::from(&config.file.path));
            files.extend(config.rules.iter().chain(&config.rosters).cloned());
            files.extend(config.lists.iter().map(|list| list.path.clone()));
        }
        for folder in self.settings_files.keys().flat_map(|folder| folder.ancestors()) {
            files.extend([FILE_NAME, SuppressionList::FILE_NAME].map(|name| folder.join(name)));
        }
        let mut files: Vec<PathBuf> = files.into_iter().map(|file| self.working_dir.join(file)).collect();
        files.sort();
        files.dedup();
        files
    }

    /// Returns the path of a draft in its suppression list; empty if there is none.
    fn path_in_list(&self, files: &SettingsFiles, path: &Path) -> String {
        let list = files.list.as_ref();
        list.map_or(String::new(), |file| with_slashes(&self.relative_to_folder_of(file, path)))
    }

    /// Returns the settings files that apply to the draft at `path`, and the absolute path of the draft.
    pub fn locate(&mut self, path: &Path) -> (SettingsFiles, PathBuf) {
        let parent = path.parent().unwrap_or(Path::new(""));
        if !self.folders.contains_key(parent) {
            // Any file name will do: only the folder is canonicalized.
            let inside = absolute_path(&self.working_dir, &parent.join("*"));
            let folder = inside.parent().unwrap_or(&self.working_dir).to_owned();
            self.folders.insert(parent.to_owned(), folder);
        }
        let folder = self.folders[parent].clone();
        let absolute = path.file_name().map_or(folder.clone(), |name| folder.join(name));
        (self.settings_files(&folder), absolute)
    }

    /// Returns the settings files that apply in a canonical `folder`.
    pub fn settings_files(&mut self, folder: &Path) -> SettingsFiles {
        if let Some(files) = self.settings_files.get(folder) {
            return files.clone();
        }
        let files = if self.arguments.get_flag("no-config") {
            SettingsFiles::default()
        } else {
            let given = self.arguments.get_one::<PathBuf>("config");
            let given = given.map(|path| fs::canonicalize(path).unwrap_or_else(|_| self.working_dir.join(path)));
            let mut lists = folder.ancestors().map(|folder| folder.join(SuppressionList::FILE_NAME));
            let found = given.or_else(|| Config::find(folder)).or_else(Config::find_of_user);
            SettingsFiles { config: found, list: lists.find(|path| path.is_file()) }
        };
        self.settings_files.insert(folder.to_owned(), files.clone());
        files
    }

    /// Returns `path` relative to the folder of `file` or, if it is not below that folder, to the working directory.
    pub fn relative_to_folder_of(&self, file: &Path, path: &Path) -> PathBuf {
        let folder = file.parent().unwrap_or(Path::new(""));
        path.strip_prefix(folder).or(path.strip_prefix(&self.working_dir)).unwrap_or(path).to_owned()
    }

    /// Returns `path` in the form for messages: relative to the working directory if it is below it.
    pub fn display_path(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.working_dir).unwrap_or(path).to_owned()
    }

    /// Returns the configuration, or `None` if there is no configuration file. An error in the file is recorded.
    pub fn config(&mut self, files: &SettingsFiles) -> Recorded<Option<Arc<Config>>> {
        let Some(path) = &files.config else { return Ok(None) };
        if !self.configs.contains_key(path) {
            // A configuration that is named stands by itself.
            let is_given = self.arguments.get_one::<PathBuf>("config").is_some();
            let user = if is_given { None } else { Config::find_of_user() };
            let config = self.record(Config::open(&self.display_path(path), user.as_deref())).map(Arc::new);
            self.configs.insert(path.clone(), config);
        }
        self.configs[path].clone().map(Some)
    }

    /// Returns the suppression list, or `None` if there is none. An error in the file is recorded.
    pub fn list(&mut self, files: &SettingsFiles) -> Recorded<Option<Arc<SuppressionList>>> {
        let Some(path) = &files.list else { return Ok(None) };
        if !self.lists.contains_key(path) {
            let list = self.record(SuppressionList::open(&self.display_path(path))).map(Arc::new);
            self.lists.insert(path.clone(), list);
        }
        self.lists[path].clone().map(Some)
    }

    /// Returns the paper's lists, or `None` if the configuration names none. An error in a list is recorded.
    fn house(&mut self, files: &SettingsFiles, config: Option<&Config>) -> Recorded<Option<Arc<House>>> {
        let given = self.arguments.try_get_many::<PathBuf>("sources").ok().flatten().into_iter().flatten();
        let configured = config.map_or(&[][..], |config| &config.sources).iter();
        let folders: Vec<PathBuf> = configured.chain(given).cloned().collect();
        let lists = config.map_or(&[][..], |config| &config.lists);
        let rosters = config.map_or(&[][..], |config| &config.rosters);
        if folders.is_empty() && lists.is_empty() && rosters.is_empty() {
            return Ok(None);
        }
        let path = files.config.clone().unwrap_or_default();
        if !self.houses.contains_key(&path) {
            let read = read_lists(lists).and_then(|read| {
                let sources = folders.iter().map(|folder| Sources::open(folder)).collect::<Result<Vec<_>>>()?;
                let sources = (!sources.is_empty()).then(|| Arc::new(SourceFolders(sources)) as Arc<dyn SourceReader>);
                Ok((read.house.with_rosters(read_rosters(rosters)?).with_sources(sources), read.notes))
            });
            let read = self.record(read).map(|(house, notes)| {
                self.notes.extend(notes);
                Arc::new(house)
            });
            self.houses.insert(path.clone(), read);
        }
        self.houses[&path].clone().map(Some)
    }

    /// Returns the workspace with that index.
    pub fn workspace_at(&self, index: usize) -> &Workspace {
        &self.workspaces[index]
    }

    /// Prints notes on what is superfluous in the paper's lists.
    pub fn report_notes(&self, console: &Console) {
        report_notes(&self.notes, console);
    }

    /// Returns and clears the errors so far.
    pub fn take_errors(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.errors)
    }

    /// Adds the error of a result to the errors, unless an equal one is there.
    fn record<T>(&mut self, result: Result<T>) -> Recorded<T> {
        result.map_err(|error| {
            if !self.errors.contains(&error) {
                self.errors.push(error);
            }
            ErrorRecorded
        })
    }

    /// Returns the model of context, if one of the rules needs it. An error in its file is recorded.
    fn context(&mut self, rules: &RuleSet, config: Option<&Config>) -> Recorded<Option<Arc<dyn ContextReader>>> {
        let needs_model = |rule: &Rule| match rule.prepared {
            Some(_) => rule.id == CONTEXT_RULE,
            None => rule.check.doubts_context(),
        };
        if self.arguments.get_flag("no-model") || !rules.rules.iter().any(needs_model) {
            return Ok(None);
        }
        let mut choice = config.map(|config| config.model.clone()).unwrap_or_default();
        if let Some(file) = self.arguments.get_one::<PathBuf>("model") {
            choice.file = Some(file.clone());
        }
        if !self.models.contains_key(&choice) {
            let opened = self.record(model::open(&choice));
            self.models.insert(choice.clone(), opened);
        }
        self.models[&choice].clone()
    }

    /// Returns the index of the workspace for drafts with those settings files and overrides.
    pub fn workspace(&mut self, files: &SettingsFiles, overrides: Vec<usize>) -> Recorded<usize> {
        let key = (files.clone(), overrides);
        if let Some(index) = self.indices.get(&key) {
            return *index;
        }
        let index = self.create_workspace(files, &key.1);
        self.indices.insert(key, index);
        index
    }

    fn create_workspace(&mut self, files: &SettingsFiles, overrides: &[usize]) -> Recorded<usize> {
        let config = self.config(files)?;
        let list = self.list(files)?;
        let selection = selection::select_rules(self.arguments, config.as_deref(), overrides);
        let RuleSelection { running, known_rules, exceptions } = self.record(selection)?;
        let no_stet = self.arguments.try_get_one::<bool>("no-stet");
        let configured = config.as_ref().and_then(|config| config.issue_date).map(|(date, _)| date);
        let issue_date = self.arguments.get_one::<Date>("issue-date").copied().or(configured);
        let context = self.context(&running, config.as_deref())?;
        let house = self.house(files, config.as_deref())?;
        let running = if house.is_some() { running } else { running.without_house() };
        self.workspaces.push(Workspace {
            engine: Engine::new(running).in_issue_of(issue_date).with_context(context).with_house(house),
            known_rules,
            config,
            exceptions,
            list,
            ignore_suppressions: no_stet.is_ok_and(|flag| flag == Some(&true)),
        });
        Ok(self.workspaces.len() - 1)
    }
}

/// Returns the absolute path of the draft at `path`, which may be relative to `working_dir`. Its folder is
/// canonicalized, so that its ancestors are folders without `..`.
pub fn absolute_path(working_dir: &Path, path: &Path) -> PathBuf {
    let folder = working_dir.join(path.parent().unwrap_or(Path::new("")));
    let folder = fs::canonicalize(&folder).unwrap_or(folder);
    path.file_name().map_or(folder.clone(), |name| folder.join(name))
}

/// Returns a path with `/` between folders on every system.
pub fn with_slashes(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    // The first part of an absolute path is itself a slash.
    parts.join("/").replacen("//", "/", 1)
}

/// Returns the path of the configuration file that applies in the working directory, relative to it if possible.
pub fn find_config() -> Option<PathBuf> {
    let working_dir = env::current_dir().ok()?;
    let found = Config::find(&fs::canonicalize(&working_dir).ok()?)?;
    Some(found.strip_prefix(working_dir).map(Path::to_owned).unwrap_or(found))
}
