//! One test: a script, a tutorial, or a file that cannot be tested.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::options::TestOptions;
use super::outcome::Outcome;
use super::{script, tutorial};
use crate::console::file::reason;
use crate::console::{FileKind, Interrupt};
use crate::language::Error;

/// A test, found at a path.
#[derive(Debug)]
pub struct Case {
    /// The path of its file.
    pub path: PathBuf,
    kind: Kind,
}

/// What kind of file a test is.
#[derive(Debug)]
enum Kind {
    Script,
    Tutorial,
    /// No test, for this reason: running it fails.
    Neither(String),
}

impl Case {
    /// The test at a path. A path without a test gives a test that fails.
    pub fn new(path: &Path) -> Case {
        let kind = match (path.metadata(), path.extension().and_then(OsStr::to_str)) {
            (Err(error), _) if path.is_symlink() => {
                Kind::Neither(format!("the link is broken: {}", reason(&error)))
            }
            (_, Some("raft")) => Kind::Script,
            (_, Some("md")) => Kind::Tutorial,
            (Ok(_), _) => {
                Kind::Neither("it is neither a script, NAME.raft, nor a tutorial, NAME.md".into())
            }
            (Err(_), _) => Kind::Neither("no such file".into()),
        };
        Case { path: path.to_path_buf(), kind }
    }

    /// A test that cannot be run, for this reason. It fails.
    pub fn unreadable(path: &Path, why: String) -> Case {
        Case { path: path.to_path_buf(), kind: Kind::Neither(why) }
    }

    /// The path of the test, as reports show it.
    pub fn name(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// Runs the test, unless Ctrl-C was pressed before.
    pub fn run(&self, options: &TestOptions) -> Outcome {
        let mut outcome = Outcome { name: self.name(), ..Outcome::default() };
        if Interrupt::raised() {
            outcome.interrupted = true;
            return outcome;
        }
        let ran = match &self.kind {
            Kind::Script => script::run(&self.path, options, &mut outcome),
            Kind::Tutorial => tutorial::run(&self.path, options, &mut outcome),
            Kind::Neither(why) => {
                let why = match FileKind::at(&self.path) {
                    Some(kind @ FileKind::Session) => {
                        format!("it is {}; {}", kind.words(), kind.taken_by(&self.name()))
                    }
                    _ => why.clone(),
                };
                Err(Error::usage(format!("cannot test '{}': {why}", self.name())))
            }
        };
        if let Err(error) = ran {
            outcome.fail(String::new(), &error);
        }
        outcome.interrupted = Interrupt::raised();
        outcome
    }
}
