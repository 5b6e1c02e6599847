use quick_xml::escape::escape;

use crate::text::visible;

/// `text` as the value of an attribute or the content of an element. Control characters, which XML cannot hold,
/// are made visible; so are line ends, which an attribute would lose.
pub(super) fn text(text: &str) -> String {
    escape(visible(text).replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")).into_owned()
}
