//! One number: Arabic, in 汉字, or both, with what stands in it.

use rust_decimal::Decimal;

use super::words::WORDS;
use super::{Qualifier, Number, NumericValue, begins_quantity};
use crate::text::{NumeralStyle, Span, numeral_value};

/// The digits that stand beside one another for a number between them: 三四, 三五, 一两.
const NEIGHBOURS: [&str; 11] = ["一二", "一两", "两三", "二三", "三四", "三五", "四五", "五六", "六七", "七八", "八九"];
/// The longest number that is read, in characters.
const LONGEST: usize = 24;

/// The number that begins at `at`; what makes it approximate from within is put into `qualifiers`.
pub(super) fn number(text: &str, at: usize, qualifiers: &mut Vec<Qualifier>) -> Option<Number> {
    let first = text[at..].chars().next()?;
    let (mut value, mut end, mut decimals, style) = if first.is_ascii_digit() {
        let (value, end, decimals) = arabic(text, at)?;
        (NumericValue::Exact(value), end, decimals, NumeralStyle::Arabic)
    } else {
        let (value, end, style) = chinese(text, at)?;
        (value, end, 0, style)
    };
    if style == NumeralStyle::Counting
        && let NumericValue::Exact(whole) = value
        && let Some((decimal, behind)) = chinese_decimals(text, end)
    {
        value = NumericValue::Exact(whole.checked_add(decimal)?);
        decimals = decimal.scale();
        end = behind;
    }
    // 亿 and 万 behind Arabic numerals, behind decimals, or behind a mark: 10余万, 3.5亿, 十多万.
    let takes_scale = style == NumeralStyle::Arabic || decimals > 0;
    let mut scale = 0;
    loop {
        let (behind, mark) = match WORDS.inside.beginning(&text[end..]) {
            Some((length, sense)) => (end + length, Some(Qualifier { span: Span::new(end, end + length), sense: *sense })),
            None if text[end..].starts_with('几') && style == NumeralStyle::Arabic => (end + '几'.len_utf8(), None),
            None => (end, None),
        };
        if !takes_scale && mark.is_none() {
            break;
        }
        let Some(power) = text[behind..].chars().next().and_then(power) else { break };
        // 3千瓦, 5百帕: the 千 and the 百 are the unit's.
        if power < 4 && WORDS.units.beginning(&text[behind..]).is_some() {
            break;
        }
        value = scaled(value, power)?;
        scale += power;
        end = behind + '万'.len_utf8();
        qualifiers.extend(mark);
    }
    // 4亿5600万
    if scale >= 4
        && takes_scale
        && let NumericValue::Exact(large) = value
        && text[end..].starts_with(|c: char| c.is_ascii_digit())
        && let Some((small, behind, 0)) = arabic(text, end)
        && let Some(power) = text[behind..].chars().next().and_then(power).filter(|power| *power < scale)
        && let NumericValue::Exact(small) = scaled(NumericValue::Exact(small), power)?
    {
        value = NumericValue::Exact(large.checked_add(small)?);
        scale = power;
        end = behind + '万'.len_utf8();
    }
    Some(Number { span: Span::new(at, end), value, style, decimals, scale })
}

/// The power of ten that a numeral stands for.
fn power(c: char) -> Option<u32> {
    Some(match c {
        '十' => 1,
        '百' => 2,
        '千' => 3,
        '万' => 4,
        '亿' => 8,
        _ => return None,
    })
}

fn scaled(value: NumericValue, power: u32) -> Option<NumericValue> {
    let factor = Decimal::from(10u64.pow(power));
    Some(match value {
        NumericValue::Exact(value) => NumericValue::Exact(value.checked_mul(factor)?),
        NumericValue::Between(low, high) => NumericValue::Between(low.checked_mul(factor)?, high.checked_mul(factor)?),
        NumericValue::Vague => NumericValue::Vague,
    })
}

/// 1234, 1,234, 12.5: value, end, digits behind the point.
fn arabic(text: &str, at: usize) -> Option<(Decimal, usize, u32)> {
    let bytes = text.as_bytes();
    let digits =
        |from: usize| from + bytes[from..].iter().take(LONGEST).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(at);
    if end - at <= 3 {
        while bytes.get(end) == Some(&b',') && digits(end + 1) == end + 4 {
            end += 4;
        }
    }
    let mut decimals = 0;
    if bytes.get(end) == Some(&b'.') {
        let behind = digits(end + 1);
        decimals = behind - end - 1;
        if decimals > 0 {
            end = behind;
        }
    }
    let mut mantissa = 0i128;
    for byte in bytes[at..end].iter().filter(|byte| byte.is_ascii_digit()) {
        mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
    }
    Some((Decimal::try_from_i128_with_scale(mantissa, decimals as u32).ok()?, end, decimals as u32))
}

/// Is it a numeral that a number in 汉字 is written with?
fn is_numeral(c: &char) -> bool {
    *c == '零' || *c != '半' && !c.is_ascii() && begins_quantity(*c)
}

/// 三百五十, 二〇二三, 三四十, 几百; 百 and 万 where they stand for one of them.
fn chinese(text: &str, at: usize) -> Option<(NumericValue, usize, NumeralStyle)> {
    let halves = ["一半", "半数", "半"];
    if let Some(half) = halves.into_iter().find(|half| text[at..].starts_with(half)) {
        return Some((NumericValue::Exact(Decimal::new(5, 1)), at + half.len(), NumeralStyle::Counting));
    }
    let length: usize = text[at..].chars().take(LONGEST).take_while(is_numeral).map(char::len_utf8).sum();
    let numerals = &text[at..at + length];
    let end = at + length;
    if length == '一'.len_utf8()
        && let Some((value, style)) = numeral_value(numerals)
    {
        return Some((NumericValue::Exact(Decimal::from(value)), end, style));
    }
    let bare = numerals.starts_with(['百', '千', '万', '亿']);
    // 万一, 百一十
    if bare && numerals.chars().nth(1).is_some_and(|c| power(c).is_none()) {
        return None;
    }
    let some = (bare || numerals == "十") && text[..at].ends_with('数');
    if some || numerals.contains('几') {
        let sample = numerals.replace('几', "三");
        let counts = some || bare || sample.chars().count() == 1 || chinese_value(&sample).is_some();
        return counts.then_some((NumericValue::Vague, end, NumeralStyle::Counting));
    }
    let whole = if bare { format!("一{numerals}") } else { numerals.to_owned() };
    for (place, _) in whole.char_indices() {
        let Some(pair) = whole[place..].get(..2 * '一'.len_utf8()).filter(|pair| NEIGHBOURS.contains(pair)) else {
            continue;
        };
        let (low, high) = pair.split_at('一'.len_utf8());
        let with = |digit: &str| chinese_value(&whole.replacen(pair, digit, 1));
        if let (Some((low, NumeralStyle::Counting)), Some((high, NumeralStyle::Counting))) = (with(low), with(high)) {
            return Some((NumericValue::Between(low, high), end, NumeralStyle::Counting));
        }
    }
    let (value, style) = chinese_value(&whole)?;
    Some((NumericValue::Exact(value), end, style))
}

/// The value of a whole number in 汉字, of any size that a [`Decimal`] holds.
fn chinese_value(numerals: &str) -> Option<(Decimal, NumeralStyle)> {
    if let Some((value, style)) = numeral_value(numerals) {
        return Some((Decimal::from(value), style));
    }
    let (large, small) = numerals.rsplit_once('亿')?;
    let (large, _) = chinese_value(large)?;
    let small = small.trim_start_matches('零');
    let small = if small.is_empty() { Decimal::ZERO } else { chinese_value(small)?.0 };
    let value = large.checked_mul(Decimal::from(100_000_000))?.checked_add(small)?;
    Some((value, NumeralStyle::Counting))
}

/// 点五 behind 三: the value and where it ends. 三点五十分 is a time of day.
fn chinese_decimals(text: &str, at: usize) -> Option<(Decimal, usize)> {
    let behind = text[at..].strip_prefix('点')?;
    let digits: String = behind.chars().take(LONGEST).take_while(|c| "〇零一二三四五六七八九".contains(*c)).collect();
    let end = text.len() - behind.len() + digits.len();
    if text[end..].starts_with(['十', '分', '刻', '钟', '半']) {
        return None;
    }
    let places = digits.chars().count();
    let spelled = if places == 1 { format!("〇{digits}") } else { digits };
    let (value, _) = numeral_value(&spelled)?;
    Some((Decimal::try_from_i128_with_scale(i128::from(value), places as u32).ok()?, end))
}
