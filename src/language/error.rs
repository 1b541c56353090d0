//! Errors of the shell, and the exit statuses that they lead to.

use std::ops::Range;

use crate::check::condition::Condition;

/// How a command, a script or the process ended: the exit status, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(into = "u8")]
pub enum Status {
    /// Everything succeeded.
    #[default]
    Ok = 0,
    /// A command failed: it needs a cluster in another state (node down, not the leader, unknown
    /// node).
    Failed = 1,
    /// Wrong usage or syntax, or unreadable input: an error that can be found without a cluster.
    Usage = 2,
    /// An expectation failed, `run until` was not met, or a safety property was violated.
    Expectation = 3,
    /// The user pressed Ctrl-C.
    Interrupted = 130,
}

impl From<Status> for u8 {
    fn from(status: Status) -> u8 {
        status as u8
    }
}

impl Status {
    /// All statuses, from the best to the worst.
    pub const ALL: [Status; 5] =
        [Status::Ok, Status::Failed, Status::Usage, Status::Expectation, Status::Interrupted];

    /// Whether `!` can expect it: the command was understood, but failed on this cluster.
    pub fn can_be_expected(self) -> bool {
        matches!(self, Status::Failed | Status::Expectation)
    }

    /// A short description for the help.
    pub fn meaning(self) -> &'static str {
        match self {
            Status::Ok => "success",
            Status::Failed => "a command failed",
            Status::Usage => "usage, syntax, unreadable input",
            Status::Expectation => {
                "an expectation failed, the condition of `run until` was not met, or a safety \
                    property was violated"
            }
            Status::Interrupted => "interrupted",
        }
    }
}

/// A condition that should have held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The condition.
    pub condition: Condition,
    /// Why it does not hold, one fact a line; empty until somebody has found out.
    pub why: Vec<String>,
}

/// An error: what went wrong, where in the line, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The exit status of a script that ends because of it.
    pub status: Status,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The place in the statement's source line, in bytes. If `None`, the caret is below `word`, or
    /// else below the whole command.
    pub at: Option<Range<usize>>,
    /// The wrong word, if its place is not known. The caret is below the first such word of the
    /// line.
    pub word: Option<Box<str>>,
    /// What to do, one line each.
    pub help: Vec<String>,
    /// The command that was probably meant, as it is typed.
    pub meant: Option<Box<str>>,
    /// The condition that should have held, if it is about one.
    pub unmet: Option<Box<Unmet>>,
}

impl Error {
    /// An error with this status.
    pub fn new(status: Status, message: impl Into<String>) -> Error {
        let (message, help) = (message.into(), Vec::new());
        Error { status, message, at: None, word: None, help, meant: None, unmet: None }
    }

    /// A command failed (status 1).
    pub fn failed(message: impl Into<String>) -> Error {
        Error::new(Status::Failed, message)
    }

    /// The line cannot be understood (status 2).
    pub fn usage(message: impl Into<String>) -> Error {
        Error::new(Status::Usage, message)
    }

    /// An expectation failed (status 3).
    pub fn expectation(message: impl Into<String>) -> Error {
        Error::new(Status::Expectation, message)
    }

    /// Sets the place in the line.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Error {
        self.at = Some(span);
        self
    }

    /// Sets the wrong word, for an error whose place is not known.
    #[must_use]
    pub fn word(mut self, word: impl Into<String>) -> Error {
        self.word = Some(word.into().into());
        self
    }

    /// Suggests a whole command at the end of the message.
    #[must_use]
    pub fn meant(mut self, line: impl Into<String>) -> Error {
        let line = line.into();
        self.message += &format!("; did you mean '{line}'?");
        self.meant = Some(line.into());
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.help.push(help.into());
        self
    }
}
