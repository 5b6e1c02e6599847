//! The suppression list `.zhubi-stet.toml`: places where findings are suppressed. With it a newsroom that has old copy
//! can start using zhubi at once and see only new problems. A place is identified by its rule, the flagged text and
//! the text around it, not by its line.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::name::KnownNames;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::file::read_text;
use crate::finding::Finding;
use crate::rule::TomlFile;
use crate::text::{Locator, Span};

/// How many letters, digits and Chinese characters before and after a place are stored as its context. Punctuation
/// and whitespace do not count, so the place is still found when punctuation nearby is corrected.
const CONTEXT_CHARS: usize = 10;

/// How far from a place its context is searched for, in bytes.
const CONTEXT_BYTES: usize = 240;

/// A suppression list that has been read from a file.
#[derive(Debug, Clone)]
pub struct SuppressionList {
    file: TomlFile,
    entries: Vec<Spanned<SuppressionEntry>>,
    /// The indices of the entries for each draft, by the path of the draft.
    by_path: HashMap<String, Vec<usize>>,
}

/// A place where findings are suppressed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuppressionEntry {
    /// The path of the draft, relative to the folder of the list, with `/` between folders.
    pub path: String,
    /// The id of the rule.
    pub rule: String,
    /// The flagged text.
    pub text: String,
    /// The context before the flagged text, within its block.
    #[serde(default)]
    pub before: String,
    /// The context after the flagged text, within its block.
    #[serde(default)]
    pub after: String,
    /// How many places of the draft have this rule, text and context.
    #[serde(default = "one")]
    pub count: usize,
    /// Who decided on the suppression, in free words.
    #[serde(default)]
    pub who: String,
    /// The reason for the suppression, in free words.
    #[serde(default)]
    pub why: String,
}

fn one() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSuppressionList {
    #[serde(default)]
    stet: Vec<Spanned<SuppressionEntry>>,
}

/// What identifies a place within a draft: the rule, the flagged text, and the context before and after it without
/// punctuation and whitespace.
pub type PlaceKey<'k> = (&'k str, &'k str, String, String);

/// Which sides of the context two places must share to count as the same place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ContextMatch {
    Both,
    Before,
    After,
}

const FILE_HEADER: &str = "\
# 已经看过、决定保留的问题，由 zhubi stet 写成；zhubi check 不再显示，zhubi fix 也不改。
# who（谁定的）和 why（为什么）请随意填写，重写时原样留下；要恢复检查，删去相应的一段。
";

impl SuppressionList {
    /// The name of the file.
    pub const FILE_NAME: &str = ".zhubi-stet.toml";

    /// Reads the list at `path`.
    ///
    /// # Errors
    /// The file cannot be read or is not a valid list. The error of an invalid list has a line and a column.
    pub fn open(path: &Path) -> Result<SuppressionList> {
        SuppressionList::parse(TomlFile::new(path.display().to_string(), read_text(path, "保留清单")?))
    }

    /// Reads the text of a list.
    ///
    /// # Errors
    /// It is not a valid list. The error has a line and a column.
    pub fn parse(file: TomlFile) -> Result<SuppressionList> {
        let entries = file.parse::<RawSuppressionList>()?.stet;
        let mut by_path: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            by_path.entry(entry.get_ref().path.clone()).or_default().push(index);
        }
        Ok(SuppressionList { file, entries, by_path })
    }

    /// Returns the entries in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = &SuppressionEntry> {
        self.entries.iter().map(Spanned::get_ref)
    }

    /// Returns the paths of the drafts that have entries.
    pub fn drafts(&self) -> BTreeSet<&str> {
        self.entries().map(|entry| entry.path.as_str()).collect()
    }

    /// Adds to `error` the position of the first entry for the draft at `path`.
    pub fn locate(&self, path: &str, error: Error) -> Error {
        let first = self.by_path.get(path).and_then(|entries| self.entries.get(*entries.first()?));
        self.file.locate_error(first.map_or(0..0, Spanned::span), error)
    }

    /// Formats `entries` as the content of a list file.
    pub fn format(entries: &[SuppressionEntry]) -> String {
        let mut out = FILE_HEADER.to_owned();
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

    /// Sets `suppressed[i]` for every finding `i` that the list names in the draft at `path`. Returns an error for each
    /// entry that has no effect: it names an unknown rule, or its place no longer occurs although its rule runs.
    pub(super) fn apply(
        &self,
        path: &str,
        engine: &Engine,
        draft: &Draft,
        findings: &[Finding],
        suppressed: &mut [bool],
        known_rules: &[String],
    ) -> Vec<Error> {
        let Some(indices) = self.by_path.get(path) else { return Vec::new() };
        // How many places each entry of this draft can still match.
        let mut remaining: Vec<usize> = indices.iter().map(|&index| self.entries[index].get_ref().count).collect();
        let places: Vec<SuppressionEntry> =
            findings.iter().map(|finding| SuppressionEntry::of(path, engine, draft, finding)).collect();
        // Places whose context is unchanged on both sides take precedence over places edited on one side.
        for sides in [ContextMatch::Both, ContextMatch::Before, ContextMatch::After] {
            self.match_places(sides, indices, &places, &mut remaining, suppressed);
        }
        let running: HashSet<&str> = engine.rules().rules.iter().map(|rule| rule.id.as_str()).collect();
        let mut known = KnownNames::new(known_rules);
        let mut locator = Locator::new(&self.file.text);
        let mut ineffective = Vec::new();
        for (&index, &remaining) in indices.iter().zip(&remaining) {
            let entry = self.entries[index].get_ref();
            let error = match known.error_for(&entry.rule) {
                Some(error) => error,
                None if remaining > 0 && running.contains(entry.rule.as_str()) => {
                    let message = format!("保留的“{}”在 {path} 里已经找不到。", entry.text);
                    Error::new(message).help("删去这一段，或运行 zhubi stet 重写清单。")
                }
                None => continue,
            };
            // The entries are in the order of the file, so the locator reads it once.
            let position = locator.position(self.entries[index].span().start);
            ineffective.push(error.in_place(&self.file.path, position).of_kind(ErrorKind::InvalidFile));
        }
        ineffective
    }

    /// Suppresses the findings whose place is that of an entry at `indices`, compared by the context on `sides`.
    /// `places` holds the place of each finding. Each entry matches at most `remaining` places; earlier entries match
    /// first.
    fn match_places(
        &self,
        sides: ContextMatch,
        indices: &[usize],
        places: &[SuppressionEntry],
        remaining: &mut [usize],
        suppressed: &mut [bool],
    ) {
        // For each key, where its entries are in `indices` and `remaining`.
        let mut by_key: HashMap<PlaceKey, VecDeque<usize>> = HashMap::new();
        for (slot, &index) in indices.iter().enumerate().filter(|(slot, _)| remaining[*slot] > 0) {
            if let Some(key) = self.entries[index].get_ref().key_for(sides) {
                by_key.entry(key).or_default().push_back(slot);
            }
        }
        for (place, suppressed) in places.iter().zip(suppressed) {
            if *suppressed {
                continue;
            }
            let Some(slots) = place.key_for(sides).and_then(|key| by_key.get_mut(&key)) else { continue };
            if let Some(&slot) = slots.front() {
                remaining[slot] -= 1;
                *suppressed = true;
                // What is used up is not looked at again.
                if remaining[slot] == 0 {
                    slots.pop_front();
                }
            }
        }
    }
}

/// Returns the text before and after a span, within `extent`, by which the place is found again.
pub fn surroundings(text: &str, extent: Span, span: Span) -> (&str, &str) {
    let from = text.ceil_char_boundary(extent.start.max(span.start.saturating_sub(CONTEXT_BYTES)).min(span.start));
    let to = text.floor_char_boundary(extent.end.min(span.end.saturating_add(CONTEXT_BYTES)).max(span.end));
    let before = &text[from..span.start];
    let after = &text[span.end..to];
    let first = before.char_indices().rev().filter(|(_, c)| c.is_alphanumeric()).take(CONTEXT_CHARS).last();
    let last = after.char_indices().filter(|(_, c)| c.is_alphanumeric()).take(CONTEXT_CHARS).last();
    let before = &before[first.map_or(before.len(), |(at, _)| at)..];
    (before, &after[..last.map_or(0, |(at, c)| at + c.len_utf8())])
}

impl SuppressionEntry {
    /// Creates the entry for a finding in the draft at `path`, with a count of 1 and without who and why.
    pub fn of(path: &str, engine: &Engine, draft: &Draft, finding: &Finding) -> SuppressionEntry {
        let text = draft.text();
        let span = finding.span;
        let extent = draft.blocks().get(finding.block as usize).map_or(span, |block| block.extent());
        let (before, after) = surroundings(text, extent, span);
        SuppressionEntry {
            path: path.to_owned(),
            rule: engine.rules().rules[finding.rule as usize].id.clone(),
            text: span.of(text).to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            count: 1,
            who: String::new(),
            why: String::new(),
        }
    }

    /// Returns the key that identifies the place, regardless of the draft it is in.
    pub fn key(&self) -> PlaceKey<'_> {
        let words = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect();
        (&self.rule, &self.text, words(&self.before), words(&self.after))
    }

    /// Returns the key with the context on the given sides only. Returns `None` if just one side counts and it has no
    /// context: the flagged text alone does not identify a place.
    fn key_for(&self, sides: ContextMatch) -> Option<PlaceKey<'_>> {
        let (rule, text, mut before, mut after) = self.key();
        match sides {
            ContextMatch::Both => {}
            ContextMatch::Before => after.clear(),
            ContextMatch::After => before.clear(),
        }
        let is_identified = sides == ContextMatch::Both || !before.is_empty() || !after.is_empty();
        is_identified.then_some((rule, text, before, after))
    }
}
