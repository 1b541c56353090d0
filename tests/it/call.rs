//! The binary, called as from a shell.

use std::process::{Command, Stdio};

use crate::surroundings::{RAFTSH, untold};

/// A call with these arguments, with nothing on standard input.
pub(crate) fn raftsh(arguments: &[&str]) -> Command {
    let mut command = untold(RAFTSH);
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command; returns its exit status, standard output and standard error.
pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
