//! What the index knows of a character, in one number.

#[cfg(not(prepared))]
use crate::check::article::notes::SENTENCE_ENDS;
#[cfg(not(prepared))]
use crate::quantity::begins_quantity;
use crate::text::Category;

/// The number of cells: one for each 16-bit code.
pub const CELLS: usize = 1 << 16;

/// The cells of all characters, by their [codes](crate::text::code_of).
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a>(pub(super) &'a [[u8; 4]; CELLS]);

impl Cells<'_> {
    /// The cell of the character with this code.
    #[inline]
    pub fn get(self, code: u16) -> Cell {
        Cell(u32::from_le_bytes(self.0[code as usize]))
    }
}

/// What the index knows of a character.
///
/// From the lowest bit: the class (16 bits), the number of the category (6 bits), then flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell(u32);

impl Cell {
    const CLASS_BITS: u32 = 16;
    const CATEGORY_BITS: u32 = 6;
    const HAS_ENTRY: u32 = 1 << (Cell::CLASS_BITS + Cell::CATEGORY_BITS);
    const BEGINS_QUANTITY: u32 = Cell::HAS_ENTRY << 1;
    const ENDS_SENTENCE: u32 = Cell::HAS_ENTRY << 2;

    /// The cell of the absence of a character, before the first and after the last character of a block.
    pub const EDGE: Cell = Cell(Category::EDGE.number() << Cell::CLASS_BITS);

    /// The cell of `c` in class 0.
    #[cfg(not(prepared))]
    pub(super) fn new(c: char) -> Cell {
        let (is_numeral, is_end) = (begins_quantity(c), SENTENCE_ENDS.contains(&c));
        Cell(
            Category::of(c).number() << Cell::CLASS_BITS
                | flag(is_numeral || is_end, Cell::HAS_ENTRY)
                | flag(is_numeral, Cell::BEGINS_QUANTITY)
                | flag(is_end, Cell::ENDS_SENTENCE),
        )
    }

    /// The same cell in another class. `has_entry` says whether the class has an anchor or a watch that the former class
    /// does not have.
    ///
    /// # Panics
    /// If the number of the class is too large: the rules tell too many characters apart.
    pub(super) fn in_class(self, class: usize, has_entry: bool) -> Cell {
        assert!(class < 1 << Cell::CLASS_BITS, "the rules have too many sets of characters");
        Cell(self.0 & !((1 << Cell::CLASS_BITS) - 1) | class as u32 | flag(has_entry, Cell::HAS_ENTRY))
    }

    /// The cell that [`Cell::number`] has returned.
    pub(super) fn from_number(number: u32) -> Cell {
        Cell(number)
    }

    /// The cell as a number.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// The class of the character: characters of one class are in the same sets of every rule.
    #[inline]
    pub fn class(self) -> usize {
        (self.0 & ((1 << Cell::CLASS_BITS) - 1)) as usize
    }

    /// Whether the category of the character is in a mask of categories.
    #[inline]
    pub fn is_in(self, mask: u64) -> bool {
        mask >> (self.0 >> Cell::CLASS_BITS & ((1 << Cell::CATEGORY_BITS) - 1)) & 1 != 0
    }

    /// Whether there is something to do where the character occurs: its class has anchors or watches, or it is to be
    /// noted.
    #[inline]
    pub fn has_entry(self) -> bool {
        self.0 & Cell::HAS_ENTRY != 0
    }

    /// Whether a quantity can begin with the character.
    #[inline]
    pub fn begins_quantity(self) -> bool {
        self.0 & Cell::BEGINS_QUANTITY != 0
    }

    /// Whether the character ends a sentence.
    #[inline]
    pub fn ends_sentence(self) -> bool {
        self.0 & Cell::ENDS_SENTENCE != 0
    }
}

/// The bits of a flag that is set or not.
fn flag(is_set: bool, bits: u32) -> u32 {
    if is_set { bits } else { 0 }
}
