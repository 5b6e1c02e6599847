//! Searching the text of an article for words.

use std::collections::HashMap;
use std::ops::Range;

use fnv::FnvHashMap;

use super::Article;
use crate::check::options::{WatchedWords, first_pair};
use crate::text::Span;

/// An occurrence of a watched word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordOccurrence {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The word, in bytes of the block's text.
    pub span: Span,
    /// The word's tag in its [`WatchedWords`].
    pub tag: u16,
}

/// Finds the watched words in an article, in the order of the text. For checks of single articles the engine finds them
/// in its pass over the blocks; this function serves checks that compare the pages of an issue.
pub fn occurrences_of(words: &WatchedWords, article: &Article) -> Vec<WordOccurrence> {
    let mut by_pair: HashMap<(char, char), Vec<(&str, u16)>> = HashMap::new();
    for (word, tag) in words.list() {
        by_pair.entry(first_pair(word).unwrap_or_default()).or_default().push((word, tag));
    }
    let of_block = |block: usize| {
        let text = article.text(block);
        let pairs = text.char_indices().zip(text.chars().skip(1));
        let candidates = pairs.filter_map(|((at, first), second)| Some((at, by_pair.get(&(first, second))?)));
        let occurrences = candidates.filter_map(move |(at, words)| {
            let (word, tag) = words.iter().find(|(word, _)| text[at..].starts_with(word))?;
            Some(WordOccurrence { block, span: Span::new(at, at + word.len()), tag: *tag })
        });
        occurrences.collect::<Vec<_>>()
    };
    article.range.clone().flat_map(of_block).collect()
}

/// Finds all occurrences of `words` in some blocks of an article, in one pass over their text. Returns for each word
/// its occurrences as (block, byte in the block's text). Words of fewer than two characters are not found.
pub fn find_words(article: &Article, blocks: Range<usize>, words: &[&str]) -> Vec<Vec<(usize, usize)>> {
    // The maximum number of words with the same first two characters. Further ones are not found, so that the time
    // stays linear.
    const MOST_ALIKE: usize = 16;
    // For almost all pairs of characters one access to this table shows that no word begins with the pair.
    let mut may_begin = [false; 1 << 12];
    let slot = |(first, second): (char, char)| ((first as usize).wrapping_mul(31) ^ second as usize) % (1 << 12);
    let mut by_pair: FnvHashMap<(char, char), Vec<usize>> = FnvHashMap::default();
    for (index, word) in words.iter().enumerate() {
        if let Some(pair) = first_pair(word) {
            may_begin[slot(pair)] = true;
            let alike = by_pair.entry(pair).or_default();
            if alike.len() < MOST_ALIKE {
                alike.push(index);
            }
        }
    }
    let mut occurrences = vec![Vec::new(); words.len()];
    for block in blocks.filter(|_| !words.is_empty()) {
        let text = article.text(block);
        for ((at, first), second) in text.char_indices().zip(text.chars().skip(1)) {
            if !may_begin[slot((first, second))] {
                continue;
            }
            for &index in by_pair.get(&(first, second)).into_iter().flatten() {
                if text[at..].starts_with(words[index]) {
                    occurrences[index].push((block, at));
                }
            }
        }
    }
    occurrences
}
