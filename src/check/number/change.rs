//! `change`: two numbers, and a stated change from the first to the second that is wrong: 从45%升至50%，提高5%.
//!
//! The kind `growth` compares such numbers too; its file says how the two differ.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Dimension, Quantity, QuantityKind};
use crate::text::Span;

/// Options of a change check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeOptions {
    /// The mistake that the check looks for.
    slip: ChangeSlip,
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
    slip: ChangeSlip,
    from: WordList,
    to: WordList,
    by: WordList,
    other: WordList,
    /// The words of `from` or of `by`.
    pub cue: CueList,
}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ChangeSlip {
    /// The difference of two percentages is given in per cent (5%), not in percentage points (5个百分点).
    Point,
    /// The stated percentage (%) or multiple (倍) is not that of the two numbers.
    Share,
    /// The stated number of doublings (番) is not that of the two numbers.
    Doubling,
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
        // Every hit has a word of `from` and one of `by`. The rarer ones are the cues.
        let cue = CueList::new(if options.slip == ChangeSlip::Doubling { &options.by } else { &options.from });
        let [from, to, by, other] =
            [&options.from, &options.to, &options.by, &options.other].map(|list| WordList::new(list));
        Ok(Change { slip: options.slip, from, to, by, other, cue })
    }
}

impl ArticleCheck for Change {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // The first number follows a word of `from`. The number of doublings precedes or follows its word.
        let near = if self.slip == ChangeSlip::Doubling { Near::Any } else { Near::After(REACH) };
        let sentences = article.sentences_around(occurrences.iter().copied(), near, SentencesRead::ItsOwnWith(3));
        for Sentence { block, text, quantities, .. } in sentences {
            let amounts = || quantities.iter().filter(|quantity| quantity.kind == QuantityKind::Amount);
            for ((first, second), third) in amounts().zip(amounts().skip(1)).zip(amounts().skip(2)) {
                let hit = match self.slip {
                    ChangeSlip::Doubling if is_of(second, &[Dimension::Doubling]) => {
                        self.doubling(text, first, second, third)
                    }
                    ChangeSlip::Doubling => self.doubling(text, first, third, second),
                    ChangeSlip::Point => self.point(text, first, second, third),
                    ChangeSlip::Share => self.share(text, first, second, third),
                };
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

    /// The hit for [`ChangeSlip::Point`]. Its block is not set.
    fn point(&self, text: &str, from: &Quantity, to: &Quantity, by: &Quantity) -> Option<Hit> {
        if ![from, to, by].into_iter().all(|quantity| is_of(quantity, &[Dimension::Percent]))
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

    /// The hit for [`ChangeSlip::Share`]. Its block is not set.
    fn share(&self, text: &str, from: &Quantity, to: &Quantity, by: &Quantity) -> Option<Hit> {
        let relative =
            [Dimension::Percent, Dimension::Point, Dimension::Multiple, Dimension::Tenth, Dimension::Doubling];
        let is_percent = is_of(by, &[Dimension::Percent]);
        if !is_percent && !is_of(by, &[Dimension::Multiple])
            || is_of(to, &relative)
            || is_of(from, &relative)
            || ![from, to, by].into_iter().all(|quantity| quantity.qualifiers.is_empty())
            || !self.is_change(text, from, to, by)
        {
            return None;
        }
        let (first, second) = endpoints(from, to)?;
        let stated = by.in_base()?;
        let whole = if is_percent { Decimal::ONE_HUNDRED } else { Decimal::ONE };
        let share = |first: Decimal, second: Decimal| (second - first).abs().checked_mul(whole)?.checked_div(first);
        let actual = share(first.value, second.value)?;
        // The least and the greatest share, given that each of the three numbers may be rounded.
        let (least, most) = if second.value > first.value {
            (share(first.most()?, second.least()?)?, share(first.least()?, second.most()?)?)
        } else {
            (share(first.least()?, second.most()?)?, share(first.most()?, second.least()?)?)
        };
        let rounding = Decimal::new(5, by.number.decimals + 1);
        if stated >= least - rounding && stated <= most + rounding {
            return None;
        }
        let actual = actual.round_dp(by.number.decimals.max(1)).normalize();
        let (unit, _) = by.unit?;
        let unit = if is_percent { "%" } else { unit.of(text) };
        let ends = Span::new(from.core().start, to.core().end);
        let detail = format!("“{}”变化了{actual}{unit}，不是{}{unit}", ends.of(text), stated.normalize());
        Some(Hit::new(0, by.core(), Vec::new()).detail(detail))
    }

    /// The hit for [`ChangeSlip::Doubling`]. Its block is not set. The change may be stated before the second number
    /// (从5翻两番增至20) or after it.
    fn doubling(&self, text: &str, from: &Quantity, by: &Quantity, to: &Quantity) -> Option<Hit> {
        let is_stated_first = by.span.start < to.span.start;
        if !is_of(by, &[Dimension::Doubling]) || is_of(from, &[Dimension::Percent]) {
            return None;
        }
        let between = &text[from.span.end..to.span.start.max(by.span.start)];
        let is_change = if is_stated_first {
            has_near_end(&text[..from.core().start], &self.from)
                && between.chars().count() <= MOST_BETWEEN
                && !between.contains('。')
                && has_near_end(&text[..to.core().start], &self.to)
        } else {
            self.is_change(text, from, to, by)
        };
        let (first, second) = endpoints(from, to).filter(|_| is_change)?;
        let times = u64::try_from(by.in_base()?).ok().filter(|times| (1..=20).contains(times))?;
        let stated = Decimal::from(1u64 << times);
        let actual = second.value.checked_div(first.value)?;
        let tolerance = Decimal::new(15, 2);
        if (actual - stated).abs() <= stated.checked_mul(tolerance)? || !by.qualifiers.is_empty() && actual > stated {
            return None;
        }
        let detail = format!("翻{times}番是原来的{stated}倍，这里是{}倍", actual.round_dp(2).normalize());
        Some(Hit::new(0, by.core(), Vec::new()).detail(detail))
    }
}

/// Whether the unit of a quantity measures one of these dimensions.
fn is_of(quantity: &Quantity, dimensions: &[Dimension]) -> bool {
    quantity.dimension().is_some_and(|dimension| dimensions.contains(&dimension))
}

/// Whether one of `words` occurs near the end of `text`, in its last clause.
fn has_near_end(text: &str, words: &WordList) -> bool {
    let from = text.char_indices().rev().take(REACH).last().map_or(0, |(at, _)| at);
    let near = text[from..].rsplit(['。', '；', '，']).next().unwrap_or_default();
    words.iter().any(|word| near.contains(word))
}

/// The first or the second number of a change, in the base of its unit.
struct Endpoint {
    value: Decimal,
    /// By how much the true value may differ because of rounding: half a unit of the last written digit. A count
    /// without a decimal point, 万 or 亿 (350家) is exact.
    rounding: Decimal,
}

impl Endpoint {
    fn least(&self) -> Option<Decimal> {
        self.value.checked_sub(self.rounding)
    }

    fn most(&self) -> Option<Decimal> {
        self.value.checked_add(self.rounding)
    }
}

/// The two numbers of a change, if their units have the same base.
fn endpoints(from: &Quantity, to: &Quantity) -> Option<(Endpoint, Endpoint)> {
    if let (Some((_, one)), Some((_, other))) = (from.unit, to.unit)
        && one.base != other.base
    {
        return None;
    }
    // 从3增至5万元: the first number lacks 万 and 元.
    if from.unit.is_none() && from.number.scale != to.number.scale {
        return None;
    }
    let endpoint = |quantity: &Quantity| {
        let value = quantity.in_base().filter(|value| !value.is_zero())?;
        if quantity.dimension() == Some(Dimension::Count) && quantity.number.scale + quantity.number.decimals == 0 {
            return Some(Endpoint { value, rounding: Decimal::ZERO });
        }
        let factor = quantity.unit.map_or(Decimal::ONE, |(_, unit)| unit.factor);
        let unit = Decimal::from(10u64.checked_pow(quantity.number.scale)?).checked_mul(factor)?;
        Some(Endpoint { value, rounding: unit.checked_mul(Decimal::new(5, quantity.number.decimals + 1))? })
    };
    Some((endpoint(from)?, endpoint(to)?))
}
