//! The words that tell where something is computed: a check of facts is asked of the sentences that hold one of its
//! own, so that it costs nothing where there is none.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::Fault;
use crate::matcher::CharSet;
use crate::quantity::QUANTITY_START_CHARS;

/// Stands for any numeral in a cue.
const NUMERAL: char = '#';

/// Cues, by their first two characters; a cue of one character by that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cues {
    /// Two characters after two.
    pairs: String,
    characters: String,
}

impl Cues {
    /// The cues in a list such as 其中 共#, in which # is any numeral.
    pub(super) fn compile(list: &Spanned<String>) -> Result<Cues, Fault> {
        Cues::of(list.get_ref()).ok_or_else(|| Fault::of(list, "cue 至少要有一个词。"))
    }

    /// The same, of a list that does not stand in a rule file.
    pub(super) fn of(list: &str) -> Option<Cues> {
        let (mut pairs, mut characters) = (Vec::new(), String::new());
        let ways = |c: char| if c == NUMERAL { QUANTITY_START_CHARS.chars().collect() } else { vec![c] };
        for word in list.split_whitespace() {
            let mut chars = word.chars();
            match (chars.next(), chars.next()) {
                (Some(first), Some(second)) => {
                    pairs.extend(
                        ways(first).into_iter().flat_map(|one| ways(second).into_iter().map(move |other| [one, other])),
                    );
                }
                (Some(only), None) => characters.push(only),
                (None, _) => {}
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let cues = Cues { pairs: pairs.into_iter().flatten().collect(), characters };
        (!cues.pairs.is_empty() || !cues.characters.is_empty()).then_some(cues)
    }

    /// The pairs of characters that are cues, or that cues begin with: two characters after two.
    pub fn pairs(&self) -> &str {
        &self.pairs
    }

    /// The characters that are cues.
    pub fn characters(&self) -> CharSet {
        CharSet::new(self.characters.chars().map(|c| (c, c)).collect())
    }
}
