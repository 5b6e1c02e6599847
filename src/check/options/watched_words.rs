//! The words that a check watches: the engine looks for them in its pass over an article.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::OptionError;

/// Words of two or more characters, each with a tag by which the check recognises the word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedWords {
    /// One `word tag` per line, sorted by the first two characters; words that share them are sorted by length, the
    /// longest first. The table is one string because decoding hundreds of small strings at startup would take longer.
    #[serde(with = "crate::stored::text")]
    table: String,
}

impl WatchedWords {
    /// Creates the table from words and their tags.
    ///
    /// # Errors
    /// A word has only one character, contains a space, or is listed twice, or a tag is too large. The error is at
    /// `within`, the option that lists the words.
    pub fn compile<'w, T>(
        words: impl IntoIterator<Item = (&'w str, usize)>,
        within: &Spanned<T>,
    ) -> Result<WatchedWords, OptionError> {
        let mut lines: Vec<(&str, usize)> = words.into_iter().collect();
        lines.sort_by_key(|(word, _)| (first_pair(word), std::cmp::Reverse(word.len()), *word));
        for (index, (word, tag)) in lines.iter().enumerate() {
            if first_pair(word).is_none() || word.contains([' ', '\n']) {
                return Err(OptionError::of(within, format!("“{word}”不能用：这里的词要有两个字以上。")));
            }
            if lines.get(index + 1).is_some_and(|(next, _)| next == word) {
                return Err(OptionError::of(within, format!("“{word}”出现了两次。")));
            }
            if u16::try_from(*tag).is_err() {
                return Err(OptionError::of(within, "词太多了。"));
            }
        }
        let lines: Vec<String> = lines.into_iter().map(|(word, tag)| format!("{word} {tag}")).collect();
        Ok(WatchedWords { table: lines.join("\n") })
    }

    /// The words with their tags. Among words with the same first two characters the longest comes first.
    pub fn list(&self) -> impl Iterator<Item = (&str, u16)> {
        self.table
            .lines()
            .filter_map(|line| line.split_once(' ').and_then(|(word, tag)| Some((word, tag.parse().ok()?))))
    }
}

/// The first two characters of a word; `None` if it has fewer.
pub fn first_pair(word: &str) -> Option<(char, char)> {
    let mut chars = word.chars();
    Some((chars.next()?, chars.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_words_with_a_common_prefix_longest_first() {
        let option = Spanned::new(0..0, ());
        let words = WatchedWords::compile([("公司", 1), ("学校", 3), ("公司法", 2)], &option).unwrap();
        assert_eq!(words.list().collect::<Vec<_>>(), [("公司法", 2), ("公司", 1), ("学校", 3)]);
        for wrong in [vec![("局", 0)], vec![("公司", 0), ("公司", 1)]] {
            assert!(WatchedWords::compile(wrong, &option).is_err());
        }
    }
}
