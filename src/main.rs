use std::process::ExitCode;

fn main() -> ExitCode {
    zhubi::cli::run(std::env::args_os())
}
