//! Printing: results to standard output, errors and notes to standard error.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::{CommandError, CommandResult, Outcome};
use crate::error::Error;
use crate::text::{visible_lines, visible_path};

/// The width of a report that does not go to a terminal, in columns.
const DEFAULT_COLUMNS: usize = 80;
/// The minimum width of a report on a terminal, in columns.
const MIN_COLUMNS: usize = 40;
/// The maximum width of a report on a terminal, in columns. Longer lines are hard to read.
const MAX_COLUMNS: usize = 120;

/// The output of a command. It remembers whether an error was reported.
pub struct Console {
    has_failed: bool,
}

impl Console {
    pub fn new() -> Console {
        Console { has_failed: false }
    }

    /// Writes lines for people to standard output, with characters that would control the terminal made visible.
    pub fn print(&mut self, text: &str) -> CommandResult<()> {
        self.write(visible_lines(text).as_bytes())
    }

    /// Writes bytes to standard output as they are: a draft, a script, a report, which its format has made safe.
    pub fn write(&mut self, bytes: &[u8]) -> CommandResult<()> {
        io::stdout().lock().write_all(bytes).map_err(CommandError::Output)
    }

    /// Writes an error to standard error. The run then ends as failed.
    pub fn report_error(&mut self, error: &Error) {
        self.has_failed = true;
        self.note(&error.to_string());
    }

    /// Writes lines to standard error, with characters that would control the terminal made visible. Failures are
    /// ignored: there is no other place to report them.
    pub fn note(&self, text: &str) {
        let _ = io::stdout().flush();
        let _ = writeln!(io::stderr().lock(), "{}", visible_lines(text));
    }

    /// Flushes the output and returns the outcome of the run: `outcome`, or a failure if an error was reported.
    pub fn finish(&self, outcome: Outcome) -> CommandResult<Outcome> {
        io::stdout().flush().map_err(CommandError::Output)?;
        Ok(if self.has_failed { Outcome::Failed } else { outcome })
    }
}

/// Returns a path as it is shown to people: on one line, with invisible characters made visible.
pub fn shown(path: &Path) -> String {
    visible_path(&path.to_string_lossy()).into_owned()
}

/// Whether reports are coloured. `choice` is the value of `--color`.
pub fn use_colour(choice: &str) -> bool {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
    if variable("NO_COLOR").is_some() {
        return false;
    }
    match choice {
        "always" => true,
        "never" => false,
        _ if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        _ => io::stdout().is_terminal() && variable("TERM").is_none_or(|value| value != "dumb"),
    }
}

/// Whether the ids of rules are linked to their pages: only in coloured reports, on a terminal that is known to support
/// hyperlinks. The environment variable `FORCE_HYPERLINK` overrides what is known of the terminal.
pub fn use_hyperlinks(colour: bool) -> bool {
    colour && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}

/// Returns the width of a report in columns.
pub fn report_columns() -> usize {
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((terminal_size::Width(columns), _)) => usize::from(columns).clamp(MIN_COLUMNS, MAX_COLUMNS),
        None => DEFAULT_COLUMNS,
    }
}
