//! What reads the drafts: one desk for every configuration, with the overrides that hold, and every list of what
//! is let stand.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use clap::ArgMatches;

use super::Attempt;
use super::console::Console;
use super::drafts::Source;
use super::selection::{self, Rules};
use crate::config::Config;
use crate::engine::Engine;
use crate::error::{Error, Result, cause};
use crate::quantity::Date;
use crate::stet::{ReviewOptions, SuppressionList};

/// What reads drafts: rules, and what they are not to find.
pub struct Desk {
    /// The rules that run.
    pub engine: Engine,
    /// The ids of all rules.
    known: Vec<String>,
    config: Option<Arc<Config>>,
    list: Option<Arc<SuppressionList>>,
    /// Is nothing let stand?
    stet_off: bool,
}

impl Desk {
    /// Is there a rule with that id?
    pub fn knows(&self, id: &str) -> bool {
        self.known.iter().any(|known| known == id)
    }

    /// Does the rule with that id run?
    pub fn runs(&self, id: &str) -> bool {
        self.engine.rules().rules.iter().any(|rule| rule.id == id)
    }

    /// What narrows the findings of a draft of this desk.
    pub fn review_options<'a>(&'a self, source: &'a Source) -> ReviewOptions<'a> {
        ReviewOptions {
            ignore_suppressions: self.stet_off,
            known_rules: &self.known,
            exceptions: self.config.as_ref().map_or(&[], |config| &config.exceptions),
            list: self.list.as_deref().map(|list| (list, source.listed_as.as_str())),
            lines: source.lines.as_deref(),
        }
    }
}

/// The desks that the drafts need; every draft is told which of them is its own. Drafts that the configuration
/// ignores are taken out, as are those whose desk cannot be made; the reason is told.
///
/// # Errors
/// None of the desks can be made.
pub fn desks(arguments: &ArgMatches, sources: &mut Vec<Source>, console: &mut Console) -> Attempt<Vec<Desk>> {
    let mut office = Office::new(arguments)?;
    if sources.is_empty() {
        let here = office.here.clone();
        let place = office.place(&here);
        office.desk(&place, Vec::new());
    }
    sources.retain_mut(|source| office.seat(source, console));
    if office.made.is_empty()
        && let Some(error) = office.errors.pop()
    {
        return Err(error.into());
    }
    office.errors.iter().for_each(|error| console.complain(error));
    if arguments.try_contains_id("staged").is_ok() {
        office.lists.iter().filter_map(|(path, list)| Some((path, list.as_ref()?))).for_each(|(path, list)| {
            tell_gone(path, list, console);
        });
    }
    Ok(office.made)
}

/// Tells the drafts that a list names and that are gone.
fn tell_gone(path: &Path, list: &SuppressionList, console: &Console) {
    let folder = path.parent().unwrap_or(Path::new(""));
    for draft in list.drafts().into_iter().filter(|draft| !folder.join(draft).exists()) {
        let error = Error::new(format!("保留清单里的稿件 {draft} 已经不在。"));
        let error = error.help("稿件改了名的，运行 zhubi stet 重写清单；已经删去的，删去相应的一段。");
        console.note(&list.locate(draft, error).to_string());
    }
}

/// What holds for the drafts of one folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// The list of what is let stand.
    pub list: Option<PathBuf>,
}

/// Where the desks are made.
pub struct Office<'a> {
    arguments: &'a ArgMatches,
    /// The working directory, canonical.
    pub here: PathBuf,
    /// Folders as they are named, and their whole paths.
    folders: HashMap<PathBuf, PathBuf>,
    places: HashMap<PathBuf, Place>,
    configs: HashMap<PathBuf, Option<Arc<Config>>>,
    lists: HashMap<PathBuf, Option<Arc<SuppressionList>>>,
    seats: HashMap<(Place, Vec<usize>), Option<usize>>,
    made: Vec<Desk>,
    errors: Vec<Error>,
}

impl<'a> Office<'a> {
    /// An office in the working directory.
    ///
    /// # Errors
    /// There is no working directory.
    pub fn new(arguments: &'a ArgMatches) -> Result<Office<'a>> {
        let here = env::current_dir().and_then(fs::canonicalize);
        let here = here.map_err(|error| Error::new(format!("找不到当前目录：{}。", cause(&error))))?;
        Ok(Office {
            arguments,
            here,
            folders: HashMap::new(),
            places: HashMap::new(),
            configs: HashMap::new(),
            lists: HashMap::new(),
            seats: HashMap::new(),
            made: Vec::new(),
            errors: Vec::new(),
        })
    }

    /// Gives a draft its desk; `false` where it is not to be read.
    fn seat(&mut self, source: &mut Source, console: &Console) -> bool {
        let (place, path) = self.find(source.name());
        let Some(config) = self.config(&place) else { return false };
        let mut overrides = Vec::new();
        if let (Some(config), Some(file)) = (&config, &place.config) {
            let path = self.told_from(file, &path);
            if config.ignore.matches(&path) {
                if source.named {
                    let what = "按配置忽略，没有检查；加上 --no-config 就检查";
                    console.note(&format!("{source}：{what}（{} 的 ignore）。", config.file.path));
                }
                return false;
            }
            overrides = config.overrides_for(&path);
        }
        if let Some(file) = &place.list {
            source.listed_as = slashed(&self.told_from(file, &path));
        }
        let desk = self.desk(&place, overrides);
        source.desk = desk.unwrap_or_default();
        desk.is_some()
    }

    /// What holds for the draft at `path`, and its whole path.
    pub fn find(&mut self, path: &Path) -> (Place, PathBuf) {
        let parent = path.parent().unwrap_or(Path::new(""));
        if !self.folders.contains_key(parent) {
            let folder = whole(&self.here, &parent.join("*"));
            let folder = folder.parent().unwrap_or(&self.here).to_owned();
            self.folders.insert(parent.to_owned(), folder);
        }
        let folder = self.folders[parent].clone();
        let whole = path.file_name().map_or(folder.clone(), |name| folder.join(name));
        (self.place(&folder), whole)
    }

    fn place(&mut self, folder: &Path) -> Place {
        if let Some(place) = self.places.get(folder) {
            return place.clone();
        }
        let place = if self.arguments.get_flag("no-config") {
            Place::default()
        } else {
            let named = self.arguments.get_one::<PathBuf>("config");
            let named = named.map(|path| fs::canonicalize(path).unwrap_or_else(|_| self.here.join(path)));
            let list = folder.ancestors().map(|folder| folder.join(SuppressionList::FILE_NAME)).find(|path| path.is_file());
            Place { config: named.or_else(|| Config::find(folder)), list }
        };
        self.places.insert(folder.to_owned(), place.clone());
        place
    }

    /// `path` seen from the folder of `file`; where it does not lie below, from the working directory.
    pub fn told_from(&self, file: &Path, path: &Path) -> PathBuf {
        let folder = file.parent().unwrap_or(Path::new(""));
        path.strip_prefix(folder).or(path.strip_prefix(&self.here)).unwrap_or(path).to_owned()
    }

    /// `path` as a person in the working directory would write it.
    pub fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.here).unwrap_or(path).to_owned()
    }

    /// The configuration of a place, if it has one; `None` where that cannot be read.
    pub fn config(&mut self, place: &Place) -> Option<Option<Arc<Config>>> {
        let Some(path) = &place.config else { return Some(None) };
        if !self.configs.contains_key(path) {
            let opened = Config::open(&self.shown(path));
            let kept = self.keep(opened).map(Arc::new);
            self.configs.insert(path.clone(), kept);
        }
        self.configs[path].clone().map(Some)
    }

    /// The list of a place, if it has one; `None` where that cannot be read.
    pub fn list(&mut self, place: &Place) -> Option<Option<Arc<SuppressionList>>> {
        let Some(path) = &place.list else { return Some(None) };
        if !self.lists.contains_key(path) {
            let opened = SuppressionList::open(&self.shown(path));
            let kept = self.keep(opened).map(Arc::new);
            self.lists.insert(path.clone(), kept);
        }
        self.lists[path].clone().map(Some)
    }

    /// What went wrong so far.
    pub fn errors(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.errors)
    }

    fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result
            .map_err(|error| {
                if !self.errors.contains(&error) {
                    self.errors.push(error)
                }
            })
            .ok()
    }

    /// The desk for drafts of that place for which those overrides hold.
    fn desk(&mut self, place: &Place, overrides: Vec<usize>) -> Option<usize> {
        let key = (place.clone(), overrides);
        if let Some(desk) = self.seats.get(&key) {
            return *desk;
        }
        let desk = self.make(place, &key.1);
        self.seats.insert(key, desk);
        desk
    }

    fn make(&mut self, place: &Place, overrides: &[usize]) -> Option<usize> {
        let config = self.config(place)?;
        let list = self.list(place)?;
        let rules = selection::rules(self.arguments, config.as_deref(), overrides);
        let Rules { selected, known } = self.keep(rules)?;
        let stet_off = self.arguments.try_get_one::<bool>("no-stet").is_ok_and(|off| off == Some(&true));
        let issue = self.arguments.get_one::<Date>("issue-date").copied();
        self.made.push(Desk { engine: Engine::new(selected).in_issue_of(issue), known, config, list, stet_off });
        Some(self.made.len() - 1)
    }
}

/// The whole path of the draft at `path`. Its folder is made canonical, because the folders above `..` are not those
/// that a path begins with.
pub fn whole(here: &Path, path: &Path) -> PathBuf {
    let folder = here.join(path.parent().unwrap_or(Path::new("")));
    let folder = fs::canonicalize(&folder).unwrap_or(folder);
    path.file_name().map_or(folder.clone(), |name| folder.join(name))
}

/// A path with `/` between folders on every system.
pub fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/").replacen("//", "/", 1)
}

/// The configuration file for the working directory, named from there where it stands below it.
pub fn config_above(folder: &Path) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let found = Config::find(&fs::canonicalize(here.join(folder)).ok()?)?;
    Some(found.strip_prefix(here).map(Path::to_owned).unwrap_or(found))
}
