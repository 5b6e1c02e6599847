//! What was decided to stand is kept for later runs.

use crate::error::Result;
use crate::review::Galley;

/// Keeps what was decided to stand in a draft.
///
/// # Errors
/// It cannot be written.
pub fn keep(_: &Galley) -> Result<()> {
    Ok(())
}
