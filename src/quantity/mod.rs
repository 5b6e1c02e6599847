//! Quantities: the numbers of a text, as a newspaper writes them, understood as values.
//!
//! [`scan`] reads 350, 1,234.5, 三百五十, 3.45亿, 4亿5600万, 十余万, 百分之六十三点五, 三四个, 13亿～17亿元,
//! 2023年11月1日, 下午3时40分 — each with its unit and the words around it that make it approximate.
//! Values are exact. The units and words are listed in `rules/quantity.toml`.

mod number;
mod scan;
mod time;
mod words;

#[cfg(test)]
mod tests;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::text::{NumeralStyle, Span};

pub use scan::{QUANTITY_START_CHARS, begins_quantity, scan, scan_from};
pub use time::{Date, Time};
pub use words::prepare;

/// A quantity in a text. Spans are in bytes of that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// All of it, with the words that make it approximate.
    pub span: Span,
    /// What sort of quantity it is.
    pub kind: QuantityKind,
    /// Its number; of a range the first, of a date or a time the first in it.
    pub number: Number,
    /// The other end of a range.
    pub upper: Option<Box<RangeEnd>>,
    /// Where its unit or measure word stands, and what it is. A 个多月 is one unit.
    pub unit: Option<(Span, &'static Unit)>,
    /// The words that make it approximate, in order.
    pub qualifiers: Vec<Qualifier>,
}

/// What sort of quantity it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityKind {
    /// So many of a unit, or a number alone.
    Amount,
    /// 第三
    Ordinal,
    /// 三分之二: the number is the numerator, this the denominator.
    Fraction(Decimal),
    /// A year, a month, a day, or several of them.
    Date(Date),
    /// A time of day.
    Time(Time),
}

/// A number in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Its numerals, with 万 and 亿 and the words of approximation between them.
    pub span: Span,
    /// What it says.
    pub value: NumericValue,
    /// How its first numerals are written.
    pub style: NumeralStyle,
    /// The digits behind the point.
    pub decimals: u32,
    /// The power of ten of the 十 百 千 万 亿 behind its Arabic or decimal numerals; 0 where there are none.
    pub scale: u32,
}

/// What a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumericValue {
    /// 350
    Exact(Decimal),
    /// 三四百: from the first to the second
    Between(Decimal, Decimal),
    /// 几十, 数百
    Vague,
}

impl NumericValue {
    /// The value, where it is one.
    pub fn exact(self) -> Option<Decimal> {
        match self {
            NumericValue::Exact(value) => Some(value),
            NumericValue::Between(..) | NumericValue::Vague => None,
        }
    }
}

/// The other end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeEnd {
    /// The sign or word between the ends: — ～ - 至 到
    pub sign: Span,
    /// The unit behind the first number, where it is written twice.
    pub first_unit: Option<Span>,
    /// The number.
    pub number: Number,
}

/// A word that makes a quantity approximate, beside its number or in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Qualifier {
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub sense: Sense,
}

/// How the true value lies to the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sense {
    /// 约, 左右: near it
    About,
    /// 近, 将近: a little less
    Below,
    /// 超过, 余, 多: more
    Over,
    /// 至少, 以上: it or more
    AtLeast,
    /// 最多, 以下: it or less
    AtMost,
}

/// A unit or measure word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// The unit that others of its kind are converted into; a measure word is its own.
    pub base: String,
    /// What it measures.
    pub dimension: Dimension,
    /// How many of `base` it is.
    pub factor: Decimal,
}

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Dimension {
    /// Single things: 个, 名
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
    /// 百分点
    Point,
    /// 成
    Tenth,
    /// 倍
    Multiple,
    /// 番
    Doubling,
}

impl Quantity {
    /// Its value in the base of its unit, where it is one value.
    pub fn in_base(&self) -> Option<Decimal> {
        let value = self.number.value.exact().filter(|_| self.upper.is_none())?;
        match self.unit {
            Some((_, unit)) => value.checked_mul(unit.factor),
            None => Some(value),
        }
    }

    /// What its unit measures.
    pub fn dimension(&self) -> Option<Dimension> {
        self.unit.map(|(_, unit)| unit.dimension)
    }

    /// The date it is.
    pub fn date(&self) -> Option<Date> {
        match self.kind {
            QuantityKind::Date(date) => Some(date),
            _ => None,
        }
    }

    /// The numerals with the unit, without the words around them.
    pub fn core(&self) -> Span {
        let start = self.qualifiers.first().filter(|mark| mark.span.end <= self.number.span.start);
        let end =
            self.qualifiers.last().filter(|mark| mark.span.end == self.span.end && mark.span.start >= self.number.span.end);
        let end = end.filter(|mark| self.unit.is_none_or(|(unit, _)| unit.end <= mark.span.start));
        Span::new(
            start.map_or(self.span.start, |mark| mark.span.end),
            end.map_or(self.span.end, |mark| mark.span.start),
        )
    }
}
