//! The width of text on a terminal, and its division into the characters that a reader sees.

#[cfg(feature = "cli")]
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the number of terminal columns of a plain character: one that looks the same next to any other plain
/// character. Nearly all characters of a Chinese text are plain; for them the tables of Unicode are not needed. Returns
/// `None` for other characters: those that are invisible, that combine with a neighbour, or that are merely rare.
#[inline]
pub(super) fn plain_columns(c: char) -> Option<usize> {
    match c {
        // Chinese characters and punctuation, full-width forms, quotation marks, dash, ellipsis, interpunct.
        '\u{4E00}'..='\u{9FFF}' | '\u{3000}'..='\u{3029}' | '\u{FF01}'..='\u{FF60}' => Some(2),
        '‘' | '’' | '“' | '”' | '—' | '…' | '·' => Some(2),
        ' '..='~' | '⟦' | '⟧' => Some(1),
        _ => None,
    }
}

/// Returns the number of columns that `text` takes on a Chinese terminal, where characters of ambiguous width (“ — …)
/// take two columns.
pub fn width(text: &str) -> usize {
    plain_width(text).unwrap_or_else(|| text.width_cjk())
}

/// Returns the number of columns that `text` takes if all of its characters are plain, and `None` otherwise.
pub fn plain_width(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |columns, c| Some(columns + plain_columns(c)?))
}

/// Divides `text` into grapheme clusters.
#[cfg(feature = "cli")]
pub fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.chars();
        let first = chars.next()?;
        let is_plain = |c| plain_columns(c).is_some();
        let length = if is_plain(first) && chars.next().is_none_or(is_plain) {
            first.len_utf8()
        } else {
            rest.graphemes(true).next().map_or(rest.len(), str::len)
        };
        let (grapheme, after) = rest.split_at(length);
        rest = after;
        Some(grapheme)
    })
}

/// Returns the longest prefix of `text` that fits into `columns` terminal columns. It ends at a grapheme boundary.
#[cfg(feature = "cli")]
pub fn fit(text: &str, columns: usize) -> &str {
    let (mut length, mut used) = (0, 0);
    for grapheme in graphemes(text) {
        used += width(grapheme);
        if used > columns {
            break;
        }
        length += grapheme.len();
    }
    &text[..length]
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_characters_have_the_width_of_the_tables_and_stand_alone() {
        for c in '\0'..=char::MAX {
            if let Some(columns) = plain_columns(c) {
                assert_eq!(c.to_string().width_cjk(), columns, "{c}");
                assert_eq!(format!("{c}{c}a").graphemes(true).count(), 3, "{c}");
                assert_eq!(crate::text::visible(c.encode_utf8(&mut [0; 4])).chars().next(), Some(c));
            }
        }
    }

    proptest! {
        #[test]
        fn width_and_graphemes_are_those_of_the_tables(
            parts in proptest::collection::vec(
                proptest::sample::select(&["甲", "，", "a", "<", "1", "〰", "é", "e\u{301}", "\u{338}", "\u{FE0F}", "\u{FE00}", "\u{200D}", "👨", "👩🏽", "🇨", "각", "ᄀ", "ᅡ", "\u{600}", "\u{302A}", "ก", "ำ", "\r", "\n", "“", "⟦", "क", "्"][..]),
                0..12,
            ),
        ) {
            let text = parts.concat();
            prop_assert_eq!(width(&text), text.width_cjk());
            prop_assert_eq!(graphemes(&text).collect::<Vec<_>>(), text.graphemes(true).collect::<Vec<_>>());
        }
    }
}
