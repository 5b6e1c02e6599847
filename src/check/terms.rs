//! `terms`: a table of wrong words, one a line: `wrong → right | another right ! exception exception`.
//!
//! An exception is a word that holds the wrong one and is right: 定单 → 订单 ! 指定单位.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Fault, Gate, Hit, is_inside};
use crate::matcher::CharSet;
use crate::text::Span;

/// Options of a terms check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTerms {
    /// The table, one word a line. An empty line or one that begins with # is passed over.
    table: Spanned<String>,
}

/// A table of wrong words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// Sorted by their first two characters; among those, the longest first.
    terms: Vec<Term>,
    singles: CharSet,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Term {
    key: (char, char),
    wrong: String,
    right: Vec<String>,
    exceptions: Vec<String>,
}

/// Stands in the key of a word of one character.
const NONE: char = '\0';

impl Terms {
    pub(super) fn compile(raw: &RawTerms) -> Result<Terms, Fault> {
        let mut terms = Vec::new();
        for line in raw.table.get_ref().lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            terms.push(Term::parse(line).map_err(|why| Fault::of(&raw.table, format!("词表的“{line}”一行：{why}")))?);
        }
        terms.sort_by(|a, b| (a.key, b.wrong.len(), &a.wrong).cmp(&(b.key, a.wrong.len(), &b.wrong)));
        if let Some(twice) = terms.windows(2).find(|pair| pair[0].wrong == pair[1].wrong) {
            return Err(Fault::of(&raw.table, format!("“{}”在词表里出现了两次。", twice[0].wrong)));
        }
        if terms.is_empty() {
            return Err(Fault::of(&raw.table, "词表是空的。"));
        }
        let singles = terms.iter().filter(|term| term.key.1 == NONE).map(|term| (term.key.0, term.key.0)).collect();
        Ok(Terms { terms, singles: CharSet::new(singles) })
    }

    pub(super) fn gates(&self) -> Vec<Gate<'_>> {
        if self.singles.ranges().is_empty() { Vec::new() } else { vec![Gate::at(&self.singles)] }
    }

    /// The first two characters of every word that has two.
    pub fn beginnings(&self) -> impl Iterator<Item = (char, char)> + '_ {
        self.terms.iter().map(|term| term.key).filter(|key| key.1 != NONE)
    }

    pub(super) fn single_at(&self, block: usize, text: &str, at: usize) -> Option<Hit> {
        let first = text[at..].chars().next()?;
        self.word_at((first, NONE), block, text, at)
    }

    /// The wrong word that begins at byte `at` with the two characters of `key`.
    pub fn word_at(&self, key: (char, char), block: usize, text: &str, at: usize) -> Option<Hit> {
        let from = self.terms.partition_point(|term| term.key < key);
        let term = self.terms[from..]
            .iter()
            .take_while(|term| term.key == key)
            .find(|term| text[at..].starts_with(&term.wrong) && !term.is_excepted(text, at))?;
        Some(Hit::new(block, Span::new(at, at + term.wrong.len()), term.right.clone()))
    }
}

impl Term {
    fn parse(line: &str) -> Result<Term, String> {
        let (wrong, rest) = line.split_once('→').ok_or("缺少“→”。")?;
        let (right, exceptions) = rest.split_once('!').unwrap_or((rest, ""));
        let wrong = wrong.trim().to_owned();
        let right: Vec<String> = right.split('|').map(|word| word.trim().to_owned()).collect();
        if wrong.is_empty() || right.iter().any(String::is_empty) {
            return Err("“→”两边都要有词。".into());
        }
        if right.contains(&wrong) {
            return Err("“→”两边不能一样。".into());
        }
        let exceptions: Vec<String> = exceptions.split_whitespace().map(str::to_owned).collect();
        if let Some(stray) = exceptions.iter().find(|exception| !exception.contains(&wrong)) {
            return Err(format!("例外“{stray}”不含“{wrong}”。"));
        }
        let mut chars = wrong.chars();
        let key = (chars.next().unwrap_or(NONE), chars.next().unwrap_or(NONE));
        Ok(Term { key, wrong, right, exceptions })
    }

    fn is_excepted(&self, text: &str, at: usize) -> bool {
        is_inside(&self.exceptions, text, Span::new(at, at + self.wrong.len()))
    }
}
