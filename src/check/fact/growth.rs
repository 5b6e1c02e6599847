//! `growth`: a stated change that contradicts the two numbers between which it happened: 从80家增加到120家，增长40%.
//!
//! The kind `change` (in `number`) compares such numbers too. It reads only 从…升至…，提高…, is less strict about the words
//! between these parts, and alone corrects the unit of a change: % instead of percentage points (百分点). This one also
//! reads other orders (今年150亿元，比去年的100亿元增长…), compares differences and directions, allows for words of
//! approximation, and reports agreements. Where both find a wrong share, the rule `number/change-share` yields to
//! `fact/growth`.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{Bounds, between, format_number, format_rounded, is_amount, is_relative, same_unit};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Dimension, Quantity};
use crate::text::Span;

/// Compares two numbers with the stated change from one to the other.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Growth {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Words before the first number: 从
    from: WordList,
    /// Words between the first number and the second: 增至
    to: WordList,
    /// Words between a later number and an earlier one that follows it: 比
    than: WordList,
    /// Words before an earlier number that comes first: 去年
    then: WordList,
    /// Words between that number and the later one: 今年
    now: WordList,
    /// Words before the amount of an increase: 增长
    more: WordList,
    /// Words before the amount of a decrease: 下降
    less: WordList,
    /// Words directly before a multiple of the old number: 原来的
    times: WordList,
    /// Words that may occur between the numbers and the word for the change: 同比
    beside: WordList,
    /// Words there that show that the change is one of something else: 年均
    other: WordList,
}

impl OptionsOnly for Growth {}

/// The direction in which a number has changed. `Times`: the text states a multiple instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    More,
    Less,
    Times,
}

/// A stated change, and the two numbers between which it happened.
struct StatedChange<'q> {
    old: &'q Quantity,
    new: &'q Quantity,
    by: &'q Quantity,
    direction: Direction,
}

/// The maximum number of characters between two of the numbers.
const MOST_BETWEEN: usize = 40;

impl ArticleCheck for Growth {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // 30 characters span the text from the first number to 增至, 8 span 年产值达到 between ，今 and the second number.
        let sentences =
            article.sentences_around(occurrences.iter().copied(), Near::Both(30, 8), SentencesRead::ItsOwnWith(3));
        for sentence in sentences {
            let amounts: Vec<&Quantity> = sentence.quantities.iter().filter(|it| is_amount(it)).collect();
            for (index, numbers) in amounts.windows(3).enumerate() {
                let from = index.checked_sub(1).map_or(sentence.span.start, |index| amounts[index].span.end);
                let &[first, second, third] = numbers else { continue };
                if let Some(change) = self.stated_change(&sentence, from, [first, second, third]) {
                    hits.extend(change.check(article, &sentence));
                }
            }
        }
        hits
    }
}

impl Growth {
    /// The change that three consecutive numbers state: the last is the change, or else the first. `from` is the byte of
    /// the block's text at which the words before the first number begin.
    fn stated_change<'q>(
        &self,
        sentence: &Sentence,
        from: usize,
        [first, second, third]: [&'q Quantity; 3],
    ) -> Option<StatedChange<'q>> {
        let change_is_last = || {
            let (old, new) = self.ordered(sentence, from, first, second)?;
            Some(StatedChange { old, new, by: third, direction: self.direction(sentence, second, third)? })
        };
        let change_is_first = || {
            let direction = self.direction_before(sentence, from, first)?;
            let gap = between(sentence.text, first, second).strip_prefix('，')?;
            let is_next = self.from.iter().any(|word| gap.starts_with(word));
            let (old, new) = self.ordered(sentence, first.span.end, second, third)?;
            is_next.then_some(StatedChange { old, new, by: first, direction })
        };
        change_is_last().or_else(change_is_first)
    }

    /// The earlier and the later of two numbers, if the words around them distinguish them. `from` is the byte of the
    /// block's text at which the words before the first number begin.
    fn ordered<'q>(
        &self,
        sentence: &Sentence,
        from: usize,
        first: &'q Quantity,
        second: &'q Quantity,
    ) -> Option<(&'q Quantity, &'q Quantity)> {
        let gap = between(sentence.text, first, second);
        let before = sentence.text.get(from..first.span.start)?;
        let clause = before.rsplit(['，', '；', '、']).next().unwrap_or_default();
        if gap.chars().count() > MOST_BETWEEN || gap.contains(['；', '、']) {
            return None;
        }
        if self.from.any_in(clause) && self.to.any_in(gap) {
            return Some((first, second));
        }
        if first.dimension() == Some(Dimension::Duration) {
            return None;
        }
        if self.than.any_in(gap) {
            // In 比去年增加5家 the second number is itself a change.
            let is_change = self.more.any_in(gap) || self.less.any_in(gap);
            return (!is_change && (!is_relative(second) || gap.ends_with('的'))).then_some((second, first));
        }
        let is_later = gap.starts_with('，') && self.now.any_in(gap) && !is_relative(first);
        (self.then.any_in(clause) && is_later).then_some((first, second))
    }

    /// The direction that the words between the number `last` and the change `by` state; `None` if they state none, or
    /// the change of something else.
    fn direction(&self, sentence: &Sentence, last: &Quantity, by: &Quantity) -> Option<Direction> {
        let gap = between(sentence.text, last, by);
        if gap.chars().count() > MOST_BETWEEN || gap.contains(['；', '、']) || self.other.any_in(gap) {
            return None;
        }
        let gap = without_lead(gap);
        let (direction, word) = self.ending_direction(gap)?;
        let mut subject = gap[..gap.len() - word.len()].trim_start_matches(['，', '的']);
        while let Some(rest) = self.beside.iter().find_map(|word| subject.strip_prefix(word)) {
            subject = rest;
        }
        let has_same_subject = subject.is_empty() || sentence.before(last.span.start).contains(subject);
        has_same_subject.then_some(direction)
    }

    /// The direction that the words between byte `from` of the block's text and the change `by` state, for a change that
    /// comes before the two numbers.
    fn direction_before(&self, sentence: &Sentence, from: usize, by: &Quantity) -> Option<Direction> {
        let before = without_lead(sentence.text.get(from..by.span.start)?);
        let (direction, _) = self.ending_direction(before)?;
        Some(direction).filter(|direction| *direction != Direction::Times && !self.other.any_in(before))
    }

    /// The word for a change with which a text ends, and its direction.
    fn ending_direction(&self, text: &str) -> Option<(Direction, &str)> {
        let words = [(Direction::More, &self.more), (Direction::Less, &self.less), (Direction::Times, &self.times)];
        words.into_iter().find_map(|(direction, words)| Some((direction, words.ending(text)?)))
    }
}

/// The text before a number without words at its end that only lead up to the number: 增幅达到, 增长了.
fn without_lead(text: &str) -> &str {
    text.strip_suffix("达到").unwrap_or(text).trim_end_matches(['了', '达', '为', '约'])
}

/// Whether a quantity is a percentage.
fn is_percent(quantity: &Quantity) -> bool {
    quantity.dimension() == Some(Dimension::Percent)
}

impl StatedChange<'_> {
    /// Compares the stated change with the two numbers.
    fn check(&self, article: &Article, sentence: &Sentence) -> Option<Hit> {
        let StatedChange { old, new, by, direction } = *self;
        let are_percents = is_percent(old) && is_percent(new);
        if !are_percents && (is_relative(old) || is_relative(new)) || !have_same_unit(old, new) {
            return None;
        }
        let (old_bounds, new_bounds, stated) = (Bounds::of(old)?, Bounds::of(new)?, Bounds::of(by)?);
        if by.dimension() == Some(Dimension::Doubling) {
            let times = u32::try_from(stated.value)
                .ok()
                .filter(|times| (1..20).contains(times) && stated.value == Decimal::from(*times))?;
            return check_doubling(article, sentence, by, (old_bounds, new_bounds), times);
        }
        let computed = self.compute(old_bounds, new_bounds)?;
        let half = if is_relative(by) { Decimal::new(5, by.number.decimals + 1) } else { Decimal::ZERO };
        // A percentage may have been cut off instead of rounded.
        let cut = if is_percent(by) { half } else { Decimal::ZERO };
        let tolerated =
            Bounds { least: stated.least - half, most: stated.most.map(|most| most + half + cut), ..stated };
        let is_decrease = new_bounds.value < old_bounds.value;
        let direction_fits = direction == Direction::Times
            || is_decrease == (direction == Direction::Less)
            || new_bounds.value == old_bounds.value;
        let unit = self.unit_after_number(sentence);
        let stated = format_number(stated.value);
        if direction_fits && tolerated.overlaps(computed.bounds) {
            let cores = [old, new, by].map(Quantity::core);
            let span = Span::new(cores.iter().map(|it| it.start).min()?, cores.iter().map(|it| it.end).max()?);
            article.agrees(sentence.block, span, || format!("{} = {stated}{unit}", computed.computation));
            return None;
        }
        let detail = if direction_fits {
            let value = computed.bounds.value;
            let value = if is_relative(by) { format_rounded(value, by.number.decimals) } else { format_number(value) };
            format!("{} = {value}{unit} ≠ {stated}{unit}", computed.computation)
        } else {
            let sign = if is_decrease { "＜" } else { "＞" };
            format!("{} {sign} {}", format_number(new_bounds.value), format_number(old_bounds.value))
        };
        let mut hit = Hit::new(sentence.block, by.core(), Vec::new()).detail(detail);
        hit.related.push((sentence.block, old.core(), "原数在这里。".to_owned()));
        hit.related.push((sentence.block, new.core(), "后来的数在这里。".to_owned()));
        Some(hit)
    }

    /// Computes the change from the two numbers, in the unit in which it is stated; `None` if it cannot be compared.
    fn compute(&self, old: Bounds, new: Bounds) -> Option<ComputedChange> {
        let are_percents = is_percent(self.old) && is_percent(self.new);
        match self.by.dimension() {
            Some(Dimension::Point) if are_percents => difference(old, new, " %"),
            Some(Dimension::Percent) if !are_percents => relative_change(old, new, Decimal::ONE_HUNDRED),
            Some(Dimension::Multiple) if self.direction == Direction::Times => ratio(old, new),
            Some(Dimension::Multiple) => relative_change(old, new, Decimal::ONE),
            _ if self.direction != Direction::Times
                && !are_percents
                && same_unit(self.old, self.by)
                && same_unit(self.old, self.new) =>
            {
                difference(old, new, "")
            }
            _ => None,
        }
    }

    /// The unit of the change, as a calculation shows it after the number; empty for a count or a measure.
    fn unit_after_number<'t>(&self, sentence: &Sentence<'t>) -> &'t str {
        if is_percent(self.by) {
            " %"
        } else if is_relative(self.by) {
            self.by.unit.map_or("", |(unit, _)| unit.of(sentence.text))
        } else {
            ""
        }
    }
}

/// Whether both numbers have the same unit, or only the second has one, as in 从80增加到120家.
fn have_same_unit(old: &Quantity, new: &Quantity) -> bool {
    same_unit(old, new) || old.unit.is_none() && new.unit.is_some() && old.number.scale == new.number.scale
}

/// A change computed from two numbers.
struct ComputedChange {
    /// The left side of the calculation as text.
    computation: String,
    /// The values that the change may have.
    bounds: Bounds,
}

/// The difference between two numbers. `unit` follows each number in the calculation.
fn difference(old: Bounds, new: Bounds, unit: &str) -> Option<ComputedChange> {
    let (large, small) = if new.value >= old.value { (new, old) } else { (old, new) };
    let bounds = Bounds {
        value: large.value.checked_sub(small.value)?,
        least: large.least.checked_sub(small.most?)?,
        most: large.most.and_then(|most| most.checked_sub(small.least)),
    };
    let computation = format!("{}{unit} − {}{unit}", format_number(large.value), format_number(small.value));
    Some(ComputedChange { computation, bounds })
}

/// The change relative to the old number, where `whole` stands for all of it: 100 for a result in per cent.
fn relative_change(old: Bounds, new: Bounds, whole: Decimal) -> Option<ComputedChange> {
    let change = |old: Decimal, new: Decimal| (new - old).abs().checked_mul(whole)?.checked_div(old);
    let value = change(old.value, new.value)?;
    let ends = if new.value >= old.value {
        (change(old.most?, new.least)?, change(old.least, new.most?)?)
    } else {
        (change(old.least, new.most?)?, change(old.most?, new.least)?)
    };
    let (large, small) = if new.value >= old.value { (new, old) } else { (old, new) };
    let computation =
        format!("({} − {}) ÷ {}", format_number(large.value), format_number(small.value), format_number(old.value));
    let bounds = Bounds { value, least: ends.0.min(value), most: Some(ends.1.max(value)) };
    Some(ComputedChange { computation, bounds })
}

/// The new number as a multiple of the old one.
fn ratio(old: Bounds, new: Bounds) -> Option<ComputedChange> {
    let value = new.value.checked_div(old.value)?;
    let (least, most) = (new.least.checked_div(old.most?)?, new.most?.checked_div(old.least)?);
    Some(ComputedChange {
        computation: format!("{} ÷ {}", format_number(new.value), format_number(old.value)),
        bounds: Bounds { value, least, most: Some(most) },
    })
}

/// Checks whether the new number is about the old one doubled `times` times: 翻两番 is four times as much.
fn check_doubling(
    article: &Article,
    sentence: &Sentence,
    by: &Quantity,
    (old, new): (Bounds, Bounds),
    times: u32,
) -> Option<Hit> {
    let stated = Decimal::from(2u64.pow(times));
    let actual = new.value.checked_div(old.value)?;
    let slack = stated.checked_mul(Decimal::new(15, 2))?;
    let computation = format!("{} ÷ {}", format_number(new.value), format_number(old.value));
    if (actual - stated).abs() <= slack || !by.qualifiers.is_empty() {
        article.agrees(sentence.block, by.core(), || format!("{computation} ≈ {stated}"));
        return None;
    }
    let detail = format!("{computation} = {} ≠ {stated}", format_rounded(actual, 2));
    Some(Hit::new(sentence.block, by.core(), Vec::new()).detail(detail))
}
