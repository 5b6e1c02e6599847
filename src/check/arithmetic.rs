//! What the checks that compute have in common: what a figure may stand for, and how a computation is shown.

use rust_decimal::Decimal;

use crate::quantity::{Dimension, Kind, Quantity, Sense, Value};
use crate::text::{Span, is_han};

/// What a figure may stand for: rounding and words of approximation leave it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// The figure as it is written.
    pub value: Decimal,
    /// The least that it may stand for.
    pub least: Decimal,
    /// The most that it may stand for; `None`: there is no most.
    pub most: Option<Decimal>,
}

impl Bounds {
    /// What a quantity may stand for, in its own unit (of 3公里: 3); `None` for a range and for what is no number.
    pub fn of(quantity: &Quantity) -> Option<Bounds> {
        if quantity.upper.is_some() {
            return None;
        }
        let number = quantity.number;
        let (value, mut least, mut most) = match number.value {
            Value::Exact(value) => {
                let half = rounding(quantity)?;
                (value, value.checked_sub(half)?, Some(value.checked_add(half)?))
            }
            Value::Between(low, high) => (low, low, Some(high)),
            Value::Vague => return None,
        };
        let part = |percent: i64| value.checked_mul(Decimal::new(percent, 2));
        for mark in &quantity.marks {
            match mark.sense {
                Sense::About => {
                    least = least.min(part(85)?);
                    most = most.max(Some(part(115)?));
                }
                Sense::Below => least = least.min(part(80)?),
                // 50余 is below 60, 1200多 below 1300.
                Sense::Over => most = most.max(value.checked_add(last_place(value)?.max(part(10)?))),
                Sense::AtLeast => most = None,
                Sense::AtMost => least = Decimal::ZERO,
            }
        }
        Some(Bounds { value, least, most })
    }

    /// The same in another unit, of which one of this is `factor`.
    pub fn times(self, factor: Decimal) -> Option<Bounds> {
        let most = match self.most {
            Some(most) => Some(most.checked_mul(factor)?),
            None => None,
        };
        Some(Bounds { value: self.value.checked_mul(factor)?, least: self.least.checked_mul(factor)?, most })
    }

    /// Both together.
    pub fn plus(self, other: Bounds) -> Option<Bounds> {
        let most = match (self.most, other.most) {
            (Some(one), Some(other)) => Some(one.checked_add(other)?),
            _ => None,
        };
        Some(Bounds { value: self.value.checked_add(other.value)?, least: self.least.checked_add(other.least)?, most })
    }

    /// Can both stand for the same?
    pub fn overlaps(self, other: Bounds) -> bool {
        self.most.is_none_or(|most| most >= other.least) && other.most.is_none_or(|most| most >= self.least)
    }

    /// Is it one value and no other?
    pub fn is_exact(self) -> bool {
        self.most == Some(self.least)
    }
}

/// What rounding may have hidden: half of the last digit, where the figure stands with a point, or with 万 or 亿. Of
/// a single digit before those it is little: who writes 2万 for 1.6万? 350个 is exact.
fn rounding(quantity: &Quantity) -> Option<Decimal> {
    let number = quantity.number;
    if number.decimals == 0 && number.scale == 0 {
        return Some(Decimal::ZERO);
    }
    let last = Decimal::from(10u64.checked_pow(number.scale)?);
    let is_single = number.decimals == 0 && number.value.exact()? < last.checked_mul(Decimal::TEN)?;
    last.checked_mul(if is_single { Decimal::new(2, 2) } else { Decimal::new(5, number.decimals + 1) })
}

/// The value of the last digit that is not 0.
fn last_place(value: Decimal) -> Option<Decimal> {
    let mut place = Decimal::ONE;
    while !value.is_zero() && place < value && (value % (place * Decimal::TEN)).is_zero() {
        place = place.checked_mul(Decimal::TEN)?;
    }
    Some(place)
}

/// Is it so many of something: no ordinal, no date?
pub(super) fn is_amount(quantity: &Quantity) -> bool {
    quantity.kind == Kind::Amount
}

/// Is it a share, a multiple or a difference of shares, and no amount of things?
pub(super) fn is_relative(quantity: &Quantity) -> bool {
    use Dimension::*;
    matches!(quantity.dimension(), Some(Percent | Permille | Point | Tenth | Multiple | Doubling))
        || matches!(quantity.kind, Kind::Fraction(_))
}

/// The measure words for people: 1000名受访者中有600人.
const PEOPLE: [&str; 3] = ["人", "名", "位"];

/// Have both the same unit, so that they can be added as they are written?
pub(super) fn same_unit(one: &Quantity, other: &Quantity) -> bool {
    let Some(((_, one), (_, other))) = one.unit.zip(other.unit) else { return false };
    let are_people = [one, other].iter().all(|unit| PEOPLE.contains(&unit.base.as_str()));
    are_people || one.base == other.base && one.factor == other.factor
}

/// What is counted: the two characters behind a quantity, past a quotation mark.
pub(super) fn noun<'t>(text: &'t str, quantity: &Quantity) -> Option<&'t str> {
    let behind = text[quantity.span.end..].trim_start_matches(['“', '《']);
    let mut chars = behind.char_indices().take_while(|(_, c)| is_han(*c));
    let (second, c) = chars.nth(1)?;
    Some(&behind[..second + c.len_utf8()])
}

/// What stands between two quantities.
pub(super) fn between<'t>(text: &'t str, one: &Quantity, other: &Quantity) -> &'t str {
    text.get(one.span.end..other.span.start).unwrap_or_default()
}

/// A number as a reader of a newspaper writes it: 12, 3.45亿, 1.2万.
pub(super) fn format_number(value: Decimal) -> String {
    let large = Decimal::from(100_000_000);
    let small = Decimal::from(10_000);
    for (scale, name, places) in [(large, "亿", 4), (small, "万", 2)] {
        if value.abs() >= scale {
            let scaled = (value / scale).normalize();
            if scaled.scale() <= places {
                return format!("{scaled}{name}");
            }
        }
    }
    value.normalize().to_string()
}

/// A computed number, to as many places as tell it from a written one with `decimals`.
pub(super) fn format_rounded(value: Decimal, decimals: u32) -> String {
    value.round_dp(decimals.max(1)).normalize().to_string()
}

/// 4 + 6
pub(super) fn format_sum(parts: impl IntoIterator<Item = Decimal>) -> String {
    parts.into_iter().map(format_number).collect::<Vec<_>>().join(" + ")
}

/// From the beginning of one quantity to the end of another, which stands behind it or is the same.
pub(super) fn span_across(first: &Quantity, last: &Quantity) -> Span {
    Span::new(first.core().start.min(last.core().start), first.core().end.max(last.core().end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::scan;

    fn bounds(text: &str) -> Bounds {
        Bounds::of(&scan(text)[0]).unwrap()
    }

    #[test]
    fn what_is_approximate_meets_what_it_may_stand_for() {
        for (one, other, meets) in [
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
            assert_eq!(bounds(one).overlaps(bounds(other)), meets, "{one} {other}");
        }
    }

    #[test]
    fn numbers_are_shown_as_they_are_written() {
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
