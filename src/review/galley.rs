//! A draft on the desk: its reading, and the file behind it.

use std::path::PathBuf;

use super::decision::{BY_HAND, Decided, Verdict};
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

    /// Puts the journal aside, because it cannot be read. There is none then.
    ///
    /// # Errors
    /// It cannot be renamed.
    fn set_aside(&mut self) -> Result<()>;

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
        let journal = keeper.journal()?.filter(|journal| !journal.is_empty());
        let reading = Reading::new(engine, options, draft);
        let resumption = Resumption::New;
        let mut galley = Galley { name, file: None, reading, bytes, keeper, options, has_journal: false, resumption };
        if let Some(text) = journal {
            galley.resume(&text)?;
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
            if self.has_journal {
                let saving = Entry::Save { draft: Identity::of(&revised), decided: decided.clone() };
                self.keeper.append(&saving.line())?;
            }
            self.keeper.save(&self.bytes, &revised)?;
            self.bytes = revised;
            self.reading = Reading::new(self.reading.engine(), self.options, draft);
            self.reading.remember(decided.clone());
        } else if self.has_journal {
            // The steps stay in the journal, so that they can be undone the next night too.
            return Ok(());
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
                Entry::Save { .. } => Ok(true),
            };
            return Err(error);
        }
        self.has_journal = true;
        Ok(())
    }

    /// Does again what a journal says, as far as it can be read and fits the draft.
    fn resume(&mut self, text: &str) -> Result<()> {
        let Some(journal) = journal::parse(text) else { return self.begin_anew(text, "", Resumption::Damaged) };
        let now = Identity::of(&self.bytes);
        let is_whole = journal.ends.last().is_some_and(|end| !text[*end..].contains('\n'));
        if journal.draft == now {
            let kept = &text[..self.replay(&journal)];
            let is_whole = !text[kept.len()..].contains('\n');
            let resumption = if is_whole { Resumption::Resumed } else { Resumption::Damaged };
            return self.begin_anew(text, kept, resumption);
        }
        if let Some(decided) = journal.saved_as(&now).filter(|decided| fit(decided, self.reading.draft().text())) {
            self.reading.remember(decided.clone());
            return self.begin_anew(text, &journal::header(now, decided), Resumption::Resumed);
        }
        let (kept, lost, lines) = self.decide_again(journal.standing());
        let changed = journal::header(now, &[]) + &lines;
        let resumption = if is_whole { Resumption::Changed { kept, lost } } else { Resumption::Damaged };
        self.begin_anew(text, &changed, resumption)
    }

    /// Goes on with a journal in place of the one that was found. What would be lost of that one is set aside.
    fn begin_anew(&mut self, found: &str, journal: &str, resumption: Resumption) -> Result<()> {
        if let Resumption::Damaged | Resumption::Changed { lost: 1.., .. } = resumption {
            self.keeper.set_aside()?;
            if !journal.is_empty() {
                self.keeper.begin(journal)?;
            }
        } else if journal != found {
            // Also if a line was cut off: the next one must not be written after it.
            self.keeper.begin(journal)?;
        }
        self.has_journal = !journal.is_empty();
        self.resumption = resumption;
        Ok(())
    }

    /// Makes the steps of a journal again that fit. Returns how much of its text they are.
    fn replay(&mut self, journal: &journal::Journal) -> usize {
        if !fit(&journal.decided, self.reading.draft().text()) {
            return 0;
        }
        let mut entries = journal.entries.as_slice();
        loop {
            let mut reading = Reading::new(self.reading.engine(), self.options, self.reading.draft().clone());
            reading.remember(journal.decided.clone());
            if let Ok(made) = reading.replay(entries) {
                self.reading = reading;
                return journal.ends.get(made).copied().unwrap_or(0);
            }
            // What all of them come to can no longer be written: the first half of them may.
            entries = &entries[..entries.len() / 2];
        }
    }

    /// Decides again, in a draft that was changed elsewhere, what was decided on places that are found again by the text
    /// around them. Returns how many are, how many are not, and the lines for the journal.
    fn decide_again(&mut self, standing: Vec<Decided>) -> (usize, usize, String) {
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
        (kept, lost, lines)
    }

    /// Returns the finding, or the passage, on which something was decided in another state of the draft.
    fn find_again(&self, decided: &Decided) -> Option<Pick> {
        if decided.rule == BY_HAND {
            return self.reading.passage_of(decided).map(|(block, span)| Pick::Passage(block, span));
        }
        let engine = self.reading.engine();
        let rules = &engine.rules().rules;
        let text = self.reading.draft().text();
        let is_same = |finding: &Finding| {
            if rules[finding.rule as usize].id != decided.rule || finding.span.of(text) != decided.before {
                return false;
            }
            let entry = SuppressionEntry::of("", engine, self.reading.draft(), finding);
            entry.before == decided.around.0 || entry.after == decided.around.1
        };
        self.reading.findings().iter().position(is_same).map(Pick::Finding)
    }
}

/// Whether the places of decisions are places of a text.
fn fit(decided: &[Decided], text: &str) -> bool {
    decided.iter().all(|decided| text.get(decided.span.range()).is_some())
}
