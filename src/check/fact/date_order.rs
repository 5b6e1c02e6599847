//! `date-order`: ranges of dates or times of day whose end is earlier than their start: 11月5日至3日, 上午11时至9时.

use serde::{Deserialize, Serialize};

use crate::check::article::periods::years_in_brackets;
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Date, Quantity, QuantityKind, Time};
use crate::text::Span;

/// Checks the order of the dates of a range.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateOrder {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// What begins and what ends, each as two lists of verbs: 开幕 and 闭幕.
    events: Vec<Events>,
    /// Words beside a range of hours of what is done in the daytime, so that it does not extend into the next day.
    daytime: WordList,
    /// Words directly before a range of hours in which something is open, perhaps until late at night: 营业时间
    opening: WordList,
}

/// The verbs of a beginning and of an end, one of which cannot be before the other.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Events {
    begin: WordList,
    end: WordList,
}

impl OptionsOnly for DateOrder {}

/// The words and marks that join the first and the last date.
const TO: [&str; 13] = ["起，至", "至", "到", "—", "——", "－", "-", "–", "～", "~", "起至", "开始至", "开始到"];
/// Words that put the last date into another month or year. Ranges that contain one of them are skipped.
const NEXT: [&str; 6] = ["次", "翌", "第二", "明", "来", "下"];
/// The hours between which a range of times of one day lies, if no part of the day is named.
const EARLY_HOURS: std::ops::RangeInclusive<u32> = 6..=14;
/// The hours between which a time of opening and one of closing lie.
const OPENING_HOURS: std::ops::RangeInclusive<u32> = 6..=17;
/// The hours between which a range of hours of what is done in the daytime lies.
const DAY_HOURS: std::ops::RangeInclusive<u32> = 7..=22;
/// How many characters before a range of hours are searched for what is done.
const REACH_OF_DOING: usize = 14;
/// The parts of a day that is not night, in order. A range ends later in the day than it starts.
const PARTS_OF_DAY: [&[&str]; 3] = [&["清晨", "早晨", "早上", "上午"], &["中午"], &["下午", "午后"]];
/// The earliest hour in the morning up to which nobody works since the afternoon before.
const LATE_MORNING: u32 = 9;
/// The maximum number of characters between the hours of a range that 从 begins: 从3时开到5时.
const MOST_FROM_TO: usize = 4;
/// The first characters of what is done to a time that is moved to another one: 从9时提前至8时.
const MOVED: [char; 8] = ['提', '推', '延', '改', '调', '变', '移', '缩'];
/// How many characters after a date are searched for the verb of its event.
const REACH: usize = 8;
/// The maximum length in days of a range without years that extends into the next year.
const LONGEST_OVER_NEW_YEAR: u32 = 270;

impl ArticleCheck for DateOrder {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // Of 5日至11月 the cue is 日至, with a numeral on both sides; up to three characters may come between the first numeral
        // and the cue.
        let is_near = Near::Either(10, 1);
        let sentences = article.sentences_around(occurrences.iter().copied(), is_near, SentencesRead::OneWith(2));
        for sentence in sentences {
            for (index, quantity) in sentence.quantities.iter().enumerate() {
                if let QuantityKind::Time(first) = quantity.kind {
                    hits.extend(self.time_hit(&sentence, index, first));
                }
                hits.extend(self.events_hit(&sentence, index));
                let Some(first) = common_date(quantity) else { continue };
                let Some((last, end)) = last_date(&sentence, index, first) else { continue };
                let span = Span::new(quantity.core().start, end);
                if NEXT.iter().any(|word| span.of(sentence.text).contains(word)) {
                    continue;
                }
                if is_in_order(first, last) == Some(false) {
                    let detail = format!("{first} 晚于 {last}");
                    hits.push(Hit::new(sentence.block, span, Vec::new()).detail(detail));
                }
            }
        }
        for occurrence in occurrences.iter().filter(|it| it.character == '（') {
            hits.extend(brackets_hit(article, occurrence.block as usize, occurrence.at as usize));
        }
        hits
    }
}

/// The hit for two years in brackets in the wrong order: （1946—1861）.
fn brackets_hit(article: &Article, block: usize, open: usize) -> Option<Hit> {
    /// The maximum number of years between them.
    const LONGEST_LIFE: u32 = 150;
    let [(first, from), (last, to)] = years_in_brackets(article.text(block), open)?;
    let is_wrong = first > last && first - last <= LONGEST_LIFE;
    let hit = || Hit::new(block, Span::new(from.start, to.end), Vec::new()).detail(format!("{first} 晚于 {last}"));
    is_wrong.then(hit)
}

impl DateOrder {
    /// The hit for an event that ends before it begins: 11月15日开幕，11月12日闭幕. Its beginning is at quantity `index` of
    /// a sentence, its end at the next date or time.
    fn events_hit(&self, sentence: &Sentence, index: usize) -> Option<Hit> {
        let one = &sentence.quantities[index];
        let is_point = |quantity: &&Quantity| matches!(quantity.kind, QuantityKind::Date(_) | QuantityKind::Time(_));
        let one = Some(one).filter(is_point)?;
        let other = sentence.quantities[index + 1..].iter().find(is_point)?;
        let is_wrong = match (one.kind, other.kind) {
            (QuantityKind::Date(first), QuantityKind::Date(last)) => {
                is_before_in_one_year(last, first) && !first.is_of_another_calendar && !last.is_of_another_calendar
            }
            (QuantityKind::Time(first), QuantityKind::Time(last)) => {
                let name = |time: Time| time.part_of_day.map(|part| part.of(sentence.text));
                let are_of_day = OPENING_HOURS.contains(&first.hour) && OPENING_HOURS.contains(&last.hour);
                let is_of_same_part = name(last).is_none() && name(first).is_none_or(|part| part == "上午")
                    || name(first) == name(last) && name(first) == Some("上午");
                are_of_day && is_of_same_part && minutes(first) > minutes(last)
            }
            _ => false,
        };
        if !is_wrong || one.upper.is_some() || other.upper.is_some() {
            return None;
        }
        let gap = sentence.text.get(one.span.end..other.span.start)?;
        if NEXT.iter().any(|word| gap.contains(word)) || gap.contains(['；', '《', '曾', '原', '前']) {
            return None;
        }
        let (before, after) = (sentence.before(one.core().start), sentence.after(other.span.end));
        let (near_one, near_other) = (verb_clause(gap), verb_clause(after));
        let before_other = gap.trim_end_matches('于');
        self.events.iter().find(|events| {
            let begins = events.begin.any_in(near_one)
                || before.strip_suffix('于').is_some_and(|head| events.begin.ending(head).is_some());
            let ends = events.end.any_in(near_other)
                || before_other.len() < gap.len() && events.end.ending(before_other).is_some();
            begins && ends && !events.end.any_in(near_one)
        })?;
        let span = Span::new(one.core().start, other.core().end);
        let written = |quantity: &Quantity| quantity.core().of(sentence.text);
        let detail = format!("{} 晚于 {}", written(one), written(other));
        Some(Hit::new(sentence.block, span, Vec::new()).detail(detail))
    }

    /// The hit for a range of times of day in the wrong order that begins with quantity `index` of a sentence.
    fn time_hit(&self, sentence: &Sentence, index: usize, first: Time) -> Option<Hit> {
        let (quantity, next) = (&sentence.quantities[index], sentence.quantities.get(index + 1)?);
        let QuantityKind::Time(last) = next.kind else { return None };
        let gap = sentence.text.get(quantity.span.end..next.span.start).unwrap_or_default();
        let name = |time: Time| time.part_of_day.map(|part| part.of(sentence.text));
        let (before, after) = (sentence.before(quantity.span.start), sentence.after(next.span.end));
        let is_range = TO.contains(&gap)
            || before.ends_with(['从', '自'])
                && gap.ends_with(['到', '至'])
                && gap.chars().count() <= MOST_FROM_TO
                && !gap.starts_with(MOVED);
        let is_wrong = match (name(first), name(last)) {
            (Some("上午" | "早上" | "早晨" | "清晨"), None) => minutes(first) > minutes(last),
            // 下午12时 is before 下午1时.
            (Some("下午" | "午后"), None) => first.hour != 12 && minutes(first) > minutes(last),
            (Some(one), Some(other)) if one == other => {
                let is_noon = matches!(one, "下午" | "午后" | "中午") && first.hour == 12;
                PARTS_OF_DAY.iter().any(|parts| parts.contains(&one)) && !is_noon && minutes(first) > minutes(last)
            }
            (Some(one), Some(other)) => {
                let part = |name: &str| PARTS_OF_DAY.iter().position(|parts| parts.contains(&name));
                part(one) > part(other) && part(other).is_some() && last.hour >= LATE_MORNING
            }
            // A range in the evening may extend into the next day.
            (None, None) => {
                let done = &before[before.char_indices().rev().nth(REACH_OF_DOING - 1).map_or(0, |(at, _)| at)..];
                let is_daytime = self.daytime.any_in(done.rsplit(['，', '。', '；']).next().unwrap_or_default())
                    || self.daytime.beginning(after).is_some();
                let hours = if is_daytime {
                    DAY_HOURS
                } else if self.opening.ending(before.trim_end_matches(['：', '为', '是'])).is_some() {
                    OPENING_HOURS
                } else {
                    EARLY_HOURS
                };
                hours.contains(&first.hour) && hours.contains(&last.hour) && minutes(first) > minutes(last)
            }
            _ => false,
        };
        (is_range && is_wrong).then(|| {
            let span = Span::new(quantity.span.start, next.span.end);
            let format =
                |time: Time| format!("{}{}:{:02}", name(time).unwrap_or_default(), time.hour, time.minute.unwrap_or(0));
            Hit::new(sentence.block, span, Vec::new()).detail(format!("{} 晚于 {}", format(first), format(last)))
        })
    }
}

/// The text after a date in which the verb of its event is: up to a mark, at most [`REACH`] characters.
fn verb_clause(after: &str) -> &str {
    let clause = after.trim_start_matches('，').split(['，', '；', '、', '。']).next().unwrap_or_default();
    clause.char_indices().nth(REACH).map_or(clause, |(at, _)| &clause[..at])
}

/// Whether one date is earlier than another, where neither may be in the next year: both or none names its year.
fn is_before_in_one_year(one: Date, other: Date) -> bool {
    match (one.year, other.year) {
        (Some(first), Some(last)) if first != last => first < last,
        (Some(_), Some(_)) => one.month.zip(other.month).is_some_and(|(first, last)| {
            first < last || first == last && one.day.zip(other.day).is_some_and(|(first, last)| first < last)
        }),
        (None, None) if one.month.is_some() && one.month != other.month => {
            // In the next year it would be the end of something too long: 5月17日起，4月17日截止.
            one.day.is_some() && other.day.is_some() && is_in_order(other, one) == Some(false)
        }
        (None, None) => other.month.is_some() && one.day.zip(other.day).is_some_and(|(first, last)| first < last),
        // 2023年11月15日开幕，11月12日闭幕
        (None, Some(_)) => {
            one.month.is_none_or(|month| Some(month) == other.month)
                && one.day.zip(other.day).is_some_and(|(first, last)| first < last)
        }
        (Some(_), None) => false,
    }
}

fn minutes(time: Time) -> u32 {
    time.hour * 60 + time.minute.unwrap_or(0)
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
