//! Printing: results to standard output, errors and notes to standard error.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::pager::Pager;
use super::replace::create_or_replace;
use super::{CommandError, CommandResult, Outcome};
use crate::error::Error;
use crate::text::{visible_lines, visible_path};

/// The width of a report that does not go to a terminal, in columns.
const DEFAULT_COLUMNS: usize = 80;
/// The minimum width of a report on a terminal, in columns.
const MIN_COLUMNS: usize = 40;
/// The maximum width of a report on a terminal, in columns. Longer lines are hard to read.
const MAX_COLUMNS: usize = 120;

/// The output of a command. It remembers which errors were reported.
pub struct Console {
    has_failed: bool,
    /// The errors that concern a file, for reports that record them.
    failures: Vec<Error>,
    output: Output,
}

/// Where results go.
enum Output {
    /// Standard output.
    Standard,
    /// A file, which is written at the end, as a whole.
    File { path: PathBuf, content: Vec<u8> },
    /// The terminal; what fits on its screen so far.
    Screen { rows: usize, pending: Vec<u8> },
    /// A pager on the terminal.
    Pager(Pager),
}

impl Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Output::Standard => io::stdout().lock().write_all(bytes),
            Output::File { content, .. } => content.write_all(bytes),
            Output::Screen { pending, .. } => pending.write_all(bytes),
            Output::Pager(pager) => pager.write(bytes),
        }
    }
}

impl Console {
    pub fn new() -> Console {
        Console { has_failed: false, failures: Vec::new(), output: Output::Standard }
    }

    /// Sends results to the file at `path` from now on. It is written when the run ends.
    pub fn write_to_file(&mut self, path: &Path) {
        self.output = Output::File { path: path.to_owned(), content: Vec::new() };
    }

    /// Sends results to a pager from now on if standard output is a terminal and they do not fit on its screen.
    pub fn page(&mut self) {
        if let Some((_, terminal_size::Height(rows))) = terminal_size::terminal_size_of(io::stdout()) {
            self.output = Output::Screen { rows: rows.into(), pending: Vec::new() };
        }
    }

    /// Starts the pager, or does without one if it cannot be started, once `pending` does not fit on a screen.
    fn start_pager(&mut self) -> io::Result<()> {
        let Output::Screen { rows, pending } = &mut self.output else { return Ok(()) };
        if memchr::memchr_iter(b'\n', pending).count() < *rows {
            return Ok(());
        }
        let pending = std::mem::take(pending);
        self.output = Pager::start().map_or(Output::Standard, Output::Pager);
        self.output.write(&pending)
    }

    /// Writes lines for people, with characters that would control the terminal made visible.
    pub fn print(&mut self, text: &str) -> CommandResult<()> {
        self.write(visible_lines(text).as_bytes())
    }

    /// Writes bytes as they are: a draft, a script, a report, which its format has made safe.
    pub fn write(&mut self, bytes: &[u8]) -> CommandResult<()> {
        self.output.write(bytes).and_then(|()| self.start_pager()).map_err(CommandError::Output)
    }

    /// Writes out what standard output has buffered, before a command that runs for long.
    pub fn flush(&mut self) -> CommandResult<()> {
        io::stdout().flush().map_err(CommandError::Output)
    }

    /// Writes an error to standard error. The run then ends as failed. An error about a file that was reported before is
    /// not repeated.
    pub fn report_error(&mut self, error: &Error) {
        self.has_failed = true;
        if error.path().is_some() {
            if self.failures.contains(error) {
                return;
            }
            self.failures.push(error.clone());
        }
        self.note(&error.to_string());
    }

    /// Returns the reported errors that concern a file.
    pub fn failures(&self) -> &[Error] {
        &self.failures
    }

    /// Writes lines to standard error, with characters that would control the terminal made visible. Failures are
    /// ignored: there is no other place to report them.
    pub fn note(&self, text: &str) {
        let _ = io::stdout().flush();
        let _ = writeln!(io::stderr().lock(), "{}", visible_lines(text));
    }

    /// Shows what is held back for a pager, when a run ends early. A file that is not complete is not written.
    pub fn abandon(&mut self) {
        if let Output::Screen { pending, .. } = std::mem::replace(&mut self.output, Output::Standard) {
            let _ = io::stdout().write_all(&pending);
        }
    }

    /// Flushes the output and returns the outcome of the run: `outcome`, or a failure if an error was reported.
    pub fn finish(&mut self, outcome: Outcome) -> CommandResult<Outcome> {
        match std::mem::replace(&mut self.output, Output::Standard) {
            Output::Standard => io::stdout().flush().map_err(CommandError::Output)?,
            Output::File { path, content } => {
                create_or_replace(&path, &content).map_err(|error| error.in_file(path.display()))?;
            }
            Output::Screen { pending, .. } => {
                let mut out = io::stdout().lock();
                out.write_all(&pending).and_then(|()| out.flush()).map_err(CommandError::Output)?;
            }
            Output::Pager(pager) => drop(pager),
        }
        Ok(if self.has_failed { Outcome::Failed } else { outcome })
    }
}

/// Returns a path as it is shown to people: on one line, with invisible characters made visible.
pub fn shown(path: &Path) -> String {
    visible_path(&path.to_string_lossy()).into_owned()
}

/// Whether reports are coloured. `choice` is the value of `--color`, which has the last word; then come the variables of
/// the environment, then whether the report goes to a terminal, as it does if `may_be_terminal` and standard output is one.
pub fn use_colour(choice: &str, may_be_terminal: bool) -> bool {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
    match choice {
        "always" => return true,
        "never" => return false,
        _ => {}
    }
    if variable("NO_COLOR").is_some() {
        return false;
    }
    if let Some(value) = variable("FORCE_COLOR") {
        return value != "0" && value != "false";
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    may_be_terminal && io::stdout().is_terminal() && variable("TERM").is_none_or(|value| value != "dumb")
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
