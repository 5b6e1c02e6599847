//! `change`: two figures, and how much the second is said to be more or less than the first:
//! 从45%升至50%，提高5%.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, Fault, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Dimension, Kind, Quantity};
use crate::text::Span;

/// Options of a change check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeOptions {
    /// The slip it looks for.
    slip: ChangeFault,
    /// The words before the first figure.
    from: String,
    /// The words before the second figure: 升至
    to: String,
    /// The words before the change: 提高
    by: String,
    /// With one of these between the second figure and the change, it is the change of something else: 年均
    #[serde(default)]
    other: String,
}

/// Two figures and the change from one to the other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    slip: ChangeFault,
    from: WordList,
    to: WordList,
    by: WordList,
    other: WordList,
    pub cue: CueList,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ChangeFault {
    /// The difference of two percentages, given in per cent.
    Point,
    /// A percentage or a multiple that the two figures do not give.
    Share,
    /// So many doublings, which the two figures do not give.
    Doubling,
}

/// How many characters a word before a figure may stand from it, and the figures from one another.
const REACH: usize = 12;
const APART: usize = 24;
/// How many characters may stand between the second figure and the word for the change, with the comma: what is
/// longer is the name of another thing that changes.
const SUBJECT: usize = 4;

impl Compile for Change {
    type Options = ChangeOptions;

    fn compile(options: &ChangeOptions, _: &Classes) -> Result<Change, Fault> {
        // Every hit has a word of `from` and one of `by`; the cues are those that are rarer.
        let cue = CueList::new(if options.slip == ChangeFault::Doubling { &options.by } else { &options.from });
        let [from, to, by, other] =
            [&options.from, &options.to, &options.by, &options.other].map(|list| WordList::new(list));
        Ok(Change { slip: options.slip, from, to, by, other, cue })
    }
}

impl ArticleCheck for Change {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Any, Reach::Sentence);
        for Sentence { block, text, quantities, .. } in read.sentences() {
            let amounts = || quantities.iter().filter(|quantity| quantity.kind == Kind::Amount);
            for ((first, second), third) in amounts().zip(amounts().skip(1)).zip(amounts().skip(2)) {
                let hit = match self.slip {
                    ChangeFault::Doubling if is_of(second, &[Dimension::Doubling]) => {
                        self.doubling(text, first, second, third)
                    }
                    ChangeFault::Doubling => self.doubling(text, first, third, second),
                    ChangeFault::Point => self.point(text, first, second, third),
                    ChangeFault::Share => self.share(text, first, second, third),
                };
                hits.extend(hit.map(|hit| Hit { block, ..hit }));
            }
        }
        hits
    }
}

impl Change {
    /// 从A升至B，提高C
    fn is_change(&self, text: &str, from: &Quantity, to: &Quantity, by: &Quantity) -> bool {
        let gap = |left: &Quantity, right: &Quantity| {
            let between = text.get(left.span.end..right.core().start).unwrap_or_default();
            let is_near = between.chars().count() <= APART && !between.contains(['。', '；', '！', '？', '、']);
            is_near.then_some(between)
        };
        let (Some(rise), Some(change)) = (gap(from, to), gap(to, by)) else { return false };
        ends_near(&text[..from.core().start], &self.from)
            && self.to.iter().any(|word| rise.contains(word))
            && self.by.iter().any(|word| change.find(word).is_some_and(|at| change[..at].chars().count() <= SUBJECT))
            && !self.other.iter().any(|word| change.contains(word))
    }

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

    fn share(&self, text: &str, from: &Quantity, to: &Quantity, by: &Quantity) -> Option<Hit> {
        let kinds = [Dimension::Percent, Dimension::Point, Dimension::Multiple, Dimension::Tenth, Dimension::Doubling];
        let is_percent = is_of(by, &[Dimension::Percent]);
        if !is_percent && !is_of(by, &[Dimension::Multiple])
            || is_of(to, &kinds)
            || is_of(from, &kinds)
            || ![from, to, by].into_iter().all(|quantity| quantity.marks.is_empty())
            || !self.is_change(text, from, to, by)
        {
            return None;
        }
        let (low, high) = figures(from, to)?;
        let said = by.in_base()?;
        let whole = if is_percent { Decimal::ONE_HUNDRED } else { Decimal::ONE };
        let share = |low: Decimal, high: Decimal| (high - low).abs().checked_mul(whole)?.checked_div(low);
        let is = share(low.value, high.value)?;
        // What rounding may have hidden in each of the three figures.
        let (least, most) = if high.value > low.value {
            (share(low.most()?, high.least()?)?, share(low.least()?, high.most()?)?)
        } else {
            (share(low.least()?, high.most()?)?, share(low.most()?, high.least()?)?)
        };
        let half = Decimal::new(5, by.number.decimals + 1);
        if said >= least - half && said <= most + half {
            return None;
        }
        let is = is.round_dp(by.number.decimals.max(1)).normalize();
        let (unit, _) = by.unit?;
        let unit = if is_percent { "%" } else { unit.of(text) };
        let ends = Span::new(from.core().start, to.core().end);
        let detail = format!("“{}”变化了{is}{unit}，不是{}{unit}", ends.of(text), said.normalize());
        Some(Hit::new(0, by.core(), Vec::new()).detail(detail))
    }

    fn doubling(&self, text: &str, from: &Quantity, by: &Quantity, to: &Quantity) -> Option<Hit> {
        let has_order = by.span.start < to.span.start;
        if !is_of(by, &[Dimension::Doubling]) || is_of(from, &[Dimension::Percent]) {
            return None;
        }
        let stretch = &text[from.span.end..to.span.start.max(by.span.start)];
        let is_change = if has_order {
            ends_near(&text[..from.core().start], &self.from)
                && stretch.chars().count() <= APART
                && !stretch.contains('。')
                && ends_near(&text[..to.core().start], &self.to)
        } else {
            self.is_change(text, from, to, by)
        };
        let (low, high) = figures(from, to).filter(|_| is_change)?;
        let times = u64::try_from(by.in_base()?).ok().filter(|times| (1..=20).contains(times))?;
        let said = Decimal::from(1u64 << times);
        let is = high.value.checked_div(low.value)?;
        let slack = Decimal::new(15, 2);
        if (is - said).abs() <= said.checked_mul(slack)? || !by.marks.is_empty() && is > said {
            return None;
        }
        let detail = format!("翻{times}番是原来的{said}倍，这里是{}倍", is.round_dp(2).normalize());
        Some(Hit::new(0, by.core(), Vec::new()).detail(detail))
    }
}

fn is_of(quantity: &Quantity, dimensions: &[Dimension]) -> bool {
    quantity.dimension().is_some_and(|dimension| dimensions.contains(&dimension))
}

/// Does one of `words` stand near the end of `text`, in its last clause?
fn ends_near(text: &str, words: &WordList) -> bool {
    let from = text.char_indices().rev().take(REACH).last().map_or(0, |(at, _)| at);
    let near = text[from..].rsplit(['。', '；', '，']).next().unwrap_or_default();
    words.iter().any(|word| near.contains(word))
}

/// A figure in the base of its unit, and half of its last written digit, which rounding may have hidden; a small
/// count (3家) is exact.
struct Endpoint {
    value: Decimal,
    half: Decimal,
}

impl Endpoint {
    fn least(&self) -> Option<Decimal> {
        self.value.checked_sub(self.half)
    }

    fn most(&self) -> Option<Decimal> {
        self.value.checked_add(self.half)
    }
}

/// Two figures of one unit.
fn figures(from: &Quantity, to: &Quantity) -> Option<(Endpoint, Endpoint)> {
    if let (Some((_, one)), Some((_, other))) = (from.unit, to.unit)
        && one.base != other.base
    {
        return None;
    }
    // 从3增至5万元: the first stands without 万 and 元.
    if from.unit.is_none() && from.number.scale != to.number.scale {
        return None;
    }
    let figure = |quantity: &Quantity| {
        let value = quantity.in_base().filter(|value| !value.is_zero())?;
        if quantity.dimension() == Some(Dimension::Count) && quantity.number.scale + quantity.number.decimals == 0 {
            return Some(Endpoint { value, half: Decimal::ZERO });
        }
        let factor = quantity.unit.map_or(Decimal::ONE, |(_, unit)| unit.factor);
        let last = Decimal::from(10u64.checked_pow(quantity.number.scale)?).checked_mul(factor)?;
        Some(Endpoint { value, half: last.checked_mul(Decimal::new(5, quantity.number.decimals + 1))? })
    };
    Some((figure(from)?, figure(to)?))
}
