//! `doubled-character`: a character of a word that stands twice: 促促进, 繁荣荣.
//!
//! The same character stands twice rightly where two words meet (参加|加强), in reduplications (看看, 家家户户) and in names.
//! A character that hardly ever ends a word does not stand before a word that begins with it; one that hardly ever begins
//! a word does not stand after a word that ends with it.

use serde::{Deserialize, Serialize};

use crate::check::{Claim, Hit, OptionsOnly, TableCheck, WordPair};
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han, is_numeral};

/// Looks for characters that stand twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoubledCharacter {
    /// The characters that do not stand before a word that begins with them: 促|促进.
    before: String,
    /// The characters that do not stand after a word that ends with them: 提出|出.
    after: String,
}

impl OptionsOnly for DoubledCharacter {}

/// The maximum length of a word around a doubled character, beside that character.
const LONGEST_REST: usize = 3;

impl TableCheck for DoubledCharacter {
    fn word_pairs(&self) -> Vec<WordPair> {
        let only_after = self.after.chars().filter(|c| !self.before.contains(*c));
        let characters = self.before.chars().chain(only_after).filter(|c| is_han(*c));
        characters.map(|c| WordPair { pair: (c, c), offset: 0, back: 0 }).collect()
    }

    fn word_at(&self, _: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        let c = text[at..].chars().next()?;
        let (second, end) = (at + c.len_utf8(), at + 2 * c.len_utf8());
        let mut before = text[..at].chars().rev();
        let mut after = text[end..].chars();
        let (previous, next) = (before.next(), after.next());
        let is_pair = |a: Option<char>, b: Option<char>| a.is_some_and(is_han) && a == b;
        if previous == Some(c) || next == Some(c) || is_pair(previous, before.next()) || is_pair(next, after.next()) {
            return None;
        }
        // A measure word, and a word that begins with it: 第三跳|跳出.
        if previous.is_some_and(is_numeral) {
            return None;
        }
        let starts = || starts_before(text, at, LONGEST_REST);
        let ends = || ends_after(text, end, LONGEST_REST);
        if starts().any(|start| ends().any(|end| lexicon.is_word(&text[start..end]))) {
            return None;
        }
        let ends_word = starts().skip(1).any(|start| lexicon.is_word(&text[start..second]));
        let begins_word = ends().skip(1).any(|end| lexicon.is_word(&text[second..end]));
        let never = match (ends_word, begins_word) {
            (true, false) => &self.after,
            (false, true) => &self.before,
            _ => return None,
        };
        let span = Span::new(at, end);
        never.contains(c).then(|| Hit::new(block, span, vec![c.to_string()]))
    }

    fn claims(&self) -> Vec<Claim<'_>> {
        Vec::new()
    }
}

/// Byte `at`, and those of up to `most` Chinese characters before it, from the nearest.
pub(super) fn starts_before(text: &str, at: usize, most: usize) -> impl Iterator<Item = usize> {
    let before = text[..at].char_indices().rev().take(most).take_while(|(_, c)| is_han(*c));
    std::iter::once(at).chain(before.map(|(start, _)| start))
}

/// Byte `at`, and the ends of up to `most` Chinese characters after it, from the nearest.
pub(super) fn ends_after(text: &str, at: usize, most: usize) -> impl Iterator<Item = usize> {
    let after = text[at..].char_indices().take(most).take_while(|(_, c)| is_han(*c));
    std::iter::once(at).chain(after.map(move |(start, c)| at + start + c.len_utf8()))
}
