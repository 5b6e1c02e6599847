//! Runs of backticks, which begin and end code.

use std::collections::HashMap;

use crate::text::Span;

/// The runs of backticks of a paragraph.
pub struct Backticks {
    /// The runs in order.
    runs: Vec<Span>,
    /// For each run, the end of the next run of the same length, which closes the code that the run opens.
    closes: Vec<Option<usize>>,
}

impl Backticks {
    /// Finds the runs in `paragraph`. In a row of a table, code does not extend beyond a cell.
    pub fn new(bytes: &[u8], paragraph: Span, is_row: bool) -> Backticks {
        let mut runs: Vec<Span> = Vec::new();
        for at in memchr::memchr_iter(b'`', &bytes[paragraph.range()]).map(|at| paragraph.start + at) {
            match runs.last_mut() {
                Some(run) if run.end == at => run.end += 1,
                _ => runs.push(Span::new(at, at + 1)),
            }
        }
        let mut next_of_length = HashMap::new();
        let mut next_start = paragraph.end;
        let close = |run: &Span| {
            let between = &bytes[run.end..next_start];
            if is_row && memchr::memchr_iter(b'|', between).any(|at| !between[..at].ends_with(b"\\")) {
                next_of_length.clear();
            }
            next_start = run.start;
            next_of_length.insert(run.len(), run.end)
        };
        let mut closes: Vec<Option<usize>> = runs.iter().rev().map(close).collect();
        closes.reverse();
        Backticks { runs, closes }
    }

    /// Returns the index of the run that contains byte `at`.
    fn index(&self, at: usize) -> usize {
        self.runs.partition_point(|run| run.end <= at)
    }

    /// Returns the run that contains byte `at`.
    pub fn run_at(&self, at: usize) -> Span {
        self.runs[self.index(at)]
    }

    /// Returns the end of the code that the run at byte `at` opens, if it is closed.
    pub fn close_of(&self, at: usize) -> Option<usize> {
        self.closes[self.index(at)]
    }
}
