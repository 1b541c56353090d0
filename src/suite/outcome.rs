//! What came of a test, in the form in which programs are told of it.

use serde::Serialize;

use crate::language::{Error, Status};

/// Which outputs `--bless` takes over, the smaller part first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Bless {
    /// Those that differ, but none of a command that fails now and did not, or the other way round.
    Differing,
    /// All that differ.
    All,
}

/// Something that is wrong.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Failure {
    /// The file and the line, if it is about one.
    pub place: String,
    /// The command that it is about.
    pub command: Option<String>,
    /// How bad it is.
    pub status: Status,
    /// What is wrong, in a sentence.
    #[serde(rename = "error")]
    pub message: String,
    /// What was said about it already, line by line, place and message included.
    pub said: Option<String>,
    /// What differs, line by line.
    pub diff: Vec<String>,
    /// Whether `--bless`, or else `--bless=all`, would take over what came.
    #[serde(skip)]
    pub blessed_by: Option<Bless>,
}

/// What came of a test.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// Its path, as it was found.
    #[serde(rename = "test")]
    pub name: String,
    /// How many commands a tutorial has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commands: Option<usize>,
    /// How many outputs were taken over.
    pub blessed: usize,
    /// What is wrong.
    pub failures: Vec<Failure>,
    /// Whether it was left unfinished by Ctrl-C.
    #[serde(skip)]
    pub interrupted: bool,
}

impl Outcome {
    /// The worst of it.
    pub fn status(&self) -> Status {
        match self.interrupted {
            true => Status::Interrupted,
            false => self.failures.iter().map(|failure| failure.status).max().unwrap_or(Status::Ok),
        }
    }

    /// Adds an error; of one without a place, the message names the file.
    pub fn fail(&mut self, place: String, error: &Error) {
        self.failures.push(Failure::new(place, error.status, error.message.as_str()));
    }
}

impl Failure {
    /// Where it is, and what is wrong.
    pub fn sentence(&self) -> String {
        match self.place.as_str() {
            "" => self.message.clone(),
            place => format!("{place}: {}", self.message),
        }
    }

    /// A failure of which no more is known.
    pub(super) fn new(place: String, status: Status, message: impl Into<String>) -> Failure {
        Failure { place, status, message: message.into(), ..Failure::default() }
    }
}

/// The worst of all.
pub fn worst(outcomes: &[Outcome]) -> Status {
    outcomes.iter().map(Outcome::status).max().unwrap_or(Status::Ok)
}
