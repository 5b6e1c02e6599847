//! Character classes: the class names available in rule files, and the coarse categories that let the engine rule
//! out a match at a position before it attempts the pattern.

/// The placeholder character for content of a block that is not prose (a web address, inline code). It keeps the
/// sentence around it in one piece and is never edited.
pub const OBJECT: char = '\u{FFFC}';

/// The classes available in rule files as `{name}`, each with the contents of the equivalent regex character class.
const NAMED_CLASSES: &[(&str, &str)] = &[
    // Unified ideographs (with extensions A–H and the compatibility block), 〇 and 々.
    ("han", r"\x{3005}\x{3007}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{323AF}"),
    ("digit", "0-9"),
    ("numeral", "〇零一二三四五六七八九十百千万亿两"),
    ("latin", r"A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{24F}"),
    // The placeholder for a web address, an e-mail address or a piece of code: `OBJECT`.
    ("object", r"\x{FFFC}"),
    ("blank", r" \t\x{A0}\x{2000}-\x{200A}\x{202F}\x{3000}"),
    ("open", "“‘（《〈【〔「『"),
    ("close", "”’）》〉】〕」』"),
    ("point", "。！？，、；："),
    ("end", "。！？…"),
    ("circled", r"\x{2460}-\x{2473}"),
];

/// Returns the contents of the regex character class for `{name}` (without the brackets), or `None` if no built-in
/// class has that name.
pub fn named_class(name: &str) -> Option<&'static str> {
    NAMED_CLASSES.iter().find(|(known, _)| *known == name).map(|(_, ranges)| *ranges)
}

/// Returns whether `c` is a Chinese character, including 〇 and 々.
#[inline]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '々' | '〇'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// The punctuation marks of which one opens what the other closes (GB/T 15834—2011 4.8, 4.9, 4.15).
pub const PAIRED_MARKS: [(char, char); 10] = [
    ('“', '”'),
    ('‘', '’'),
    ('（', '）'),
    ('《', '》'),
    ('〈', '〉'),
    ('【', '】'),
    ('〔', '〕'),
    ('「', '」'),
    ('『', '』'),
    ('［', '］'),
];

/// The punctuation marks that each form a category by themselves.
const MARKS: &[char] = &[
    ',', '.', ';', ':', '?', '!', '(', ')', '[', ']', '"', '\'', '-', '~', '/', '<', '>', '%', '，', '。', '、', '；',
    '：', '？', '！', '（', '）', '《', '》', '〈', '〉', '“', '”', '‘', '’', '【', '】', '〔', '〕', '—', '…', '·',
    '～', '－',
];

/// The high bytes of the code points of all marks. Each selects one row of 256 characters.
const MARK_ROWS: [u32; 4] = [0x00, 0x20, 0x30, 0xFF];

/// Maps the row (as an index into `MARK_ROWS`) and the low byte of a code point to the index of the character in `MARKS`
/// plus one, or to 0 if it is not in `MARKS`.
static MARK_TABLE: [[u8; 256]; 4] = {
    let mut table = [[0; 256]; 4];
    let mut index = 0;
    while index < MARKS.len() {
        let mut row = 0;
        while row < MARK_ROWS.len() {
            if MARK_ROWS[row] == MARKS[index] as u32 >> 8 {
                table[row][MARKS[index] as usize & 0xFF] = index as u8 + 1;
            }
            row += 1;
        }
        index += 1;
    }
    table
};

/// Returns the index of `c` in `MARKS`.
#[inline]
fn mark_index(c: char) -> Option<usize> {
    let row = match c as u32 >> 8 {
        0x00 => 0,
        0x20 => 1,
        0x30 => 2,
        0xFF => 3,
        _ => return None,
    };
    (MARK_TABLE[row][c as usize & 0xFF] as usize).checked_sub(1)
}

/// A character category, represented as one bit of a 64-bit mask. Every character belongs to exactly one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category(u64);

impl Category {
    /// The category for the absence of a character: before the first or after the last character of the text.
    pub const EDGE: Category = Category(1);
    const DIGIT: Category = Category(1 << 1);
    const LATIN: Category = Category(1 << 2);
    const SPACE: Category = Category(1 << 3);
    const OTHER: Category = Category(1 << 4);
    const NUMERAL: Category = Category(1 << 5);
    const FIRST_HAN: usize = 6;
    /// The number of categories of Chinese characters that are no numerals: as many as there is room for.
    const HAN: usize = u64::BITS as usize - Category::FIRST_HAN - MARKS.len();
    const FIRST_MARK: usize = Category::FIRST_HAN + Category::HAN;

    /// Returns the category of a Chinese character. Patterns often allow any numeral, so numerals are one category; the
    /// others are distributed over several, so that the mask of a pattern that needs one particular character excludes
    /// most.
    fn of_han(c: char) -> Category {
        match c {
            '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万'
            | '亿' | '两' => Category::NUMERAL,
            _ => Category(1 << (Category::FIRST_HAN + c as usize % Category::HAN)),
        }
    }

    /// Returns the category of `c`.
    #[inline]
    pub fn of(c: char) -> Category {
        if ('\u{4E00}'..='\u{9FFF}').contains(&c) {
            return Category::of_han(c);
        }
        match c {
            '0'..='9' => Category::DIGIT,
            'A'..='Z' | 'a'..='z' => Category::LATIN,
            ' ' | '\t' | '\u{3000}' | '\u{A0}' => Category::SPACE,
            _ => match mark_index(c) {
                Some(index) => Category(1 << (Category::FIRST_MARK + index)),
                None if is_han(c) => Category::of_han(c),
                None => Category::OTHER,
            },
        }
    }

    /// Returns the category of a neighbouring character; [`Category::EDGE`] if there is none.
    #[cfg(test)]
    pub fn of_neighbour(c: Option<char>) -> Category {
        c.map_or(Category::EDGE, Category::of)
    }

    /// Returns the number of the category's bit.
    pub const fn number(self) -> u32 {
        self.0.trailing_zeros()
    }

    /// Returns the mask that contains only this category.
    pub fn mask(self) -> u64 {
        self.0
    }

    /// Returns whether `mask` contains this category.
    #[cfg(test)]
    pub fn is_in(self, mask: u64) -> bool {
        self.0 & mask != 0
    }

    /// Returns a mask that contains the category of every character in the inclusive `ranges`. For wide ranges
    /// the mask may contain further categories.
    pub fn mask_of(ranges: &[(char, char)]) -> u64 {
        let mut mask = 0;
        for &(low, high) in ranges {
            if high as u32 - low as u32 > 256 {
                // For a wide range, test the marks one by one and add every other category it could overlap.
                for (index, &mark) in MARKS.iter().enumerate() {
                    if (low..=high).contains(&mark) {
                        mask |= 1 << (Category::FIRST_MARK + index);
                    }
                }
                for (category, first, last) in
                    [(Category::DIGIT, '0', '9'), (Category::LATIN, 'A', 'z'), (Category::SPACE, '\t', '\u{3000}')]
                {
                    if low <= last && first <= high {
                        mask |= category.0;
                    }
                }
                let all_han = (1 << Category::FIRST_MARK) - (1 << Category::FIRST_HAN);
                mask |= all_han | Category::NUMERAL.0 | Category::OTHER.0;
            } else {
                for c in low..=high {
                    mask |= Category::of(c).0;
                }
            }
        }
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mask_contains_the_category_of_every_character_in_its_ranges() {
        let ranges =
            [vec![('\0', char::MAX)], vec![('一', '龥')], vec![('!', '~')], vec![(' ', '，')], vec![('，', '，')]];
        for ranges in ranges {
            let mask = Category::mask_of(&ranges);
            for c in ('\0'..='\u{FFFF}').filter(|c| ranges.iter().any(|(low, high)| (low..=high).contains(&c))) {
                assert!(Category::of(c).is_in(mask), "the mask of {ranges:?} lacks the category of {c:?}");
            }
        }
    }

    #[test]
    fn assigns_a_distinct_bit_to_every_mark() {
        assert_eq!(Category::FIRST_MARK + MARKS.len(), 64);
        for (index, &mark) in MARKS.iter().enumerate() {
            assert_eq!(mark_index(mark), Some(index), "{mark}");
        }
    }
}
