//! Converts byte offsets to line and column numbers.

/// A line and column in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line number, counted from 1.
    pub line: usize,
    /// Column number in Unicode code points, counted from 1.
    pub column: usize,
}

/// Converts byte offsets in one text to lines and columns.
///
/// A locator counts from the offset of its previous query. Queries in ascending order therefore cost one pass over the
/// text in total, regardless of their number and of the length of the lines.
pub struct Locator<'t> {
    text: &'t str,
    offset: usize,
    position: Position,
}

impl<'t> Locator<'t> {
    /// Creates a locator for `text`.
    pub fn new(text: &'t str) -> Locator<'t> {
        Locator { text, offset: 0, position: Position { line: 1, column: 1 } }
    }

    /// Returns the position of byte `offset`, which must be a character boundary of the text.
    pub fn position(&mut self, offset: usize) -> Position {
        if offset < self.offset {
            self.walk_back(offset);
        } else {
            let between = &self.text[self.offset..offset];
            match memchr::memrchr(b'\n', between.as_bytes()) {
                None => self.position.column += between.chars().count(),
                Some(last) => {
                    self.position.line += memchr::memchr_iter(b'\n', between.as_bytes()).count();
                    self.position.column = 1 + between[last + 1..].chars().count();
                }
            }
        }
        self.offset = offset;
        self.position
    }

    /// Updates `position` for `offset`, which must not be after the current offset.
    fn walk_back(&mut self, offset: usize) {
        let between = &self.text[offset..self.offset];
        let breaks = memchr::memchr_iter(b'\n', between.as_bytes()).count();
        if breaks == 0 {
            self.position.column -= between.chars().count();
        } else {
            let before = &self.text[..offset];
            let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
            self.position.line -= breaks;
            self.position.column = 1 + before[line_start..].chars().count();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_do_not_depend_on_the_order_of_queries() {
        let text = "一二\r\nab，\n\n末行";
        let expected = |offset: usize| {
            let before = &text[..offset];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
        };
        let offsets: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        for &first in &offsets {
            for &second in &offsets {
                let mut locator = Locator::new(text);
                assert_eq!(locator.position(first), expected(first));
                assert_eq!(locator.position(second), expected(second));
            }
        }
    }
}
