//! Arithmetic that several checks share: the range of values that a written number may mean, and the form in which a
//! calculation is shown.

use rust_decimal::Decimal;

use crate::quantity::{Dimension, NumericValue, Quantity, QuantityKind, Sense};
use crate::text::is_han;

/// The values that a written number may mean, given rounding and words of approximation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// The number as it is written.
    pub value: Decimal,
    /// The least value that it may mean.
    pub least: Decimal,
    /// The greatest value that it may mean; `None` if there is no upper limit.
    pub most: Option<Decimal>,
}

impl Bounds {
    /// The bounds of a quantity, in the unit in which it is written (of 3公里: 3). `None` for a range, for a vague number
    /// (几十), and for a value that a `Decimal` cannot hold.
    pub fn of(quantity: &Quantity) -> Option<Bounds> {
        if quantity.upper.is_some() {
            return None;
        }
        let number = quantity.number;
        let (value, mut least, mut most) = match number.value {
            NumericValue::Exact(value) => {
                let half = rounding(quantity)?;
                (value, value.checked_sub(half)?, Some(value.checked_add(half)?))
            }
            NumericValue::Between(low, high) => (low, low, Some(high)),
            NumericValue::Vague => return None,
        };
        let part = |percent: i64| value.checked_mul(Decimal::new(percent, 2));
        // A number of three or more digits is not far from the true value: 约9190 is rounded to tens.
        let place = last_place(value)?;
        let is_exact = value.checked_div(place)? >= Decimal::ONE_HUNDRED;
        let reach = |percent: i64| if is_exact { Some(place) } else { Some(place.max(part(percent)?)) };
        for mark in &quantity.qualifiers {
            match mark.sense {
                Sense::About => {
                    let reach = if is_exact { place } else { part(15)? };
                    least = least.min(value.checked_sub(reach)?);
                    most = most.max(value.checked_add(reach));
                }
                Sense::Below => least = least.min(if is_exact { value.checked_sub(place)? } else { part(80)? }),
                // At most one unit more of the last digit that is not 0, or 10% if that is more: 50余 is at most 60,
                // 1200多 at most 1320.
                Sense::Over => most = most.max(value.checked_add(reach(10)?)),
                Sense::AtLeast => most = None,
                Sense::AtMost => least = Decimal::ZERO,
            }
        }
        Some(Bounds { value, least, most })
    }

    /// The bounds multiplied by `factor`; `None` on overflow.
    pub fn times(self, factor: Decimal) -> Option<Bounds> {
        let most = match self.most {
            Some(most) => Some(most.checked_mul(factor)?),
            None => None,
        };
        Some(Bounds { value: self.value.checked_mul(factor)?, least: self.least.checked_mul(factor)?, most })
    }

    /// The bounds of the sum of two numbers; `None` on overflow.
    pub fn plus(self, other: Bounds) -> Option<Bounds> {
        let most = match (self.most, other.most) {
            (Some(one), Some(other)) => Some(one.checked_add(other)?),
            _ => None,
        };
        Some(Bounds { value: self.value.checked_add(other.value)?, least: self.least.checked_add(other.least)?, most })
    }

    /// Whether both numbers may mean the same value.
    pub fn overlaps(self, other: Bounds) -> bool {
        self.most.is_none_or(|most| most >= other.least) && other.most.is_none_or(|most| most >= self.least)
    }

    /// Whether the number can mean only one value.
    pub fn is_exact(self) -> bool {
        self.most == Some(self.least)
    }
}

/// By how much the true value may differ from a rounded number: half a unit of its last digit, if the number has a
/// decimal point or 万 or 亿. It is only 2% of the unit for a single digit before 万 or 亿, because 1.6万 is not rounded
/// to 2万. A number without point and scale (350个) is exact.
fn rounding(quantity: &Quantity) -> Option<Decimal> {
    let number = quantity.number;
    if number.decimals == 0 && number.scale == 0 {
        return Some(Decimal::ZERO);
    }
    let value = number.value.exact()?;
    let last = Decimal::from(10u64.checked_pow(number.scale)?);
    let is_single = number.decimals == 0 && value < last.checked_mul(Decimal::TEN)?;
    let half = last.checked_mul(if is_single { Decimal::new(2, 2) } else { Decimal::new(5, number.decimals + 1) })?;
    if number.decimals > 0 {
        return Some(half);
    }
    // 9100万 is rounded to hundreds of 万, but by no more than 1%.
    let place = last_place(value)?.checked_mul(Decimal::new(5, 1))?;
    Some(half.max(place.min(value.checked_mul(Decimal::new(1, 2))?)))
}

/// The place value of the last digit that is not 0: 10 for 50, 100 for 1200, 0.1 for 3.5.
pub(super) fn last_place(value: Decimal) -> Option<Decimal> {
    let mut place = Decimal::new(1, value.normalize().scale());
    while !value.is_zero() && place < value {
        let next = place.checked_mul(Decimal::TEN)?;
        if !(value % next).is_zero() {
            break;
        }
        place = next;
    }
    Some(place)
}

/// Whether the quantity is a count or a measure, not an ordinal or a date.
pub(super) fn is_amount(quantity: &Quantity) -> bool {
    quantity.kind == QuantityKind::Amount
}

/// Whether the quantity is a share, a multiple or a difference of shares, not a count or a measure of things.
pub(super) fn is_relative(quantity: &Quantity) -> bool {
    use Dimension::{Discount, Doubling, Multiple, Percent, Permille, Point, Tenth};
    matches!(quantity.dimension(), Some(Percent | Permille | Point | Tenth | Discount | Multiple | Doubling))
        || matches!(quantity.kind, QuantityKind::Fraction(_))
}

/// The measure words for people, which are interchangeable: 1000名受访者中有600人.
pub(super) const PEOPLE: [&str; 3] = ["人", "名", "位"];

/// Whether both quantities have the same unit, so that their numbers can be added as they are written.
pub(super) fn same_unit(one: &Quantity, other: &Quantity) -> bool {
    let Some(((_, one), (_, other))) = one.unit.zip(other.unit) else { return false };
    let are_people = [one, other].iter().all(|unit| PEOPLE.contains(&unit.base));
    are_people || one.base == other.base && one.factor == other.factor
}

/// The first two characters of the noun that a quantity counts: those after the quantity and an opening mark.
pub(super) fn noun<'t>(text: &'t str, quantity: &Quantity) -> Option<&'t str> {
    let after = text[quantity.span.end..].trim_start_matches(['“', '《']);
    let mut chars = after.char_indices().take_while(|(_, c)| is_han(*c));
    let (second, c) = chars.nth(1)?;
    Some(&after[..second + c.len_utf8()])
}

/// The text between two quantities; empty if they are not in this order.
pub(super) fn between<'t>(text: &'t str, one: &Quantity, other: &Quantity) -> &'t str {
    text.get(one.span.end..other.span.start).unwrap_or_default()
}

/// Formats a number in the style of a newspaper: 12, 3.45亿, 1.2万.
pub(super) fn format_number(value: Decimal) -> String {
    let yi = Decimal::from(100_000_000);
    let wan = Decimal::from(10_000);
    for (unit, name, most_decimals) in [(yi, "亿", 4), (wan, "万", 2)] {
        if value.abs() >= unit {
            let scaled = (value / unit).normalize();
            if scaled.scale() <= most_decimals {
                return format!("{scaled}{name}");
            }
        }
    }
    value.normalize().to_string()
}

/// Formats a calculated number with as many decimals as a written number that it is compared with, but at least one.
pub(super) fn format_rounded(value: Decimal, decimals: u32) -> String {
    value.round_dp(decimals.max(1)).normalize().to_string()
}

/// Formats a sum: `4 + 6`.
pub(super) fn format_sum(parts: impl IntoIterator<Item = Decimal>) -> String {
    parts.into_iter().map(format_number).collect::<Vec<_>>().join(" + ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::scan;

    fn bounds(text: &str) -> Bounds {
        Bounds::of(&scan(text)[0]).unwrap()
    }

    #[test]
    fn approximate_numbers_overlap_the_values_they_may_mean() {
        for (one, other, overlaps) in [
            ("50余名", "53名", true),
            ("50余名", "65名", false),
            ("近100家", "95家", true),
            ("近100家", "101家", false),
            ("约6.7公顷", "6.6667公顷", true),
            ("1.4亿元", "1.35亿元", true),
            ("1.4亿元", "1.2亿元", false),
            ("三四个", "4个", true),
            ("100人以上", "500人", true),
            ("1200多人", "1290人", true),
        ] {
            assert_eq!(bounds(one).overlaps(bounds(other)), overlaps, "{one} {other}");
        }
    }

    #[test]
    fn formats_numbers_in_newspaper_style() {
        for (value, text) in [
            (Decimal::from(127), "127"),
            (Decimal::from(12_000), "1.2万"),
            (Decimal::from(12_345), "12345"),
            (Decimal::from(345_000_000), "3.45亿"),
            (Decimal::new(805, 1), "80.5"),
        ] {
            assert_eq!(format_number(value), text);
        }
    }
}
