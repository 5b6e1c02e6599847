//! `date-order`: dates from a later one to an earlier one: 11月5日至3日.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::CueList;
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::{Date, Quantity};
use crate::text::Span;

/// The order of dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateOrder {
    /// The words of which one stands in the sentence: see [`CueList`].
    pub cue: CueList,
}

impl Plain for DateOrder {}

/// What stands between the first and the last date.
const TO: [&str; 12] = ["至", "到", "—", "——", "－", "-", "–", "～", "~", "起至", "开始至", "开始到"];
/// With one of these the last date is of another month or year.
const NEXT: [&str; 6] = ["次", "翌", "第二", "明", "来", "下"];
/// Dates that go over the turn of a year last no longer than that, in days.
const LONGEST_OVER_NEW_YEAR: u32 = 270;

impl ArticleCheck for DateOrder {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Both(4, 1), Reach::Sentence);
        for Sentence { block, text, quantities, .. } in read.sentences() {
            for (index, quantity) in quantities.iter().enumerate() {
                let Some(first) = date(quantity) else { continue };
                let (last, end) = match &quantity.upper {
                    Some(upper) => {
                        let Some(value) = upper.number.value.exact().and_then(|value| u32::try_from(value).ok()) else {
                            continue;
                        };
                        let last = match first {
                            Date { day: Some(_), .. } => Date { day: Some(value), ..Date::default() },
                            Date { month: Some(_), .. } => Date { month: Some(value), ..Date::default() },
                            _ => Date { year: Some(value), ..Date::default() },
                        };
                        (last, quantity.core().end)
                    }
                    None => {
                        let Some(next) = quantities.get(index + 1) else { continue };
                        let gap = text.get(quantity.span.end..next.span.start).unwrap_or_default();
                        let Some(last) = date(next).filter(|_| TO.contains(&gap) && next.upper.is_none()) else {
                            continue;
                        };
                        (last, next.core().end)
                    }
                };
                let span = Span::new(quantity.core().start, end);
                if NEXT.iter().any(|word| span.of(text).contains(word)) {
                    continue;
                }
                match is_in_order(first, last) {
                    Some(false) => {
                        let detail = format!("{} 晚于 {}", written(first), written(last));
                        hits.push(Hit::new(block, span, Vec::new()).detail(detail));
                    }
                    Some(true) => {}
                    None => {}
                }
            }
        }
        hits
    }
}

fn date(quantity: &Quantity) -> Option<Date> {
    quantity.date().filter(|date| !date.is_of_another_calendar)
}

/// Is the first date before the last, or the same? `None` where it cannot be told.
fn is_in_order(first: Date, last: Date) -> Option<bool> {
    match (first.year, last.year) {
        (Some(one), Some(other)) if one != other => return Some(one < other),
        (None, Some(_)) => return None,
        _ => {}
    }
    match (first.month, last.month) {
        // 2023年11月1日至5日, 11月1—5日
        (_, None) if last.day.is_some() && first.day.is_some() => return Some(first.day <= last.day),
        (Some(_), None) | (None, _) => return None,
        (Some(one), Some(other)) if one == other => {
            return Some(first.day.is_none() || last.day.is_none() || first.day <= last.day);
        }
        _ => {}
    }
    let is_ahead = first.month < last.month;
    let is_of_one_year = first.year.is_some() && first.year == last.year;
    if is_ahead || is_of_one_year {
        return Some(is_ahead);
    }
    // Over the turn of the year, if that is not too long: 11月15日至3月15日.
    let of_year = |date: Date, year: u32| Date { year: Some(year), day: date.day.or(Some(1)), ..date }.days();
    let length = of_year(last, 2023)?.checked_sub(of_year(first, 2022)?)?;
    Some(length <= LONGEST_OVER_NEW_YEAR)
}

fn written(date: Date) -> String {
    let part = |value: Option<u32>, mark: &str| value.map(|value| format!("{value}{mark}")).unwrap_or_default();
    part(date.year, "年") + &part(date.month, "月") + &part(date.day, "日")
}
