//! Content controls (`w:sdt`): which of them must not be changed.

use super::archive::damaged;
use super::xml::{Token, Tokens};
use crate::error::Result;

/// Reads the properties of a content control, whose start tag `w:sdtPr` was the last token. Returns whether its content must
/// not be changed: it is locked, it is the prompt for the writer, it is chosen from a list, or it shows data of another part,
/// from which Word fills it in again.
///
/// # Errors
/// The part is damaged.
pub fn is_sealed(tokens: &mut Tokens) -> Result<bool> {
    let inside = tokens.depth();
    let mut is_sealed = false;
    while tokens.depth() >= inside {
        let Token::Start(tag) = tokens.next()?.ok_or_else(damaged)? else { continue };
        is_sealed |= match tag.name() {
            "w:lock" => tag.value().is_some_and(|lock| lock == "sdtContentLocked" || lock == "contentLocked"),
            "w:showingPlcHdr" => tag.is_on(),
            // Word 2010 and 2013 have the names without prefix in namespaces of their own.
            "w:dataBinding" | "dataBinding" | "w:dropDownList" | "w:date" | "checkbox" | "w:citation"
            | "w:bibliography" => true,
            _ => false,
        };
    }
    Ok(is_sealed)
}
