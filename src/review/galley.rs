//! A draft on the desk: its reading, and the file behind it.

use std::path::PathBuf;

use super::decision::{Decided, Verdict};
use super::journal::{self, Entry, Identity, Resumption};
use super::reading::{Pick, Reading, Step};
use crate::draft::Draft;
use crate::edit::Signature;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::stet::{ReviewOptions, SuppressionEntry};

/// Keeps what must outlast the program: the journal beside the draft, and the draft.
pub trait Keeper: std::fmt::Debug {
    /// Returns the journal, if there is one.
    ///
    /// # Errors
    /// It cannot be read.
    fn journal(&mut self) -> Result<Option<String>>;

    /// Replaces the journal as a whole.
    ///
    /// # Errors
    /// It cannot be written.
    fn begin(&mut self, journal: &str) -> Result<()>;

    /// Adds a line to the journal, for good.
    ///
    /// # Errors
    /// It cannot be written.
    fn append(&mut self, line: &str) -> Result<()>;

    /// Replaces the draft, if it is still what was read.
    ///
    /// # Errors
    /// It is not, or it cannot be written.
    fn save(&mut self, read: &[u8], revised: &[u8]) -> Result<()>;
}

/// A draft on the desk.
#[derive(Debug)]
pub struct Galley<'e> {
    /// The name of the draft, for people.
    pub name: String,
    /// Its file, if it has one.
    pub file: Option<PathBuf>,
    reading: Reading<'e>,
    bytes: Vec<u8>,
    keeper: Box<dyn Keeper + 'e>,
    options: ReviewOptions<'e>,
    has_journal: bool,
    resumption: Resumption,
}

/// How far a reading has got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    pub decided: usize,
    pub total: usize,
}

impl<'e> Galley<'e> {
    /// Puts a draft on the desk, and goes on where its journal ends. `bytes` are those of the file.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn open(
        name: String,
        bytes: Vec<u8>,
        draft: Draft,
        (engine, options): (&'e Engine, ReviewOptions<'e>),
        mut keeper: Box<dyn Keeper + 'e>,
    ) -> Result<Galley<'e>> {
        let journal = keeper.journal()?.as_deref().and_then(journal::parse);
        let reading = Reading::new(engine, options, draft);
        let resumption = Resumption::New;
        let mut galley = Galley { name, file: None, reading, bytes, keeper, options, has_journal: false, resumption };
        if let Some(journal) = journal {
            galley.resume(journal)?;
        }
        Ok(galley)
    }

    /// The reading.
    pub fn reading(&self) -> &Reading<'e> {
        &self.reading
    }

    /// How the reading has begun.
    pub fn resumption(&self) -> Resumption {
        self.resumption
    }

    /// Returns how far the reading has got.
    pub fn progress(&self) -> Progress {
        let decided = self.reading.decided().len();
        Progress { decided, total: decided + self.reading.findings().len() }
    }

    /// Decides on findings, or withdraws decisions.
    ///
    /// # Errors
    /// The change cannot be made, or the decision cannot be recorded. Nothing is done then.
    pub fn decide(&mut self, picks: &[Pick], verdict: &Verdict) -> Result<()> {
        let step = self.reading.decide(picks, verdict)?;
        self.record(&Entry::of(&step))
    }

    /// Takes back the last step.
    ///
    /// # Errors
    /// The draft cannot be written as it was, or it cannot be recorded.
    pub fn undo(&mut self) -> Result<bool> {
        Ok(self.reading.undo()? && self.record(&Entry::Undo).map(|()| true)?)
    }

    /// Does again what was taken back last.
    ///
    /// # Errors
    /// The draft cannot be written, or it cannot be recorded.
    pub fn redo(&mut self) -> Result<bool> {
        Ok(self.reading.redo()? && self.record(&Entry::Redo).map(|()| true)?)
    }

    /// Replaces the findings that arise from other drafts of the issue.
    pub fn set_issue_findings(&mut self, findings: Vec<Finding>) {
        self.reading.set_issue_findings(findings);
    }

    /// Returns the draft as it is now, as the bytes of a file.
    ///
    /// # Errors
    /// The draft cannot be written.
    pub fn revised(&self, signature: Option<Signature>) -> Result<Vec<u8>> {
        self.reading.bytes(signature)
    }

    /// Writes the draft as it is now into its file. What was decided stays known; steps before this cannot be undone.
    ///
    /// # Errors
    /// The file has changed since it was read, or it cannot be written. The draft on the desk stays as it is.
    pub fn save(&mut self, signature: Option<Signature>) -> Result<()> {
        let decided = self.reading.decided().to_vec();
        if self.reading.is_changed() {
            if self.reading.draft().remarks().is_some_and(|remarks| remarks.is_signed) {
                let error = Error::new("这个文件有数字签名，改动会使签名失效，没有写入。");
                return Err(error.help("请另存为一份没有签名的，改好后重新签名。"));
            }
            let revised = self.reading.bytes(signature)?;
            let draft = self.reading.draft().reopen(revised.clone())?;
            self.keeper.save(&self.bytes, &revised)?;
            self.bytes = revised;
            self.reading = Reading::new(self.reading.engine(), self.options, draft);
            self.reading.remember(decided.clone());
        }
        self.keeper.begin(&journal::header(Identity::of(&self.bytes), &decided))?;
        self.has_journal = true;
        Ok(())
    }

    /// Adds a line to the journal, and begins one if there is none.
    fn record(&mut self, entry: &Entry) -> Result<()> {
        let recorded = if self.has_journal {
            self.keeper.append(&entry.line())
        } else {
            let begun = journal::header(Identity::of(&self.bytes), &[]) + &entry.line();
            self.keeper.begin(&begun)
        };
        if let Err(error) = recorded {
            // What is not recorded is not decided.
            let _ = match entry {
                Entry::Undo => self.reading.redo(),
                Entry::Step { .. } | Entry::Redo => self.reading.undo(),
            };
            return Err(error);
        }
        self.has_journal = true;
        Ok(())
    }

    /// Does again what a journal says.
    fn resume(&mut self, journal: journal::Journal) -> Result<()> {
        if journal.draft != Identity::of(&self.bytes) {
            return self.resume_changed(journal);
        }
        let mut reading = Reading::new(self.reading.engine(), self.options, self.reading.draft().clone());
        reading.remember(journal.decided);
        for entry in journal.entries {
            let text = reading.draft().text();
            match entry {
                Entry::Step { added, removed, edits } => {
                    let Some(step) = journal::step_of(added, removed, edits, text) else { break };
                    reading.perform(step)?;
                }
                Entry::Undo => drop(reading.undo()?),
                Entry::Redo => drop(reading.redo()?),
            }
        }
        self.reading = reading;
        self.has_journal = true;
        self.resumption = Resumption::Resumed;
        Ok(())
    }

    /// Decides again, in a draft that was changed elsewhere, what was decided on findings that are found again by the text
    /// around them.
    fn resume_changed(&mut self, journal: journal::Journal) -> Result<()> {
        let mut standing = journal.decided;
        let mut undone: Vec<Entry> = Vec::new();
        let mut done: Vec<Entry> = Vec::new();
        for entry in journal.entries {
            match entry {
                Entry::Undo => undone.extend(done.pop()),
                Entry::Redo => done.extend(undone.pop()),
                step @ Entry::Step { .. } => done.push(step),
            }
        }
        for entry in done {
            if let Entry::Step { added, removed, .. } = entry {
                standing.retain(|decided| !removed.iter().any(|removed| removed.number == decided.number));
                standing.extend(added);
            }
        }
        let (mut kept, mut lost) = (0, 0);
        let mut lines = String::new();
        for decided in standing {
            let pick = self.find_again(&decided);
            let verdict = match &decided.verdict {
                Verdict::Take { .. } => Verdict::Take { text: Some(decided.after.clone()) },
                verdict => verdict.clone(),
            };
            let step: Option<Step> = pick.and_then(|pick| self.reading.decide(&[pick], &verdict).ok());
            match step {
                Some(step) => {
                    kept += 1;
                    lines += &Entry::of(&step).line();
                }
                None => lost += 1,
            }
        }
        self.keeper.begin(&(journal::header(Identity::of(&self.bytes), &[]) + &lines))?;
        self.has_journal = true;
        self.resumption = Resumption::Changed { kept, lost };
        Ok(())
    }

    /// Returns the finding on which something was decided in another state of the draft.
    fn find_again(&self, decided: &Decided) -> Option<Pick> {
        let engine = self.reading.engine();
        let is_same = |finding: &Finding| {
            let entry = SuppressionEntry::of("", engine, self.reading.draft(), finding);
            entry.rule == decided.rule
                && entry.text == decided.before
                && (entry.before == decided.around.0 || entry.after == decided.around.1)
        };
        self.reading.findings().iter().position(is_same).map(Pick::Finding)
    }
}
