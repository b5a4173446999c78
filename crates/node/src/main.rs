//! The program `detente`.

use std::process::ExitCode;

fn main() -> ExitCode {
    node::cli::run()
}
