//! The list of places that are let stand, `.zhubi-stet.toml`: so that a house with old copy can begin today and
//! see only what is new. A place is known by its rule, its text and what stands around it, not by its line.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::unknown;
use crate::config::read_text;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::rule::TomlFile;

/// How many letters, figures and Chinese characters are kept of what stands before and behind a place. Marks and
/// blanks between them do not count: correcting one nearby does not make a place unknown.
const AROUND: usize = 10;

/// In bytes. Further than this no neighbour is looked for.
const REACH: usize = 240;

/// The list as it was read.
#[derive(Debug, Clone)]
pub struct List {
    file: TomlFile,
    entries: Vec<Spanned<Entry>>,
    /// The entries of each draft.
    by_path: HashMap<String, Vec<usize>>,
}

/// A place that is let stand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The draft, told from the folder of the list, with `/` between folders.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// What was flagged.
    pub text: String,
    /// What stands before it in its paragraph.
    #[serde(default)]
    pub before: String,
    /// What stands behind it.
    #[serde(default)]
    pub after: String,
    /// How many places of the draft read so.
    #[serde(default = "one")]
    pub count: usize,
    /// Who let it stand, in free words.
    #[serde(default)]
    pub who: String,
    /// Why, in free words.
    #[serde(default)]
    pub why: String,
}

fn one() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawList {
    #[serde(default)]
    stet: Vec<Spanned<Entry>>,
}

/// What a place is known by: rule, text and its neighbours before and behind, without marks and blanks.
pub type Key<'k> = (&'k str, &'k str, String, String);

const HEAD: &str = "\
# 已经看过、决定保留的问题，由 zhubi stet 写成；zhubi check 不再显示，zhubi fix 也不改。
# who（谁定的）和 why（为什么）请随意填写，重写时原样留下；要恢复检查，删去相应的一段。
";

impl List {
    /// The name of the file.
    pub const FILE_NAME: &str = ".zhubi-stet.toml";

    /// Reads the list at `path`.
    ///
    /// # Errors
    /// It cannot be read, or is no such list: with file, line and column.
    pub fn open(path: &Path) -> Result<List> {
        List::read(TomlFile::new(path.display().to_string(), read_text(path, "保留清单")?))
    }

    pub(super) fn read(file: TomlFile) -> Result<List> {
        let entries = file.parse::<RawList>()?.stet;
        let mut by_path: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            by_path.entry(entry.get_ref().path.clone()).or_default().push(index);
        }
        Ok(List { file, entries, by_path })
    }

    /// The entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(Spanned::get_ref)
    }

    /// The drafts that are named.
    pub fn drafts(&self) -> BTreeSet<&str> {
        self.entries().map(|entry| entry.path.as_str()).collect()
    }

    /// That error, at the place of the first entry for the draft at `path`.
    pub fn place(&self, path: &str, error: Error) -> Error {
        let first = self.by_path.get(path).and_then(|entries| self.entries.get(*entries.first()?));
        self.file.place(first.map_or(0..0, Spanned::span), error)
    }

    /// The list as a file.
    pub fn write(entries: &[Entry]) -> String {
        let mut out = HEAD.to_owned();
        for entry in entries {
            out.push_str("\n[[stet]]\n");
            let count = entry.count.to_string();
            let quoted = |text: &str| Value::String(text.to_owned()).to_string();
            for (name, value) in [
                ("path", quoted(&entry.path)),
                ("rule", quoted(&entry.rule)),
                ("text", quoted(&entry.text)),
                ("before", quoted(&entry.before)),
                ("after", quoted(&entry.after)),
                ("count", if entry.count == 1 { String::new() } else { count }),
                ("who", quoted(&entry.who)),
                ("why", quoted(&entry.why)),
            ] {
                if !value.is_empty() {
                    let _ = writeln!(out, "{name} = {value}");
                }
            }
        }
        out
    }

    /// Lets stand what the list names in the draft at `path`, and tells the entries that nothing answers to.
    pub(super) fn settle(
        &self,
        path: &str,
        engine: &Engine,
        draft: &Draft,
        findings: &[Finding],
        stands: &mut [bool],
        known: &[String],
    ) -> Vec<Error> {
        let Some(indices) = self.by_path.get(path) else { return Vec::new() };
        let rules = &engine.rules().rules;
        let mut left: Vec<usize> = indices.iter().map(|&index| self.entries[index].get_ref().count).collect();
        let places: Vec<Entry> = findings.iter().map(|finding| Entry::of(path, engine, draft, finding)).collect();
        // First what reads the same on both sides, then what does on one: the other side was edited.
        for sides in [(true, true), (true, false), (false, true)] {
            let mut by_key: HashMap<Key, Vec<usize>> = HashMap::new();
            for (number, &index) in indices.iter().enumerate().rev() {
                if let Some(key) = self.entries[index].get_ref().known_by(sides) {
                    by_key.entry(key).or_default().push(number);
                }
            }
            for (place, stands) in places.iter().zip(&mut *stands) {
                if *stands {
                    continue;
                }
                let numbers = place.known_by(sides).and_then(|key| by_key.get(&key)).map_or(&[][..], Vec::as_slice);
                if let Some(&number) = numbers.iter().rev().find(|&&number| left[number] > 0) {
                    left[number] -= 1;
                    *stands = true;
                }
            }
        }
        let running = |id: &str| rules.iter().any(|rule| rule.id == id);
        let mut stale = Vec::new();
        for (&index, &left) in indices.iter().zip(&left) {
            let entry = self.entries[index].get_ref();
            let error = match unknown(&entry.rule, known) {
                Some(error) => error,
                None if left > 0 && running(&entry.rule) => {
                    let what = format!("保留的“{}”在 {path} 里已经找不到。", entry.text);
                    Error::new(what).help("删去这一段，或运行 zhubi stet 重写清单。")
                }
                None => continue,
            };
            stale.push(self.file.place(self.entries[index].span(), error));
        }
        stale
    }
}

impl Entry {
    /// The entry for a finding in the draft at `path`.
    pub fn of(path: &str, engine: &Engine, draft: &Draft, finding: &Finding) -> Entry {
        let text = draft.text();
        let span = finding.span;
        let extent = draft.blocks().get(finding.block as usize).map_or(span, |block| block.extent());
        let from = text.ceil_char_boundary(extent.start.max(span.start.saturating_sub(REACH)).min(span.start));
        let to = text.floor_char_boundary(extent.end.min(span.end.saturating_add(REACH)).max(span.end));
        let before = &text[from..span.start];
        let after = &text[span.end..to];
        let first = before.char_indices().rev().filter(|(_, c)| c.is_alphanumeric()).take(AROUND).last();
        let last = after.char_indices().filter(|(_, c)| c.is_alphanumeric()).take(AROUND).last();
        Entry {
            path: path.to_owned(),
            rule: engine.rules().rules[finding.rule as usize].id.clone(),
            text: span.of(text).to_owned(),
            before: before[first.map_or(before.len(), |(at, _)| at)..].to_owned(),
            after: after[..last.map_or(0, |(at, c)| at + c.len_utf8())].to_owned(),
            count: 1,
            who: String::new(),
            why: String::new(),
        }
    }

    /// What the place is known by, in whichever draft it stands.
    pub fn place(&self) -> Key<'_> {
        let words = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect();
        (&self.rule, &self.text, words(&self.before), words(&self.after))
    }

    /// What it is known by on the sides that are asked for. `None` where only one is and nothing stands there.
    fn known_by(&self, (before, after): (bool, bool)) -> Option<Key<'_>> {
        let (rule, text, mut words_before, mut words_after) = self.place();
        if !before {
            words_before.clear();
        }
        if !after {
            words_after.clear();
        }
        let is_known = before && after || !words_before.is_empty() || !words_after.is_empty();
        is_known.then_some((rule, text, words_before, words_after))
    }
}
