//! A session whose commands are looked at before and after they run: for scripts that searches run
//! by themselves, which may not do everything.

use super::interpreter::Interpreter;
use super::runner::{FailurePolicy, Runner};
use super::source::Script;
use crate::console::json::Standing;
use crate::console::{Output, file};
use crate::language::{Error, Failure, Statement, Status};
use crate::session::{Session, Start};

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Decides which commands may run.
pub trait Guard {
    /// Called before a command runs.
    ///
    /// # Errors
    /// Why it may not run. The script ends there.
    fn before(&mut self, statement: &Statement, session: &Session) -> Result<(), Error>;

    /// Called after a command has run.
    ///
    /// # Errors
    /// Why no more may run.
    fn after(&mut self, _session: &Session) -> Result<(), Error> {
        Ok(())
    }
}

/// A script that was read whole, to be run several times.
#[derive(Clone, Debug)]
pub struct ScriptText {
    /// The name that messages show.
    pub name: String,
    text: String,
    /// Where the paths in it start; none if it is standard input.
    file: Option<PathBuf>,
}

impl ScriptText {
    /// Reads a script, at most this many bytes; `-` is standard input.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(script: &OsStr, most: usize) -> Result<ScriptText, Error> {
        if file::is_stdin(script) {
            let text = file::read_stdin(most)?;
            return Ok(ScriptText { name: "<stdin>".to_owned(), text, file: None });
        }
        let path = Path::new(script);
        let (name, text) = (path.to_string_lossy().into_owned(), file::read(path, most)?);
        Ok(ScriptText { name, text, file: Some(path.to_owned()) })
    }

    /// A text that is no file.
    pub fn from_text(name: &str, text: String) -> ScriptText {
        ScriptText { name: name.to_owned(), text, file: None }
    }
}

/// How a guarded script ended.
pub struct GuardedEnd {
    /// The exit status.
    pub status: Status,
    /// What failed, if something did.
    pub failure: Option<Failure>,
    /// Why the guard stopped it, if it did.
    pub stopped: Option<Error>,
    /// What the script said about its failures.
    pub complaint: String,
}

/// Runs a script in a session from its beginning to its end. What it says is thrown away.
pub fn run(
    script: &ScriptText,
    session: &mut Session,
    guard: &mut dyn Guard,
    width: usize,
) -> GuardedEnd {
    let mut out = Output::discarding(width);
    let mut guarded = Guarded { session, guard, stopped: None };
    let mut runner = Runner::new(&mut guarded, &mut out);
    if let Some(file) = &script.file {
        runner.within(file);
    }
    let mut lines = Script::text(Some(&script.name), script.text.as_str());
    runner.run(&mut lines, FailurePolicy::Stop);
    runner.finish();
    let (status, failure) = (runner.worst, runner.failure.take());
    let stopped = guarded.stopped;
    GuardedEnd { status, failure, stopped, complaint: out.take_errors() }
}

/// The most bytes of a script that is run to see what it breaks.
const BYTES: usize = 64 * 1024 * 1024;

/// Runs a script on a cluster of its own, up to the end of the first cluster that breaks something.
///
/// # Errors
/// If it cannot be read or understood, or if somebody pressed Ctrl-C.
pub fn broken_session(
    script: impl AsRef<OsStr>,
    start: Start,
    width: usize,
) -> Result<Session, Error> {
    let script = ScriptText::read(script.as_ref(), BYTES)?;
    let mut session = Session::new(start);
    session.is_examined = true;
    let end = run(&script, &mut session, &mut UpToBroken, width);
    match (end.status, end.stopped) {
        (Status::Interrupted, _) => Err(Error::new(Status::Interrupted, "interrupted")),
        (Status::Usage, None) => {
            let why = match end.failure {
                Some(failure) => {
                    format!("line {}: {}", failure.statement.place.line, failure.error.message)
                }
                None => end.complaint.trim().to_owned(),
            };
            Err(Error::usage(format!("{} cannot be run: {why}", script.name)))
        }
        _ => Ok(session),
    }
}

/// Lets commands run as long as none replaces a cluster that has broken something.
struct UpToBroken;

impl Guard for UpToBroken {
    fn before(&mut self, statement: &Statement, session: &Session) -> Result<(), Error> {
        let replaces = matches!(statement.word(), "cluster" | "load");
        match replaces && !session.world().violations().is_empty() {
            true => Err(Error::failed("the cluster is to be replaced")),
            false => Ok(()),
        }
    }
}

struct Guarded<'a> {
    session: &'a mut Session,
    guard: &'a mut dyn Guard,
    stopped: Option<Error>,
}

impl Guarded<'_> {
    fn stop(&mut self, error: Error) -> Error {
        self.stopped = Some(error.clone());
        error
    }
}

impl Interpreter for Guarded<'_> {
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error> {
        self.guard.before(statement, self.session).map_err(|error| self.stop(error))?;
        let ran = self.session.execute(statement, out);
        self.guard.after(self.session).map_err(|error| self.stop(error))?;
        ran
    }

    fn check(&self, statement: &Statement) -> Result<(), Error> {
        self.session.check(statement)
    }

    fn reset(&mut self) {
        Interpreter::reset(self.session);
    }

    fn owed(&mut self, next: &Statement, out: &mut Output) -> Result<(), Failure> {
        Interpreter::owed(self.session, next, out)
    }

    fn failed(&mut self, error: &mut Error, out: &mut Output) {
        Interpreter::failed(self.session, error, out);
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), Failure> {
        Interpreter::finish(self.session, out)
    }

    fn standing(&self) -> Standing<'_> {
        self.session.standing()
    }

    fn has_stopped(&self) -> bool {
        Interpreter::has_stopped(self.session)
    }

    fn can_continue(&self) -> bool {
        Interpreter::can_continue(self.session)
    }

    fn begin_group(&mut self) {
        Interpreter::begin_group(self.session);
    }

    fn end_group(&mut self, text: &str) {
        Interpreter::end_group(self.session, text);
    }
}
