//! `date-order`: ranges of dates or times of day whose end is earlier than their start: 11月5日至3日, 上午11时至9时.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::CueList;
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Date, Quantity, QuantityKind, Time};
use crate::text::Span;

/// Checks the order of the dates of a range.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateOrder {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
}

impl OptionsOnly for DateOrder {}

/// The words and marks that join the first and the last date.
const TO: [&str; 12] = ["至", "到", "—", "——", "－", "-", "–", "～", "~", "起至", "开始至", "开始到"];
/// Words that put the last date into another month or year. Ranges that contain one of them are skipped.
const NEXT: [&str; 6] = ["次", "翌", "第二", "明", "来", "下"];
/// The hours between which a range of times of one day lies, if no part of the day is named.
const EARLY_HOURS: std::ops::RangeInclusive<u32> = 6..=14;
/// The maximum length in days of a range without years that extends into the next year.
const LONGEST_OVER_NEW_YEAR: u32 = 270;

impl ArticleCheck for DateOrder {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // Of 5日至11月 the cue is 日至, with a numeral on both sides; up to three characters may come between the first numeral
        // and the cue.
        let sentences = article.sentences_around(occurrences.iter().copied(), Near::Both(4, 1), SentencesRead::ItsOwn);
        for sentence in sentences {
            for (index, quantity) in sentence.quantities.iter().enumerate() {
                if let QuantityKind::Time(first) = quantity.kind {
                    hits.extend(time_hit(&sentence, index, first));
                }
                let Some(first) = common_date(quantity) else { continue };
                let Some((last, end)) = last_date(&sentence, index, first) else { continue };
                let span = Span::new(quantity.core().start, end);
                if NEXT.iter().any(|word| span.of(sentence.text).contains(word)) {
                    continue;
                }
                if is_in_order(first, last) == Some(false) {
                    let detail = format!("{} 晚于 {}", format_date(first), format_date(last));
                    hits.push(Hit::new(sentence.block, span, Vec::new()).detail(detail));
                }
            }
        }
        hits
    }
}

/// The hit for a range of times of day in the wrong order that begins with quantity `index` of a sentence.
fn time_hit(sentence: &Sentence, index: usize, first: Time) -> Option<Hit> {
    let (quantity, next) = (&sentence.quantities[index], sentence.quantities.get(index + 1)?);
    let QuantityKind::Time(last) = next.kind else { return None };
    let gap = sentence.text.get(quantity.span.end..next.span.start).unwrap_or_default();
    let name = |time: Time| time.part_of_day.map(|part| part.of(sentence.text));
    let minutes = |time: Time| time.hour * 60 + time.minute.unwrap_or(0);
    let is_same_part = name(last).is_none_or(|part| name(first) == Some(part));
    let is_wrong = TO.contains(&gap)
        && is_same_part
        && minutes(first) > minutes(last)
        && match name(first) {
            Some("上午" | "早上" | "早晨" | "清晨") => true,
            // 下午12时 is before 下午1时.
            Some("下午" | "午后") => first.hour != 12,
            Some(_) => false,
            // A range in the evening may extend into the next day.
            None => EARLY_HOURS.contains(&first.hour) && EARLY_HOURS.contains(&last.hour),
        };
    is_wrong.then(|| {
        let span = Span::new(quantity.span.start, next.span.end);
        let format = |time: Time| format!("{}:{:02}", time.hour, time.minute.unwrap_or(0));
        Hit::new(sentence.block, span, Vec::new()).detail(format!("{} 晚于 {}", format(first), format(last)))
    })
}

/// The last date of the range that begins with quantity `index` of a sentence, and the byte of the block's text at
/// which it ends. The last date is part of the same quantity (11月5—3日) or is the next quantity (11月5日至11月3日).
fn last_date(sentence: &Sentence, index: usize, first: Date) -> Option<(Date, usize)> {
    let quantity = &sentence.quantities[index];
    if let Some(upper) = &quantity.upper {
        let value = u32::try_from(upper.number.value.exact()?).ok()?;
        let last = match first {
            Date { day: Some(_), .. } => Date { day: Some(value), ..Date::default() },
            Date { month: Some(_), .. } => Date { month: Some(value), ..Date::default() },
            // 2022—23年 is another mistake.
            _ => Date { year: Some(value).filter(|year| *year >= 1000), ..Date::default() },
        };
        return Some((last, quantity.core().end));
    }
    let next = sentence.quantities.get(index + 1)?;
    let gap = sentence.text.get(quantity.span.end..next.span.start).unwrap_or_default();
    let last = common_date(next).filter(|_| TO.contains(&gap) && next.upper.is_none())?;
    Some((last, next.core().end))
}

/// The date of a quantity, if it is a date of the common calendar.
fn common_date(quantity: &Quantity) -> Option<Date> {
    quantity.date().filter(|date| !date.is_of_another_calendar)
}

/// Whether the first date is not later than the last; `None` if that cannot be determined.
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
    let is_earlier_month = first.month < last.month;
    let is_of_one_year = first.year.is_some() && first.year == last.year;
    if is_earlier_month || is_of_one_year {
        return Some(is_earlier_month);
    }
    // The range may extend into the next year, if it is not too long: 11月15日至3月15日.
    let of_year = |date: Date, year: u32| Date { year: Some(year), day: date.day.or(Some(1)), ..date }.days();
    let length = of_year(last, 2023)?.checked_sub(of_year(first, 2022)?)?;
    Some(length <= LONGEST_OVER_NEW_YEAR)
}

/// Formats a date in Arabic numerals: 11月5日.
fn format_date(date: Date) -> String {
    let part = |value: Option<u32>, mark: &str| value.map(|value| format!("{value}{mark}")).unwrap_or_default();
    part(date.year, "年") + &part(date.month, "月") + &part(date.day, "日")
}
