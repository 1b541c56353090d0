//! Runs the script that sets up the clusters of a hunt: it decides on nodes, settings and flaws,
//! and has to end.

use std::ffi::OsStr;
use std::path::Path;

use crate::console::file::is_stdin;
use crate::console::json::Standing;
use crate::console::{Output, file};
use crate::language::{Error, Failure, Statement, Status};
use crate::script::{FailurePolicy, Interpreter, Runner, Script};
use crate::session::{Session, Start};

/// The most bytes of the script.
const BYTES: usize = 1024 * 1024;

/// The most commands that it runs, and the most steps that these make together.
const COMMANDS: u64 = 10_000;
const STEPS: u64 = 1_000_000;

/// The seed of the cluster while the script runs. A script that ends with another one has named it.
const NO_SEED: u64 = 0x7261_6674_7368_0001;

/// Runs the script in the session.
///
/// # Errors
/// If it cannot be read, fails, does not end within 10,000 commands or 1,000,000 steps, or names a
/// seed.
pub(super) fn set_up(script: &OsStr, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let path = Path::new(script);
    let (name, text) = match is_stdin(script) {
        true => ("<stdin>".to_owned(), file::read_stdin(BYTES)?),
        false => (path.to_string_lossy().into_owned(), file::read(path, BYTES)?),
    };
    let start = Start { seed: NO_SEED, ..session.start() };
    let is_size_chosen = session.is_size_chosen();
    *session = Session::new(start);
    if is_size_chosen {
        session.choose_size();
    }
    session.bound_steps(STEPS);
    let mut errors = Output::discarding(out.page().width);
    let mut setting_up = SetUp { session: &mut *session, commands: 0, stopped: None };
    let mut runner = Runner::new(&mut setting_up, &mut errors);
    if !is_stdin(script) {
        runner.within(path);
    }
    runner.run(&mut Script::text(Some(&name), text), FailurePolicy::Stop);
    runner.finish();
    let worst = runner.worst;
    if let Some(error) = setting_up.stopped {
        return Err(error);
    }
    match worst {
        Status::Ok => {}
        Status::Interrupted => return Err(Error::new(Status::Interrupted, "interrupted")),
        Status::Failed | Status::Usage | Status::Expectation => {
            // They point into lines of the script, so they stand as they are.
            out.write_error(&errors.take_errors());
            return Err(Error::usage(format!("{name} cannot set up a hunt: a command failed")));
        }
    }
    if session.journal().seed != NO_SEED {
        let error = Error::usage(format!("{name} names a seed, and a hunt tries many"));
        return Err(error.help("leave --seed out of `cluster`; --seeds A..B says which are tried"));
    }
    Ok(())
}

/// Runs commands until there are too many.
struct SetUp<'a> {
    session: &'a mut Session,
    commands: u64,
    /// Why the script was stopped.
    stopped: Option<Error>,
}

impl SetUp<'_> {
    fn stop(&mut self, why: String) -> Error {
        let error = Error::usage(why)
            .help("the script sets up nodes, settings and flaws; storms bring the rest");
        self.stopped = Some(error.clone());
        error
    }
}

impl Interpreter for SetUp<'_> {
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error> {
        self.commands += 1;
        if self.commands > COMMANDS {
            return Err(self.stop(format!("the script runs more than {COMMANDS} commands")));
        }
        if statement.word() == "hunt" {
            return Err(self.stop("the script hunts itself".to_owned()));
        }
        let ran = self.session.execute(statement, out);
        match self.session.is_out_of_steps() {
            true => Err(self.stop(format!("the script makes more than {STEPS} steps"))),
            false => ran,
        }
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

    fn begin_group(&mut self) {
        Interpreter::begin_group(self.session);
    }

    fn end_group(&mut self, text: &str) {
        Interpreter::end_group(self.session, text);
    }
}
