//! Divides the characters into classes: two characters are in one class if no set of any rule tells them apart.

use fnv::FnvHashMap;

use super::builder::Use;
#[cfg(not(prepared))]
use super::cell::CELLS;
use super::cell::Cell;
use crate::matcher::CharSet;
use crate::text::code_of;

/// The cells of all characters, with their classes, and the uses of each class.
pub(super) struct Classes {
    /// The cells as they are stored.
    cells: Vec<[u8; 4]>,
    /// For each class the uses of the sets that contain it, in the order in which they were added.
    uses: Vec<Vec<Use>>,
}

impl Classes {
    /// All characters in class 0.
    #[cfg(not(prepared))]
    pub(super) fn new() -> Classes {
        let cell = |code: usize| {
            Cell::new(char::from_u32(code as u32).unwrap_or(char::REPLACEMENT_CHARACTER)).number().to_le_bytes()
        };
        Classes::of((0..CELLS).map(cell).collect(), vec![Vec::new()])
    }

    /// Classes that were built before.
    pub(super) fn of(cells: Vec<[u8; 4]>, uses: Vec<Vec<Use>>) -> Classes {
        Classes { cells, uses }
    }

    /// Adds a set of characters, which divides the classes that it cuts in two.
    pub(super) fn add(&mut self, set: &CharSet, used_for: Use) {
        let is_entry = matches!(used_for, Use::Anchor(_) | Use::Watch(_));
        // For each class that has characters in the set, the class that takes them. Neighbours are mostly of one class.
        let mut inside: FnvHashMap<usize, usize> = FnvHashMap::default();
        let mut last = (usize::MAX, usize::MAX);
        // Characters outside the basic plane share a cell, which is divided only once.
        let mut next = 0;
        for (low, high) in set.ranges().iter().copied() {
            let codes = next.max(usize::from(code_of(low)))..usize::from(code_of(high)) + 1;
            next = codes.end;
            for stored in self.cells.get_mut(codes).into_iter().flatten() {
                let cell = Cell::from_number(u32::from_le_bytes(*stored));
                if cell.class() != last.0 {
                    let new = *inside.entry(cell.class()).or_insert_with(|| {
                        let mut uses = self.uses[cell.class()].clone();
                        uses.push(used_for);
                        self.uses.push(uses);
                        self.uses.len() - 1
                    });
                    last = (cell.class(), new);
                }
                *stored = cell.in_class(last.1, is_entry).number().to_le_bytes();
            }
        }
    }

    /// The cells as they are stored, and the uses of each class.
    pub(super) fn finish(self) -> (Vec<[u8; 4]>, Vec<Vec<Use>>) {
        (self.cells, self.uses)
    }
}
