//! Quantities: finds the numbers, dates and times in a text and determines their exact values.
//!
//! [`scan`] reads all forms that are common in newspapers: 350, 1,234.5, 三百五十, 3.45亿, 4亿5600万, 十余万,
//! 百分之六十三点五, 三四个, 13亿～17亿元, 2023年11月1日, 下午3时40分. Each quantity includes its unit and its
//! qualifiers, the words that make it approximate. The units and qualifiers are listed in `rules/quantity.toml`.

mod faulty;
mod number;
#[cfg(any(test, not(prepared)))]
mod prepare;
mod scan;
mod time;
mod words;

#[cfg(test)]
mod tests;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::text::{NumeralStyle, Span};

pub use faulty::Slip;
#[cfg(not(prepared))]
pub use prepare::prepare;
pub use scan::{QUANTITY_START_CHARS, begins_quantity, scan, scan_from, scan_into};
pub use time::{Date, Time};

/// A quantity in a text. Its spans are in bytes of that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// The whole quantity, including unit and qualifiers.
    pub span: Span,
    /// The kind of the quantity.
    pub kind: QuantityKind,
    /// The number. For a range, the first number; for a date or a time, its first number.
    pub number: Number,
    /// The second number of a range.
    pub upper: Option<Box<RangeEnd>>,
    /// The unit or measure word and its span. 个多月 is one unit.
    pub unit: Option<(Span, &'static Unit)>,
    /// The words that make the quantity approximate, in order.
    pub qualifiers: Vec<Qualifier>,
}

/// The kind of a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityKind {
    /// A number, with or without a unit.
    Amount,
    /// An ordinal number: 第三
    Ordinal,
    /// A fraction with this denominator: 三分之二. [`Quantity::number`] is the numerator.
    Fraction(Decimal),
    /// A date, which may lack year, month or day.
    Date(Date),
    /// A time of day.
    Time(Time),
}

/// A number in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The numerals, including 万 and 亿 and the qualifiers between them.
    pub span: Span,
    /// The value of the number.
    pub value: NumericValue,
    /// The notation of the first numerals.
    pub style: NumeralStyle,
    /// The number of digits after the decimal point.
    pub decimals: u32,
    /// The power of ten of the 十 百 千 万 亿 after Arabic digits (3亿), decimals (三点五亿) or a qualifier (十余万), in
    /// 4亿5600万 that of the last; 0 if there are none.
    pub scale: u32,
}

/// The value of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumericValue {
    /// An exact value: 350
    Exact(Decimal),
    /// A value from the first to the second: 三四百
    Between(Decimal, Decimal),
    /// An indefinite value: 几十, 数百
    Vague,
}

impl NumericValue {
    /// Returns the value if it is exact.
    pub fn exact(self) -> Option<Decimal> {
        match self {
            NumericValue::Exact(value) => Some(value),
            NumericValue::Between(..) | NumericValue::Vague => None,
        }
    }
}

/// The second number of a range, with what precedes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeEnd {
    /// The sign or word between the two numbers: — ～ - 至 到
    pub sign: Span,
    /// The unit after the first number, if the unit is written twice.
    pub first_unit: Option<Span>,
    /// The second number.
    pub number: Number,
}

/// A word that makes a quantity approximate, before, after or inside its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Qualifier {
    /// The span of the word.
    pub span: Span,
    /// The meaning of the word.
    pub sense: Sense,
}

/// The meaning of a qualifier: the relation of the true value to the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sense {
    /// The value is near the number: 约, 左右
    About,
    /// The value is a little less: 近, 将近
    Below,
    /// The value is more: 超过, 余, 多
    Over,
    /// The value is the number or more: 至少, 以上
    AtLeast,
    /// The value is the number or less: 最多, 以下
    AtMost,
}

/// A unit or measure word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The base unit that comparable units are converted into. A measure word is its own base.
    pub base: &'static str,
    /// The dimension that the unit measures.
    pub dimension: Dimension,
    /// The size of the unit in base units.
    pub factor: Decimal,
}

/// The dimension that a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Dimension {
    /// A number of items: 个, 名
    Count,
    Length,
    Area,
    Volume,
    Mass,
    Duration,
    Age,
    Money,
    Temperature,
    Angle,
    Power,
    Energy,
    Electric,
    Pressure,
    Frequency,
    Force,
    Data,
    Percent,
    Permille,
    /// Percentage points: 百分点
    Point,
    /// Tenths: 成
    Tenth,
    /// Tenths of a price: 折
    Discount,
    /// Multiples: 倍
    Multiple,
    /// Doublings: 番
    Doubling,
}

impl Quantity {
    /// Returns the value in base units, regardless of the qualifiers. Returns `None` if the quantity is a range, if its
    /// number is not exact, or on overflow.
    pub fn in_base(&self) -> Option<Decimal> {
        let value = self.number.value.exact().filter(|_| self.upper.is_none())?;
        match self.unit {
            Some((_, unit)) => value.checked_mul(unit.factor),
            None => Some(value),
        }
    }

    /// Returns the dimension of the unit.
    pub fn dimension(&self) -> Option<Dimension> {
        self.unit.map(|(_, unit)| unit.dimension)
    }

    /// Returns the date if the quantity is one.
    pub fn date(&self) -> Option<Date> {
        match self.kind {
            QuantityKind::Date(date) => Some(date),
            _ => None,
        }
    }

    /// Returns the span of the numerals and the unit, without the qualifiers before and after them.
    pub fn core(&self) -> Span {
        let before = self.qualifiers.first().filter(|first| first.span.end <= self.number.span.start);
        let after = self.qualifiers.last().filter(|last| {
            last.span.end == self.span.end
                && last.span.start >= self.number.span.end
                && self.unit.is_none_or(|(unit, _)| unit.end <= last.span.start)
        });
        Span::new(
            before.map_or(self.span.start, |qualifier| qualifier.span.end),
            after.map_or(self.span.end, |qualifier| qualifier.span.start),
        )
    }
}
