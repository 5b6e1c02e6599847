//! Cues: words without which an article check has nothing to compute, such as 其中 or 占 for shares.
//!
//! The engine notes where cues occur while it reads a block, and an article check reads only the sentences around
//! them. A check whose cues do not occur in an article costs nothing there.

use serde::{Deserialize, Serialize};

use crate::matcher::CharSet;
use crate::quantity::QUANTITY_START_CHARS;

/// Stands for any numeral in a cue.
const NUMERAL: char = '#';

/// Cues as they are written in a rule file, separated by spaces: `其中 共#`, where `#` is any numeral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CueList(String);

/// Cues as the engine looks for them: by their first two characters, or by their only one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CueIndex {
    /// Pairs of characters, one after the other without a separator.
    pairs: String,
    characters: String,
}

impl TryFrom<String> for CueList {
    type Error = &'static str;

    fn try_from(list: String) -> Result<CueList, &'static str> {
        if list.trim().is_empty() { Err("cue 至少要有一个词。") } else { Ok(CueList(list)) }
    }
}

impl From<CueList> for String {
    fn from(list: CueList) -> String {
        list.0
    }
}

impl CueList {
    /// Cues that a check derives from its other options or knows itself.
    pub fn new(list: impl Into<String>) -> CueList {
        CueList(list.into())
    }

    /// The same cues as the engine looks for them.
    pub fn index(&self) -> CueIndex {
        let (mut pairs, mut characters) = (Vec::new(), String::new());
        let spellings = |c: char| if c == NUMERAL { QUANTITY_START_CHARS.chars().collect() } else { vec![c] };
        for word in self.0.split_whitespace() {
            let mut chars = word.chars();
            match (chars.next(), chars.next()) {
                (Some(first), Some(second)) => {
                    pairs.extend(
                        spellings(first)
                            .into_iter()
                            .flat_map(|one| spellings(second).into_iter().map(move |other| [one, other])),
                    );
                }
                (Some(only), None) => characters.push(only),
                (None, _) => {}
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        CueIndex { pairs: pairs.into_iter().flatten().collect(), characters }
    }
}

impl CueIndex {
    /// The pairs of characters that are cues, or that cues begin with, one after the other without a separator.
    pub fn pairs(&self) -> &str {
        &self.pairs
    }

    /// The characters that are cues by themselves.
    pub fn characters(&self) -> CharSet {
        CharSet::new(self.characters.chars().map(|c| (c, c)).collect())
    }
}
