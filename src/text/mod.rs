//! Text itself: spans, lines and columns, classes of characters and filters of pairs of them, numerals, width on screen.
//! This room knows nothing of drafts, rules or findings.

mod class;
mod filter;
mod numeral;
mod position;
mod span;
mod visible;
mod width;

pub use class::{Category, OBJECT, is_han, is_point, named_class};
pub use filter::{BloomFilter, mix_bits, pair_key};
pub use numeral::{NumeralScript, NumeralStyle, numeral_value};
pub use position::{Locator, Position};
pub use span::Span;
pub use visible::visible;
pub use width::{fit, width};
