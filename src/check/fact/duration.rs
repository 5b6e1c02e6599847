//! `duration`: a length of time and the dates that it lies between: 10月1日至5日，为期7天.

use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::{Date, Dimension, Quantity};
use crate::text::Span;

/// A length of time and its dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duration {
    /// The words of which one stands in the sentence: see [`CueList`].
    pub cue: CueList,
    /// Directly before a length of time that takes in the first and the last day: 为期
    inclusive: WordList,
    /// Directly before one that need not: 历时
    either: WordList,
    /// Between the first and the last day: 至
    to: WordList,
    /// Before the name of what lasts so long, which the sentence before has told of: 此次
    this: WordList,
}

impl Plain for Duration {}

/// Dates from one to another.
struct DateRange {
    block: usize,
    span: Span,
    first: Date,
    last: Date,
}

impl ArticleCheck for Duration {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut before: Option<Sentence> = None;
        let read = article.read(occurrences, Near::After(3), Reach::Neighbours);
        for sentence in read.sentences() {
            let lengths = sentence.quantities.iter().filter(|length| {
                is_amount(length) && length.dimension() == Some(Dimension::Duration) && length.marks.is_empty()
            });
            for length in lengths {
                let head = sentence.before(length.span.start);
                let ending = |words: &WordList| words.ending(head).and_then(|word| head.strip_suffix(word));
                let either = ending(&self.either);
                let Some(head) = either.or_else(|| ending(&self.inclusive)) else { continue };
                let mut ranges = self.ranges(&sentence);
                let is_dated = sentence.quantities.iter().any(|quantity| quantity.date().is_some());
                if let Some(before) = before.filter(|before| !is_dated && self.goes_on(before, head)) {
                    ranges = self.ranges(&before);
                }
                hits.extend(judge(article, &sentence, length, &ranges, either.is_some()));
            }
            before = Some(sentence);
        }
        hits
    }
}

impl Duration {
    /// Is what lasts so long, the words of a clause before 为期, what the sentence `before` is about?
    fn goes_on(&self, before: &Sentence, head: &str) -> bool {
        let clause = head.rsplit(['，', '；', '“']).next().unwrap_or_default();
        let named = self.this.iter().find_map(|word| clause.strip_prefix(word)).unwrap_or(clause);
        named.is_empty() || before.as_str().contains(named)
    }

    /// The ranges of dates in a sentence.
    fn ranges(&self, sentence: &Sentence) -> Vec<DateRange> {
        let mut ranges = Vec::new();
        let dates: Vec<(&Quantity, Date)> = sentence
            .quantities
            .iter()
            .filter_map(|quantity| Some((quantity, quantity.date().filter(|date| !date.is_of_another_calendar)?)))
            .collect();
        for (index, (quantity, date)) in dates.iter().enumerate() {
            let own = quantity.upper.as_ref().and_then(|upper| {
                let value = u32::try_from(upper.number.value.exact()?).ok()?;
                Some(ended(*date, value))
            });
            let next = || {
                let (next, last) = dates.get(index + 1)?;
                let gap = sentence.text.get(quantity.span.end..next.span.start)?;
                self.to.iter().any(|word| word == gap).then_some((next.core().end, *last))
            };
            let found = own.map(|last| (quantity.core().end, last)).or_else(next);
            ranges.extend(found.map(|(end, last)| DateRange {
                block: sentence.block,
                span: Span::new(quantity.core().start, end),
                first: *date,
                last,
            }));
        }
        ranges
    }
}

/// A date with another end: of 11月1—5日 the 5th, of 2021—2025年 the year 2025.
fn ended(date: Date, value: u32) -> Date {
    match date {
        Date { day: Some(_), .. } => Date { day: Some(value), ..date },
        Date { month: Some(_), .. } => Date { month: Some(value), ..date },
        _ => Date { year: Some(value), ..date },
    }
}

/// What the dates can be said to last, in the unit of the length: the first is what is counted with both ends.
fn lengths(range: &DateRange, unit: &str) -> Option<Vec<i64>> {
    let (first, last) = (range.first, range.last);
    let year = first.year.or(last.year);
    let days = || {
        let month = first.month;
        let first = Date { year: year.or(Some(2023)), ..first };
        let mut last = Date { year: last.year.or(first.year), month: last.month.or(month), ..last };
        if last.month < first.month && range.last.year.is_none() {
            last.year = last.year.map(|year| year + 1);
        }
        let known = |date: Date| Some(i64::from(date.days()?));
        Some(known(last)? - known(first)? + 1)
    };
    let months = || {
        let whole = |date: Date, month: u32| i64::from(date.year.or(year).unwrap_or(0)) * 12 + i64::from(month);
        Some(whole(last, last.month?) - whole(first, first.month?))
    };
    let years = || Some(i64::from(last.year?) - i64::from(first.year?));
    Some(match unit {
        "天" | "日" | "昼夜" => {
            let days = days().filter(|days| *days > 0)?;
            vec![days, days - 1]
        }
        "周" | "星期" | "个星期" => {
            let days = days().filter(|days| *days > 0)?;
            vec![(days + 6) / 7, days / 7, (days + 2) / 7]
        }
        "个月" => {
            let months = months().filter(|months| *months >= 0)?;
            vec![months + 1, months, months - 1]
        }
        "年" => {
            let years = years().filter(|years| *years >= 0)?;
            vec![years, years + 1, years - 1]
        }
        _ => return None,
    })
}

fn judge(
    article: &Article,
    sentence: &Sentence,
    length: &Quantity,
    ranges: &[DateRange],
    is_either: bool,
) -> Option<Hit> {
    let (unit, _) = length.unit?;
    let unit = unit.of(sentence.text);
    let said = i64::try_from(length.number.value.exact()?).ok()?;
    let counted: Vec<(&DateRange, Vec<i64>)> =
        ranges.iter().filter_map(|range| Some((range, lengths(range, unit)?))).collect();
    let (range, is) = counted.last()?;
    let shown = |range: &DateRange| range.span.of(article.text(range.block)).to_owned();
    for (range, lengths) in &counted {
        let fits = if is_either || unit != "天" { lengths.contains(&said) } else { lengths.first() == Some(&said) };
        if fits {
            article.agrees(sentence.block, length.core(), || format!("{} = {said}{unit}", shown(range)));
            return None;
        }
    }
    let detail = format!("{} = {}{unit} ≠ {said}{unit}", shown(range), is[0]);
    let mut hit = Hit::new(sentence.block, length.core(), Vec::new()).detail(detail);
    hit.related.push((range.block, range.span, "起止日期在这里。".to_owned()));
    Some(hit)
}
