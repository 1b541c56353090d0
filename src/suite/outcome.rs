//! The result of a test, in the form in which JSON reports it.

use serde::Serialize;

use crate::language::{Error, Status};

/// Which outputs `--bless` rewrites, the smaller set first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Bless {
    /// Those that differ, but not where a command has turned from success to failure or back.
    Differing,
    /// All that differ.
    All,
}

/// One failure of a test.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Failure {
    /// The file, or `FILE:LINE`. Empty if the message names the file.
    pub place: String,
    /// The command of a tutorial that failed; `None` for any other failure.
    pub command: Option<String>,
    /// The exit status that the failure leads to.
    pub status: Status,
    /// What is wrong, in one sentence.
    #[serde(rename = "error")]
    pub message: String,
    /// What a script printed on standard error when it failed, place and message included.
    pub said: Option<String>,
    /// The unified diff between expected and actual output, line by line. Empty for other failures.
    pub diff: Vec<String>,
    /// The least `--bless` that would rewrite the output; `None` if neither would.
    #[serde(skip)]
    pub blessed_by: Option<Bless>,
}

/// The result of a test.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// The path of the test, as it was found.
    #[serde(rename = "test")]
    pub name: String,
    /// The number of commands in a tutorial; `None` for a script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commands: Option<usize>,
    /// The number of outputs that were rewritten.
    pub blessed: usize,
    /// The failures; empty if the test passed.
    pub failures: Vec<Failure>,
    /// Whether Ctrl-C left the test unfinished.
    #[serde(skip)]
    pub interrupted: bool,
}

impl Outcome {
    /// The worst status of the failures, or `Interrupted` if the test is unfinished.
    pub fn status(&self) -> Status {
        match self.interrupted {
            true => Status::Interrupted,
            false => self.failures.iter().map(|failure| failure.status).max().unwrap_or(Status::Ok),
        }
    }

    /// Adds a failure from an error. If `place` is empty, the message must name the file.
    pub fn fail(&mut self, place: String, error: &Error) {
        self.failures.push(Failure::new(place, error.status, error.message.as_str()));
    }
}

impl Failure {
    /// The place, if there is one, and the message.
    pub fn sentence(&self) -> String {
        match self.place.as_str() {
            "" => self.message.clone(),
            place => format!("{place}: {}", self.message),
        }
    }

    /// A failure without a command and without a diff.
    pub(super) fn new(place: String, status: Status, message: impl Into<String>) -> Failure {
        Failure { place, status, message: message.into(), ..Failure::default() }
    }
}

/// The worst status of all tests.
pub fn worst(outcomes: &[Outcome]) -> Status {
    outcomes.iter().map(Outcome::status).max().unwrap_or(Status::Ok)
}
