//! Reads dates and times of day.

use std::fmt;

use rust_decimal::Decimal;

use super::{Number, NumericValue, RangeEnd};
use crate::text::{NumeralStyle, Span, numeral_value};

/// A date as written. The day need not exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Date {
    /// The year, which has four digits.
    pub year: Option<u32>,
    /// The month as written, in any range.
    pub month: Option<u32>,
    /// The day as written, in any range.
    pub day: Option<u32>,
    /// Whether the date belongs to the lunar or another calendar, judging by a word before it or by its numerals.
    pub is_of_another_calendar: bool,
}

/// A time of day as written. It need not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// The span of the part of the day before the hour, such as 下午.
    pub part_of_day: Option<Span>,
    /// The hour as written.
    pub hour: u32,
    /// The minute as written. 半 is 30.
    pub minute: Option<u32>,
}

impl Date {
    /// Returns the number of days in a month, or `None` if the month does not exist. February has 29 days if `year` is
    /// `None`.
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

    /// Returns the day of the week, counted from Monday as 0. Returns `None` if the date is incomplete, does not exist,
    /// or is in 1582 or earlier.
    pub fn weekday(&self) -> Option<usize> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        if day == 0 || day > Date::days_of_month(self.year, month)? || year <= LAST_JULIAN_YEAR {
            return None;
        }
        // Sakamoto's method, which counts from Sunday as 0.
        const OFFSETS: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let y = if month < 3 { year - 1 } else { year };
        let from_sunday = (y + y / 4 - y / 100 + y / 400 + OFFSETS[month as usize - 1] + day) % 7;
        Some((from_sunday as usize + 6) % 7)
    }

    /// Returns the number of days from 1 March of the year 0 of the Gregorian calendar to this date. A date up to 1582
    /// is counted as if it were Gregorian. Returns `None` if the date is incomplete or does not exist.
    pub fn days(&self) -> Option<u32> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        if day == 0 || day > Date::days_of_month(self.year, month)? {
            return None;
        }
        // Count years from March, so that the leap day is the last day of a year.
        let (years, months) = if month < 3 { (year.checked_sub(1)?, month + 9) } else { (year, month - 3) };
        Some(years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1)
    }

    /// Returns the complete date so many days later. Returns `None` if this date is incomplete or does not exist.
    pub fn after_days(self, days: u32) -> Option<Date> {
        self.days()?;
        let mut date = self;
        for _ in 0..days {
            let last = Date::days_of_month(date.year, date.month?)?;
            date = match date.day? {
                day if day < last => Date { day: Some(day + 1), ..date },
                _ => Date { day: Some(1), ..date.month_after(1)? },
            };
        }
        Some(date)
    }

    /// Returns the month so many months later, with the same day, which may not exist there. Returns `None` without year
    /// and month, or if the month does not exist.
    pub fn month_after(self, months: i32) -> Option<Date> {
        let month = self.month.filter(|month| (1..=12).contains(month))?;
        let count = (self.year? * 12 + month - 1).checked_add_signed(months)?;
        Some(Date { year: Some(count / 12), month: Some(count % 12 + 1), ..self })
    }

    /// Parses a date in the form 2023-11-01. Returns `None` if the text has another form or the date does not exist.
    pub fn parse(text: &str) -> Option<Date> {
        let date = numeric_date(text, 0).filter(|date| date.end == text.len() && text.contains('-'))?;
        date.value.days().map(|_| date.value)
    }
}

impl fmt::Display for Date {
    /// Writes the date in Arabic numerals: 11月5日.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, mark) in [(self.year, '年'), (self.month, '月'), (self.day, '日')] {
            part.map_or(Ok(()), |part| write!(f, "{part}{mark}"))?;
        }
        Ok(())
    }
}

/// The last year of the Julian calendar. Up to it, every fourth year is a leap year.
const LAST_JULIAN_YEAR: u32 = 1582;

/// A parsed date or time.
pub(super) struct Parsed<T> {
    pub value: T,
    /// The first number in it.
    pub first: Number,
    /// The second number of a range.
    pub upper: Option<Box<RangeEnd>>,
    /// The end in the text, in bytes.
    pub end: usize,
}

/// The names of other calendars.
const OTHER_CALENDARS: [&str; 9] = ["农历", "阴历", "旧历", "夏历", "藏历", "彝历", "傣历", "回历", "伊斯兰历"];
/// The number of characters before a date in which to search for the name of its calendar.
const CALENDAR_REACH: usize = 12;
/// The maximum number of numerals to read. It is one more than the longest number in a date has, so that longer numbers
/// are detected.
const MAX_NUMERALS: usize = 5;
/// The characters that cannot follow 号 in a date. 31号楼 is the number of a building.
const NOT_AFTER_HAO: &[char] =
    &['楼', '院', '店', '线', '厅', '馆', '门', '井', '机', '船', '舱', '球', '选', '车', '站', '文', '矿', '桥', '洞'];
/// The characters that cannot follow 月 in a date.
const NOT_AFTER_MONTH: &[char] = &['龄', '薪', '嫂', '均', '间'];
/// The characters that cannot follow 日 in a date.
const NOT_AFTER_DAY: &[char] = &['龄', '内', '后', '前', '元', '均', '间'];
/// The characters that cannot follow 时 in a time of day.
const NOT_AFTER_HOUR: &[char] = &['间', '代', '空', '期', '候', '任'];
const PARTS_OF_DAY: [&str; 14] =
    ["上午", "下午", "早上", "早晨", "清晨", "凌晨", "中午", "晚上", "晚间", "傍晚", "午后", "深夜", "今晚", "当晚"];

/// A whole number in a date or time, in one notation throughout.
#[derive(Clone, Copy)]
struct WholeNumber {
    span: Span,
    value: u32,
    style: NumeralStyle,
}

impl WholeNumber {
    fn number(self) -> Number {
        let value = NumericValue::Exact(Decimal::from(self.value));
        Number { span: self.span, value, style: self.style, decimals: 0, scale: 0 }
    }
}

/// Reads the whole number below 10,000 that starts at byte `at`.
fn whole_number(text: &str, at: usize) -> Option<WholeNumber> {
    let (digits, value) = digits(&text.as_bytes()[at..]);
    if digits > 0 {
        let is_whole = digits == MAX_NUMERALS || !text[at + digits..].starts_with(is_part_of_date);
        let span = Span::new(at, at + digits);
        return (is_whole && value < 10_000).then_some(WholeNumber { span, value, style: NumeralStyle::Arabic });
    }
    let numerals = text[at..].chars().take(MAX_NUMERALS).take_while(|c| is_part_of_date(*c) || c.is_ascii_digit());
    let span = Span::new(at, at + numerals.map(char::len_utf8).sum::<usize>());
    let (value, style) = numeral_value(span.of(text))?;
    (value < 10_000).then_some(WholeNumber { span, value, style })
}

/// Returns how many ASCII digits `bytes` begins with, at most [`MAX_NUMERALS`], and their value.
fn digits(bytes: &[u8]) -> (usize, u32) {
    let digits = bytes.iter().take(MAX_NUMERALS).take_while(|byte| byte.is_ascii_digit());
    digits.fold((0, 0), |(count, value), digit| (count + 1, value * 10 + u32::from(digit - b'0')))
}

/// Returns whether `c` is a numeral in 汉字 that occurs in dates and times.
fn is_part_of_date(c: char) -> bool {
    matches!(c, '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// Returns the end of the range sign that starts at byte `at`.
pub(super) fn range_sign(text: &str, at: usize) -> Option<usize> {
    let mut rest = text[at..].chars();
    let sign = rest.next().filter(|c| matches!(c, '—' | '～' | '~' | '-' | '–' | '－' | '至' | '到'))?;
    let is_double = matches!(sign, '—' | '-') && rest.next() == Some(sign);
    Some(at + sign.len_utf8() * if is_double { 2 } else { 1 })
}

/// Reads the second number of a range that starts with `first`. Returns it, if there is one, and the end of the range or
/// of `first`.
fn range(text: &str, first: WholeNumber) -> (Option<Box<RangeEnd>>, usize) {
    let second = range_sign(text, first.span.end).and_then(|sign_end| {
        let second = whole_number(text, sign_end).filter(|second| second.style == first.style)?;
        Some((sign_end, second))
    });
    match second {
        Some((sign_end, second)) => {
            let sign = Span::new(first.span.end, sign_end);
            (Some(Box::new(RangeEnd { sign, first_unit: None, number: second.number() })), second.span.end)
        }
        None => (None, first.span.end),
    }
}

/// Reads the date that starts at byte `at`: 2023年11月1日, 11月1—5日, 2021—2025年, 15日.
pub(super) fn date(text: &str, at: usize) -> Option<Parsed<Date>> {
    let mut reader = DateReader { text, end: at, upper: None };
    let year = reader.next(is_year, '年', &['代']);
    let month = reader.next(is_month_or_day, '月', NOT_AFTER_MONTH);
    let day = match (year, month) {
        (Some(_), None) => None,
        (None, None) => reader.next(is_month_or_day, '日', NOT_AFTER_DAY),
        (_, Some(_)) => {
            reader.next(is_day_of_month, '日', &[]).or_else(|| reader.next(is_month_or_day, '号', NOT_AFTER_HAO))
        }
    };
    let first = year.or(month).or(day)?;
    // A Gregorian year in Arabic digits can precede a lunar date in 汉字: 1644年三月十九日.
    let is_arabic = |number: WholeNumber| number.style == NumeralStyle::Arabic;
    let is_mixed = month.is_some_and(|month| is_arabic(first) != is_arabic(month));
    let value = |part: Option<WholeNumber>| part.map(|part| part.value);
    let date = Date {
        year: value(year),
        month: value(month),
        day: value(day),
        is_of_another_calendar: is_mixed || is_of_another_calendar(text, at, first.style),
    };
    Some(Parsed { value: date, first: first.number(), upper: reader.upper, end: reader.end })
}

/// Reads the parts of a date one after another.
struct DateReader<'t> {
    text: &'t str,
    /// The end of the last part.
    end: usize,
    /// The second number, if the last part is a range.
    upper: Option<Box<RangeEnd>>,
}

impl DateReader<'_> {
    /// Reads the next part, which is a number and its `designator` (年, 月, 日 or 号). The number may be the first of a
    /// range (11月1—5日). Returns the number.
    ///
    /// Returns `None` if `is_valid` rejects the number, if one of the characters `not_after` follows the designator
    /// (31号楼 is not a date), or if the last part was a range.
    fn next(
        &mut self,
        is_valid: impl Fn(WholeNumber) -> bool,
        designator: char,
        not_after: &[char],
    ) -> Option<WholeNumber> {
        if self.upper.is_some() {
            return None;
        }
        let number = whole_number(self.text, self.end).filter(|number| is_valid(*number))?;
        let (upper, end) = range(self.text, number);
        let rest = self.text[end..].strip_prefix(designator)?;
        if rest.starts_with(not_after) {
            return None;
        }
        self.upper = upper;
        self.end = self.text.len() - rest.len();
        Some(number)
    }
}

/// Returns whether a number has the form of a year: four numerals in Arabic digits or digit by digit in 汉字.
fn is_year(number: WholeNumber) -> bool {
    matches!((number.style, number.span.len()), (NumeralStyle::Arabic, 4) | (NumeralStyle::Spelled, 12))
        && (1000..3000).contains(&number.value)
}

/// Returns whether a number has the form of a month or a day.
fn is_month_or_day(number: WholeNumber) -> bool {
    number.style != NumeralStyle::Spelled && (number.style == NumeralStyle::Counting || number.span.len() <= 2)
}

/// Returns whether a number after a month has the form of a day. A digit too much makes no other meaning possible.
fn is_day_of_month(number: WholeNumber) -> bool {
    is_month_or_day(number) || number.style == NumeralStyle::Arabic && number.span.len() == 3
}

/// Returns whether the text before byte `at` assigns a date to another calendar, or to the year of a reign
/// (乾隆三十八年二月三十日). `style` is the notation of the first number of the date.
fn is_of_another_calendar(text: &str, at: usize, style: NumeralStyle) -> bool {
    let head = &text[..at];
    let near = || head.char_indices().rev().take(CALENDAR_REACH);
    if near().any(|(_, c)| matches!(c, '历' | '闰'))
        && let Some(clause) = head[near().last().map_or(0, |(from, _)| from)..].rsplit(['。', '；']).next()
        && (clause.ends_with('闰') || OTHER_CALENDARS.iter().any(|name| clause.contains(name)))
    {
        return true;
    }
    head.strip_suffix('年').is_some_and(|head| {
        // 今年, 同年 and similar words refer to a year of the Gregorian calendar.
        let is_gregorian = head.ends_with(['今', '明', '去', '本', '每'])
            || style == NumeralStyle::Arabic && head.ends_with(['同', '次', '翌', '当', '前', '后']);
        !is_gregorian
    })
}

/// Reads the numeric date that starts at byte `at`: 2023-11-01, 2023.11.1, 2023/11/1.
pub(super) fn numeric_date(text: &str, at: usize) -> Option<Parsed<Date>> {
    let year = whole_number(text, at).filter(|year| year.span.len() == 4 && (1900..2100).contains(&year.value))?;
    let separator = text[year.span.end..].chars().next().filter(|c| matches!(c, '-' | '.' | '/'))?;
    let part =
        |at: usize| whole_number(text, at).filter(|part| part.style == NumeralStyle::Arabic && part.span.len() <= 2);
    let month = part(year.span.end + 1)?;
    let rest = text[month.span.end..].strip_prefix(separator)?;
    let day = part(text.len() - rest.len())?;
    let end = day.span.end;
    // 2023.1.0 is a version number.
    let is_version = month.value == 0 || month.value > 31 || day.value > 31 || day.value == 0 && separator != '-';
    let continues = |c: char| c.is_ascii_alphanumeric() || "-./".contains(c) && separator != '.';
    if text[end..].starts_with(continues) || is_version {
        return None;
    }
    let date =
        Date { year: Some(year.value), month: Some(month.value), day: Some(day.value), is_of_another_calendar: false };
    Some(Parsed { value: date, first: year.number(), upper: None, end })
}

/// Reads the time of day that starts at byte `at`: 15时40分, 15:40, 3点半.
pub(super) fn time(text: &str, at: usize) -> Option<Parsed<Time>> {
    let hour = whole_number(text, at).filter(|hour| hour.value < 100 && hour.style != NumeralStyle::Spelled)?;
    let sign = text[hour.span.end..].chars().next().filter(|sign| matches!(sign, '时' | '点' | ':' | '：'))?;
    let part_of_day =
        PARTS_OF_DAY.iter().find(|part| text[..at].ends_with(*part)).map(|part| Span::new(at - part.len(), at));
    let follows_day = text[..at].ends_with(['日', '号']);
    let sign_end = hour.span.end + sign.len_utf8();
    let minute = whole_number(text, sign_end).filter(|minute| minute.style == hour.style && minute.value < 100);
    let parsed = |minute: Option<u32>, end: usize| {
        let time = Time { part_of_day, hour: hour.value, minute };
        Some(Parsed { value: time, first: hour.number(), upper: None, end })
    };
    if let ':' | '：' = sign {
        let minute = minute.filter(|minute| minute.span.len() == 2 && hour.style == NumeralStyle::Arabic)?;
        let is_clock_time = minute.value < 60 && hour.value <= 24 && (sign == ':' || part_of_day.is_some());
        // After a day it is meant as a time, even if there is no such time.
        return if is_clock_time || part_of_day.is_some() || follows_day {
            parsed(Some(minute.value), minute.span.end)
        } else {
            None
        };
    }
    if let Some(minute) = minute
        && let Some(rest) = text[minute.span.end..].strip_prefix('分')
        && !rest.starts_with(['之', '钟'])
    {
        return parsed(Some(minute.value), text.len() - rest.len());
    }
    if text[sign_end..].starts_with('半') && (sign == '点' || part_of_day.is_some()) {
        return parsed(Some(30), sign_end + '半'.len_utf8());
    }
    if sign == '点'
        && part_of_day.is_some()
        && let Some(minute) = minute
    {
        return parsed(Some(minute.value), minute.span.end);
    }
    let is_hour = match sign {
        '时' => !text[sign_end..].starts_with(NOT_AFTER_HOUR),
        _ => part_of_day.is_some() || follows_day || text[sign_end..].starts_with(['钟', '整', '许']),
    };
    if is_hour { parsed(None, sign_end) } else { None }
}
