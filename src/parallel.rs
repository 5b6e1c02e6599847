//! Maps a function over items on several threads. Without the feature `parallel`, or where the system starts no threads,
//! the calling thread does the work alone.

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Returns the results of `work` for `items`, in the order of the items.
pub fn map<'i, T: Sync, R: Send>(items: &'i [T], work: impl Fn(&'i T) -> R + Sync + Send) -> Vec<R> {
    #[cfg(feature = "parallel")]
    if *HAS_THREADS {
        return items.par_iter().map(work).collect();
    }
    items.iter().map(work).collect()
}

/// Returns the number of threads among which the work of [`map`] is divided.
pub fn threads() -> usize {
    #[cfg(feature = "parallel")]
    if *HAS_THREADS {
        return rayon::current_num_threads();
    }
    1
}

/// Divides the work of [`map`] among at most `threads` threads. It has an effect only before the first work.
pub fn limit_threads(threads: usize) {
    #[cfg(feature = "parallel")]
    let _ = THREADS.set(threads);
    #[cfg(not(feature = "parallel"))]
    let _ = threads;
}

/// The greatest number of threads, if one was set.
#[cfg(feature = "parallel")]
static THREADS: std::sync::OnceLock<usize> = std::sync::OnceLock::new();

/// Whether rayon's global pool has its threads. It does not if the system limits threads or memory (`ulimit -u`,
/// `ulimit -v`); rayon would panic when the pool is used.
#[cfg(feature = "parallel")]
static HAS_THREADS: std::sync::LazyLock<bool> = std::sync::LazyLock::new(|| {
    use std::error::Error;
    let mut builder = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = THREADS.get() {
        builder = builder.num_threads(*threads);
    }
    match builder.build_global() {
        Ok(()) => true,
        // The error has a source if it comes from the system. Without one it says that a pool is there already.
        Err(error) => error.source().is_none(),
    }
});

#[cfg(test)]
mod tests {
    #[test]
    fn keeps_the_order() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(super::map(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert!(super::threads() >= 1);
    }
}
