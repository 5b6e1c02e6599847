//! Reads one number, in Arabic digits, in 汉字 or in a mixture of both, including the qualifiers inside it.

use rust_decimal::Decimal;

use super::words::WORDS;
use super::{Number, NumericValue, Qualifier, begins_quantity};
use crate::text::{NumeralStyle, Span, chinese_numeral_value, numeral_value};

/// The pairs of digits that together mean a number between the two: 三四, 三五, 一两.
const APPROXIMATE_PAIRS: [[char; 2]; 11] = [
    ['一', '二'],
    ['一', '两'],
    ['两', '三'],
    ['二', '三'],
    ['三', '四'],
    ['三', '五'],
    ['四', '五'],
    ['五', '六'],
    ['六', '七'],
    ['七', '八'],
    ['八', '九'],
];
/// The maximum length of a run of numerals, in characters.
pub(super) const LONGEST: usize = 24;

/// The maximum length in bytes of digits in groups of three (1,234,567), at which the next group is not read. Their value
/// would exceed the range of [`Decimal`].
const LONGEST_GROUPED: usize = 40;

/// Reads the number that starts at byte `at`. Appends the qualifiers inside it to `qualifiers`.
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
        && let Some((decimal, decimal_end)) = chinese_decimals(text, end)
    {
        value = NumericValue::Exact(whole.checked_add(decimal)?);
        decimals = decimal.scale();
        end = decimal_end;
    }
    // 亿 and 万 after Arabic numerals, after decimals, or after a qualifier: 10余万, 3.5亿, 十多万.
    let takes_scale = style == NumeralStyle::Arabic || decimals > 0;
    let mut scale = 0;
    loop {
        let (scale_start, qualifier) = match WORDS.inside.longest_prefix(&text[end..]) {
            Some((length, sense)) => {
                (end + length, Some(Qualifier { span: Span::new(end, end + length), sense: *sense }))
            }
            None if text[end..].starts_with('几') && style == NumeralStyle::Arabic => (end + '几'.len_utf8(), None),
            None => (end, None),
        };
        if !takes_scale && qualifier.is_none() {
            break;
        }
        let Some(power) = text[scale_start..].chars().next().and_then(power) else { break };
        // In 3千瓦 and 5百帕, 千 and 百 are part of the unit.
        if power < 4 && WORDS.units.longest_prefix(&text[scale_start..]).is_some() {
            break;
        }
        value = scaled(value, power)?;
        scale += power;
        end = scale_start + '万'.len_utf8();
        qualifiers.extend(qualifier);
    }
    // 4亿5600万
    if scale >= 4
        && takes_scale
        && let NumericValue::Exact(large) = value
        && text[end..].starts_with(|c: char| c.is_ascii_digit())
        && let Some((small, small_end, 0)) = arabic(text, end)
        && let Some(power) = text[small_end..].chars().next().and_then(power).filter(|power| *power < scale)
        && let NumericValue::Exact(small) = scaled(NumericValue::Exact(small), power)?
    {
        value = NumericValue::Exact(large.checked_add(small)?);
        scale = power;
        end = small_end + '万'.len_utf8();
    }
    Some(Number { span: Span::new(at, end), value, style, decimals, scale })
}

/// Returns the power of ten that a unit character denotes.
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

/// Multiplies `value` by ten to the power of `power`. Returns `None` on overflow.
fn scaled(value: NumericValue, power: u32) -> Option<NumericValue> {
    let factor = Decimal::from(10u64.pow(power));
    Some(match value {
        NumericValue::Exact(value) => NumericValue::Exact(value.checked_mul(factor)?),
        NumericValue::Between(low, high) => NumericValue::Between(low.checked_mul(factor)?, high.checked_mul(factor)?),
        NumericValue::Vague => NumericValue::Vague,
    })
}

/// Reads a number in Arabic digits, such as 1234, 1,234 or 12.5. Returns its value, its end and the number of decimals.
fn arabic(text: &str, at: usize) -> Option<(Decimal, usize, u32)> {
    let bytes = text.as_bytes();
    let end_of_digits =
        |from: usize| from + bytes[from..].iter().take(LONGEST).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = end_of_digits(at);
    if end - at <= 3 {
        while end - at < LONGEST_GROUPED && bytes.get(end) == Some(&b',') && end_of_digits(end + 1) == end + 4 {
            end += 4;
        }
    }
    let mut decimals = 0;
    if bytes.get(end) == Some(&b'.') {
        let decimals_end = end_of_digits(end + 1);
        decimals = decimals_end - end - 1;
        if decimals > 0 {
            end = decimals_end;
        }
    }
    let mantissa = whole_value(&bytes[at..end])?;
    Some((Decimal::try_from_i128_with_scale(mantissa, decimals as u32).ok()?, end, decimals as u32))
}

/// Returns the value of the digits in `bytes`, without regard to a point or commas; `None` on overflow.
fn whole_value(bytes: &[u8]) -> Option<i128> {
    let mut digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0');
    // Eighteen digits fit into 64 bits.
    if bytes.len() <= 18 {
        return Some(digits.fold(0u64, |value, digit| value * 10 + u64::from(digit)).into());
    }
    digits.try_fold(0i128, |value, digit| value.checked_mul(10)?.checked_add(digit.into()))
}

/// Returns whether `c` can be part of a number in 汉字.
fn is_numeral(c: &char) -> bool {
    *c == '零' || *c != '半' && !c.is_ascii() && begins_quantity(*c)
}

/// Reads a number in 汉字, such as 三百五十, 二〇二三, 三四十 or 几百. A leading 百, 千, 万 or 亿 means one hundred and so
/// on. Returns its value, end and notation.
fn chinese(text: &str, at: usize) -> Option<(NumericValue, usize, NumeralStyle)> {
    let rest = &text[at..];
    if let Some(half) = ["一半", "半数", "半"].into_iter().find(|half| rest.starts_with(half)) {
        return Some((NumericValue::Exact(Decimal::new(5, 1)), at + half.len(), NumeralStyle::Counting));
    }
    // The numerals follow 一, which is put before a leading unit character.
    let mut buffer = ['一'; LONGEST + 1];
    let mut length = 0;
    for c in rest.chars().take(LONGEST).take_while(is_numeral) {
        length += 1;
        buffer[length] = c;
    }
    let numerals = &buffer[1..=length];
    let end = at + length * '一'.len_utf8();
    if length == 1
        && let Some((value, style)) = chinese_numeral_value(numerals)
    {
        return Some((NumericValue::Exact(Decimal::from(value)), end, style));
    }
    let starts_with_unit = matches!(numerals, ['百' | '千' | '万' | '亿', ..]);
    // 万一 and 百一十 are not numbers.
    if starts_with_unit && numerals.get(1).is_some_and(|c| power(*c).is_none()) {
        return None;
    }
    // 数十, 数百
    let follows_several = (starts_with_unit || numerals == ['十']) && text[..at].ends_with('数');
    if follows_several || numerals.contains(&'几') {
        // 几 stands for some digit. With 三 in its place, the numerals must be a number.
        let is_valid = follows_several || starts_with_unit || length == 1 || {
            buffer.iter_mut().filter(|c| **c == '几').for_each(|c| *c = '三');
            chinese_value(&buffer[1..=length]).is_some()
        };
        return is_valid.then_some((NumericValue::Vague, end, NumeralStyle::Counting));
    }
    let whole = if starts_with_unit { &buffer[..=length] } else { numerals };
    if let Some((low, high)) = between(whole) {
        return Some((NumericValue::Between(low, high), end, NumeralStyle::Counting));
    }
    let (value, style) = chinese_value(whole)?;
    Some((NumericValue::Exact(value), end, style))
}

/// The least and the greatest value of numerals of which two neighbours mean a number between the two: 三四十.
fn between(numerals: &[char]) -> Option<(Decimal, Decimal)> {
    numerals.windows(2).enumerate().filter(|(_, pair)| APPROXIMATE_PAIRS.iter().any(|known| known == *pair)).find_map(
        |(at, pair)| {
            let value_with = |digit: char| {
                let mut single = ['\0'; LONGEST];
                let single = &mut single[..numerals.len() - 1];
                single[..at].copy_from_slice(&numerals[..at]);
                single[at] = digit;
                single[at + 1..].copy_from_slice(&numerals[at + 2..]);
                chinese_value(single).filter(|(_, style)| *style == NumeralStyle::Counting)
            };
            let ((low, _), (high, _)) = (value_with(pair[0])?, value_with(pair[1])?);
            Some((low, high))
        },
    )
}

/// Parses a whole number in 汉字. Returns `None` if it is not one or exceeds the range of [`Decimal`].
fn chinese_value(numerals: &[char]) -> Option<(Decimal, NumeralStyle)> {
    if let Some((value, style)) = chinese_numeral_value(numerals) {
        return Some((Decimal::from(value), style));
    }
    let last = numerals.iter().rposition(|c| *c == '亿')?;
    let (large, _) = chinese_value(&numerals[..last])?;
    let small = &numerals[last + 1..];
    let zeros = small.iter().take_while(|c| **c == '零').count();
    let small = if zeros == small.len() { Decimal::ZERO } else { chinese_value(&small[zeros..])?.0 };
    let value = large.checked_mul(Decimal::from(100_000_000))?.checked_add(small)?;
    Some((value, NumeralStyle::Counting))
}

/// Reads decimals in 汉字, such as 点五 after 三. Returns their value and end. Returns `None` for a time of day
/// (三点五十分).
fn chinese_decimals(text: &str, at: usize) -> Option<(Decimal, usize)> {
    let rest = text[at..].strip_prefix('点')?;
    let is_digit = |c: &char| matches!(c, '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九');
    let decimals = rest.chars().take(LONGEST).take_while(is_digit).count();
    let digits = &rest[..decimals * '一'.len_utf8()];
    let end = text.len() - rest.len() + digits.len();
    if text[end..].starts_with(['十', '分', '刻', '钟', '半']) {
        return None;
    }
    let (value, _) = numeral_value(digits)?;
    Some((Decimal::try_from_i128_with_scale(i128::from(value), decimals as u32).ok()?, end))
}
