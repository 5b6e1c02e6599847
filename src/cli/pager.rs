//! A pager for long reports on a terminal, as git uses one.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::{Child, Command, Stdio};

/// What `less` is told, unless the user has told it something: quit if the report fits on one screen, show colours, leave
/// the report on the screen.
const LESS: &str = "FRX";

/// A pager that is running.
pub struct Pager(Child);

impl Pager {
    /// Starts the pager that the environment names, or `less`. Returns `None` if standard output is not a terminal, if
    /// the environment says that there is to be none (`cat`, or an empty name), or if it cannot be started.
    pub fn start() -> Option<Pager> {
        if !io::stdout().is_terminal() || env::var_os("TERM").is_some_and(|terminal| terminal == "dumb") {
            return None;
        }
        let named = ["ZHUBI_PAGER", "PAGER"].into_iter().find_map(env::var_os);
        let line = named.unwrap_or_else(|| OsString::from("less")).into_string().ok()?;
        let mut words = line.split_whitespace();
        let program = words.next().filter(|program| *program != "cat")?;
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        for (variable, value) in [("LESS", LESS), ("LESSCHARSET", "utf-8"), ("LV", "-c")] {
            if env::var_os(variable).is_none() {
                command.env(variable, value);
            }
        }
        command.spawn().ok().map(Pager)
    }

    /// Passes bytes to the pager.
    ///
    /// # Errors
    /// The reader has left the pager.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.stdin.as_mut().map_or(Ok(()), |input| input.write_all(bytes))
    }
}

impl Drop for Pager {
    /// Waits until the reader leaves the pager.
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
