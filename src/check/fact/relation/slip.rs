//! The numbers that one slip of the typist makes of a written one.

use std::str::FromStr;

use rust_decimal::Decimal;

use crate::quantity::Quantity;

/// The maximum number of characters of a number whose slips are tried.
const LONGEST: usize = 12;

/// The values that a number in digits may have been meant to have, if one slip of the typist made the written one of it:
/// a digit was changed, lost, doubled, added or swapped with the next one, the decimal point was moved or lost, or 万 or
/// 亿 was lost or confused. Empty for a number in Chinese numerals.
pub(super) fn values_before_slip(text: &str, quantity: &Quantity) -> Vec<Decimal> {
    let written = quantity.number.span.of(text);
    let length = written.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(written.len());
    let digits = written[..length].replace(',', "");
    let (Some(value), Ok(number)) = (quantity.number.value.exact(), Decimal::from_str(&digits)) else {
        return Vec::new();
    };
    let Some(unit) = value.checked_div(number).filter(|_| digits.len() <= LONGEST) else { return Vec::new() };
    let mut values: Vec<Decimal> = neighbours(digits.as_bytes())
        .iter()
        .filter_map(|other| Decimal::from_str(std::str::from_utf8(other).ok()?).ok()?.checked_mul(unit))
        .collect();
    for factor in [10_000u64, 100_000_000].map(Decimal::from) {
        values.extend(value.checked_mul(factor));
        values.extend(value.checked_div(factor));
    }
    values.retain(|other| *other != value);
    values
}

/// The digits that differ from these by one slip.
fn neighbours(digits: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let point = digits.iter().position(|byte| *byte == b'.');
    for at in 0..=digits.len() {
        let (before, after) = digits.split_at(at);
        for digit in b'0'..=b'9' {
            found.push([before, &[digit], after].concat());
        }
        if point.is_none() && at > 0 && at < digits.len() {
            found.push([before, b".", after].concat());
        }
        let Some((&first, rest)) = after.split_first() else { continue };
        if digits.len() > 1 {
            found.push([before, rest].concat());
        }
        if first == b'.' {
            continue;
        }
        for digit in b'0'..=b'9' {
            found.push([before, &[digit], rest].concat());
        }
        if let Some((&second, rest)) = rest.split_first() {
            found.push([before, &[second, first], rest].concat());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::scan;

    #[test]
    fn one_slip_leads_back_to_the_number_that_was_meant() {
        for (written, meant) in [
            ("2379套", 2279),
            ("2297套", 2279),
            ("227套", 2279),
            ("22279套", 2279),
            ("22.79套", 2279),
            ("1,553家", 1653),
            ("3.5亿元", 3_500_000_000_i64),
            ("35元", 350_000),
        ] {
            let quantity = &scan(written)[0];
            let values = values_before_slip(written, quantity);
            assert!(values.contains(&Decimal::from(meant)), "{written}");
        }
        assert!(values_before_slip("三十五套", &scan("三十五套")[0]).is_empty());
    }
}
