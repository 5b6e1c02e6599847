//! Classes of characters: the names that rule files may use, and the categories by which the
//! engine tells, before trying a rule at a place, that it cannot hit there.

/// Stands in a block's text for something that is not prose (a web address, inline code): it holds
/// the sentence together and is never touched.
pub const OBJECT: char = '\u{FFFC}';

/// Names usable in rule files as `{name}`, each with its meaning as the inside of a regex class.
const NAMED: &[(&str, &str)] = &[
    // Unified ideographs (with extensions A–H and the compatibility block), and 〇 々.
    ("han", r"\x{3005}\x{3007}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{323AF}"),
    ("digit", "0-9"),
    ("numeral", "〇零一二三四五六七八九十百千万亿两"),
    ("latin", r"A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{24F}"),
    // What a web address, a mail address or a piece of code leaves behind in a sentence.
    ("object", r"\x{FFFC}"),
    ("blank", r" \t\x{A0}\x{2000}-\x{200A}\x{202F}\x{3000}"),
    ("open", "“‘（《〈【〔「『"),
    ("close", "”’）》〉】〕」』"),
    ("point", "。！？，、；："),
    ("end", "。！？…"),
    ("circled", r"\x{2460}-\x{2473}"),
];

/// The inside of the regex class that `{name}` stands for.
pub fn named_class(name: &str) -> Option<&'static str> {
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, ranges)| *ranges)
}

/// Is `c` a Chinese character (or 〇, 々)?
#[inline]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '々' | '〇'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Is `c` one of the seven points of a sentence (点号: 。！？，、；：)?
pub fn is_point(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '，' | '、' | '；' | '：')
}

/// The marks that have a category of their own.
const MARKS: &[char] = &[
    ',', '.', ';', ':', '?', '!', '(', ')', '[', ']', '"', '\'', '-', '~', '/', '<', '>', '%', '，', '。', '、', '；',
    '：', '？', '！', '（', '）', '《', '》', '〈', '〉', '“', '”', '‘', '’', '【', '】', '〔', '〕', '—', '…', '·',
    '～', '－',
];

/// The Unicode blocks of 256 characters that hold the marks.
const MARK_BLOCKS: [u32; 4] = [0x00, 0x20, 0x30, 0xFF];

/// For each character of those blocks its index in `MARKS` plus one, or 0.
static MARK_TABLE: [[u8; 256]; 4] = {
    let mut table = [[0; 256]; 4];
    let mut index = 0;
    while index < MARKS.len() {
        let mut block = 0;
        while block < MARK_BLOCKS.len() {
            if MARK_BLOCKS[block] == MARKS[index] as u32 >> 8 {
                table[block][MARKS[index] as usize & 0xFF] = index as u8 + 1;
            }
            block += 1;
        }
        index += 1;
    }
    table
};

#[inline]
fn mark_index(c: char) -> Option<usize> {
    let block = match c as u32 >> 8 {
        0x00 => 0,
        0x20 => 1,
        0x30 => 2,
        0xFF => 3,
        _ => return None,
    };
    (MARK_TABLE[block][c as usize & 0xFF] as usize).checked_sub(1)
}

/// A category of characters, as one bit of a mask. Every character is in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category(u64);

impl Category {
    /// Where there is no character: the beginning or the end of the text.
    pub const EDGE: Category = Category(1);
    const DIGIT: Category = Category(1 << 1);
    const LATIN: Category = Category(1 << 2);
    const BLANK: Category = Category(1 << 3);
    const OTHER: Category = Category(1 << 4);
    const FIRST_HAN: usize = 5;
    const FIRST_MARK: usize = Category::FIRST_HAN + 8;

    /// Chinese characters are of eight categories, by their last bits: who wants one of them is not asked at
    /// most of the others.
    #[inline]
    fn of_han(c: char) -> Category {
        Category(1 << (Category::FIRST_HAN + (c as usize & 7)))
    }

    /// The category of `c`.
    #[inline]
    pub fn of(c: char) -> Category {
        if ('\u{4E00}'..='\u{9FFF}').contains(&c) {
            return Category::of_han(c);
        }
        match c {
            '0'..='9' => Category::DIGIT,
            'A'..='Z' | 'a'..='z' => Category::LATIN,
            ' ' | '\t' | '\u{3000}' | '\u{A0}' => Category::BLANK,
            _ => match mark_index(c) {
                Some(index) => Category(1 << (Category::FIRST_MARK + index)),
                None if is_han(c) => Category::of_han(c),
                None => Category::OTHER,
            },
        }
    }

    /// The category before the first or after the last character.
    #[inline]
    pub fn of_neighbour(c: Option<char>) -> Category {
        c.map_or(Category::EDGE, Category::of)
    }

    /// This category as a mask.
    pub fn mask(self) -> u64 {
        self.0
    }

    /// Is this category in `mask`?
    #[inline]
    pub fn is_in(self, mask: u64) -> bool {
        self.0 & mask != 0
    }

    /// The mask of the categories that hold any character of the given inclusive ranges.
    pub fn mask_of(ranges: &[(char, char)]) -> u64 {
        let mut mask = 0;
        for &(low, high) in ranges {
            if high as u32 - low as u32 > 256 {
                // A wide range: the marks that lie in it, and the classes of letters it may touch.
                for (index, &mark) in MARKS.iter().enumerate() {
                    if (low..=high).contains(&mark) {
                        mask |= 1 << (Category::FIRST_MARK + index);
                    }
                }
                for (category, first, last) in
                    [(Category::DIGIT, '0', '9'), (Category::LATIN, 'A', 'z'), (Category::BLANK, '\t', '\u{3000}')]
                {
                    if low <= last && first <= high {
                        mask |= category.0;
                    }
                }
                mask |= 0xFF << Category::FIRST_HAN | Category::OTHER.0;
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
    fn a_mask_never_leaves_out_a_character_of_its_ranges() {
        let ranges =
            [vec![('\0', char::MAX)], vec![('一', '龥')], vec![('!', '~')], vec![(' ', '，')], vec![('，', '，')]];
        for ranges in ranges {
            let mask = Category::mask_of(&ranges);
            for c in ('\0'..='\u{FFFF}').filter(|c| ranges.iter().any(|(low, high)| (low..=high).contains(&c))) {
                assert!(Category::of(c).is_in(mask), "{c:?} is not in the mask of {ranges:?}");
            }
        }
    }

    #[test]
    fn every_mark_has_a_bit_of_its_own() {
        assert!(Category::FIRST_MARK + MARKS.len() <= 64);
        for (index, &mark) in MARKS.iter().enumerate() {
            assert_eq!(mark_index(mark), Some(index), "{mark}");
        }
    }
}
