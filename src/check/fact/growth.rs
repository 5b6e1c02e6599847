//! `growth`: two figures, and how much the one is said to be more or less than the other:
//! 从80家增加到120家，增长40%.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{Bounds, between, format_number, format_rounded, is_amount, is_relative, same_unit};
use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::{Dimension, Quantity};
use crate::text::Span;

/// Two figures and the change from one to the other.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Growth {
    /// The words of which one stands in the sentence: see [`CueList`].
    pub cue: CueList,
    /// Before the first figure: 从
    from: WordList,
    /// Between it and the second: 增至
    to: WordList,
    /// Between a later figure and the earlier one behind it: 比
    than: WordList,
    /// Before an earlier figure that stands first: 去年
    then: WordList,
    /// Between it and the later one: 今年
    now: WordList,
    /// Before how much more it is: 增长
    more: WordList,
    /// Before how much less it is: 下降
    less: WordList,
    /// Directly before how many times as much it is: 原来的
    times: WordList,
    /// What may stand between the figures and the word for the change: 同比
    beside: WordList,
    /// With one of these there it is the change of something else: 年均
    other: WordList,
}

impl Plain for Growth {}

/// How a figure is said to have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    More,
    Less,
    Times,
}

/// How many characters the figures stand from one another.
const APART: usize = 40;

impl ArticleCheck for Growth {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Both(30, 8), Reach::Sentence);
        for sentence in read.sentences() {
            let amounts: Vec<&Quantity> = sentence.quantities.iter().filter(|it| is_amount(it)).collect();
            for (index, figures) in amounts.windows(3).enumerate() {
                let before = index.checked_sub(1).map_or(sentence.span.start, |index| amounts[index].span.end);
                let [first, second, third] = figures else { continue };
                let behind = self
                    .ordered(&sentence, before, first, second)
                    .and_then(|(old, new)| Some((old, new, *third, self.way(&sentence, second, third)?)));
                let ahead = || {
                    let way = self.way_before(&sentence, before, first)?;
                    let gap = between(sentence.text, first, second).strip_prefix('，')?;
                    let is_next = self.from.iter().any(|word| gap.starts_with(word));
                    let (old, new) = self.ordered(&sentence, first.span.end, second, third)?;
                    is_next.then_some((old, new, *first, way))
                };
                if let Some((old, new, by, way)) = behind.or_else(ahead) {
                    hits.extend(judge(article, &sentence, old, new, by, way));
                }
            }
        }
        hits
    }
}

impl Growth {
    /// The earlier and the later of two figures, if the words around them say which is which.
    fn ordered<'q>(
        &self,
        sentence: &Sentence,
        before: usize,
        first: &'q Quantity,
        second: &'q Quantity,
    ) -> Option<(&'q Quantity, &'q Quantity)> {
        let gap = between(sentence.text, first, second);
        let head = sentence.text.get(before..first.span.start)?;
        let clause = head.rsplit(['，', '；', '、']).next().unwrap_or_default();
        if gap.chars().count() > APART || gap.contains(['；', '、']) {
            return None;
        }
        if self.from.any_in(clause) && self.to.any_in(gap) {
            return Some((first, second));
        }
        if first.dimension() == Some(Dimension::Duration) {
            return None;
        }
        if self.than.any_in(gap) {
            // 比去年增加5家: the second is a change itself.
            let is_change = self.more.any_in(gap) || self.less.any_in(gap);
            return (!is_change && (!is_relative(second) || gap.ends_with('的'))).then_some((second, first));
        }
        let is_later = gap.starts_with('，') && self.now.any_in(gap) && !is_relative(first);
        (self.then.any_in(clause) && is_later).then_some((first, second))
    }

    /// How the figure behind `last` says that something has changed; `None` where it does not, or of another thing.
    fn way(&self, sentence: &Sentence, last: &Quantity, by: &Quantity) -> Option<Way> {
        let gap = between(sentence.text, last, by);
        if gap.chars().count() > APART || gap.contains(['；', '、']) || self.other.any_in(gap) {
            return None;
        }
        let gap = before_figure(gap);
        let (way, word) = self.named(gap)?;
        let mut subject = gap[..gap.len() - word.len()].trim_start_matches(['，', '的']);
        while let Some(rest) = self.beside.iter().find_map(|word| subject.strip_prefix(word)) {
            subject = rest;
        }
        let is_named = subject.is_empty() || sentence.before(last.span.start).contains(subject);
        is_named.then_some(way)
    }

    /// The same of a figure with nothing but the beginning of its clause before it.
    fn way_before(&self, sentence: &Sentence, before: usize, by: &Quantity) -> Option<Way> {
        let head = before_figure(sentence.text.get(before..by.span.start)?);
        self.named(head).map(|(way, _)| way).filter(|way| *way != Way::Times && !self.other.any_in(head))
    }

    fn named(&self, head: &str) -> Option<(Way, &str)> {
        let ways = [(Way::More, &self.more), (Way::Less, &self.less), (Way::Times, &self.times)];
        ways.into_iter().find_map(|(way, words)| Some((way, words.ending(head)?)))
    }
}

/// What stands before a figure without the words that only lead up to it: 增幅达到, 增长了.
fn before_figure(text: &str) -> &str {
    text.strip_suffix("达到").unwrap_or(text).trim_end_matches(['了', '达', '为', '约'])
}

/// Holds what is said of the change against the two figures.
fn judge(
    article: &Article,
    sentence: &Sentence,
    old: &Quantity,
    new: &Quantity,
    by: &Quantity,
    way: Way,
) -> Option<Hit> {
    let is_percent = |quantity: &Quantity| quantity.dimension() == Some(Dimension::Percent);
    let are_percents = is_percent(old) && is_percent(new);
    if !are_percents && (is_relative(old) || is_relative(new)) || !alike(old, new) {
        return None;
    }
    let (low, high, said) = (Bounds::of(old)?, Bounds::of(new)?, Bounds::of(by)?);
    let (computation, is) = match by.dimension() {
        Some(Dimension::Point) if are_percents => difference(low, high, " %")?,
        Some(Dimension::Percent) if !are_percents => share(low, high, Decimal::ONE_HUNDRED)?,
        Some(Dimension::Multiple) if way == Way::Times => ratio(low, high)?,
        Some(Dimension::Multiple) => share(low, high, Decimal::ONE)?,
        Some(Dimension::Doubling) => {
            let times = u32::try_from(said.value)
                .ok()
                .filter(|times| (1..20).contains(times) && said.value == Decimal::from(*times))?;
            return doubled(article, sentence, by, (low, high), times);
        }
        _ if way != Way::Times && !are_percents && same_unit(old, by) && same_unit(old, new) => {
            difference(low, high, "")?
        }
        _ => return None,
    };
    let unit = by.unit.map_or("", |(unit, _)| unit.of(sentence.text));
    let unit = if is_percent(by) {
        " %"
    } else if is_relative(by) {
        unit
    } else {
        ""
    };
    let places = by.number.decimals;
    let half = if is_relative(by) { Decimal::new(5, places + 1) } else { Decimal::ZERO };
    // A percentage may have been cut off in place of rounded.
    let cut = if is_percent(by) { half } else { Decimal::ZERO };
    let is_down = high.value < low.value;
    let agrees_in_way = way == Way::Times || is_down == (way == Way::Less) || high.value == low.value;
    let room = Bounds { least: said.least - half, most: said.most.map(|most| most + half + cut), ..said };
    let is_right = room.overlaps(is) && agrees_in_way;
    let figures = [old, new, by].map(Quantity::core);
    let span = Span::new(figures.iter().map(|it| it.start).min()?, figures.iter().map(|it| it.end).max()?);
    let is_shown = if is_relative(by) { format_rounded(is.value, places) } else { format_number(is.value) };
    if is_right {
        article.agrees(sentence.block, span, || format!("{computation} = {}{unit}", format_number(said.value)));
        return None;
    }
    let detail = if agrees_in_way {
        format!("{computation} = {is_shown}{unit} ≠ {}{unit}", format_number(said.value))
    } else {
        let sign = if is_down { "＜" } else { "＞" };
        format!("{} {sign} {}", format_number(high.value), format_number(low.value))
    };
    let mut hit = Hit::new(sentence.block, by.core(), Vec::new()).detail(detail);
    hit.related.push((sentence.block, old.core(), "原数在这里。".to_owned()));
    hit.related.push((sentence.block, new.core(), "后来的数在这里。".to_owned()));
    Some(hit)
}

/// Are both of one unit, or is one without any, as the first in 从80增加到120家?
fn alike(old: &Quantity, new: &Quantity) -> bool {
    same_unit(old, new) || old.unit.is_none() && new.unit.is_some() && old.number.scale == new.number.scale
}

type Computed = Option<(String, Bounds)>;

fn difference(low: Bounds, high: Bounds, unit: &str) -> Computed {
    let (large, small) = if high.value >= low.value { (high, low) } else { (low, high) };
    let is = Bounds {
        value: large.value.checked_sub(small.value)?,
        least: large.least.checked_sub(small.most?)?,
        most: large.most.and_then(|most| most.checked_sub(small.least)),
    };
    Some((format!("{}{unit} − {}{unit}", format_number(large.value), format_number(small.value)), is))
}

/// By how much the second is more or less than the first, `whole` being all of it.
fn share(low: Bounds, high: Bounds, whole: Decimal) -> Computed {
    let share = |low: Decimal, high: Decimal| (high - low).abs().checked_mul(whole)?.checked_div(low);
    let value = share(low.value, high.value)?;
    let ends = if high.value >= low.value {
        (share(low.most?, high.least)?, share(low.least, high.most?)?)
    } else {
        (share(low.least, high.most?)?, share(low.most?, high.least)?)
    };
    let (large, small) = if high.value >= low.value { (high, low) } else { (low, high) };
    let computation =
        format!("({} − {}) ÷ {}", format_number(large.value), format_number(small.value), format_number(low.value));
    Some((computation, Bounds { value, least: ends.0.min(value), most: Some(ends.1.max(value)) }))
}

fn ratio(low: Bounds, high: Bounds) -> Computed {
    let value = high.value.checked_div(low.value)?;
    let (least, most) = (high.least.checked_div(low.most?)?, high.most?.checked_div(low.least)?);
    Some((
        format!("{} ÷ {}", format_number(high.value), format_number(low.value)),
        Bounds { value, least, most: Some(most) },
    ))
}

/// 翻两番 is four times as much, or about that.
fn doubled(
    article: &Article,
    sentence: &Sentence,
    by: &Quantity,
    (low, high): (Bounds, Bounds),
    times: u32,
) -> Option<Hit> {
    let said = Decimal::from(2u64.pow(times));
    let is = high.value.checked_div(low.value)?;
    let slack = said.checked_mul(Decimal::new(15, 2))?;
    let computation = format!("{} ÷ {}", format_number(high.value), format_number(low.value));
    if (is - said).abs() <= slack || !by.marks.is_empty() {
        article.agrees(sentence.block, by.core(), || format!("{computation} ≈ {said}"));
        return None;
    }
    let detail = format!("{computation} = {} ≠ {said}", format_rounded(is, 2));
    Some(Hit::new(sentence.block, by.core(), Vec::new()).detail(detail))
}
