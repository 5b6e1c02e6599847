//! The width of text on a terminal.

#[cfg(feature = "cli")]
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the number of columns that `text` takes on a Chinese terminal, where characters of ambiguous width (“ — …)
/// take two columns.
pub fn width(text: &str) -> usize {
    text.width_cjk()
}

/// Returns the longest prefix of `text` that fits into `columns` terminal columns. It ends at a grapheme boundary.
#[cfg(feature = "cli")]
pub fn fit(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > columns {
            return &text[..at];
        }
    }
    text
}
