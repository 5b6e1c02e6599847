//! `change`: two percentages, and a change from the first to the second in per cent instead of percentage points:
//! 从45%升至50%，提高5%.
//!
//! Changes whose numbers do not agree are found by the kind `relation`. This one corrects the unit.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Dimension, Quantity, QuantityKind};

/// Options of a change check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeOptions {
    /// The words before the first number, separated by spaces: 从
    from: String,
    /// The words before the second number: 升至
    to: String,
    /// The words before the change: 提高
    by: String,
    /// Words that show, between the second number and the change, that something else changes: 年均
    #[serde(default)]
    other: String,
}

/// Two numbers and the change from one to the other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    from: WordList,
    to: WordList,
    by: WordList,
    other: WordList,
    /// The words of `from`.
    pub cue: CueList,
}

/// How many characters a word may be away from the number after it.
const REACH: usize = 12;

/// How many characters may be between two of the numbers.
const MOST_BETWEEN: usize = 24;

/// How many characters, with the comma, may be between the second number and the word for the change. A longer text
/// names another thing that changes.
const LONGEST_SUBJECT: usize = 4;

impl Compile for Change {
    type Options = ChangeOptions;

    fn compile(options: &ChangeOptions, _: &Classes) -> Result<Change, OptionError> {
        let cue = CueList::new(&options.from);
        let [from, to, by, other] =
            [&options.from, &options.to, &options.by, &options.other].map(|list| WordList::new(list));
        Ok(Change { from, to, by, other, cue })
    }
}

impl ArticleCheck for Change {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // The first number follows a word of `from`.
        let near = Near::After(REACH);
        let sentences = article.sentences_around(occurrences.iter().copied(), near, SentencesRead::OneWith(3));
        for Sentence { block, text, quantities, .. } in sentences {
            let amounts = || quantities.iter().filter(|quantity| quantity.kind == QuantityKind::Amount);
            for ((first, second), third) in amounts().zip(amounts().skip(1)).zip(amounts().skip(2)) {
                let hit = self.point(text, first, second, third);
                hits.extend(hit.map(|hit| Hit { block, ..hit }));
            }
        }
        hits
    }
}

impl Change {
    /// Whether the quantities are the parts of a change: 从`from`升至`to`，提高`by`.
    fn is_change(&self, text: &str, from: &Quantity, to: &Quantity, by: &Quantity) -> bool {
        let gap = |left: &Quantity, right: &Quantity| {
            let between = text.get(left.span.end..right.core().start).unwrap_or_default();
            let is_near = between.chars().count() <= MOST_BETWEEN && !between.contains(['。', '；', '！', '？', '、']);
            is_near.then_some(between)
        };
        let (Some(before_to), Some(before_by)) = (gap(from, to), gap(to, by)) else { return false };
        let states_change =
            |word: &str| before_by.find(word).is_some_and(|at| before_by[..at].chars().count() <= LONGEST_SUBJECT);
        has_near_end(&text[..from.core().start], &self.from)
            && self.to.iter().any(|word| before_to.contains(word))
            && self.by.iter().any(states_change)
            && !self.other.iter().any(|word| before_by.contains(word))
    }

    /// The hit for a difference of percentages that is stated in per cent. Its block is not set.
    fn point(&self, text: &str, from: &Quantity, to: &Quantity, by: &Quantity) -> Option<Hit> {
        if ![from, to, by].into_iter().all(|quantity| quantity.dimension() == Some(Dimension::Percent))
            || !self.is_change(text, from, to, by)
        {
            return None;
        }
        let (low, high, change) = (from.in_base()?, to.in_base()?, by.in_base()?);
        let difference = high.checked_sub(low)?.abs();
        (difference == change && !change.is_zero()).then(|| {
            let points = difference.normalize();
            let to = vec![format!("{points}个百分点")];
            Hit::new(0, by.core(), to).detail(format!(
                "从{}%到{}%相差{points}个百分点",
                low.normalize(),
                high.normalize()
            ))
        })
    }
}

/// Whether one of `words` occurs near the end of `text`, in its last clause.
fn has_near_end(text: &str, words: &WordList) -> bool {
    let from = text.char_indices().rev().take(REACH).last().map_or(0, |(at, _)| at);
    let near = text[from..].rsplit(['。', '；', '，']).next().unwrap_or_default();
    words.iter().any(|word| near.contains(word))
}
