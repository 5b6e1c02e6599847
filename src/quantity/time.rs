//! Dates and times of day.

use rust_decimal::Decimal;

use super::{Number, RangeEnd, NumericValue};
use crate::text::{NumeralStyle, Span, numeral_value};

/// A date as it is written: nothing says that there is such a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Date {
    /// Four digits.
    pub year: Option<u32>,
    /// As written.
    pub month: Option<u32>,
    /// As written.
    pub day: Option<u32>,
    /// Is it of the lunar or another calendar, as a word before it or its numerals say?
    pub is_of_another_calendar: bool,
}

/// A time of day as it is written: nothing says that there is such a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// The part of the day that stands before it: 下午
    pub part_of_day: Option<Span>,
    /// As written.
    pub hour: u32,
    /// As written; 半 is 30.
    pub minute: Option<u32>,
}

impl Date {
    /// The days of a month, if there is such a month; February has 29 where the year is not known.
    pub fn days_of_month(year: Option<u32>, month: u32) -> Option<u32> {
        let is_leap =
            |year: u32| year.is_multiple_of(if year > LAST_JULIAN_YEAR && year.is_multiple_of(100) { 400 } else { 4 });
        Some(match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if year.is_none_or(is_leap) => 29,
            2 => 28,
            _ => return None,
        })
    }

    /// The day of the week, counted from Monday as 0, where year, month and day are known and there is such a day.
    pub fn weekday(&self) -> Option<usize> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        if day == 0 || day > Date::days_of_month(self.year, month)? || year <= LAST_JULIAN_YEAR {
            return None;
        }
        // Sakamoto's method, from Sunday as 0.
        const OFFSETS: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let y = if month < 3 { year - 1 } else { year };
        let from_sunday = (y + y / 4 - y / 100 + y / 400 + OFFSETS[month as usize - 1] + day) % 7;
        Some((from_sunday as usize + 6) % 7)
    }
}

impl Date {
    /// The days from the first of March of the year 0 of the Gregorian calendar to this day, where year, month and
    /// day are known and there is such a day.
    pub fn days(&self) -> Option<u32> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        if day == 0 || day > Date::days_of_month(self.year, month)? {
            return None;
        }
        // A year that begins in March has its leap day last.
        let (years, months) = if month < 3 { (year.checked_sub(1)?, month + 9) } else { (year, month - 3) };
        Some(years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1)
    }

    /// The date that is written as 2023-11-01; `None` where it is not, or where there is no such day.
    pub fn parse(text: &str) -> Option<Date> {
        let read = numeric_date(text, 0).filter(|read| read.end == text.len() && text.contains('-'))?;
        read.what.days().map(|_| read.what)
    }
}

/// The last year of the Julian calendar, in which every fourth year has a 29th of February.
const LAST_JULIAN_YEAR: u32 = 1582;

/// What was read: where it ends, and of a range its other end.
pub(super) struct Read<T> {
    pub what: T,
    pub first: Number,
    pub upper: Option<Box<RangeEnd>>,
    pub end: usize,
}

const OTHER_CALENDARS: [&str; 9] = ["农历", "阴历", "旧历", "夏历", "藏历", "彝历", "傣历", "回历", "伊斯兰历"];
/// How many characters before a date the name of its calendar is looked for.
const CALENDAR_REACH: usize = 12;
/// The longest number of a date, in characters, and one more, so that a longer one is seen to be none.
const MOST_NUMERALS: usize = 5;
/// Behind 31号 these make it a number of something else.
const NUMBERED: &str = "楼院店线厅馆门井机船舱球选车站文矿桥洞";
/// Behind 3月, 3日, 3时 these make it no month, no day and no time of day.
const NOT_OF_MONTH: &str = "龄薪嫂均间";
const NOT_OF_DAY: &str = "龄内后前元均间";
const NOT_OF_HOUR: &str = "间代空期候任";
const PARTS_OF_DAY: [&str; 14] =
    ["上午", "下午", "早上", "早晨", "清晨", "凌晨", "中午", "晚上", "晚间", "傍晚", "午后", "深夜", "今晚", "当晚"];

/// A whole number of a date, in one style throughout.
#[derive(Clone, Copy)]
struct Whole {
    span: Span,
    value: u32,
    style: NumeralStyle,
}

impl Whole {
    fn number(self) -> Number {
        let value = NumericValue::Exact(Decimal::from(self.value));
        Number { span: self.span, value, style: self.style, decimals: 0, scale: 0 }
    }
}

fn whole(text: &str, at: usize) -> Option<Whole> {
    let is_numeral = |c: &char| {
        matches!(c, '0'..='9' | '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
    };
    let length: usize = text[at..].chars().take(MOST_NUMERALS).take_while(is_numeral).map(char::len_utf8).sum();
    let span = Span::new(at, at + length);
    let (value, style) = numeral_value(span.of(text))?;
    (value < 10_000).then_some(Whole { span, value, style })
}

/// The sign of a range that `text` begins with at `at`: its end.
pub(super) fn range_sign(text: &str, at: usize) -> Option<usize> {
    let mut behind = text[at..].chars();
    let sign = behind.next().filter(|c| matches!(c, '—' | '～' | '~' | '-' | '–' | '－' | '至' | '到'))?;
    let is_double = matches!(sign, '—' | '-') && behind.next() == Some(sign);
    Some(at + sign.len_utf8() * if is_double { 2 } else { 1 })
}

/// `first`, or a range of it and another number: the other end, and where it ends.
fn range(text: &str, first: Whole) -> (Option<Box<RangeEnd>>, usize) {
    let other = range_sign(text, first.span.end)
        .and_then(|behind| Some((behind, whole(text, behind).filter(|other| other.style == first.style)?)));
    match other {
        Some((behind, other)) => {
            let sign = Span::new(first.span.end, behind);
            (Some(Box::new(RangeEnd { sign, first_unit: None, number: other.number() })), other.span.end)
        }
        None => (None, first.span.end),
    }
}

/// The date that begins at `at`: 2023年11月1日, 11月1—5日, 2021—2025年, 15日.
pub(super) fn date(text: &str, at: usize) -> Option<Read<Date>> {
    let mut parts = Parts { text, end: at, upper: None };
    let year = parts.next(is_year, '年', "代");
    let month = parts.next(is_short, '月', NOT_OF_MONTH);
    let day = match (year, month) {
        (Some(_), None) => None,
        (None, None) => parts.next(is_short, '日', NOT_OF_DAY),
        (_, Some(_)) => parts.next(is_short, '日', "").or_else(|| parts.next(is_short, '号', NUMBERED)),
    };
    let first = year.or(month).or(day)?;
    // Days of the lunar calendar are written in Chinese behind a year of ours: 1644年三月十九日.
    let is_arabic = |number: Whole| number.style == NumeralStyle::Arabic;
    let is_mixed = month.is_some_and(|month| is_arabic(first) != is_arabic(month));
    let value = |part: Option<Whole>| part.map(|part| part.value);
    let what = Date {
        year: value(year),
        month: value(month),
        day: value(day),
        is_of_another_calendar: is_mixed || is_of_another_calendar(text, at, first.style),
    };
    Some(Read { what, first: first.number(), upper: parts.upper, end: parts.end })
}

/// The parts of a date as they are read: each begins where the last one ended.
struct Parts<'t> {
    text: &'t str,
    end: usize,
    upper: Option<Box<RangeEnd>>,
}

impl Parts<'_> {
    /// The number of the next part, if it `fits` and `mark` stands behind it, or behind a range that it begins;
    /// but not where a character of `other` makes the mark another word. Behind a range there is no next part.
    fn next(&mut self, fits: impl Fn(Whole) -> bool, mark: char, other: &str) -> Option<Whole> {
        if self.upper.is_some() {
            return None;
        }
        let number = whole(self.text, self.end).filter(|number| fits(*number))?;
        let (upper, end) = range(self.text, number);
        let rest = self.text[end..].strip_prefix(mark).filter(|rest| !rest.starts_with(|c| other.contains(c)))?;
        self.upper = upper;
        self.end = self.text.len() - rest.len();
        Some(number)
    }
}

/// Four numerals, of either style.
fn is_year(number: Whole) -> bool {
    matches!((number.style, number.span.len()), (NumeralStyle::Arabic, 4) | (NumeralStyle::Spelled, 12))
        && (1000..3000).contains(&number.value)
}

fn is_short(number: Whole) -> bool {
    number.style != NumeralStyle::Spelled && (number.style == NumeralStyle::Counting || number.span.len() <= 2)
}

/// Does a word before the date say that it is of another calendar, or a reign (乾隆三十八年二月三十日)?
fn is_of_another_calendar(text: &str, at: usize, style: NumeralStyle) -> bool {
    let head = &text[..at];
    let from = head.char_indices().rev().take(CALENDAR_REACH).last().map_or(0, |(at, _)| at);
    let near = &head[from..];
    if near.contains(['历', '闰'])
        && let Some(near) = near.rsplit(['。', '；']).next()
        && (near.ends_with('闰') || OTHER_CALENDARS.iter().any(|name| near.contains(name)))
    {
        return true;
    }
    head.strip_suffix('年').is_some_and(|head| {
        let is_ours = head.ends_with(['今', '明', '去', '本', '每'])
            || style == NumeralStyle::Arabic && head.ends_with(['同', '次', '翌', '当', '前', '后']);
        !is_ours
    })
}

/// 2023-11-01, 2023.11.1, 2023/11/1
pub(super) fn numeric_date(text: &str, at: usize) -> Option<Read<Date>> {
    let year = whole(text, at).filter(|year| year.span.len() == 4 && (1900..2100).contains(&year.value))?;
    let separator = text[year.span.end..].chars().next().filter(|c| "-./".contains(*c))?;
    let part = |at: usize| whole(text, at).filter(|part| part.style == NumeralStyle::Arabic && part.span.len() <= 2);
    let month = part(year.span.end + 1)?;
    let rest = text[month.span.end..].strip_prefix(separator)?;
    let day = part(text.len() - rest.len())?;
    let end = day.span.end;
    // 2023.1.0 is a version.
    let is_version = month.value == 0 || month.value > 31 || day.value > 31 || day.value == 0 && separator != '-';
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "-./".contains(c) && separator != '.';
    if text[end..].starts_with(goes_on) || is_version {
        return None;
    }
    let date =
        Date { year: Some(year.value), month: Some(month.value), day: Some(day.value), is_of_another_calendar: false };
    Some(Read { what: date, first: year.number(), upper: None, end })
}

/// The time of day that begins at `at`: 15时40分, 15:40, 3点半.
pub(super) fn time(text: &str, at: usize) -> Option<Read<Time>> {
    let hour = whole(text, at).filter(|hour| hour.value < 100 && hour.style != NumeralStyle::Spelled)?;
    let mark = text[hour.span.end..].chars().next().filter(|mark| matches!(mark, '时' | '点' | ':' | '：'))?;
    let part_of_day =
        PARTS_OF_DAY.iter().find(|part| text[..at].ends_with(*part)).map(|part| Span::new(at - part.len(), at));
    let behind = hour.span.end + mark.len_utf8();
    let minute = whole(text, behind).filter(|minute| minute.style == hour.style && minute.value < 100);
    let read = |minute: Option<u32>, end: usize| {
        let what = Time { part_of_day, hour: hour.value, minute };
        Some(Read { what, first: hour.number(), upper: None, end })
    };
    if let ':' | '：' = mark {
        let minute = minute.filter(|minute| minute.span.len() == 2 && hour.style == NumeralStyle::Arabic)?;
        let is_clock = minute.value < 60 && hour.value <= 24 && (mark == ':' || part_of_day.is_some());
        return if is_clock { read(Some(minute.value), minute.span.end) } else { None };
    }
    if let Some(minute) = minute
        && let Some(rest) = text[minute.span.end..].strip_prefix('分')
        && !rest.starts_with(['之', '钟'])
    {
        return read(Some(minute.value), text.len() - rest.len());
    }
    if text[behind..].starts_with('半') && (mark == '点' || part_of_day.is_some()) {
        return read(Some(30), behind + '半'.len_utf8());
    }
    if mark == '点'
        && part_of_day.is_some()
        && let Some(minute) = minute
    {
        return read(Some(minute.value), minute.span.end);
    }
    let is_hour = match mark {
        '时' => !text[behind..].starts_with(|c| NOT_OF_HOUR.contains(c)),
        _ => part_of_day.is_some() || text[behind..].starts_with(['钟', '整', '许']),
    };
    if is_hour { read(None, behind) } else { None }
}
