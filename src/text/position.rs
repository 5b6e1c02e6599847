/// A place as a person names it. Both numbers count from 1; the column counts Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
}

/// Turns byte offsets of one text into lines and columns.
///
/// It remembers where it was last asked and walks from there, so a run of questions in rising
/// order costs one pass over the text, however many they are and however long the lines.
pub struct Locator<'t> {
    text: &'t str,
    offset: usize,
    position: Position,
}

impl<'t> Locator<'t> {
    /// A locator for `text`.
    pub fn new(text: &'t str) -> Locator<'t> {
        Locator { text, offset: 0, position: Position { line: 1, column: 1 } }
    }

    /// The position of byte `offset`, which must be a character boundary of the text.
    pub fn position(&mut self, offset: usize) -> Position {
        if offset < self.offset {
            self.walk_back(offset);
        } else {
            let between = &self.text.as_bytes()[self.offset..offset];
            match memchr::memrchr(b'\n', between) {
                None => self.position.column += code_points(between),
                Some(last) => {
                    self.position.line += memchr::memchr_iter(b'\n', between).count();
                    self.position.column = 1 + code_points(&between[last + 1..]);
                }
            }
        }
        self.offset = offset;
        self.position
    }

    fn walk_back(&mut self, offset: usize) {
        let between = &self.text.as_bytes()[offset..self.offset];
        let breaks = memchr::memchr_iter(b'\n', between).count();
        if breaks == 0 {
            self.position.column -= code_points(between);
        } else {
            let bytes = &self.text.as_bytes()[..offset];
            let line_start = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
            self.position.line -= breaks;
            self.position.column = 1 + code_points(&bytes[line_start..]);
        }
    }
}

/// Code points in well-formed UTF-8: the bytes that do not continue a character.
fn code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| (byte as i8) >= -0x40).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_the_same_in_any_order_of_asking() {
        let text = "一二\r\nab，\n\n末行";
        let truth = |offset: usize| {
            let before = &text[..offset];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
        };
        let offsets: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        for &first in &offsets {
            for &second in &offsets {
                let mut locator = Locator::new(text);
                assert_eq!(locator.position(first), truth(first));
                assert_eq!(locator.position(second), truth(second));
            }
        }
    }
}
