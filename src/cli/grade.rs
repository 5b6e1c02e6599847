//! `zhubi grade`.

use crate::review::Galley;

/// Returns the rate of errors of a draft.
pub fn brief(_: &Galley) -> String {
    String::new()
}
