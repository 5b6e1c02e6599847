//! `calendar`: days, months and hours that no calendar and no clock has.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, Fault};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Date, Kind, Quantity, Time, begins_quantity};
use crate::text::{NumeralStyle, Span};

/// A calendar check has no options.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarOptions {}

/// Dates and times.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Calendar {
    pub cue: CueList,
}

/// One of these stands in every date and time that can be wrong.
const CUES: &str = "#月 #时 #点 #- #. #/ #: #：";

/// What stands between the first and the last day of a range, or between the days of a list.
const BETWEEN_DAYS: &str = "—-－–～~至到、和";
/// Before an hour these say that it is a time of day and no length of time.
const BEFORE_HOUR: &str = "日号午晨晚夜今明昨至到—～-于从自";

/// What cannot be, and why.
struct Wrong {
    span: Span,
    why: String,
}

impl Compile for Calendar {
    type Options = CalendarOptions;

    fn compile(_: &CalendarOptions, _: &Classes) -> Result<Calendar, Fault> {
        Ok(Calendar { cue: CueList::new(CUES) })
    }
}

impl ArticleCheck for Calendar {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let may_be_wrong = |occurrence: &&CharOccurrence| {
            may_be_wrong(article.text(occurrence.block as usize), occurrence.at as usize)
        };
        let doubtful: Vec<CharOccurrence> = occurrences.iter().filter(may_be_wrong).copied().collect();
        let read = article.read(&doubtful, Near::Any, Reach::Sentence);
        for Sentence { block, text, quantities, .. } in read.sentences() {
            let wrong = all_wrong(text, quantities).into_iter();
            hits.extend(wrong.map(|Wrong { span, why }| Hit::new(block, span, Vec::new()).detail(why)));
        }
        hits
    }
}

/// May the date or the time with the numeral at byte `at` be wrong? Most cannot, and their sentences need not be read:
/// `11月1日` by itself, `8时30分`, and decimals.
fn may_be_wrong(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let digits_to = |end: usize| end - bytes[..end].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let digits_from = |start: usize| start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = |start: usize, end: usize| if end - start > 2 { None } else { text[start..end].parse::<u32>().ok() };
    let is_between = |c: Option<char>| c.is_some_and(|c| BETWEEN_DAYS.contains(c));
    let Some(sign) =
        at.checked_add(1).filter(|_| bytes[at].is_ascii_digit()).and_then(|end| text[end..].chars().next())
    else {
        return true;
    };
    let (start, behind) = (digits_to(at + 1), at + 1 + sign.len_utf8());
    let end = digits_from(behind);
    match sign {
        // 2023-02-30: the same sign stands twice.
        '-' | '.' | '/' => {
            let sign = sign as u8;
            bytes.get(end) == Some(&sign) || start > 0 && bytes[start - 1] == sign
        }
        '月' => {
            let is_month = number(start, at + 1).is_some_and(|month| (1..=12).contains(&month));
            let alone = !is_between(text[..start].chars().next_back());
            let rest = &text[end..];
            let is_whole = if end == behind {
                !rest.starts_with(|c| begins_quantity(c) || BETWEEN_DAYS.contains(c))
            } else {
                let is_day = number(behind, end).is_some_and(|day| (1..=28).contains(&day));
                let rest = rest.strip_prefix(['日', '号']);
                is_day && rest.is_some_and(|rest| !is_between(rest.chars().next()))
            };
            !(is_month && alone && is_whole)
        }
        _ => {
            let is_hour = number(start, at + 1).is_some_and(|hour| hour < 24);
            let is_minute = end == behind && !text[end..].starts_with(begins_quantity)
                || number(behind, end).is_some_and(|minute| minute < 60);
            !(is_hour && is_minute)
        }
    }
}

/// What is wrong in one block.
fn all_wrong(text: &str, quantities: &[Quantity]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    // The month and year that a list of days stands in, and where it has got to: 6月29、30、31日.
    let mut list: Option<(Date, usize)> = None;
    for quantity in quantities {
        match quantity.kind {
            Kind::Date(date) if !date.is_of_another_calendar => {
                let month = list.take().filter(|(_, end)| is_listed(&text[*end..quantity.span.start]));
                let whole = match month {
                    Some((month, _)) if date.month.is_none() && date.year.is_none() => Date { day: date.day, ..month },
                    _ => date,
                };
                wrong.extend(wrong_date(text, quantity, whole, date));
                list = whole.month.map(|_| (whole, quantity.core().end));
            }
            Kind::Time(time) => wrong.extend(wrong_time(text, quantity, time)),
            Kind::Amount if quantity.unit.is_none() => {
                let month = list
                    .take()
                    .filter(|(_, end)| *end == quantity.span.start || is_listed(&text[*end..quantity.span.start]));
                list = month.map(|(month, _)| (month, quantity.span.end));
            }
            _ => list = None,
        }
    }
    wrong
}

/// Does it join one day of a list to the next?
fn is_listed(between: &str) -> bool {
    !between.is_empty() && between.chars().all(|c| BETWEEN_DAYS.contains(c)) && between.chars().nth(2).is_none()
}

/// 2月30日, 11月28日—31日, 2023年13月, 2023-02-30. `written` is what stands in `quantity`, `date` what it means.
fn wrong_date(text: &str, quantity: &Quantity, date: Date, written: Date) -> Option<Wrong> {
    let month = date.month?;
    let whole = quantity.core();
    let separator = whole.of(text).chars().find(|c| !c.is_ascii_digit()).filter(|c| "-./".contains(*c));
    // What is flagged begins with the month, as far as it is written here.
    let from_month = match (written.year, written.month, separator) {
        (Some(_), Some(_), None) => whole.start + whole.of(text).find('年')? + '年'.len_utf8(),
        _ => whole.start,
    };
    let span = Span::new(from_month, whole.end);
    let Some(most) = Date::days_of_month(date.year, month) else {
        // A version (2023.20.3) or another number may look like a date, but not 2023-13-01.
        let is_date = match separator {
            Some(separator) => separator == '-' && whole.len() == "2023-13-01".len(),
            None => date.day.is_some() || date.year.is_some(),
        };
        return (is_date && written.month.is_some()).then(|| Wrong { span, why: format!("一年没有{month}月") });
    };
    let last = quantity.upper.as_ref().filter(|_| date.day.is_some());
    let last_day = last.and_then(|last| last.number.value.exact()).and_then(|day| u32::try_from(day).ok());
    let is_wrong = |day: u32| day == 0 || day > most;
    let first = date.day.filter(|day| is_wrong(*day));
    let day = first.or(last_day.filter(|day| is_wrong(*day)))?;
    let span = match last {
        Some(last) if first.is_none() => Span::new(last.number.span.start, whole.end),
        _ => span,
    };
    let why = match date.year {
        _ if day == 0 => "没有0日".to_owned(),
        Some(year) if separator.is_some() => format!("{year}年{month}月没有{day}日"),
        Some(year) if month == 2 => format!("{year}年2月只有{most}天"),
        _ => format!("{month}月最多只有{most}天"),
    };
    Some(Wrong { span, why })
}

/// 25时, 24时01分, 8时75分
fn wrong_time(text: &str, quantity: &Quantity, time: Time) -> Option<Wrong> {
    let hour = quantity.number;
    let head = &text[..hour.span.start];
    let mark = text[hour.span.end..].chars().next()?;
    if head.ends_with(['第', ':', '：', '.', '/']) || mark == '点' && hour.style != NumeralStyle::Arabic {
        return None;
    }
    let is_of_day = mark == '时' && head.ends_with(|c| BEFORE_HOUR.contains(c));
    let minute = time.minute.unwrap_or(0);
    let is_wrong = is_of_day && (time.hour, minute) > (24, 0) || minute > 59;
    is_wrong.then(|| {
        let span = Span::new(hour.span.start, quantity.span.end);
        let why = match time.minute {
            Some(minute) => format!("一天没有{}{mark}{minute}分", time.hour),
            None => format!("一天没有{}{mark}", time.hour),
        };
        Wrong { span, why }
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::quantity::scan;

    /// All hits in `text`, by their words and details.
    fn hits(text: &str) -> Vec<(&str, String)> {
        all_wrong(text, &scan(text)).into_iter().map(|wrong| (wrong.span.of(text), wrong.why)).collect()
    }

    #[test]
    fn what_cannot_be_is_hit() {
        for (text, hit, why) in [
            ("2月30日", "2月30日", "2月最多只有29天"),
            ("时间：2月30日", "2月30日", "2月最多只有29天"),
            ("2023年2月29日", "2月29日", "2023年2月只有28天"),
            ("1900年2月29日", "2月29日", "1900年2月只有28天"),
            ("二〇二三年二月二十九日", "二月二十九日", "2023年2月只有28天"),
            ("二月三十日", "二月三十日", "2月最多只有29天"),
            ("每年9月31日", "9月31日", "9月最多只有30天"),
            ("9月31号", "9月31号", "9月最多只有30天"),
            ("10月31日-11月31日", "11月31日", "11月最多只有30天"),
            ("11月28日—31日", "31日", "11月最多只有30天"),
            ("11月28—31日", "31日", "11月最多只有30天"),
            ("6月29、30、31日", "31日", "6月最多只有30天"),
            ("13月5日", "13月5日", "一年没有13月"),
            ("2023年13月", "13月", "一年没有13月"),
            ("10月0日", "10月0日", "没有0日"),
            ("10月1日25时", "25时", "一天没有25时"),
            ("今日24时01分", "24时01分", "一天没有24时1分"),
            ("8时75分", "8时75分", "一天没有8时75分"),
            ("8点75分", "8点75分", "一天没有8点75分"),
            ("2023-02-30", "2023-02-30", "2023年2月没有30日"),
            ("2023.2.30。", "2023.2.30", "2023年2月没有30日"),
            ("2023-13-01", "2023-13-01", "一年没有13月"),
        ] {
            assert_eq!(hits(text), vec![(hit, why.to_owned())], "{text}");
        }
    }

    #[test]
    fn other_calendars_lengths_and_numbers_are_not() {
        for text in [
            "2024年2月29日",
            "1100年2月29日",
            "农历二月三十日",
            "农历2023年二月三十日",
            "乾隆三十八年二月三十日",
            "1644年二月三十日",
            "闰二月三十日",
            "同年二月三十日",
            "去年七八月间",
            "13个月",
            "13月龄",
            "3.5时",
            "4—6月",
            "历时36时20分",
            "24时",
            "24时00分",
            "指数升至35点",
            "八点七五分",
            "9月31号楼",
            "3月1日至40日龄",
            "11月28日至12月31日",
            "11月28日、35人",
            "2023.20.3",
            "192.168.2023.2.30",
            "2023-02-30-1",
            "第25时",
            "",
            "月",
            "99999月99999日",
        ] {
            assert_eq!(hits(text), vec![], "{text}");
        }
    }

    /// Numerals and signs of which dates and times are made, right ones and wrong ones.
    fn dates() -> impl Strategy<Value = String> {
        const NUMBERS: &[&str] =
            &["0", "1", "12", "13", "24", "25", "28", "29", "30", "31", "32", "59", "60", "99", "2023", "二", "三十"];
        const SIGNS: &[&str] =
            &["月", "日", "时", "点", "分", ":", "-", ".", "/", "、", "—", "至", "日、", "日，", "年"];
        let part = (select(NUMBERS), select(SIGNS)).prop_map(|(number, sign)| format!("{number}{sign}"));
        let parts = vec(part, 1..5).prop_map(|parts| parts.concat());
        (select(&["", "今日", "2023年"][..]), parts).prop_map(|(head, parts)| format!("{head}{parts}"))
    }

    proptest! {
        #[test]
        fn what_is_wrong_may_be_wrong(text in dates()) {
            let is_cue = |at: usize| {
                let mut chars = text[at..].chars();
                chars.next().is_some_and(begins_quantity) && chars.next().is_some_and(|sign| "月时点-./:：".contains(sign))
            };
            let doubtful = text.char_indices().any(|(at, _)| is_cue(at) && may_be_wrong(&text, at));
            prop_assert!(doubtful || hits(&text).is_empty(), "{:?}", hits(&text));
        }
    }
}
