//! Lists of words as options: written in a rule file as one string, the words separated by spaces.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::text::Span;

/// Words that a check looks for in short pieces of text. Bit masks of their first and last characters rule out most
/// pieces at one look.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct WordList {
    words: Vec<String>,
    /// For each word, its [`key`]; set when first needed.
    keys: OnceLock<Vec<u16>>,
    /// The keys of all words; set when first needed.
    starts: OnceLock<PossibleWords>,
    first: u64,
    last: u64,
}

/// A number, less than [`KEYS`], that a text shares with the words that begin like it: with two characters, or with one
/// if that is the whole word.
#[inline]
fn key(first: char, second: Option<char>) -> u16 {
    let pair = (first as u32) << 16 ^ second.map_or(0, |second| second as u32);
    (pair.wrapping_mul(0x9E37_79B1) >> (32 - KEYS.ilog2())) as u16
}

/// The [`key`] of a word.
fn first_key(word: &str) -> Option<u16> {
    let mut characters = word.chars();
    Some(key(characters.next()?, characters.next()))
}

/// The number of keys.
const KEYS: usize = 1 << 11;

/// Which words a text may contain, by their [`key`]s. Where a text is searched for many words, it is read once for that.
#[derive(Debug, Clone)]
pub struct PossibleWords([u64; KEYS / 64]);

impl PossibleWords {
    /// The words that may occur in `text`.
    pub fn of(text: &str) -> PossibleWords {
        let mut possible = PossibleWords([0; KEYS / 64]);
        let mut note = |key: u16| possible.note(key);
        let mut before = None;
        for c in text.chars() {
            note(key(c, None));
            if let Some(before) = before.replace(c) {
                note(key(before, Some(c)));
            }
        }
        possible
    }

    #[inline]
    fn note(&mut self, key: u16) {
        self.0[usize::from(key / 64)] |= 1 << (key % 64);
    }

    #[inline]
    fn has(&self, key: u16) -> bool {
        self.0[usize::from(key / 64)] >> (key % 64) & 1 != 0
    }
}

impl FromIterator<u16> for PossibleWords {
    fn from_iter<I: IntoIterator<Item = u16>>(keys: I) -> PossibleWords {
        let mut possible = PossibleWords([0; KEYS / 64]);
        keys.into_iter().for_each(|key| possible.note(key));
        possible
    }
}

/// The bit, one of 64, that a character shares with some others.
#[inline]
fn bit(c: char) -> u64 {
    1 << (c as u32 % 64)
}

impl From<String> for WordList {
    fn from(list: String) -> WordList {
        WordList::new(&list)
    }
}

impl From<WordList> for String {
    fn from(list: WordList) -> String {
        list.words.join(" ")
    }
}

impl WordList {
    /// The words of a list, separated by spaces.
    pub fn new(list: &str) -> WordList {
        let words: Vec<String> = list.split_whitespace().map(str::to_owned).collect();
        let mask = |edge: fn(&str) -> Option<char>| {
            words.iter().filter_map(|word| edge(word)).map(bit).fold(0, |mask, bit| mask | bit)
        };
        let (first, last) = (mask(|word| word.chars().next()), mask(|word| word.chars().next_back()));
        WordList { words, keys: OnceLock::new(), starts: OnceLock::new(), first, last }
    }

    /// The words, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether `word` is in the list.
    pub fn has(&self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }

    /// Whether one of the words occurs in `text`.
    pub fn any_in(&self, text: &str) -> bool {
        text.char_indices().any(|(at, c)| self.first & bit(c) != 0 && self.beginning(&text[at..]).is_some())
    }

    /// Whether one of the words occurs in `text`, of which `possible` knows the words that may occur.
    pub fn any_of(&self, possible: &PossibleWords, text: &str) -> bool {
        self.words.iter().zip(self.keys()).any(|(word, key)| possible.has(*key) && text.contains(word.as_str()))
    }

    /// The words of two characters or more that occur in `text`, each as often as it does, with where it begins.
    pub fn all_in<'w>(&'w self, text: &str) -> Vec<(usize, &'w str)> {
        let (keys, starts) = (self.keys(), self.starts.get_or_init(|| self.keys().iter().copied().collect()));
        let mut chars = text.char_indices().peekable();
        let mut found = Vec::new();
        while let Some((at, c)) = chars.next() {
            let Some((_, next)) = chars.peek() else { break };
            let pair = key(c, Some(*next));
            if starts.has(pair) {
                let words = self.iter().zip(keys).filter(|(_, key)| **key == pair).map(|(word, _)| word);
                found.extend(words.filter(|word| text[at..].starts_with(word)).map(|word| (at, word)));
            }
        }
        found
    }

    /// The [`key`] of each word.
    fn keys(&self) -> &[u16] {
        self.keys.get_or_init(|| self.iter().map(|word| first_key(word).unwrap_or_default()).collect())
    }

    /// The first word of the list that `text` begins with.
    pub fn beginning(&self, text: &str) -> Option<&str> {
        text.chars().next().filter(|c| self.first & bit(*c) != 0)?;
        self.iter().find(|word| text.starts_with(word))
    }

    /// The longest word of the list that `text` ends with.
    pub fn ending(&self, text: &str) -> Option<&str> {
        text.chars().next_back().filter(|c| self.last & bit(*c) != 0)?;
        self.iter().filter(|word| text.ends_with(word)).max_by_key(|word| word.len())
    }

    /// `text` without any words of the list at its end.
    pub fn stripped<'t>(&self, mut text: &'t str) -> &'t str {
        while let Some(word) = self.ending(text) {
            text = &text[..text.len() - word.len()];
        }
        text
    }
}

/// Whether the word at `span` is part of one of these `longer` words where it occurs in `text`.
pub fn is_inside<'w>(longer: impl IntoIterator<Item = &'w str>, text: &str, span: Span) -> bool {
    longer.into_iter().any(|longer| {
        longer.match_indices(span.of(text)).any(|(inside, _)| {
            span.start.checked_sub(inside).is_some_and(|start| text.as_bytes()[start..].starts_with(longer.as_bytes()))
        })
    })
}
