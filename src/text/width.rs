use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that `text` takes on a Chinese terminal, where characters of ambiguous width (“ — …)
/// take two.
pub fn width(text: &str) -> usize {
    text.width_cjk()
}

/// The longest beginning of `text` that fits `columns`, cut between user-perceived characters.
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
