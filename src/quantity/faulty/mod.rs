//! Numerals into which something slipped: 2O23, 7。4, 3，260, 二〇2三, 20223年.
//!
//! Such a numeral is read whole, with whatever is in it, and judged once: what slipped in, and which number was meant. The
//! reader takes everything that can stand for a digit or between digits. Whether it is one numeral is told by what follows
//! it, a unit, 万 or 亿, or a percent sign: no sentence begins with them. So 增长7。4% is one number, and 名列第7。4日 is not.

mod marks;
mod run;
mod scripts;
mod year;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::text::Span;

use run::Run;

/// What slipped into a numeral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slip {
    /// A letter in place of the digit that it looks like: 2O23
    Letter,
    /// Digits of two scripts, or 十, 百, 千 among Arabic digits: 二〇2三, 二十5
    Script,
    /// Another mark in place of the decimal point, or one too many: 7。4, 5..6
    Point,
    /// Another mark in place of the comma between groups of three digits: 3，260
    Grouping,
    /// A blank: 3 260
    Blank,
    /// Groups of a wrong length, or in a year: 1,2000, 2,023年
    Form,
    /// A year with too many or too few digits, or one far in the future: 20223年
    Year,
}

/// A numeral into which something slipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyNumeral {
    /// The numeral with what slipped into it, without its unit.
    pub span: Span,
    /// What slipped into it.
    pub slip: Slip,
    /// What was probably meant, the most probable first; empty if it cannot be told.
    pub meant: Vec<String>,
}

/// The Arabic digits.
const ARABIC: &str = "0123456789";

/// The marks of which one beside a point makes it a doubled point.
const BESIDE_POINT: &str = ". 。．，,·\u{A0}\u{3000}";

impl Slip {
    /// The pairs of adjacent characters of which every numeral with this slip has one.
    pub fn pairs(self) -> Vec<(char, char)> {
        match self {
            Slip::Letter => {
                let beside = "0123456789.";
                [product(beside, run::LETTERS), product(run::LETTERS, beside)].concat()
            }
            Slip::Script => {
                let hanzi = format!("{}{}", run::HANZI, scripts::POWERS);
                [product(ARABIC, &hanzi), product(&hanzi, ARABIC)].concat()
            }
            Slip::Point => {
                let wide = product("０１２３４５６７８９", "·。，");
                let doubled = [product(".", BESIDE_POINT), product(BESIDE_POINT, ".")].concat();
                [product(ARABIC, run::STOPS), product(ARABIC, "，,"), wide, doubled].concat()
            }
            Slip::Grouping => product("0123456789０１２３４５６７８９", "，、。·"),
            Slip::Blank => product(ARABIC, run::BLANKS),
            Slip::Form => product(ARABIC, ",，、。·"),
            Slip::Year => product("0123456789〇零一二三四五六七八九", "年"),
        }
    }

    /// Reads the numeral around byte `at` of `text`, where the second character of one of the [`pairs`](Slip::pairs)
    /// begins. Returns it if it has this slip.
    pub fn numeral_at(self, text: &str, at: usize) -> Option<FaultyNumeral> {
        let found = match self {
            Slip::Script => scripts::mixed(text, at).or_else(|| scripts::with_powers(text, at)),
            Slip::Year => year::faulty(text, at),
            _ => {
                let run = Run::around(text, at)?;
                if run.has_letters() { scripts::with_letters(text, &run) } else { marks::faulty(text, &run) }
            }
        };
        found.filter(|numeral| numeral.slip == self)
    }
}

/// All pairs of a character of `first` and one of `second`.
fn product(first: &str, second: &str) -> Vec<(char, char)> {
    first.chars().flat_map(|first| second.chars().map(move |second| (first, second))).collect()
}
