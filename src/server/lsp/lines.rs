//! Positions as the protocol counts them, and byte offsets.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::text::Span;

/// What a position counts in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: a character beyond the Basic Multilingual Plane counts twice.
    Utf16,
    /// Characters.
    Utf32,
}

impl Units {
    /// Returns the first of a client's encodings that is known; without any, the one that every client knows.
    pub fn preferred(offered: &[PositionEncodingKind]) -> Units {
        let known = offered
            .iter()
            .find_map(|kind| [Units::Utf8, Units::Utf16, Units::Utf32].into_iter().find(|units| units.kind() == *kind));
        known.unwrap_or(Units::Utf16)
    }

    /// Returns the name of the encoding.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Units::Utf8 => PositionEncodingKind::UTF8,
            Units::Utf16 => PositionEncodingKind::UTF16,
            Units::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn of(self, c: char) -> usize {
        match self {
            Units::Utf8 => c.len_utf8(),
            Units::Utf16 => c.len_utf16(),
            Units::Utf32 => 1,
        }
    }

    fn count(self, text: &str) -> usize {
        match self {
            Units::Utf8 => text.len(),
            // A character of four bytes is one beyond the Basic Multilingual Plane.
            Units::Utf16 => text.bytes().filter(|byte| (*byte as i8) >= -0x40).count() + four_bytes(text),
            Units::Utf32 => text.bytes().filter(|byte| (*byte as i8) >= -0x40).count(),
        }
    }
}

/// Returns the number of characters that take four bytes.
fn four_bytes(text: &str) -> usize {
    text.bytes().filter(|byte| *byte >= 0xF0).count()
}

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub fn of(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let breaks = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = breaks.filter(|at| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n')).map(|at| at + 1);
        Lines { starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Returns the byte at a position. A position outside the text is that of the nearest character in it.
    pub fn offset(&self, text: &str, position: Position, units: Units) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = text[start..end].trim_end_matches(['\n', '\r']);
        let wanted = position.character as usize;
        if units == Units::Utf8 {
            return start + content.floor_char_boundary(wanted);
        }
        let mut passed = 0;
        for (at, c) in content.char_indices() {
            passed += units.of(c);
            if passed > wanted {
                return start + at;
            }
        }
        start + content.len()
    }

    /// Returns the span of a range. One that ends before it begins is empty.
    pub fn span(&self, text: &str, range: Range, units: Units) -> Span {
        let start = self.offset(text, range.start, units);
        Span::new(start, self.offset(text, range.end, units).max(start))
    }
}

/// The positions of some bytes of a text.
#[derive(Debug)]
pub struct Positions {
    /// The bytes in ascending order, each with its position.
    known: Vec<(usize, Position)>,
}

impl Positions {
    /// Computes the positions of these bytes, which must be character boundaries. The cost is one pass over the lines that
    /// they are in.
    pub fn of(text: &str, lines: &Lines, units: Units, mut offsets: Vec<usize>) -> Positions {
        offsets.sort_unstable();
        offsets.dedup();
        let mut line = 0;
        let (mut at, mut counted) = (0, 0);
        let position = |offset: usize| {
            let next = lines.starts[line..].partition_point(|start| *start <= offset) + line - 1;
            if next != line {
                line = next;
                (at, counted) = (lines.starts[line], 0);
            }
            counted += units.count(&text[at..offset]);
            at = offset;
            let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            (offset, Position::new(number(line), number(counted)))
        };
        Positions { known: offsets.into_iter().map(position).collect() }
    }

    /// Returns the positions of the ends of these spans.
    pub fn of_spans(text: &str, lines: &Lines, units: Units, spans: impl IntoIterator<Item = Span>) -> Positions {
        Positions::of(text, lines, units, spans.into_iter().flat_map(|span| [span.start, span.end]).collect())
    }

    /// Returns the range of a span whose ends are known.
    pub fn range(&self, span: Span) -> Range {
        let position = |offset: usize| {
            let index = self.known.binary_search_by_key(&offset, |(known, _)| *known);
            debug_assert!(index.is_ok(), "a byte whose position was not computed");
            self.known.get(index.unwrap_or_else(|next| next)).map_or_else(Position::default, |(_, position)| *position)
        };
        Range::new(position(span.start), position(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Units; 3] = [Units::Utf8, Units::Utf16, Units::Utf32];

    #[test]
    fn offsets_and_positions_agree() {
        for text in ["", "\n", "甲乙\r\n丙😀丁\r戊\n\n𠮷a", "\r\r\n\n\r", "a\r"] {
            let lines = Lines::of(text);
            for units in ALL {
                let offsets: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
                let positions = Positions::of(text, &lines, units, offsets.clone());
                for offset in offsets {
                    let position = positions.range(Span::new(offset, offset)).start;
                    // The second half of a line end is not a place of its own.
                    let is_within_break = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                    let expected = if is_within_break { offset - 1 } else { offset };
                    assert_eq!(lines.offset(text, position, units), expected, "{text:?} {units:?} {offset}");
                }
            }
        }
    }

    #[test]
    fn counts_as_the_protocol_does() {
        let text = "一\r\n甲😀,乙";
        let lines = Lines::of(text);
        let comma = text.find(',').unwrap();
        for (units, character) in [(Units::Utf8, 7), (Units::Utf16, 3), (Units::Utf32, 2)] {
            let positions = Positions::of(text, &lines, units, vec![comma]);
            assert_eq!(positions.range(Span::new(comma, comma)).start, Position::new(1, character));
            assert_eq!(lines.offset(text, Position::new(1, character), units), comma);
        }
    }

    #[test]
    fn positions_outside_the_text_are_those_of_the_nearest_character() {
        let text = "甲😀\n乙";
        let lines = Lines::of(text);
        for units in ALL {
            let offset = |line, character| lines.offset(text, Position::new(line, character), units);
            assert_eq!(offset(0, 99), "甲😀".len());
            assert_eq!(offset(0, u32::MAX), "甲😀".len());
            assert_eq!(offset(9, 0), text.len());
            assert_eq!(offset(u32::MAX, u32::MAX), text.len());
        }
        // Within a character.
        assert_eq!(lines.offset(text, Position::new(0, 2), Units::Utf16), "甲".len());
        assert_eq!(lines.offset(text, Position::new(0, 5), Units::Utf8), "甲".len());
        let backwards = Range::new(Position::new(1, 1), Position::new(0, 0));
        assert!(lines.span(text, backwards, Units::Utf16).is_empty());
    }

    #[test]
    fn the_first_encoding_that_is_known_is_taken() {
        let kind = |name: &'static str| PositionEncodingKind::new(name);
        assert_eq!(Units::preferred(&[]), Units::Utf16);
        assert_eq!(Units::preferred(&[kind("utf-7"), kind("utf-32"), kind("utf-8")]), Units::Utf32);
    }
}
