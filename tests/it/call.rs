//! The binary, called as from a shell.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A call with these arguments, without a standard input, and without variables that it would listen to.
pub(crate) fn raftsh(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_raftsh"));
    command.args(arguments).stdin(Stdio::null());
    command.env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR").env_remove("CI");
    command
}

/// Exit status, standard output, standard error.
pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A directory of a test's own, with these files in it.
pub(crate) fn directory(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(&root).unwrap();
    for (file, content) in files {
        let file = root.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }
    root
}
