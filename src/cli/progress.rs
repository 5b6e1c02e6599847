//! The line that shows how far a long run has got.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes no longer than this is not worth a line.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far a run over drafts has got; shown on a terminal, and only where it takes long.
pub struct Progress {
    total: usize,
    done: usize,
    began: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// None of `total` drafts is done.
    pub fn new(total: usize) -> Progress {
        Progress { total, done: 0, began: Instant::now(), bar: None }
    }

    /// So many drafts more are done.
    pub fn advance(&mut self, count: usize) {
        self.done += count;
        if self.bar.is_none() && self.began.elapsed() > PATIENCE && io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(self.total as u64), ProgressDrawTarget::stderr());
            // The template is a constant, and right.
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} 篇，还要 {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done as u64);
            bar.tick();
        }
    }

    /// Does something that may print, with the line out of its way.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
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
