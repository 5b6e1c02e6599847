//! The ids of tracked changes, comments and bookmarks, which share one space in a file.

use std::collections::HashSet;
use std::ops::Range;

/// Generates ids that no element of the file uses.
pub struct IdGenerator {
    used: HashSet<u32>,
    last: u32,
}

impl IdGenerator {
    /// Collects the ids that the parts use.
    pub fn new<'x>(parts: impl Iterator<Item = &'x str>) -> IdGenerator {
        let used = parts.flat_map(|xml| id_values(xml).filter_map(|range| xml[range].parse().ok())).collect();
        IdGenerator { used, last: 0 }
    }

    pub fn next(&mut self) -> u32 {
        self.last += 1;
        while self.used.contains(&self.last) {
            self.last += 1;
        }
        self.last
    }
}

/// Returns `xml` with the id of every tracked change replaced by a new one. Other elements with an id, such as
/// `w:fitText`, say with it that runs belong together.
pub fn with_new_ids(xml: &str, ids: &mut IdGenerator) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut copied = 0;
    for value in id_values(xml).filter(|value| is_of_change(&xml[..value.start])) {
        out.push_str(&xml[copied..value.start]);
        out.push_str(&ids.next().to_string());
        copied = value.end;
    }
    out.push_str(&xml[copied..]);
    out
}

/// Returns whether the tag in which `xml` ends is that of a tracked change.
fn is_of_change(xml: &str) -> bool {
    let tag = xml.rsplit('<').next().unwrap_or_default();
    let name = tag.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
    let local = name.rsplit(':').next().unwrap_or_default();
    local.ends_with("Change") || ["ins", "del", "moveTo", "moveFrom"].contains(&local)
}

/// Returns the ranges of what looks like the value of an attribute with the local name `id`, in any namespace and any
/// quotation marks.
pub fn id_values(xml: &str) -> impl Iterator<Item = Range<usize>> {
    memchr::memmem::find_iter(xml.as_bytes(), ":id").filter_map(|at| {
        let name_end = at + ":id".len();
        let value = xml[name_end..].trim_ascii_start().strip_prefix('=')?.trim_ascii_start();
        let quote = value.chars().next().filter(|&c| c == '"' || c == '\'')?;
        let start = xml.len() - value.len() + 1;
        Some(start..start + xml[start..].find(quote)?)
    })
}
