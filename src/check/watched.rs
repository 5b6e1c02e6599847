//! WatchedWords that an article check watches, and where the engine saw them.

use std::collections::HashMap;
use std::ops::Range;

use fnv::FnvHashMap;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Article, Check, Fault, Hit, Page};
use crate::lexicon::Lexicon;
use crate::text::Span;

/// WatchedWords of two characters or more, each with a tag that tells the check what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedWords {
    /// `word tag` a line, sorted by the first two characters, among those the longest first. It is one string
    /// because a start of zhubi would pay for each of hundreds.
    table: String,
}

/// A watched word, seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// Where it stands, in bytes of the block's text.
    pub span: Span,
    /// Its tag.
    pub tag: u16,
}

impl WatchedWords {
    /// The words and their tags. `within` is the option of the rule file that lists them.
    pub(super) fn compile<'w, T>(
        words: impl IntoIterator<Item = (&'w str, usize)>,
        within: &Spanned<T>,
    ) -> Result<WatchedWords, Fault> {
        let mut lines: Vec<(&str, usize)> = words.into_iter().collect();
        lines.sort_by_key(|(word, _)| (pair(word), std::cmp::Reverse(word.len()), *word));
        for (index, (word, tag)) in lines.iter().enumerate() {
            if pair(word).is_none() || word.contains([' ', '\n']) {
                return Err(Fault::of(within, format!("“{word}”不能用：这里的词要有两个字以上。")));
            }
            if lines.get(index + 1).is_some_and(|(next, _)| next == word) {
                return Err(Fault::of(within, format!("“{word}”出现了两次。")));
            }
            if u16::try_from(*tag).is_err() {
                return Err(Fault::of(within, "词太多了。"));
            }
        }
        let lines: Vec<String> = lines.into_iter().map(|(word, tag)| format!("{word} {tag}")).collect();
        Ok(WatchedWords { table: lines.join("\n") })
    }

    /// Every word with its tag; of those that begin with the same two characters the longest first.
    pub fn list(&self) -> impl Iterator<Item = (&str, u16)> {
        self.table
            .lines()
            .filter_map(|line| line.split_once(' ').and_then(|(word, tag)| Some((word, tag.parse().ok()?))))
    }

    /// The words in an article, in its order: for whoever has not the engine to see them in passing.
    pub(super) fn all_in(&self, article: &Article) -> Vec<Seen> {
        let mut by_pair: HashMap<(char, char), Vec<(&str, u16)>> = HashMap::new();
        for (word, tag) in self.list() {
            by_pair.entry(pair(word).unwrap_or_default()).or_default().push((word, tag));
        }
        let of_block = |block: usize| {
            let text = article.text(block);
            let pairs = text.char_indices().zip(text.chars().skip(1));
            let begun = pairs.filter_map(|((at, first), second)| Some((at, by_pair.get(&(first, second))?)));
            let seen = begun.filter_map(move |(at, words)| {
                let (word, tag) = words.iter().find(|(word, _)| text[at..].starts_with(word))?;
                Some(Seen { block, span: Span::new(at, at + word.len()), tag: *tag })
            });
            seen.collect::<Vec<_>>()
        };
        article.range.clone().flat_map(of_block).collect()
    }
}

impl Check {
    /// The words that an article check watches; `None` for all others.
    pub(super) fn words(&self) -> Option<&WatchedWords> {
        match self {
            Check::Wordings(check) => Some(check.words()),
            Check::Abbreviation(check) => Some(check.words()),
            Check::Identity(check) => Some(check.words()),
            Check::Organisation(check) => Some(check.words()),
            _ => None,
        }
    }

    /// The hits in one article of a check that watches words; `seen` are these, in the order of the text.
    pub fn over_words(&self, article: &Article, seen: &[Seen], lexicon: &Lexicon) -> Vec<Hit> {
        match self {
            Check::Wordings(check) => check.over(article, seen, lexicon),
            Check::Abbreviation(check) => check.over(article, seen, lexicon),
            Check::Identity(check) => check.over(article, seen, lexicon),
            Check::Organisation(check) => check.over(article, seen, lexicon),
            _ => Vec::new(),
        }
    }

    /// The hits in an issue of a check that looks at all its pages, each with the index of its page.
    pub fn over_issue(&self, pages: &[Page], lexicon: &Lexicon) -> Vec<(usize, Hit)> {
        match self {
            Check::Jump(check) => check.over_issue(pages),
            Check::Identity(check) => check.over_issue(pages, lexicon),
            _ => Vec::new(),
        }
    }
}

/// For each of `words` every place in those blocks of an article where it stands (block, byte), in one reading of them.
pub(super) fn places(article: &Article, blocks: Range<usize>, words: &[&str]) -> Vec<Vec<(usize, usize)>> {
    // Of words that begin alike more than this are not looked for: time stays linear.
    const MOST: usize = 16;
    // Of almost any two characters a look at one bit tells that no word begins with them.
    let mut may_begin = [false; 1 << 12];
    let bit = |(first, second): (char, char)| ((first as usize).wrapping_mul(31) ^ second as usize) % (1 << 12);
    let mut by_pair: FnvHashMap<(char, char), Vec<usize>> = FnvHashMap::default();
    for (index, word) in words.iter().enumerate() {
        if let Some(pair) = pair(word) {
            may_begin[bit(pair)] = true;
            let alike = by_pair.entry(pair).or_default();
            if alike.len() < MOST {
                alike.push(index);
            }
        }
    }
    let mut places = vec![Vec::new(); words.len()];
    for block in blocks.filter(|_| !words.is_empty()) {
        let text = article.text(block);
        for ((at, first), second) in text.char_indices().zip(text.chars().skip(1)) {
            if !may_begin[bit((first, second))] {
                continue;
            }
            for &index in by_pair.get(&(first, second)).into_iter().flatten() {
                if text[at..].starts_with(words[index]) {
                    places[index].push((block, at));
                }
            }
        }
    }
    places
}

/// The first two characters; `None` if there are no two.
pub(super) fn pair(word: &str) -> Option<(char, char)> {
    let mut chars = word.chars();
    Some((chars.next()?, chars.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_begin_alike_stand_together_the_longest_first() {
        let list = Spanned::new(0..0, ());
        let words = WatchedWords::compile([("公司", 1), ("学校", 3), ("公司法", 2)], &list).unwrap();
        assert_eq!(words.list().collect::<Vec<_>>(), [("公司法", 2), ("公司", 1), ("学校", 3)]);
        for wrong in [vec![("局", 0)], vec![("公司", 0), ("公司", 1)]] {
            assert!(WatchedWords::compile(wrong, &list).is_err());
        }
    }
}
