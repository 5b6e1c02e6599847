//! The journal of a reading: what was decided, line by line, so that a night that was interrupted can go on. A line is
//! written before its decision counts as made; a last line that was cut off is as if it had not been.

use serde::{Deserialize, Serialize};

use super::decision::{Decided, span_as_pair};
use super::reading::Step;
use crate::edit::{Edit, EditSet};
use crate::text::Span;

/// The version of the format.
const VERSION: u32 = 1;

/// What tells one state of a file from others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    length: usize,
    hash: String,
}

impl Identity {
    /// Returns the identity of a file with this content.
    pub fn of(bytes: &[u8]) -> Identity {
        use std::hash::Hasher;
        let mut hasher = fnv::FnvHasher::default();
        hasher.write(bytes);
        Identity { length: bytes.len(), hash: format!("{:016x}", hasher.finish()) }
    }
}

/// The first line: which draft the journal belongs to, and what was decided before it was last saved.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    #[serde(rename = "zhubi-review")]
    version: u32,
    draft: Identity,
    decided: Vec<Decided>,
}

/// A line after the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// A step was made.
    Step {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        added: Vec<Decided>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removed: Vec<Decided>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        edits: Vec<RecordedEdit>,
    },
    /// The last step was taken back.
    Undo,
    /// What was taken back last was done again.
    Redo,
    /// The draft is about to be replaced with this one, in which this is decided. If the program is killed then, the journal
    /// still belongs to it.
    Save { draft: Identity, decided: Vec<Decided> },
}

/// An edit of the text before the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedEdit {
    #[serde(with = "span_as_pair")]
    at: Span,
    text: String,
}

/// A journal that has been read.
#[derive(Debug)]
pub struct Journal {
    pub draft: Identity,
    pub decided: Vec<Decided>,
    pub entries: Vec<Entry>,
    /// Where each line ends in the text of the journal, the first one included.
    pub ends: Vec<usize>,
}

/// How a reading has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resumption {
    /// Nothing had been decided.
    New,
    /// What had been decided is decided.
    Resumed,
    /// The draft was changed elsewhere in the meantime. So many decisions still fit, and so many do not.
    Changed { kept: usize, lost: usize },
    /// A part of the journal, or all of it, could not be read. What could be is decided; the journal was set aside.
    Damaged,
}

impl Resumption {
    /// Returns what the proofreader is told; nothing if nothing had been decided.
    pub fn notice(self) -> String {
        match self {
            Resumption::New => String::new(),
            Resumption::Resumed => "接着上次做：定下的都在。".to_owned(),
            Resumption::Changed { kept, lost: 0 } => format!("稿件在别处改过：先前定下的 {kept} 处都对上了。"),
            Resumption::Changed { kept, lost } => format!(
                "稿件在别处改过：先前定下的对上 {kept} 处，对不上 {lost} 处；原来的记录已在旁边另存一份（.bak）。"
            ),
            Resumption::Damaged => "校读记录坏了，读得懂的都在；原来的记录已在旁边另存一份（.bak）。".to_owned(),
        }
    }
}

impl Entry {
    /// Returns the entry for a step.
    pub fn of(step: &Step) -> Entry {
        let edits = step.edits.iter().map(|edit| RecordedEdit { at: edit.span, text: edit.text.clone() });
        Entry::Step { added: step.added.clone(), removed: step.removed.clone(), edits: edits.collect() }
    }

    /// Returns the line for the journal.
    pub fn line(&self) -> String {
        // An entry holds strings and numbers only, so serializing it cannot fail.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// Returns the first line of a journal.
pub fn header(draft: Identity, decided: &[Decided]) -> String {
    let header = Header { version: VERSION, draft, decided: decided.to_vec() };
    serde_json::to_string(&header).unwrap_or_default() + "\n"
}

/// Reads a journal. Returns `None` if it is none, or one of another version. What follows a line that cannot be read is
/// left out.
pub fn parse(text: &str) -> Option<Journal> {
    let mut end = 0;
    let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(|line| {
        end += line.len();
        (line, end)
    });
    let (first, end) = lines.next()?;
    let Header { version, draft, decided } = serde_json::from_str(first).ok()?;
    let (mut entries, mut ends) = (Vec::new(), vec![end]);
    for (line, end) in lines {
        let Ok(entry) = serde_json::from_str(line) else { break };
        entries.push(entry);
        ends.push(end);
    }
    (version == VERSION).then_some(Journal { draft, decided, entries, ends })
}

/// Returns the decisions that hold at the end of a journal; none if it cannot be read.
pub fn decisions(text: &str) -> Vec<Decided> {
    parse(text).map_or(Vec::new(), Journal::standing)
}

impl Journal {
    /// Returns the decisions that hold at the end, in the order in which they were made. Their places are those of the
    /// states of the draft in which they were made.
    pub fn standing(self) -> Vec<Decided> {
        let mut standing = self.decided;
        let mut replace = |old: &[Decided], new: &[Decided]| {
            standing.retain(|known| !old.iter().any(|old| old.number == known.number));
            standing.extend_from_slice(new);
        };
        let (mut done, mut undone) = (Vec::new(), Vec::new());
        for entry in self.entries {
            match entry {
                Entry::Step { added, removed, .. } => {
                    replace(&removed, &added);
                    done.push((added, removed));
                    undone.clear();
                }
                Entry::Undo => undone.extend(done.pop().inspect(|(added, removed)| replace(added, removed))),
                Entry::Redo => done.extend(undone.pop().inspect(|(added, removed)| replace(removed, added))),
                Entry::Save { .. } => {}
            }
        }
        standing.sort_by_key(|decided| decided.number);
        standing
    }

    /// Returns what was decided in this draft, if the program was ended right when it was saved.
    pub fn saved_as(&self, now: &Identity) -> Option<&Vec<Decided>> {
        match self.entries.last() {
            Some(Entry::Save { draft, decided }) if draft == now => Some(decided),
            _ => None,
        }
    }
}

/// Returns the step that an entry records, if it fits the text: its places are places of the text, and where it changes
/// something, in order.
pub fn step_of(added: &[Decided], removed: &[Decided], edits: &[RecordedEdit], text: &str) -> Option<Step> {
    let mut set = EditSet::default();
    let mut replaced = Vec::new();
    for RecordedEdit { at, text: new } in edits {
        replaced.push(text.get(at.range())?.to_owned());
        set.push(Edit { span: *at, text: new.clone() }).ok()?;
    }
    let after = set.apply(text);
    added.iter().all(|decided| after.get(decided.span.range()).is_some()).then_some(())?;
    Some(Step { added: added.to_vec(), removed: removed.to_vec(), edits: set, replaced })
}
