//! What can go wrong in the shell, and how a process or a script ends because of it.

use std::ops::Range;

/// How a command, a script or the process ended: the exit status, worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(into = "u8")]
pub enum Status {
    /// All went well.
    #[default]
    Ok = 0,
    /// A command failed: it needs a cluster in another state (node down, not the leader, unknown
    /// node).
    Failed = 1,
    /// Usage, syntax, unreadable input: what a reader of the script alone can find.
    Usage = 2,
    /// An expectation failed, or what was waited for did not come true.
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
    /// All, from the best to the worst.
    pub const ALL: [Status; 5] =
        [Status::Ok, Status::Failed, Status::Usage, Status::Expectation, Status::Interrupted];

    /// Whether `!` can expect it: the command was understood, and failed on this cluster.
    pub fn can_be_expected(self) -> bool {
        matches!(self, Status::Failed | Status::Expectation)
    }

    /// What it tells of what was done, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Status::Ok => "all went well",
            Status::Failed => "a command failed",
            Status::Usage => "usage, syntax, unreadable input",
            Status::Expectation => {
                "an expectation failed, `run until` did not come true, or a safety property was violated"
            }
            Status::Interrupted => "interrupted",
        }
    }
}

/// An error: what went wrong, where in the line, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// How a script ends because of it.
    pub status: Status,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where in the statement's source line, in bytes. Without it, the caret stands below the whole
    /// command.
    pub at: Option<Range<usize>>,
    /// The word that is wrong, where its place is not known: the caret goes below the first such
    /// word of the line.
    pub word: Option<String>,
    /// What to do, one line each.
    pub help: Vec<String>,
}

impl Error {
    /// An error of this status.
    pub fn new(status: Status, message: impl Into<String>) -> Error {
        Error { status, message: message.into(), at: None, word: None, help: Vec::new() }
    }

    /// A command failed (1).
    pub fn failed(message: impl Into<String>) -> Error {
        Error::new(Status::Failed, message)
    }

    /// The line cannot be understood (2).
    pub fn usage(message: impl Into<String>) -> Error {
        Error::new(Status::Usage, message)
    }

    /// An expectation failed (3).
    pub fn expectation(message: impl Into<String>) -> Error {
        Error::new(Status::Expectation, message)
    }

    /// Says where in the line.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Error {
        self.at = Some(span);
        self
    }

    /// Says which word.
    #[must_use]
    pub fn word(mut self, word: impl Into<String>) -> Error {
        self.word = Some(word.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.help.push(help.into());
        self
    }
}
