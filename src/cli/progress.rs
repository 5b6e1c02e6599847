//! The progress bar of long runs.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter runs show no progress bar.
const DELAY: Duration = Duration::from_secs(1);

/// The progress of a run over drafts. It is shown on a terminal only, and only after [`DELAY`].
pub struct Progress {
    total: usize,
    done: usize,
    start: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts a run over `total` drafts.
    pub fn new(total: usize) -> Progress {
        Progress { total, done: 0, start: Instant::now(), bar: None }
    }

    /// Records that `count` more drafts are done.
    pub fn advance(&mut self, count: usize) {
        self.done += count;
        if self.bar.is_none() && self.start.elapsed() > DELAY && io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(self.total as u64), ProgressDrawTarget::stderr());
            // The template is a valid constant, so the default is never used.
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} 篇，还要 {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done as u64);
            bar.tick();
        }
    }

    /// Calls `print`, which may print, with the progress bar hidden.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
