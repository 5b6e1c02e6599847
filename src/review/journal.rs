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
    let mut lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    let header: Header = serde_json::from_str(lines.next()?).ok()?;
    let entries = lines.map_while(|line| serde_json::from_str(line).ok()).collect();
    (header.version == VERSION).then_some(Journal { draft: header.draft, decided: header.decided, entries })
}

/// Returns the decisions that hold at the end of a journal; none if it cannot be read.
pub fn decisions(text: &str) -> Vec<Decided> {
    let Some(Journal { mut decided, entries, .. }) = parse(text) else { return Vec::new() };
    let mut replace = |old: &[Decided], new: &[Decided]| {
        decided.retain(|known| !old.iter().any(|old| old.number == known.number));
        decided.extend_from_slice(new);
    };
    let (mut done, mut undone) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            Entry::Step { added, removed, .. } => {
                replace(&removed, &added);
                done.push((added, removed));
                undone.clear();
            }
            Entry::Undo => undone.extend(done.pop().inspect(|(added, removed)| replace(added, removed))),
            Entry::Redo => done.extend(undone.pop().inspect(|(added, removed)| replace(removed, added))),
        }
    }
    decided
}

/// Returns the step that an entry records, if it fits the text: its places are places of the text, and where it changes
/// something, in order.
pub fn step_of(added: Vec<Decided>, removed: Vec<Decided>, edits: Vec<RecordedEdit>, text: &str) -> Option<Step> {
    let mut set = EditSet::default();
    for RecordedEdit { at, text: new } in edits {
        text.get(at.range())?;
        set.push(Edit { span: at, text: new }).ok()?;
    }
    let after = set.apply(text);
    added.iter().all(|decided| after.get(decided.span.range()).is_some()).then_some(())?;
    Some(Step { added, removed, edits: set, ..Step::default() })
}
