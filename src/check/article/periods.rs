//! Periods: from which date to which date a sentence says that something lasts.

use super::Sentence;
use crate::quantity::{Date, Quantity};
use crate::text::{Span, is_han};

/// A period that a sentence states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The text from the first date to the last.
    pub span: Span,
    /// The dates as they are written.
    pub first: Date,
    pub last: Date,
    /// How the sentence joins the dates.
    pub joined: Joined,
}

/// How the dates of a period are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// As one expression: 2021—2025年, 3月5日（周三）至8日.
    Together,
    /// By words around what is said of each date: 从2010年的12家到2014年的30家.
    FromTo,
    /// Not at all: they are the only dates of the sentence.
    Alone,
}

/// The words before the first date of a period.
const FROM: [&str; 4] = ["从", "自", "由", "自从"];
/// The words before the last date of a period, and before the value that something has at that date.
const TO: [char; 2] = ['到', '至'];
/// The signs and words between the years of a life, or of a plan.
const SIGNS: [char; 7] = ['—', '－', '-', '–', '～', '至', '到'];
/// How many characters may be between two dates that are joined as one expression, and between those of 从…到….
const MOST_TOGETHER: usize = 10;
const MOST_BETWEEN: usize = 36;

impl Sentence<'_> {
    /// The dates of the sentence in the common calendar, outside of titles.
    fn common_dates(&self) -> Vec<(&Quantity, Date)> {
        let common = |quantity| {
            let date = Quantity::date(quantity).filter(|date| !date.is_of_another_calendar)?;
            Some((quantity, date))
        };
        self.quantities.iter().filter_map(common).collect()
    }

    /// Whether byte `at` of the block's text is inside a title of this sentence: 《1985年—2000年规划》 states no period.
    pub fn is_in_title(&self, at: usize) -> bool {
        let head = self.before(at);
        head.rfind('《').is_some_and(|open| head.rfind('》').is_none_or(|close| close < open))
    }

    /// The periods that the sentence states. `together` tells whether a text joins two dates as one expression.
    pub fn periods(&self, together: impl Fn(&str) -> bool) -> Vec<Period> {
        let dates = self.common_dates();
        let mut periods = Vec::new();
        for (index, (quantity, first)) in dates.iter().enumerate() {
            let of = |last: Date, end: usize, joined: Joined| {
                let span = Span::new(quantity.core().start, end);
                Period { block: self.block, span, first: *first, last, joined }
            };
            if let Some(upper) = &quantity.upper {
                let value = upper.number.value.exact().and_then(|value| u32::try_from(value).ok());
                periods.extend(
                    value.map(|value| of(with_last_part(*first, value), quantity.core().end, Joined::Together)),
                );
                continue;
            }
            let Some((next, last)) = dates.get(index + 1) else { continue };
            let gap = self.text.get(quantity.span.end..next.span.start).unwrap_or_default();
            let joined = if together(gap) { Some(Joined::Together) } else { self.joined_by(quantity, gap) };
            periods.extend(joined.map(|joined| of(*last, next.core().end, joined)));
        }
        periods
    }

    /// How a text between a date and the next one joins them, if it does.
    fn joined_by(&self, first: &Quantity, gap: &str) -> Option<Joined> {
        if !gap.ends_with(TO) || gap.contains(['；', '《', '“']) {
            return None;
        }
        let length = gap.chars().count();
        let is_short =
            length <= MOST_TOGETHER && !gap.contains(['，', '、']) && !gap.contains(|c: char| c.is_ascii_digit());
        if is_short {
            return Some(Joined::Together);
        }
        let before = self.before(first.core().start);
        let starts = FROM.iter().any(|word| before.ends_with(word));
        (starts && length <= MOST_BETWEEN).then_some(Joined::FromTo)
    }

    /// The only two dates of the sentence, if both are written with the same parts, as a period.
    pub fn only_period(&self) -> Option<Period> {
        let mut dates = self.common_dates();
        dates.dedup_by_key(|(_, date)| *date);
        let [(one, first), (other, last)] = dates.as_slice() else { return None };
        // 5月3日……8日: the 8th of the same month.
        let is_in_same_month = last.month.is_none() && last.day.is_some();
        let last = if is_in_same_month { &Date { month: first.month, ..*last } } else { last };
        let parts = |date: &Date| (date.year.is_some(), date.day.is_some());
        let are_plain = one.upper.is_none() && other.upper.is_none() && parts(first) == parts(last);
        let span = Span::new(one.core().start, other.core().end);
        let (first, last) = if is_later(*first, *last)? { (*last, *first) } else { (*first, *last) };
        are_plain.then_some(Period { block: self.block, span, first, last, joined: Joined::Alone })
    }
}

/// Whether one date is in a later year than another, or in the same year and later; `None` if that is unknown.
fn is_later(one: Date, other: Date) -> Option<bool> {
    match (one.year, other.year) {
        (Some(one), Some(other)) if one != other => Some(one > other),
        (Some(_), None) | (None, Some(_)) => None,
        _ => Some((one.month, one.day) > (other.month, other.day)),
    }
}

/// The last date of a range in one quantity, made from the first date and the number after the dash: the 5th for
/// 11月1—5日, the year 2025 for 2021—2025年.
fn with_last_part(first: Date, value: u32) -> Date {
    match first {
        Date { day: Some(_), .. } => Date { day: Some(value), ..first },
        Date { month: Some(_), .. } => Date { month: Some(value), ..first },
        _ => Date { year: Some(value), ..first },
    }
}

/// The Han characters with which a text begins, at most `most`.
pub fn leading_han(text: &str, most: usize) -> &str {
    let length: usize = text.chars().take(most).take_while(|c| is_han(*c)).map(char::len_utf8).sum();
    &text[..length]
}

/// How many characters may be between a number of years and the brackets with the years that it counts.
const LONGEST_NAME: usize = 6;

/// The years in the brackets behind a number of years that ends at byte `end` of a text, or behind the name that it begins:
/// 70周年（1954—2024）, 70周年庆祝大会（1954—2024年）.
pub fn years_behind(text: &str, end: usize) -> Option<[(u32, Span); 2]> {
    years_in_brackets(text, end + leading_han(&text[end..], LONGEST_NAME).len())
}

/// The maximum number of characters in brackets with two years: 1920年10月13日——1998年12月30日 and some more.
const LONGEST_YEARS: usize = 32;

/// The two years in the brackets that open at byte `open` of a text, if these hold nothing else, each with its span:
/// （1920—1998）, （1920年3月—1998年）.
pub fn years_in_brackets(text: &str, open: usize) -> Option<[(u32, Span); 2]> {
    let inner = text[open..].strip_prefix('（')?;
    let start = text.len() - inner.len();
    let mut within = inner.char_indices().take(LONGEST_YEARS);
    let close = within.find(|(_, character)| *character == '）').map(|(at, _)| at)?;
    let inner = Some(&inner[..close]).filter(|inner| inner.starts_with(['1', '2']))?;
    let one = inner.find(SIGNS)?;
    let other = inner.len() - inner[one..].trim_start_matches(SIGNS).len();
    let year = |from: usize, to: usize| {
        let (digits, rest) = (inner.get(from..from + 4)?, inner.get(from + 4..to)?);
        let is_date = rest.chars().all(|c| matches!(c, '年' | '月' | '日' | '.') || c.is_ascii_digit());
        let is_year = rest.is_empty() || rest.starts_with(['年', '.']);
        let year = digits.parse().ok().filter(|year| is_date && is_year && (1000..2100).contains(year))?;
        Some((year, Span::new(start + from, start + from + 4)))
    };
    Some([year(0, one)?, year(other, inner.len())?])
}
