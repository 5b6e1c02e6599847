//! Escaping for the XML formats.

use quick_xml::escape::escape;

use crate::text::visible;

/// Returns `text` escaped for use as an attribute value or as element content. Control characters, which XML cannot
/// hold, and line breaks, which an attribute would lose, are replaced with visible characters. U+FFFE and U+FFFF, which
/// XML cannot hold either, become U+FFFD.
pub(super) fn escaped(text: &str) -> String {
    escape(visible(text).replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")).into_owned()
}
