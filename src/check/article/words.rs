//! Searching the text of an article for words.

use std::collections::HashMap;
use std::ops::Range;

use fnv::FnvHashMap;
use memchr::{memchr3_iter, memmem};

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

/// Finds some characters in texts, by the first bytes of their UTF-8 forms.
#[derive(Debug, Clone, Copy)]
pub struct CharFinder {
    characters: &'static [char],
    first_bytes: [u8; 3],
}

impl CharFinder {
    /// A finder of these characters, whose UTF-8 forms begin with at most three different bytes.
    pub fn new(characters: &'static [char]) -> CharFinder {
        let mut bytes: Vec<u8> = characters.iter().map(|c| c.encode_utf8(&mut [0; 4]).as_bytes()[0]).collect();
        bytes.sort_unstable();
        bytes.dedup();
        debug_assert!(bytes.len() <= 3, "{characters:?}");
        let byte = |index: usize| *bytes.get(index).unwrap_or(&bytes[0]);
        CharFinder { characters, first_bytes: [byte(0), byte(1), byte(2)] }
    }

    /// The characters in a text and the bytes at which they are, in order.
    pub fn find_in(self, text: &str) -> impl Iterator<Item = (usize, char)> {
        let [a, b, c] = self.first_bytes;
        let candidates = memchr3_iter(a, b, c, text.as_bytes()).filter_map(|at| Some((at, text[at..].chars().next()?)));
        candidates.filter(move |(_, c)| self.characters.contains(c))
    }
}

/// The places of some characters in the blocks of an article. A block is searched when it is first asked about, and
/// only once, so that many questions about one long block take linear time.
pub struct CharPlaces<'a, 'd> {
    article: &'a Article<'d>,
    finder: CharFinder,
    /// For each block that was searched, the bytes of its text at which the characters are.
    by_block: FnvHashMap<usize, Vec<(usize, char)>>,
}

impl<'a, 'd> CharPlaces<'a, 'd> {
    /// The places of these characters, whose UTF-8 forms begin with at most three different bytes.
    pub fn new(article: &'a Article<'d>, characters: &'static [char]) -> CharPlaces<'a, 'd> {
        CharPlaces { article, finder: CharFinder::new(characters), by_block: FnvHashMap::default() }
    }

    /// The last of the characters before byte `at` of a block's text, with its place.
    pub fn last_before(&mut self, block: usize, at: usize) -> Option<(usize, char)> {
        let places = self.in_block(block);
        let before = places.partition_point(|(place, _)| *place < at);
        places[..before].last().copied()
    }

    /// Whether one of the characters is in this span of a block's text.
    pub fn are_in(&mut self, block: usize, span: Span) -> bool {
        self.last_before(block, span.end).is_some_and(|(place, _)| place >= span.start)
    }

    fn in_block(&mut self, block: usize) -> &[(usize, char)] {
        let find = || self.finder.find_in(self.article.text(block)).collect();
        self.by_block.entry(block).or_insert_with(find)
    }
}

/// Finds all occurrences of `words` in some blocks of an article. Returns for each word its occurrences as (block, byte
/// in the block's text). Words of fewer than two characters are not found.
pub fn find_words(article: &Article, blocks: Range<usize>, words: &[&str]) -> Vec<Vec<(usize, usize)>> {
    /// The maximum number of words for each of which the text is searched. More words are found in one pass, which
    /// looks at every character.
    const MOST_SEARCHES: usize = 12;
    if words.len() <= MOST_SEARCHES {
        words.iter().map(|word| find_word(article, blocks.clone(), word)).collect()
    } else {
        find_in_one_pass(article, blocks, words)
    }
}

/// Finds all occurrences of a word in some blocks of an article, also those that overlap.
fn find_word(article: &Article, blocks: Range<usize>, word: &str) -> Vec<(usize, usize)> {
    let Some((first, _)) = first_pair(word) else { return Vec::new() };
    let finder = memmem::Finder::new(word);
    let mut occurrences = Vec::new();
    for block in blocks {
        let text = article.text(block).as_bytes();
        let mut from = 0;
        while let Some(distance) = finder.find(&text[from..]) {
            occurrences.push((block, from + distance));
            from += distance + first.len_utf8();
        }
    }
    occurrences
}

/// Finds all occurrences of `words` in some blocks of an article, in one pass over their text.
fn find_in_one_pass(article: &Article, blocks: Range<usize>, words: &[&str]) -> Vec<Vec<(usize, usize)>> {
    /// The maximum number of words with the same first two characters. Further ones are not found, so that the time
    /// stays linear.
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
    for block in blocks {
        let text = article.text(block);
        let mut previous = (0, '\0');
        for (next, second) in text.char_indices() {
            let (at, first) = std::mem::replace(&mut previous, (next, second));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{Draft, Format};

    #[test]
    fn finds_the_last_of_some_characters_before_a_place() {
        let draft = Draft::open("甲。乙！丙（丁）".into(), Format::Plain).unwrap();
        let article = Article::new(draft.text(), draft.blocks(), 0..draft.blocks().len());
        let mut ends = CharPlaces::new(&article, &['。', '！', '？']);
        assert_eq!(ends.last_before(0, 3), None);
        assert_eq!(ends.last_before(0, 9), Some((3, '。')));
        assert_eq!(ends.last_before(0, article.text(0).len()), Some((9, '！')));
        assert!(ends.are_in(0, Span::new(4, 10)) && !ends.are_in(0, Span::new(4, 9)));
    }
    #[test]
    fn one_pass_finds_what_searches_find() {
        let draft = Draft::open("甲甲甲乙，丙甲乙。\n乙甲甲".into(), Format::Plain).unwrap();
        let article = Article::new(draft.text(), draft.blocks(), 0..draft.blocks().len());
        let words = ["甲甲", "甲乙", "乙", "丙甲乙。", "丁戊"];
        let found = find_words(&article, article.range.clone(), &words);
        assert_eq!(found, find_in_one_pass(&article, article.range.clone(), &words));
        assert_eq!(found[0], [(0, 0), (0, 3), (1, 3)]);
    }
}
