//! Helpers shared by the integration tests: running programs, comparing with golden files.
//! Not every test uses all of them.

#![allow(dead_code, unused_imports)]

mod golden;
mod page;
mod word;

use std::path::Path;
use std::process::{Command, Output};

pub use golden::{ROOT, assert_golden};
pub use page::follow;
pub use word::{part, word_file, word_file_of, word_file_with};

/// Creates a command that runs in `directory` without the environment variables that control colour, and without the model
/// that comes with the program: what the tests expect is what the rules find.
pub fn command(program: &str, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory).env("ZHUBI_MODEL", "");
    for variable in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK", "TERM"] {
        command.env_remove(variable);
    }
    command
}

/// Runs `zhubi` in `directory`.
pub fn zhubi(directory: &Path, arguments: &[&str]) -> Output {
    command(env!("CARGO_BIN_EXE_zhubi"), directory).args(arguments).output().unwrap()
}
