//! The thin binary: see [`raftsh::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    raftsh::cli::run()
}
