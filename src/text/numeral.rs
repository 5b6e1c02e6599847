/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumeralStyle {
    /// 2023
    Arabic,
    /// 二十三, 三百零五
    Counting,
    /// 二〇二三: digit by digit
    Spelled,
}

/// The value of a whole number below one hundred million written in one style throughout, and the
/// style; `None` where `text` is anything else.
pub fn numeral_value(text: &str) -> Option<(u32, NumeralStyle)> {
    if text.is_empty() || text.len() > 16 * '一'.len_utf8() {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((text.parse().ok()?, NumeralStyle::Arabic));
    }
    let spelled = text.chars().try_fold(0u32, |value, c| value.checked_mul(10)?.checked_add(digit(c)?));
    match spelled {
        Some(value) if text.len() > '一'.len_utf8() => Some((value, NumeralStyle::Spelled)),
        Some(value) => Some((value, NumeralStyle::Counting)),
        None => Some((counting_value(text)?, NumeralStyle::Counting)),
    }
}

/// 三百五十, 十二, 一万零五
fn counting_value(text: &str) -> Option<u32> {
    let (mut total, mut section, mut pending) = (0u32, 0u32, None);
    let mut last_unit = u32::MAX;
    // What the last unit was, 万 included, if nothing but a digit follows it: 一万二 is 12,000, 一万零二 is not.
    let mut open_unit = 1;
    for c in text.chars() {
        if let Some(value) = digit(c) {
            if value == 0 {
                open_unit = 1;
            }
            if pending.is_some_and(|held| held != 0) {
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
    fn numbers_are_read_in_each_style() {
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
}
