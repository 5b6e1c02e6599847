//! What editors correct again and again: wordings that were replaced between two proofs, as candidates for the paper's
//! lists.

use std::collections::BTreeMap;

use crate::compare::Change;
use crate::draft::Draft;
use crate::lexicon::Lexicon;
use crate::text::{Locator, Span};

/// The longest wording, in characters.
const LONGEST: usize = 12;

/// Changes with fewer characters between them are one.
const APART: usize = 3;

/// How many characters around a wording are divided into words.
const AROUND: usize = 8;

/// A wording, and what it was replaced with.
pub type Replacement = (String, String);

/// A place where a wording was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The old version, and the line in it if it is known.
    pub place: String,
    /// The sentence before and after the correction.
    pub old: String,
    pub new: String,
}

/// The corrections of several drafts, by what was replaced with what.
#[derive(Debug, Default)]
pub struct Corrections(BTreeMap<Replacement, Vec<Correction>>);

impl Corrections {
    /// Adds the changes between two versions of a draft that no rule has requested.
    pub fn add(&mut self, path: &str, old: &Draft, new: &Draft, changes: &[Change], lexicon: &Lexicon) {
        let mut locator = Locator::new(old.text());
        for (old_span, new_span) in merged(old.text(), changes) {
            let Some((old_form, new_form)) = whole_words(old.text(), old_span, new.text(), new_span, lexicon) else {
                continue;
            };
            let correction = Correction {
                place: format!("{path}:{}", locator.position(old_span.start).line),
                old: clause(old.text(), old_span),
                new: clause(new.text(), new_span),
            };
            self.0.entry((old_form, new_form)).or_default().push(correction);
        }
    }

    /// Adds a correction that was made in `draft`: what was replaced with what, and the text before and after it.
    pub fn add_one(&mut self, draft: &str, (old, new): (&str, &str), around: (&str, &str), lexicon: &Lexicon) {
        let whole = |text: &str| [around.0, text, around.1].concat();
        let span = |text: &str| Span::new(around.0.len(), around.0.len() + text.len());
        let (old_text, new_text) = (whole(old), whole(new));
        let (old_span, new_span) = (span(old), span(new));
        if let Some(replacement) = whole_words(&old_text, old_span, &new_text, new_span, lexicon) {
            let (old, new) = (clause(&old_text, old_span), clause(&new_text, new_span));
            self.0.entry(replacement).or_default().push(Correction { place: draft.to_owned(), old, new });
        }
    }

    /// The replacements that were made at least so many times, the commonest first. One that was also made the other way
    /// round is none: the two wordings are both right.
    pub fn recurring(&self, least: usize) -> Vec<(&Replacement, &[Correction])> {
        let is_mutual = |(old, new): &Replacement| self.0.contains_key(&(new.clone(), old.clone()));
        let recurring = self.0.iter().filter(|(replacement, places)| places.len() >= least && !is_mutual(replacement));
        let mut recurring: Vec<(&Replacement, &[Correction])> =
            recurring.map(|(replacement, places)| (replacement, places.as_slice())).collect();
        recurring.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
        recurring
    }
}

/// The changes that no rule has requested, in the old and the new text; neighbours are joined.
fn merged(old: &str, changes: &[Change]) -> Vec<(Span, Span)> {
    let mut merged: Vec<(Span, Span)> = Vec::new();
    for change in changes.iter().filter(|change| !change.is_requested) {
        match merged.last_mut() {
            Some((known_old, known_new)) if are_near(old, known_old.end, change.old.start) => {
                (known_old.end, known_new.end) = (change.old.end, change.new.end);
            }
            _ => merged.push((change.old, change.new)),
        }
    }
    merged
}

fn are_near(text: &str, end: usize, start: usize) -> bool {
    text.get(end..start)
        .is_some_and(|between| between.chars().count() < APART && between.chars().all(char::is_alphanumeric))
}

/// Extends a change on both sides, as far as both texts are the same there, to whole words of either text. `None` if what
/// was replaced, or what it was replaced with, is not a wording of two to twelve characters.
fn whole_words(old: &str, old_span: Span, new: &str, new_span: Span, lexicon: &Lexicon) -> Option<Replacement> {
    let before = reach(old, old_span, lexicon).0.max(reach(new, new_span, lexicon).0);
    let after = reach(old, old_span, lexicon).1.max(reach(new, new_span, lexicon).1);
    let wide = |before: usize, after: usize| {
        let form = |text: &str, span: Span| {
            let start = back(text, span.start, before)?;
            let end = forth(text, span.end, after)?;
            Some(text[start..end].to_owned())
        };
        let (old_form, new_form) = (form(old, old_span)?, form(new, new_span)?);
        let same = |one: &str, other: &str| one.chars().take(before).eq(other.chars().take(before));
        let is_wording = |form: &str| form.chars().all(char::is_alphanumeric);
        (same(&old_form, &new_form) && is_wording(&old_form) && is_wording(&new_form)).then_some((old_form, new_form))
    };
    let found = wide(before, after)?;
    let long_enough = |(old, new): &Replacement| old.chars().nth(1).is_some() && new.chars().nth(1).is_some();
    // One character says little: the word before it belongs to it, or else the character after it.
    let with_word = || wide(before + word_before(old, back(old, old_span.start, before)?, lexicon)?, after);
    let found = if long_enough(&found) { found } else { with_word().or_else(|| wide(before, after + 1))? };
    let length = |text: &str| text.chars().count();
    let fits = long_enough(&found) && length(&found.0).max(length(&found.1)) <= LONGEST && found.0 != found.1;
    fits.then_some(found)
}

/// How many characters before and after a span belong to words that begin or end within it or adjoin an empty one.
fn reach(text: &str, span: Span, lexicon: &Lexicon) -> (usize, usize) {
    let from = text[..span.start].char_indices().rev().take(AROUND).last().map_or(span.start, |(at, _)| at);
    let to = text[span.end..].char_indices().nth(AROUND).map_or(text.len(), |(at, _)| span.end + at);
    let words = lexicon.segment(&text[from..to]).into_iter().map(|word| word.shifted(from));
    let (mut before, mut after) = (0, 0);
    for word in words {
        if word.start < span.start && (span.start < word.end || span.is_empty() && word.end == span.start) {
            before = text[word.start..span.start].chars().count();
        }
        if span.end < word.end && word.start < span.end {
            after = text[span.end..word.end].chars().count();
        }
    }
    (before, after)
}

/// The number of characters of the word that ends at byte `at`.
fn word_before(text: &str, at: usize, lexicon: &Lexicon) -> Option<usize> {
    let from = text[..at].char_indices().rev().take(AROUND).last().map_or(at, |(at, _)| at);
    let context = &text[from..at];
    lexicon.segment(context).last().map(|word| word.of(context).chars().count())
}

fn back(text: &str, at: usize, count: usize) -> Option<usize> {
    if count == 0 { Some(at) } else { text[..at].char_indices().rev().nth(count - 1).map(|(at, _)| at) }
}

fn forth(text: &str, at: usize, count: usize) -> Option<usize> {
    let mut ends = text[at..].char_indices().map(|(start, c)| at + start + c.len_utf8());
    if count == 0 { Some(at) } else { ends.nth(count - 1) }
}

/// The clause around a span.
fn clause(text: &str, span: Span) -> String {
    const ENDS: [char; 8] = ['。', '！', '？', '；', '，', '\n', '“', '”'];
    let start = text[..span.start].rfind(ENDS).map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let end = text[span.end..].find(ENDS).map_or(text.len(), |at| span.end + at);
    text[start..end].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;
    use crate::compare::compare;
    use crate::draft::Format;

    fn learnt(pairs: &[(&str, &str)], least: usize) -> Vec<(String, String, usize)> {
        let mut corrections = Corrections::default();
        for (old, new) in pairs {
            let open = |text: &str| Draft::open(text.as_bytes().to_vec(), Format::Plain).unwrap();
            let (old, new) = (open(old), open(new));
            let comparison = compare((&old, &[]), (&new, &[]), &old);
            corrections.add("a.txt", &old, &new, &comparison.changes, &lexicon());
        }
        let recurring = corrections.recurring(least);
        recurring.iter().map(|((old, new), places)| (old.clone(), new.clone(), places.len())).collect()
    }

    #[test]
    fn what_is_corrected_again_and_again_is_a_candidate() {
        let pairs = [
            ("柳河乡的桃花开了。", "柳河镇的桃花开了。"),
            ("他到柳河乡去，见到了老朋友。", "他到柳河镇去，见到了好朋友。"),
            ("街上人多。", "街上人很多，车也多。"),
        ];
        let found = learnt(&pairs, 2);
        assert_eq!(found.len(), 1, "{found:?}");
        let (old, new, count) = &found[0];
        assert!(old.ends_with('乡') && new.ends_with('镇') && *count == 2 && old.chars().count() > 1, "{found:?}");
    }

    #[test]
    fn wordings_that_replace_each_other_and_marks_are_no_candidates() {
        let pairs = [("一共三人。", "总共三人。"), ("总共五人。", "一共五人。"), ("好,来了。", "好，来了。")];
        assert_eq!(learnt(&pairs, 1), []);
    }
}
