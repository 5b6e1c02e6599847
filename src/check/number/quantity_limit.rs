//! `figure` (the name in rule files, for historical reasons): a quantity that is impossible or ambiguous after a
//! certain word: 降低2倍, 占比达120%.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::general::pattern::Exclusion;
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Quantity, QuantityKind};
use crate::text::Span;

/// Options of a quantity limit check. A quantity is a hit if it meets all conditions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityLimitOptions {
    /// The units, as they are written, separated by spaces. The quantity has one of them.
    unit: Spanned<String>,
    /// Words, separated by spaces, of which one must occur before the quantity in its clause. If there are none, there
    /// is no such condition.
    #[serde(default)]
    before: String,
    /// How many characters may be between the word of `before` and the quantity. Without this option there may be none.
    #[serde(default)]
    reach: usize,
    /// The number is larger than this.
    more_than: Option<u32>,
    /// The number has at least this many decimals.
    decimals: Option<u32>,
    /// Whether the quantity is a range.
    #[serde(default)]
    range: bool,
    /// Exclusions: see [`Exclusion`].
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// Conditions under which a quantity is wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuantityLimit {
    units: WordList,
    before: WordList,
    reach: usize,
    more_than: Option<u32>,
    decimals: Option<u32>,
    is_range: bool,
    exclusions: Vec<Exclusion>,
    /// The words before the quantity; without any, the units.
    pub cue: CueList,
}

/// The maximum number of characters between a numeral and its unit: a word of approximation, or zeros, which are not
/// noted as numerals.
const LONGEST_GAP: usize = 12;

impl Compile for QuantityLimit {
    type Options = QuantityLimitOptions;

    fn compile(options: &QuantityLimitOptions, classes: &Classes) -> Result<QuantityLimit, OptionError> {
        let units = WordList::new(options.unit.get_ref());
        if units.is_empty() {
            return Err(OptionError::of(&options.unit, "unit 至少要有一个单位。"));
        }
        let cues = if options.before.trim().is_empty() { options.unit.get_ref() } else { &options.before };
        Ok(QuantityLimit {
            cue: CueList::new(cues),
            units,
            before: WordList::new(&options.before),
            reach: options.reach,
            more_than: options.more_than,
            decimals: options.decimals,
            is_range: options.range,
            exclusions: Exclusion::compile(&options.unless, classes)?,
        })
    }
}

impl ArticleCheck for QuantityLimit {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let scratch = &mut *article.scratch();
        let mut hits = Vec::new();
        let sentences = article.sentences_around(occurrences.iter().copied(), self.near(), SentencesRead::One);
        for Sentence { block, text, span, quantities, .. } in sentences {
            let mut previous_end = span.start;
            for quantity in quantities {
                let flagged = self.flagged(text, quantity, previous_end);
                previous_end = quantity.span.end;
                if let Some(span) = flagged
                    && !Exclusion::any_excludes(&self.exclusions, text, span, scratch)
                {
                    hits.push(Hit::new(block, span, Vec::new()));
                }
            }
        }
        hits
    }
}

impl QuantityLimit {
    /// Where the number is: after a word of `before`, or directly before its unit.
    fn near(&self) -> Near {
        match self.before.iter().map(|word| word.chars().count()).max() {
            Some(longest) => Near::After(longest + self.reach),
            None => Near::Before(LONGEST_GAP),
        }
    }

    /// The span of a hit for a quantity: the quantity, or the word before it and the quantity. The previous quantity
    /// ends at byte `previous_end`.
    fn flagged(&self, text: &str, quantity: &Quantity, previous_end: usize) -> Option<Span> {
        let (unit, _) = quantity.unit.filter(|_| quantity.kind == QuantityKind::Amount)?;
        let meets_conditions = self.units.iter().any(|known| known == unit.of(text))
            && quantity.upper.is_some() == self.is_range
            && self.decimals.is_none_or(|decimals| quantity.number.decimals >= decimals && quantity.number.scale == 0)
            && self
                .more_than
                .is_none_or(|most| quantity.number.value.exact().is_some_and(|value| value > Decimal::from(most)));
        if !meets_conditions {
            return None;
        }
        let core = quantity.core();
        if self.before.is_empty() {
            return Some(core);
        }
        let head = &text[previous_end.min(core.start)..core.start];
        let clause = head.rsplit(|c| "。！？；，,：".contains(c)).next().unwrap_or_default();
        let (offset, word) = self.before.iter().filter_map(|word| Some((clause.rfind(word)?, word))).max()?;
        let start = core.start - clause.len() + offset;
        let gap = text[start + word.len()..core.start].chars().count();
        (gap <= self.reach).then(|| Span::new(start, core.end))
    }
}
