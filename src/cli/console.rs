//! Printing: text to standard output, everything else to standard error.

use std::env;
use std::io::{self, IsTerminal, Write};

use super::{Attempt, Outcome, Stop};
use crate::error::Error;

/// The width of a report that does not go to a terminal, in columns.
const COLUMNS: usize = 80;
/// The narrowest and the widest report on a terminal: longer lines are hard to read.
const NARROWEST: usize = 40;
const WIDEST: usize = 120;

/// Where a command prints. It remembers whether anything went wrong.
pub struct Console {
    failed: bool,
}

impl Console {
    pub fn new() -> Console {
        Console { failed: false }
    }

    /// Writes to standard output.
    pub fn print(&mut self, text: &str) -> Attempt<()> {
        self.write(text.as_bytes())
    }

    /// Writes to standard output, byte for byte.
    pub fn write(&mut self, bytes: &[u8]) -> Attempt<()> {
        io::stdout().lock().write_all(bytes).map_err(Stop::Output)
    }

    /// Says on standard error what went wrong; the run will end as failed.
    pub fn complain(&mut self, error: &Error) {
        self.failed = true;
        self.note(&error.to_string());
    }

    /// Says something on standard error. Where even that is closed there is nobody left to tell.
    pub fn note(&self, text: &str) {
        let _ = io::stdout().flush();
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// How a run ends that got as far as `outcome`.
    pub fn finish(&self, outcome: Outcome) -> Attempt<Outcome> {
        io::stdout().flush().map_err(Stop::Output)?;
        Ok(if self.failed { Outcome::Failed } else { outcome })
    }
}

/// Are reports coloured? `choice` is the value of `--color`.
pub fn colour(choice: &str) -> bool {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    match choice {
        "always" => true,
        "never" => false,
        _ if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        _ => io::stdout().is_terminal() && set("TERM").is_none_or(|value| value != "dumb"),
    }
}

/// Are ids of rules linked to their pages? Only in coloured reports, on a terminal that is known to support
/// hyperlinks; `FORCE_HYPERLINK` overrides what is known of the terminal.
pub fn hyperlinks(colour: bool) -> bool {
    colour && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}

/// The width of a report in columns.
pub fn columns() -> usize {
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((terminal_size::Width(columns), _)) => usize::from(columns).clamp(NARROWEST, WIDEST),
        None => COLUMNS,
    }
}
