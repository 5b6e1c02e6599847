//! The command-line program `zhubi`.

use std::process::ExitCode;

fn main() -> ExitCode {
    zhubi::cli::run(std::env::args_os())
}
