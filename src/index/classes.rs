//! Divides the characters into classes: two characters are in one class if no set of any rule tells them apart.

use fnv::FnvHashMap;

use super::cell::CELLS;
use crate::matcher::CharSet;
use crate::text::code_of;

/// A class of characters. Class 0 has the characters that are in no set.
type Class = u16;

/// Characters in classes, and the sets that each class is in. `U` says what a set is used for.
pub(super) struct Classes<U> {
    /// The class of each cell.
    of: Vec<Class>,
    /// For each class the uses of the sets that contain it, in the order in which they were added.
    uses: Vec<Vec<U>>,
}

impl<U> Default for Classes<U> {
    fn default() -> Classes<U> {
        Classes { of: vec![0; CELLS], uses: vec![Vec::new()] }
    }
}

impl<U: Copy> Classes<U> {
    /// Adds a set of characters, which divides the classes that it cuts in two.
    pub(super) fn add(&mut self, set: &CharSet, used_for: U) {
        // For each class that has characters in the set, the class that takes them. Neighbours are mostly of one class.
        let mut inside: FnvHashMap<Class, Class> = FnvHashMap::default();
        let mut last = (Class::MAX, Class::MAX);
        for (low, high) in set.ranges().iter().copied() {
            for class in &mut self.of[code_of(low) as usize..=code_of(high) as usize] {
                if *class != last.0 {
                    let new = *inside.entry(*class).or_insert_with(|| {
                        let mut uses = self.uses[*class as usize].clone();
                        uses.push(used_for);
                        self.uses.push(uses);
                        (self.uses.len() - 1) as Class
                    });
                    last = (*class, new);
                }
                *class = last.1;
            }
        }
    }

    /// The class of the character with this cell.
    pub(super) fn of(&self, cell: usize) -> usize {
        self.of[cell] as usize
    }

    /// For each class the uses of the sets that contain it.
    pub(super) fn uses(&self) -> &[Vec<U>] {
        &self.uses
    }
}
