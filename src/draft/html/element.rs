//! What the elements of HTML are to a reader of the page.

use crate::block::Shape;

/// How an element whose content is not prose affects the sentence around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// The element becomes an object (U+FFFC) in the sentence. An example is a piece of code.
    Object,
    /// The sentence continues as if the element were absent.
    Nothing,
}

/// Returns how the element `name` is skipped, or `None` if its content is prose.
pub fn skip_of_element(name: &str) -> Option<Skip> {
    if OBJECTS.contains(&name) { Some(Skip::Object) } else { INVISIBLE.contains(&name).then_some(Skip::Nothing) }
}

/// Elements whose content is not prose and which become an object (U+FFFC) in the sentence.
const OBJECTS: &[&str] = &[
    "applet", "audio", "canvas", "code", "iframe", "kbd", "math", "object", "samp", "select", "svg", "textarea", "tt",
    "var", "video",
];
/// Elements whose content is not prose and which the sentence ignores.
const INVISIBLE: &[&str] =
    &["datalist", "noembed", "noframes", "plaintext", "rp", "rt", "rtc", "script", "style", "template", "xmp"];
/// Blocks whose content is not prose.
const PREFORMATTED: &[&str] = &["listing", "pre"];
/// Elements without content.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source",
    "track", "wbr",
];
/// Elements at which a sentence ends, sorted.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "link",
    "listing",
    "main",
    "menu",
    "meta",
    "nav",
    "noscript",
    "ol",
    "optgroup",
    "option",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "xmp",
];

/// Returns whether a sentence ends where the element `name` begins or ends.
pub fn is_block(name: &str) -> bool {
    BLOCKS.binary_search(&name).is_ok()
}

/// Returns whether the element `name` never has content.
pub fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// Returns whether the element `name`, which has no content, becomes an object (U+FFFC) in the sentence.
pub fn is_void_object(name: &str) -> bool {
    matches!(name, "embed" | "img" | "input")
}

/// Returns whether the element `name` is a block whose content is not prose.
pub fn is_preformatted(name: &str) -> bool {
    PREFORMATTED.contains(&name)
}

/// Returns whether the content of the element `name`, which is skipped, is a part of a sentence. If its end tag is missing,
/// the element ends with the sentence.
pub fn is_skipped_inline(name: &str) -> bool {
    matches!(name, "code" | "kbd" | "rp" | "rt" | "rtc" | "samp" | "tt" | "var")
}

/// Returns the shape of the text of headings, titles and captions, which is the same in every container.
pub fn label_shape(name: &str) -> Option<Shape> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(Shape::Heading(level - b'0')),
        b"title" => Some(Shape::Heading(1)),
        b"figcaption" | b"caption" => Some(Shape::Caption),
        _ => None,
    }
}

/// Returns the shape of text in the container element `name`.
pub fn container_shape(name: &str) -> Option<Shape> {
    match name {
        "ul" | "ol" | "menu" | "dir" | "dl" => Some(Shape::ListItem),
        "table" => Some(Shape::TableCell),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_block_names_sorted() {
        assert!(BLOCKS.is_sorted());
    }
}
