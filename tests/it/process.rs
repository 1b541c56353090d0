//! raftsh as a process: its output and how it ends, within bounds of time and memory.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a hanging process is seen by the clock"
)]

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::surroundings::{RAFTSH, untold};

/// How long a call may take on a shared machine; one that takes longer counts as hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// The memory that a call may take, in KiB, where the system can limit it.
const MEMORY_KIB: u32 = 2_000_000;

/// How a call ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The exit status; `None` if it was killed.
    pub(crate) status: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ended {
    /// Standard output, then standard error.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// raftsh with these arguments, in an empty environment and with limited memory.
pub(crate) fn raftsh(arguments: &[&str]) -> Command {
    let mut command = if cfg!(target_os = "linux") {
        let mut command = untold("sh");
        command.args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\""), RAFTSH]);
        command
    } else {
        untold(RAFTSH)
    };
    command.args(arguments);
    command
}

/// Runs a command to its end, with this on its standard input.
///
/// # Panics
/// If the command hangs, panics or is ended by a signal.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Ended {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let ended = std::thread::scope(|scope| {
        // raftsh may end before it has read all of its input; that is no error.
        scope.spawn(move || drop(stdin.write_all(input)));
        let out = scope.spawn(move || read(&mut stdout));
        let err = scope.spawn(move || read(&mut stderr));
        let begun = Instant::now();
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if begun.elapsed() > PATIENCE => break None,
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        if status.is_none() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let ended = Ended {
            status: status.and_then(|status| status.code()),
            out: out.join().unwrap(),
            err: err.join().unwrap(),
        };
        assert!(status.is_some(), "hangs: {command:?}\n{}", start(&ended.said()));
        ended
    });
    let said = ended.said();
    assert!(!said.contains("panicked"), "{command:?}\n{said}");
    assert!(
        ended.status.is_some(),
        "ended by a signal (no memory?): {command:?}\n{}",
        start(&said)
    );
    ended
}

fn read(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The beginning of a text that may be long.
pub(crate) fn start(text: &str) -> String {
    text.chars().take(2_000).collect()
}
