//! One test, whatever it is.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::outcome::{Failure, Outcome};
use super::{Bless, script, tutorial};
use crate::shell::error::{Error, Status};
use crate::shell::file;
use crate::shell::interrupt::Interrupt;
use crate::shell::session::Start;
use crate::shell::source::reason;
use crate::shell::transcript::play::MOST_SAID;

/// Larger tutorials and outputs are not read.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How tests are run.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// What each fresh cluster starts with.
    pub start: Start,
    /// The columns outputs are laid out for.
    pub width: usize,
    /// Whether a script goes on after a failure.
    pub keep_going: bool,
    /// Which outputs that differ are taken over.
    pub bless: Option<Bless>,
}

/// A test.
#[derive(Debug)]
pub struct Case {
    path: PathBuf,
    kind: Kind,
}

/// What is tested.
#[derive(Debug)]
enum Kind {
    Script,
    Tutorial,
    /// Something else, for this reason.
    Neither(String),
}

impl Case {
    /// The test that a file is.
    pub fn new(path: &Path) -> Case {
        let kind = match (path.metadata(), path.extension().and_then(OsStr::to_str)) {
            (Err(error), _) if path.is_symlink() => {
                Kind::Neither(format!("the link leads nowhere: {}", reason(&error)))
            }
            (_, Some("raft")) => Kind::Script,
            (_, Some("md")) => Kind::Tutorial,
            (Ok(_), _) => Kind::Neither("it is neither a script, NAME.raft, nor a tutorial, NAME.md".into()),
            (Err(_), _) => Kind::Neither("no such file".into()),
        };
        Case { path: path.to_path_buf(), kind }
    }

    /// A test that cannot be had, for this reason.
    pub fn unreadable(path: &Path, why: String) -> Case {
        Case { path: path.to_path_buf(), kind: Kind::Neither(why) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its path, as it is shown.
    pub fn name(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// Runs it.
    pub fn run(&self, manner: &Manner) -> Outcome {
        let mut outcome = Outcome { name: self.name(), ..Outcome::default() };
        if Interrupt::raised() {
            outcome.interrupted = true;
            return outcome;
        }
        match &self.kind {
            Kind::Script => script::run(&self.path, manner, &mut outcome),
            Kind::Tutorial => tutorial::run(&self.path, manner, &mut outcome),
            Kind::Neither(why) => {
                let message = format!("cannot test '{}': {why}", self.name());
                outcome.fail(String::new(), &Error::usage(message));
            }
        }
        outcome.interrupted = Interrupt::raised();
        outcome
    }
}

impl Manner {
    /// Whether what came instead is to be taken over.
    pub(super) fn blesses(&self, failure: &Failure) -> bool {
        match self.bless {
            None => false,
            Some(Bless::All) => failure.blessed_by.is_some(),
            Some(Bless::Differing) => failure.blessed_by == Some(Bless::Differing),
        }
    }
}

/// The error of a command, or a script, that says more than a test can hold.
pub(super) fn too_much(what: &str) -> Error {
    Error::new(Status::Expectation, format!("{what} says more than {} MiB", MOST_SAID / 1024 / 1024))
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.split_terminator('\n').collect()
}

/// Writes what was blessed.
pub(super) fn write(path: &Path, text: &str, outcome: &mut Outcome) {
    if let Err(error) = file::write(path, text) {
        outcome.blessed = 0;
        outcome.fail(String::new(), &error);
    }
}
