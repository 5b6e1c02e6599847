//! Hyperlinks on a terminal (escape sequence OSC 8).

/// Appends the sequence that makes the following text a hyperlink to `url`, until [`close`]. `url` must not contain
/// control characters.
pub(super) fn open(out: &mut String, url: &str) {
    out.extend(["\u{1b}]8;;", url, "\u{1b}\\"]);
}

/// Appends the sequence that ends a hyperlink.
pub(super) fn close(out: &mut String) {
    open(out, "");
}

/// Appends `text`, as a hyperlink if there is a `url`.
pub(super) fn put(out: &mut String, url: Option<&str>, text: &str) {
    let Some(url) = url else { return out.push_str(text) };
    open(out, url);
    out.push_str(text);
    close(out);
}
