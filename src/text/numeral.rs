//! Numerals: reading whole numbers written in Arabic digits or in Chinese characters (汉字), and converting between
//! the two.

use serde::{Deserialize, Serialize};

/// The notation of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumeralStyle {
    /// 2023
    Arabic,
    /// 二十三, 三百零五
    Counting,
    /// 二〇二三, digit by digit
    Spelled,
}

/// Returns whether `c` is a digit, or a Chinese character for a number, except 零 and 〇.
#[inline]
pub fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || is_numeral_to_ten(c) || matches!(c, '百' | '千' | '万' | '亿' | '两')
}

/// Returns whether `c` is one of the Chinese characters for the numbers from one to ten.
#[inline]
pub fn is_numeral_to_ten(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// The maximum number of Chinese characters in a number.
const LONGEST_CHINESE: usize = 16;

/// Parses a whole number and returns its value and notation. Returns `None` if `text` is anything else, mixes notations,
/// or is too large: with unit characters it must be below 一亿, otherwise fit into `u32`. A text of more than
/// [`LONGEST_CHINESE`] Chinese characters is not read.
pub fn numeral_value(text: &str) -> Option<(u32, NumeralStyle)> {
    if text.is_empty() || text.len() > LONGEST_CHINESE * '一'.len_utf8() {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((text.parse().ok()?, NumeralStyle::Arabic));
    }
    let mut numerals = ['\0'; LONGEST_CHINESE];
    let mut length = 0;
    for c in text.chars() {
        *numerals.get_mut(length)? = c;
        length += 1;
    }
    chinese_numeral_value(&numerals[..length])
}

/// Parses a whole number in Chinese characters: see [`numeral_value`].
pub fn chinese_numeral_value(numerals: &[char]) -> Option<(u32, NumeralStyle)> {
    if numerals.is_empty() || numerals.len() > LONGEST_CHINESE {
        return None;
    }
    let spelled = numerals.iter().try_fold(0u32, |value, c| value.checked_mul(10)?.checked_add(digit(*c)?));
    match spelled {
        Some(value) if numerals.len() > 1 => Some((value, NumeralStyle::Spelled)),
        Some(value) => Some((value, NumeralStyle::Counting)),
        None => Some((counting_value(numerals)?, NumeralStyle::Counting)),
    }
}

/// Parses a number with unit characters: 三百五十, 十二, 一万零五. Returns `None` for anything else.
fn counting_value(numerals: &[char]) -> Option<u32> {
    // The value up to the last 万, the value since then, and the last digit if its unit has not been read yet.
    let (mut total, mut section, mut pending) = (0u32, 0u32, None);
    let mut last_unit = u32::MAX;
    // The last unit that was read (万 too), or 1 if a zero followed it. It gives a final digit its value: 一万二 is 12,000,
    // because the digit counts tenths of 万; 一万零二 is 10,002.
    let mut open_unit = 1;
    for &c in numerals {
        if let Some(value) = digit(c) {
            if value == 0 {
                open_unit = 1;
            }
            if pending.is_some_and(|digit| digit != 0) {
                return None;
            }
            pending = Some(value);
            continue;
        }
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '万' => {
                section += pending.take().unwrap_or(0);
                total = total.checked_add(section.checked_mul(10_000)?)?;
                (section, last_unit, open_unit) = (0, u32::MAX, 10_000);
                continue;
            }
            _ => return None,
        };
        let count = match pending.take() {
            Some(0) | None if unit == 10 => 1,
            Some(0) | None => return None,
            Some(value) => value,
        };
        if unit >= last_unit {
            return None;
        }
        (last_unit, open_unit) = (unit, unit);
        section += count * unit;
    }
    let rest = pending.unwrap_or(0) * if open_unit >= 100 { open_unit / 10 } else { 1 };
    total.checked_add(section + rest)
}

/// The script to write numbers in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumeralScript {
    /// 2023, 63.5
    Arabic,
    /// 十五
    Hanzi,
}

impl NumeralScript {
    /// Returns `text` with every number in it converted to this script. Returns `None` if something that looks like a
    /// number cannot be read as one (七八十) or cannot be written in this script (12345 in 汉字).
    pub fn rewrite(self, text: &str) -> Option<String> {
        let is_numeral = |c: char| match self {
            NumeralScript::Arabic => c != '点' && (digit(c).is_some() || "十百千万".contains(c)),
            NumeralScript::Hanzi => c.is_ascii_digit(),
        };
        let (mut out, mut rest) = (String::new(), text);
        while let Some(start) = rest.find(is_numeral) {
            let end = rest[start..].find(|c| !is_numeral(c)).map_or(rest.len(), |length| start + length);
            let (between, numerals) = (&rest[..start], &rest[start..end]);
            let is_decimal = self == NumeralScript::Arabic && between == "点" && !out.is_empty();
            if is_decimal {
                out.push('.');
                for c in numerals.chars() {
                    out.push(char::from_digit(digit(c)?, 10)?);
                }
            } else {
                let (value, _) = numeral_value(numerals)?;
                out.push_str(between);
                match self {
                    NumeralScript::Arabic => out.push_str(&value.to_string()),
                    NumeralScript::Hanzi => out.push_str(&to_counting(value)?),
                }
            }
            rest = &rest[end..];
        }
        out.push_str(rest);
        Some(out)
    }
}

/// Writes `value` with unit characters (15 → 十五, 105 → 一百零五). Returns `None` above 9999.
fn to_counting(value: u32) -> Option<String> {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const UNITS: [(u32, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];
    if value > 9999 {
        return None;
    }
    if value == 0 {
        return Some(DIGITS[0].to_owned());
    }
    let (mut out, mut zero_pending) = (String::new(), false);
    for (size, unit) in UNITS {
        let digit = value / size % 10;
        if digit == 0 {
            zero_pending = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut zero_pending) {
            out.push_str(DIGITS[0]);
        }
        // 10 to 19 begin with 十, not 一十.
        if !(unit == "十" && digit == 1 && out.is_empty()) {
            out.push_str(DIGITS[digit as usize]);
        }
        out.push_str(unit);
    }
    Some(out)
}

/// Returns the value of a Chinese digit.
fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_numbers_in_every_notation() {
        use NumeralStyle::*;
        for (text, value) in [
            ("2023", Some((2023, Arabic))),
            ("二〇二三", Some((2023, Spelled))),
            ("十", Some((10, Counting))),
            ("十二", Some((12, Counting))),
            ("二十", Some((20, Counting))),
            ("三百零五", Some((305, Counting))),
            ("三百五十", Some((350, Counting))),
            ("一万零五百", Some((10_500, Counting))),
            ("一万二", Some((12_000, Counting))),
            ("一万零二", Some((10_002, Counting))),
            ("三百五", Some((350, Counting))),
            ("二十五", Some((25, Counting))),
            ("七", Some((7, Counting))),
            ("三十百", None),
            ("几十", None),
            ("", None),
        ] {
            assert_eq!(numeral_value(text), value, "{text}");
        }
    }

    #[test]
    fn converts_numbers_between_scripts() {
        use NumeralScript::*;
        for (script, text, converted) in [
            (Hanzi, "15", Some("十五")),
            (Hanzi, "8月10日", Some("八月十日")),
            (Hanzi, "105届1010次", Some("一百零五届一千零一十次")),
            (Hanzi, "0", Some("零")),
            (Hanzi, "12345", None),
            (Arabic, "一百二十", Some("120")),
            (Arabic, "六十三点五", Some("63.5")),
            (Arabic, "三比二", Some("3比2")),
            (Arabic, "一〇一", Some("101")),
            (Arabic, "七八十", None),
            (Arabic, "三点十", None),
            (Arabic, "点一", Some("点1")),
        ] {
            assert_eq!(script.rewrite(text).as_deref(), converted, "{text}");
        }
    }
}
