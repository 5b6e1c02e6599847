//! Parallel iterators: those of rayon, or sequential ones without the feature `parallel`.

#[cfg(feature = "parallel")]
pub use rayon::{current_num_threads as threads, prelude::*};

/// Returns the number of threads among which the work of an iterator is divided.
#[cfg(not(feature = "parallel"))]
pub fn threads() -> usize {
    1
}

/// The part of rayon's interface that is used without the feature `parallel`. The command-line program uses more of it,
/// so the feature `cli` includes `parallel`.
#[cfg(not(feature = "parallel"))]
pub trait IntoParallelIterator: IntoIterator + Sized {
    /// Returns a sequential iterator.
    fn into_par_iter(self) -> Self::IntoIter {
        self.into_iter()
    }
}

#[cfg(not(feature = "parallel"))]
impl<I: IntoIterator> IntoParallelIterator for I {}
