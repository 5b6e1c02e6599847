//! Drafts that are put on the desk, in the browser or in the terminal: their files and their journals.

#[cfg(unix)]
use std::fs::TryLockError;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::bug;
use super::console::{Console, shown};
use super::drafts::DraftSource;
use super::replace::{create_error, create_or_replace, replace};
use super::workspaces::Workspace;
use crate::draft::{Draft, identify};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::file::{Unreadable, read_regular};
use crate::finding::Finding;
use crate::review::{Decided, Galley, Keeper, decisions};
use crate::stet::ReviewOptions;

/// What the name of a journal adds to that of its draft. It is a hidden file, which no walk finds.
const JOURNAL: (&str, &str) = (".", ".zhubi-review");

/// The largest journal, in bytes.
const LARGEST_JOURNAL: u64 = 256 << 20;

/// Opens drafts. The error of a draft is reported, and the others are opened.
pub fn open<'w>(sources: &'w [DraftSource], workspaces: &'w [Workspace], console: &mut Console) -> Vec<Galley<'w>> {
    let mut galleys = Vec::new();
    for source in sources {
        let workspace = &workspaces[source.workspace];
        let options = workspace.review_options(source);
        let opened = bug::catch_in_draft(|| {
            let bytes = source.read()?;
            let draft = source.open(bytes.clone())?;
            let keeper: Box<dyn Keeper> = Box::new(Files::beside(&source.path));
            Galley::open(shown(&source.path), bytes, draft, (&workspace.engine, options), keeper)
        });
        match opened.map_err(|error| error.in_file(source)) {
            Ok(mut galley) => {
                galley.file = Some(source.path.clone());
                galleys.push(galley);
            }
            Err(error) if !source.is_explicit && error.kind() == ErrorKind::NotADraft => {
                console.note(&error.to_string())
            }
            Err(error) => console.report_error(&error),
        }
    }
    galleys
}

/// Opens a draft that has no file. What is decided on it lasts until the program ends.
///
/// # Errors
/// The bytes are not a draft.
pub fn adopt<'w>(name: &str, bytes: Vec<u8>, workspace: &'w Workspace) -> Result<Galley<'w>> {
    let draft = bug::catch_in_draft(|| Draft::open(bytes.clone(), identify(Some(Path::new(name)), &bytes, None)?))?;
    let options = ReviewOptions { list: None, lines: None, ..workspace.options() };
    Galley::open(name.to_owned(), bytes, draft, (&workspace.engine, options), Box::new(Nowhere))
}

/// Returns what has been decided on a draft on the desk.
///
/// # Errors
/// The journal cannot be read.
pub fn decided_on(draft: &Path) -> Result<Vec<Decided>> {
    Ok(Files::beside(draft).read_journal()?.as_deref().map(decisions).unwrap_or_default())
}

/// Finds what only the comparison of several drafts shows. Drafts are compared if they have the same rules.
pub fn compare(galleys: &mut [Galley]) {
    let mut engines: Vec<*const Engine> = Vec::new();
    for galley in galleys.iter() {
        let engine: *const Engine = galley.reading().engine();
        if !engines.contains(&engine) {
            engines.push(engine);
        }
    }
    for engine in engines {
        let indices: Vec<usize> =
            (0..galleys.len()).filter(|index| std::ptr::eq(galleys[*index].reading().engine(), engine)).collect();
        let pages: Vec<(&str, &Draft)> =
            indices.iter().map(|index| (galleys[*index].name.as_str(), galleys[*index].reading().draft())).collect();
        let found: Vec<Vec<Finding>> = galleys[indices[0]].reading().engine().check_issue(&pages);
        for (index, findings) in indices.into_iter().zip(found) {
            galleys[index].set_issue_findings(findings);
        }
    }
}

/// A draft in a file, and its journal beside it.
#[derive(Debug)]
struct Files {
    draft: PathBuf,
    journal: PathBuf,
    /// The draft, locked: two desks would mix their decisions in one journal.
    lock: Option<File>,
    /// The length of the journal. If it has another one, somebody else has written it, and it is left alone.
    length: u64,
}

impl Files {
    fn beside(draft: &Path) -> Files {
        let name = draft.file_name().unwrap_or_default().to_string_lossy();
        let journal = draft.with_file_name(format!("{}{name}{}", JOURNAL.0, JOURNAL.1));
        Files { draft: draft.to_owned(), journal, lock: None, length: 0 }
    }

    /// Rejects a journal of this length, if it is not the one that this desk has written.
    fn reject_foreign(&self, length: u64) -> Result<()> {
        if length == self.length {
            return Ok(());
        }
        let error = Error::new("校读记录在别处改过，这一步没有记下，也没有做。");
        Err(error.help("请收了这张书桌再打开：记下的都在。").in_file(self.journal.display()))
    }

    fn unwritable(&self, error: &std::io::Error) -> Error {
        create_error(error).in_file(self.journal.display())
    }

    fn read_journal(&self) -> Result<Option<String>> {
        match read_regular(&self.journal, LARGEST_JOURNAL) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(Unreadable::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(reason) => Err(reason.into_error(LARGEST_JOURNAL, "校读记录").in_file(self.journal.display())),
        }
    }
}

impl Keeper for Files {
    fn journal(&mut self) -> Result<Option<String>> {
        self.lock = lock(&self.draft)?;
        let journal = self.read_journal()?;
        self.length = std::fs::metadata(&self.journal).map_or(0, |metadata| metadata.len());
        Ok(journal)
    }

    fn begin(&mut self, journal: &str) -> Result<()> {
        // One that is gone was removed on purpose.
        let length = std::fs::metadata(&self.journal).map_or(self.length, |metadata| metadata.len());
        self.reject_foreign(length)?;
        create_or_replace(&self.journal, journal.as_bytes()).map_err(|error| error.in_file(self.journal.display()))?;
        self.length = journal.len() as u64;
        Ok(())
    }

    fn set_aside(&mut self) -> Result<()> {
        let beside = |number: usize| {
            let mut name = self.journal.clone().into_os_string();
            name.push(if number == 0 { ".bak".to_owned() } else { format!(".{number}.bak") });
            PathBuf::from(name)
        };
        let free = (0..).map(beside).find(|path| !path.exists());
        free.map_or(Ok(()), |path| std::fs::rename(&self.journal, path)).map_err(|error| self.unwritable(&error))?;
        self.length = 0;
        Ok(())
    }

    fn append(&mut self, line: &str) -> Result<()> {
        let mut file = OpenOptions::new().append(true).open(&self.journal).map_err(|error| self.unwritable(&error))?;
        let length = file.metadata().map_err(|error| self.unwritable(&error))?.len();
        self.reject_foreign(length)?;
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // What was written of the line would spoil the next one.
            let _ = file.set_len(self.length);
            return Err(self.unwritable(&error));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    fn save(&mut self, read: &[u8], revised: &[u8]) -> Result<()> {
        // What replaces a file locks it meanwhile.
        self.lock = None;
        let saved = replace(&self.draft, read, revised).map_err(|error| error.in_file(self.draft.display()));
        // If it was replaced, the file is another one now.
        self.lock = lock(&self.draft)?;
        saved
    }
}

/// Locks a draft, if its file system knows locks.
///
/// # Errors
/// It is locked already.
#[cfg(unix)]
fn lock(draft: &Path) -> Result<Option<File>> {
    let Ok(file) = OpenOptions::new().read(true).open(draft) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            let error = Error::new("这篇稿件正在另一个窗口里校读，没有打开。");
            Err(error.help("请先收了那一张书桌，或退出那一个终端。"))
        }
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// On other systems a lock would keep everyone from reading the draft.
#[cfg(not(unix))]
fn lock(_: &Path) -> Result<Option<File>> {
    Ok(None)
}

/// A draft that was pasted or dropped.
#[derive(Debug)]
struct Nowhere;

impl Keeper for Nowhere {
    fn journal(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    fn begin(&mut self, _: &str) -> Result<()> {
        Ok(())
    }

    fn set_aside(&mut self) -> Result<()> {
        Ok(())
    }

    fn append(&mut self, _: &str) -> Result<()> {
        Ok(())
    }

    fn save(&mut self, _: &[u8], _: &[u8]) -> Result<()> {
        Err(Error::new("粘贴或拖进来的稿件没有文件可写。").help("请用“导出改稿”。"))
    }
}
