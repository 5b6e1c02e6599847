//! `calendar`: days, months and hours that no calendar and no clock has.

use serde::{Deserialize, Serialize};

use super::{Gate, Hit};
use crate::matcher::CharSet;
use crate::text::{Category, NumeralStyle, Span, numeral_value};

/// A calendar check has no options.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    #[serde(skip, default = "marks")]
    marks: CharSet,
}

fn marks() -> CharSet {
    CharSet::new(vec![('月', '月'), ('时', '时')])
}

/// A number in a text.
struct Number {
    span: Span,
    value: u32,
    style: NumeralStyle,
}

impl Calendar {
    pub(super) fn gates(&self) -> Vec<Gate<'_>> {
        vec![Gate {
            first: &self.marks,
            previous_mask: u64::MAX,
            next_mask: Category::mask_of(&[('0', '9'), ('一', '龥')]),
            part: 0,
        }]
    }

    pub(super) fn hit_at(&self, block: usize, text: &str, at: usize) -> Option<Hit> {
        let before = number_before(text, at)?;
        let behind = number_behind(text, at + '月'.len_utf8())?;
        let unit = text[behind.span.end..].chars().next()?;
        let whole = Span::new(before.span.start, behind.span.end + unit.len_utf8());
        if before.style != behind.style {
            return None;
        }
        let found = |detail: String| Some(Hit::new(block, whole, Vec::new()).detail(detail));
        if text[at..].starts_with('时') {
            if unit != '分' || before.value <= 24 && behind.value <= 59 {
                return None;
            }
            return found(format!("一天没有{}时{}分", before.value, behind.value));
        }
        if unit != '日' && unit != '号' {
            return None;
        }
        let year = text[..before.span.start].strip_suffix('年').and_then(|head| number_before(text, head.len()));
        let year = year.filter(|year| (1000..3000).contains(&year.value));
        if is_of_another_calendar(&text[..before.span.start], year.is_some()) {
            return None;
        }
        match days(before.value, year.as_ref().map(|year| year.value)) {
            None => found(format!("一年没有{}月", before.value)),
            Some(_) if behind.value == 0 => found("没有0日".to_owned()),
            Some(most) if behind.value > most => match year {
                Some(year) if before.value == 2 => found(format!("{}年2月只有{most}天", year.value)),
                _ => found(format!("{}月最多只有{most}天", before.value)),
            },
            Some(_) => None,
        }
    }
}

/// Does a date behind `head` belong to the lunar calendar or to a reign (乾隆三十八年)?
fn is_of_another_calendar(head: &str, has_year: bool) -> bool {
    let lunar = head.ends_with('历');
    lunar || head.ends_with('年') && !has_year
}

/// The days of a month; February has 29 where the year is not known.
fn days(month: u32, year: Option<u32>) -> Option<u32> {
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_none_or(|year| year % 4 == 0 && year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => return None,
    })
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c)
}

fn number_before(text: &str, end: usize) -> Option<Number> {
    let start = text[..end].char_indices().rev().take(5).take_while(|(_, c)| is_numeral(*c)).last()?.0;
    number(text, Span::new(start, end))
}

fn number_behind(text: &str, start: usize) -> Option<Number> {
    let length: usize = text[start..].chars().take(5).take_while(|c| is_numeral(*c)).map(char::len_utf8).sum();
    number(text, Span::new(start, start + length))
}

fn number(text: &str, span: Span) -> Option<Number> {
    let (value, style) = numeral_value(span.of(text))?;
    // A decimal (3.5时) is no clock, and a longer run of digits no date.
    let decimal = text[..span.start].ends_with(['.', '．', '-', '/', ':', '：', '—', '～']);
    (!decimal && value < 10_000).then_some(Number { span, value, style })
}
