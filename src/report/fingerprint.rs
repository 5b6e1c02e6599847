//! Fingerprints, by which other programs recognize a finding from one run to the next.

use std::collections::HashMap;
use std::hash::Hasher;

use fnv::FnvHasher;

use super::CheckedDraft;
use super::paths::repository_path;
use crate::finding::Finding;

/// How many characters on either side of a finding contribute to its fingerprint.
const CONTEXT_CHARS: usize = 8;

/// Computes the fingerprints of the findings of one draft. A fingerprint depends on the path of the draft, the rule,
/// the flagged text, the text next to it, and the number of earlier findings for which all of these are equal. It does
/// not depend on the position, so it stays the same when lines are added or removed elsewhere.
pub(super) struct Fingerprints {
    path: String,
    /// The number of findings so far with each hash.
    counts: HashMap<u64, u64>,
}

impl Fingerprints {
    pub(super) fn new(draft: &CheckedDraft) -> Fingerprints {
        Fingerprints { path: repository_path(draft.path), counts: HashMap::new() }
    }

    /// Returns the fingerprint of `finding`. Must be called for all findings of the draft in order.
    pub(super) fn next(&mut self, draft: &CheckedDraft, finding: &Finding) -> String {
        let (before, after) = (&draft.text[..finding.span.start], &draft.text[finding.span.end..]);
        let before = before.char_indices().rev().take(CONTEXT_CHARS).take_while(|(_, c)| *c != '\n');
        let start = before.last().map_or(finding.span.start, |(at, _)| at);
        let after = after.char_indices().take(CONTEXT_CHARS).take_while(|(_, c)| *c != '\n' && *c != '\r');
        let end = finding.span.end + after.last().map_or(0, |(at, c)| at + c.len_utf8());
        let parts = [
            self.path.as_str(),
            &draft.rule(finding).id,
            &draft.text[start..finding.span.start],
            finding.span.of(draft.text),
            &draft.text[finding.span.end..end],
        ];
        // FNV-1a is fully specified, so every version of zhubi computes the same hash.
        let mut hasher = FnvHasher::default();
        for part in parts {
            hasher.write(part.as_bytes());
            hasher.write(&[0]);
        }
        let count = self.counts.entry(hasher.finish()).or_default();
        hasher.write(&count.to_le_bytes());
        *count += 1;
        format!("{:016x}", hasher.finish())
    }
}
