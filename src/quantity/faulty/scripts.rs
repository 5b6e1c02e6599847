//! Letters among the digits of a numeral, and digits of two scripts.

use super::run::{Following, Gap, HANZI, LETTERS, Run, is_arabic};
use super::{FaultyNumeral, Slip, marks};
use crate::quantity::words::WORDS;
use crate::text::{NumeralScript, NumeralStyle, Span, numeral_value};

/// The letters that look more like a digit than like a letter; the others (S, B, Z) are more often meant.
const LIKE_DIGITS: &str = "OoОоΟοＯlI|Ⅰ";

/// The characters after which 5l is five litres, and 2B a grade.
const AFTER_LETTER: &str = "桶瓶罐装级型号类版";

/// The numeral of a run with letters, if they stand for digits.
pub(super) fn with_letters(text: &str, run: &Run) -> Option<FaultyNumeral> {
    let chars: Vec<char> = run.text.chars().collect();
    let (first, last) = (*chars.first()?, *chars.last()?);
    let rest = &text[run.span.end..];
    let before = text[..run.span.start].chars().next_back();
    let after = rest.chars().next();
    let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '\'' | '.' | '@' | '&' | '+');
    if before.is_some_and(joins) || after.is_some_and(|c| joins(c) && !matches!(c, '-' | '.')) {
        return None;
    }
    let is_letter = |c: &char| LETTERS.contains(*c);
    let letters = chars.iter().filter(|c| is_letter(c)).count();
    let digits = chars.iter().filter(|c| is_arabic(**c)).count();
    let inner = chars.get(1..chars.len() - 1).unwrap_or_default();
    let is_weak = |c: &char| is_letter(c) && !LIKE_DIGITS.contains(*c);
    let is_like_zero = |c: char| LIKE_DIGITS.contains(c) && !"lI|Ⅰ".contains(c);
    // 2OO has more letters than digits, but begins with a digit.
    let has_enough = letters <= digits || is_arabic(first) && chars.iter().all(|c| !is_letter(c) || is_like_zero(*c));
    // A weak letter stands for a digit only between digits.
    if !has_enough || is_weak(&first) || run.gaps.iter().any(|gap| matches!(gap, Gap::Blank | Gap::Pause)) {
        return None;
    }
    let following = run.following(text);
    let is_followed = following != Following::Nothing || is_calendar(rest);
    // O2O is a name, and so is O3; only O.5 begins with a zero.
    let starts_well = !is_letter(&first) || is_followed && (!is_like_zero(first) || chars.get(1) == Some(&'.'));
    let ends_well = !is_letter(&last)
        || is_followed && after.is_some_and(|c| !AFTER_LETTER.contains(c)) && (!is_weak(&last) || is_sure_unit(rest));
    let is_long = chars.len() >= 4 && !inner.iter().any(is_weak);
    let stands_alone = is_long && !is_letter(&first) && !is_letter(&last) && !matches!(after, Some('-'));
    let marked = marks::meant(text, run);
    let number = match &marked {
        Some((_, meant)) => meant.first()?.clone(),
        None => plain(run)?,
    };
    (starts_well && ends_well && (is_followed || stands_alone)).then(|| FaultyNumeral {
        span: run.span,
        slip: Slip::Letter,
        meant: vec![number],
    })
}

/// The number of a run whose marks are right.
fn plain(run: &Run) -> Option<String> {
    let marks: Option<Vec<&str>> = run
        .gaps
        .iter()
        .map(|gap| match gap {
            Gap::Point => Some("."),
            Gap::Comma => Some(","),
            _ => None,
        })
        .collect();
    let mut number = String::new();
    for (index, group) in run.groups.iter().enumerate() {
        if let Some(mark) = index.checked_sub(1).and_then(|before| marks.as_ref()?.get(before).copied()) {
            number.push_str(mark);
        }
        number.push_str(group);
    }
    marks.map(|_| number)
}

/// Whether a part of a date or a time of day follows.
fn is_calendar(rest: &str) -> bool {
    rest.starts_with(['月', '日', '号', '时', '点'])
}

/// Whether what follows leaves no doubt that a number precedes it.
fn is_sure_unit(rest: &str) -> bool {
    rest.starts_with(['年', '%', '％', '万', '亿', '元'])
}

/// The numeral around byte `at` that has digits of two scripts.
pub(super) fn mixed(text: &str, at: usize) -> Option<FaultyNumeral> {
    let is_digit = |c: char| c.is_ascii_digit() || HANZI.contains(c);
    let Span { start, end } = span_around(text, at, is_digit);
    let chars: Vec<char> = text[start..end].chars().collect();
    let rest = &text[end..];
    let before = text[..start].chars().next_back();
    if chars.len() > LONGEST
        || before.is_some_and(|c| c.is_ascii_alphanumeric() || "第.-—/·十百千万亿两几".contains(c))
        || rest.starts_with(['十', '百', '千', '两', '几', '.'])
    {
        return None;
    }
    let arabic = chars.iter().filter(|c| c.is_ascii_digit()).count();
    let digits: String =
        chars.iter().filter_map(|c| value(*c)).filter_map(|value| char::from_digit(value, 10)).collect();
    let is_year = marks::is_recent_year(&digits) && is_year_after(rest);
    // 二0二0年 has no digit of the other script, only a wrong zero.
    let has_wrong_zero = is_year && chars.iter().all(|c| !matches!(c, '1'..='9'));
    (!has_wrong_zero && (is_year || is_mixed_number(&chars, rest))).then(|| {
        let hanzi = digits.chars().filter_map(|c| HANZI_DIGITS.chars().nth(c.to_digit(10)? as usize)).collect();
        let meant = if arabic * 2 >= chars.len() || !is_year { vec![digits, hanzi] } else { vec![hanzi, digits] };
        let meant = if is_year { meant } else { meant.into_iter().take(1).collect() };
        FaultyNumeral { span: Span::new(start, end), slip: Slip::Script, meant }
    })
}

/// The characters for powers of ten that never stand beside Arabic digits.
pub(super) const POWERS: &str = "十百千";

/// The numeral around byte `at` that has 十, 百 or 千 among Arabic digits: 二十5人, 3千5百元.
pub(super) fn with_powers(text: &str, at: usize) -> Option<FaultyNumeral> {
    let is_part = |c: char| c.is_ascii_digit() || HANZI.contains(c) || POWERS.contains(c);
    let span = span_around(text, at, is_part);
    let (written, rest) = (span.of(text), &text[span.end..]);
    let last_power = text[..span.end].char_indices().next_back().filter(|(_, c)| POWERS.contains(*c));
    let begins_unit = last_power.is_some_and(|(start, _)| is_unit(&text[start..]));
    let mut before = text[..span.start].chars().rev();
    // 3、5十 is one number, 169名、5十3名 are two.
    let is_part_of_more = before.next().is_some_and(|c| {
        c.is_ascii_alphanumeric() || "第.,-—/·万亿两几数".contains(c) || c == '、' && before.next().is_some_and(is_part)
    });
    let has_both = written.contains(|c: char| POWERS.contains(c)) && written.contains(|c: char| c.is_ascii_digit());
    // 001 is a name: 001千里版.
    let is_name = written.starts_with("00");
    // 3千 and 5百 alone are common, and have rules of their own.
    let is_short = written.chars().count() == 2 && written.ends_with(['百', '千']);
    if !has_both
        || begins_unit
        || is_part_of_more
        || is_name
        || is_short
        || !(is_unit(rest) || rest.starts_with(['万', '亿', '多', '余']))
    {
        return None;
    }
    let hanzi = NumeralScript::Hanzi.rewrite(written)?;
    let (value, NumeralStyle::Counting) = numeral_value(&hanzi)? else { return None };
    Some(FaultyNumeral { span, slip: Slip::Script, meant: vec![value.to_string(), hanzi] })
}

/// The span of the characters around byte `at` for which `is_part` is true, as far as a numeral may extend.
fn span_around(text: &str, at: usize, is_part: impl Fn(char) -> bool) -> Span {
    let length = |chars: &mut dyn Iterator<Item = char>| {
        chars.take(LONGEST).take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>()
    };
    Span::new(at - length(&mut text[..at].chars().rev()), at + length(&mut text[at..].chars()))
}

/// Whether `rest` begins with a unit.
fn is_unit(rest: &str) -> bool {
    WORDS.units.longest_prefix(rest).is_some_and(|(_, unit)| unit.is_some())
}

/// The maximum number of digits of a numeral in two scripts.
const LONGEST: usize = 8;

/// The digits in characters.
const HANZI_DIGITS: &str = "〇一二三四五六七八九";

/// The value of a digit of either script.
fn value(c: char) -> Option<u32> {
    match c {
        '○' | '零' => Some(0),
        _ => c.to_digit(10).or_else(|| Some(HANZI_DIGITS.chars().position(|other| other == c)? as u32)),
    }
}

/// Whether 年 follows, as the end of a year: 年级 and 年制 count years.
fn is_year_after(rest: &str) -> bool {
    rest.strip_prefix('年').is_some_and(|rest| !rest.starts_with(['级', '制', '期', '龄']))
}

/// Whether digits of two scripts that are no year are one number: 3〇0人. 一 between digits is a dash, and 零 at the end
/// may begin a word (零部件).
fn is_mixed_number(chars: &[char], rest: &str) -> bool {
    let is_counted = rest.starts_with(['万', '亿', '%', '％']) || is_unit(rest);
    let between_arabic = |index: usize| {
        index > 0 && chars[index - 1].is_ascii_digit() && chars.get(index + 1).is_some_and(char::is_ascii_digit)
    };
    let is_slip = |(index, c): (usize, &char)| match c {
        '0'..='9' => true,
        '〇' => is_counted || between_arabic(index),
        '○' => is_counted && between_arabic(index),
        '一' => false,
        _ => is_counted && between_arabic(index),
    };
    chars.len() >= 2 && chars[0].is_ascii_digit() && chars.iter().enumerate().all(is_slip)
}
