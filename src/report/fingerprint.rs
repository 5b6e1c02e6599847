use std::collections::HashMap;
use std::hash::Hasher;

use fnv::FnvHasher;

use super::Sheet;
use super::address::repository_path;
use crate::finding::Finding;

/// How much of the text on either side belongs to a finding, in characters.
const NEIGHBOURHOOD: usize = 8;

/// What tells the findings of a sheet apart from one run to the next: the draft, the rule, what it flags, what
/// stands beside it, and which of several that are alike in all this it is. Where a finding stands does not
/// count, so it is known again when lines come and go elsewhere.
pub(super) struct Fingerprints {
    path: String,
    seen: HashMap<u64, u64>,
}

impl Fingerprints {
    pub(super) fn new(sheet: &Sheet) -> Fingerprints {
        Fingerprints { path: repository_path(sheet.path), seen: HashMap::new() }
    }

    /// The fingerprint of the next finding.
    pub(super) fn next(&mut self, sheet: &Sheet, finding: &Finding) -> String {
        let (before, after) = (&sheet.text[..finding.span.start], &sheet.text[finding.span.end..]);
        let before = before.char_indices().rev().take(NEIGHBOURHOOD).take_while(|(_, c)| *c != '\n');
        let start = before.last().map_or(finding.span.start, |(at, _)| at);
        let after = after.char_indices().take(NEIGHBOURHOOD).take_while(|(_, c)| *c != '\n' && *c != '\r');
        let end = finding.span.end + after.last().map_or(0, |(at, c)| at + c.len_utf8());
        let parts = [
            self.path.as_str(),
            &sheet.rule(finding).id,
            &sheet.text[start..finding.span.start],
            finding.span.of(sheet.text),
            &sheet.text[finding.span.end..end],
        ];
        // FNV-1a is defined to the bit: another version of zhubi comes to the same.
        let mut hasher = FnvHasher::default();
        for part in parts {
            hasher.write(part.as_bytes());
            hasher.write(&[0]);
        }
        let alike = self.seen.entry(hasher.finish()).or_default();
        hasher.write(&alike.to_le_bytes());
        *alike += 1;
        format!("{:016x}", hasher.finish())
    }
}
