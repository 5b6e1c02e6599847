//! Text primitives: spans, lines and columns, character classes, numerals, width on screen, and
//! invisible characters made visible. This module is independent of drafts, rules and findings.

mod class;
mod name;
mod numeral;
mod pair;
mod position;
mod span;
mod visible;
mod width;

pub use class::{Category, OBJECT, PAIRED_MARKS, is_han, named_class};
pub use name::character_names;
pub use numeral::{NumeralScript, NumeralStyle, chinese_numeral_value, is_numeral, is_numeral_to_ten, numeral_value};
pub use pair::{Pair, code_of};
pub use position::{Locator, Position};
pub use span::Span;
pub use visible::{visible, visible_lines, visible_path};
pub use width::width;
#[cfg(feature = "cli")]
pub use width::{fit, graphemes, plain_width};
