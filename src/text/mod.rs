//! Text itself: spans, lines and columns, classes of characters, numerals, width on screen.
//! This room knows nothing of drafts, rules or findings.

mod class;
mod numeral;
mod pair_filter;
mod position;
mod span;
mod visible;
mod width;

pub use class::{Category, OBJECT, is_han, is_point, named_class};
pub use numeral::{Figures, NumeralStyle, numeral_value};
pub use pair_filter::PairFilter;
pub use position::{Locator, Position};
pub use span::Span;
pub use visible::visible;
pub use width::{fit, width};
