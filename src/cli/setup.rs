//! Runs the script that sets up the clusters of a hunt: it decides on nodes, settings and flaws,
//! and has to end.

use std::ffi::OsStr;

use crate::console::Output;
use crate::language::{Error, Statement, Status};
use crate::script::guarded::{self, Guard, ScriptText};
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
    let script = ScriptText::read(script, BYTES)?;
    let start = Start { seed: NO_SEED, ..session.start() };
    let is_size_chosen = session.is_size_chosen();
    *session = Session::new(start);
    if is_size_chosen {
        session.choose_size();
    }
    session.bound_steps(STEPS);
    let mut guard = SetUp { commands: 0 };
    let end = guarded::run(&script, session, &mut guard, out.page().width);
    if let Some(error) = end.stopped {
        return Err(error);
    }
    let name = &script.name;
    match end.status {
        Status::Ok => {}
        Status::Interrupted => return Err(Error::new(Status::Interrupted, "interrupted")),
        Status::Failed | Status::Usage | Status::Expectation => {
            // They point into lines of the script, so they stand as they are.
            out.write_error(&end.complaint);
            return Err(Error::usage(format!("{name} cannot set up a hunt: a command failed")));
        }
    }
    if session.journal().seed != NO_SEED {
        let error = Error::usage(format!("{name} names a seed, and a hunt tries many"));
        return Err(error.help("leave --seed out of `cluster`; --seeds A..B says which are tried"));
    }
    Ok(())
}

/// Lets commands run until there are too many.
struct SetUp {
    commands: u64,
}

fn stop(why: String) -> Error {
    Error::usage(why).help("the script sets up nodes, settings and flaws; storms bring the rest")
}

impl Guard for SetUp {
    fn before(&mut self, statement: &Statement, _session: &Session) -> Result<(), Error> {
        self.commands += 1;
        match statement.word() {
            _ if self.commands > COMMANDS => {
                Err(stop(format!("the script runs more than {COMMANDS} commands")))
            }
            "hunt" => Err(stop("the script hunts itself".to_owned())),
            word @ ("find" | "shrink") => Err(stop(format!("the script contains `{word}`"))),
            _ => Ok(()),
        }
    }

    fn after(&mut self, session: &Session) -> Result<(), Error> {
        match session.is_out_of_steps() {
            true => Err(stop(format!("the script makes more than {STEPS} steps"))),
            false => Ok(()),
        }
    }
}
