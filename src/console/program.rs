//! Other programs that raftsh starts: what a command prints is their input.
//!
//! Such a program has the terminal while it runs, so Ctrl-C is for it
//! ([`Interrupt::left_to_program`]). It may end before it has read everything, as `head` does,
//! which is no error.

use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use super::interrupt::{Interrupt, LeftToProgram};

/// A program that is running.
pub(super) struct Program {
    child: Child,
    /// Its input; `None` once the program reads no more.
    input: Option<ChildStdin>,
    /// Ctrl-C is the program's while this exists.
    interrupt: LeftToProgram,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It ended with status 0, or a signal such as Ctrl-C ended it.
    Ran,
    /// It ended with another status.
    Failed,
    /// The shell could not run it.
    NotFound,
}

/// The exit statuses of a system's shell that found no such program, or could not run it.
const NOT_FOUND: [i32; 3] = [126, 127, 9009];

/// Exit statuses above this one say that a signal, such as that of Ctrl-C, ended the program.
const BY_SIGNAL: i32 = 128;

impl Program {
    /// Starts a program.
    pub(super) fn start(command: &mut Command) -> io::Result<Program> {
        let interrupt = Interrupt::left_to_program();
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        Ok(Program { child, input, interrupt })
    }

    /// Gives the program more input. Returns whether it still reads.
    pub(super) fn feed(&mut self, text: &str) -> bool {
        if let Some(input) = &mut self.input
            && input.write_all(text.as_bytes()).is_err()
        {
            self.input = None;
        }
        self.reads()
    }

    /// Whether the program still reads its input.
    pub(super) fn reads(&self) -> bool {
        self.input.is_some()
    }

    /// Ends the program's input, and waits until the program has ended.
    pub(super) fn wait(mut self) -> Ended {
        self.input = None;
        let Ok(status) = self.child.wait() else { return Ended::Failed };
        let ended = ended(status);
        if ended == Ended::Ran && !status.success() {
            self.interrupt.hears_signal();
        }
        ended
    }
}

/// The command that runs a line of the system's shell.
pub(super) fn shell(line: &str) -> Command {
    let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(shell);
    command.args([option, line]);
    command
}

fn ended(status: ExitStatus) -> Ended {
    match status.code() {
        Some(code) if NOT_FOUND.contains(&code) => Ended::NotFound,
        Some(code) if code != 0 && code <= BY_SIGNAL => Ended::Failed,
        _ => Ended::Ran,
    }
}
