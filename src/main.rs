//! The binary: it only calls [`raftsh::cli::run`].

use std::process::ExitCode;

fn main() -> ExitCode {
    raftsh::cli::run()
}
