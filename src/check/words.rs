//! Lists of words that a check looks for in short stretches of text.

use serde::{Deserialize, Serialize};

/// Words, with which characters they begin and end: most stretches have none of these.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Words {
    list: Vec<String>,
    first: u64,
    last: u64,
}

/// The one of 64 bits that stands for a character and some others.
#[inline]
fn bit(c: char) -> u64 {
    1 << (c as u32 % 64)
}

impl Words {
    /// The words of an option that lists some, separated by blanks.
    pub fn of(list: &str) -> Words {
        let list: Vec<String> = list.split_whitespace().map(str::to_owned).collect();
        let bits = |character: fn(&str) -> Option<char>| {
            list.iter().filter_map(|word| character(word)).map(bit).fold(0, |all, bit| all | bit)
        };
        let (first, last) = (bits(|word| word.chars().next()), bits(|word| word.chars().next_back()));
        Words { list, first, last }
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(String::as_str)
    }

    /// Is it one of them?
    pub fn has(&self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }

    /// Does one of them stand in `text`?
    pub fn any_in(&self, text: &str) -> bool {
        text.char_indices().any(|(at, c)| self.first & bit(c) != 0 && self.beginning(&text[at..]).is_some())
    }

    /// The first of them that `text` begins with.
    pub fn beginning(&self, text: &str) -> Option<&str> {
        text.chars().next().filter(|c| self.first & bit(*c) != 0)?;
        self.iter().find(|word| text.starts_with(word))
    }

    /// The longest of them that `text` ends with.
    pub fn ending(&self, text: &str) -> Option<&str> {
        text.chars().next_back().filter(|c| self.last & bit(*c) != 0)?;
        self.iter().filter(|word| text.ends_with(word)).max_by_key(|word| word.len())
    }

    /// `text` without the words at its end.
    pub fn stripped<'t>(&self, mut text: &'t str) -> &'t str {
        while let Some(word) = self.ending(text) {
            text = &text[..text.len() - word.len()];
        }
        text
    }
}
