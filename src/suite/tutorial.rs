//! Runs a tutorial as a test: each command must print the output below it.

use std::path::Path;

use super::options::{MAX_BYTES, TestOptions, lines, too_much};
use super::outcome::{Bless, Failure, Outcome};
use crate::console::diagnostic::shorten;
use crate::console::{Interrupt, file};
use crate::language::{Error, Status};
use crate::suite::transcript::difference;
use crate::suite::transcript::markdown::{Exchange, Tutorial};
use crate::suite::transcript::pattern::{self, ActualOutput};
use crate::suite::transcript::play::{self, Reply};

/// The most characters of a command that a message quotes.
const QUOTED: usize = 60;

/// Runs the tutorial at this path as a test.
///
/// # Errors
/// If it cannot be read or written.
pub fn run(path: &Path, options: &TestOptions, outcome: &mut Outcome) -> Result<(), Error> {
    let name = outcome.name.clone();
    let tutorial = match Tutorial::read(&file::read(path, MAX_BYTES)?) {
        Ok(tutorial) => tutorial,
        Err(fault) => {
            outcome.fail(format!("{name}:{}", fault.line), &Error::usage(fault.message));
            return Ok(());
        }
    };
    if tutorial.exchanges().next().is_none() {
        outcome.fail(name, &Error::usage("no fence that is marked `raftsh` contains a command"));
        return Ok(());
    }
    outcome.commands = Some(tutorial.exchanges().count());
    let mut mended = Vec::new();
    for session in &tutorial.sessions {
        let replies = play::play(session, path, options.start, options.width);
        for (exchange, reply) in session.iter().zip(replies) {
            let place = format!("{name}:{}", exchange.line);
            let Some((failure, mend)) = judge(&tutorial, exchange, &reply, place) else { continue };
            match mend.filter(|_| options.blesses(&failure)) {
                Some(mend) => mended.push((exchange, mend)),
                None => outcome.failures.push(failure),
            }
        }
    }
    if !mended.is_empty() && !Interrupt::raised() {
        let blessed = mended.len();
        file::write(path, &tutorial.with_outputs(mended))?;
        outcome.blessed = blessed;
    }
    Ok(())
}

/// The failure of a command whose reply is wrong, with the output that would be right, if there is
/// one; `None` if the reply is right.
fn judge(
    tutorial: &Tutorial,
    exchange: &Exchange,
    reply: &Reply,
    place: String,
) -> Option<(Failure, Option<Vec<String>>)> {
    let command = shorten(exchange.command.lines().next().unwrap_or_default(), QUOTED);
    let failure = |status, message: String| {
        let mut failure = Failure::new(place.clone(), status, message);
        failure.command = Some(exchange.command.clone());
        failure
    };
    let (said, failed) = match reply {
        Reply::Said(said, status) => (said, *status != Status::Ok),
        Reply::TooMuch => {
            let error = too_much(&format!("'{command}'"));
            return Some((failure(error.status, error.message), None));
        }
        Reply::NeverRun(line) => {
            let message = format!("'{command}' is never run: the session ended at line {line}");
            return Some((failure(Status::Usage, message), None));
        }
    };
    let expected = tutorial.output(exchange);
    let found = ActualOutput { lines: lines(said), failed };
    if found.matches(&expected) {
        return None;
    }
    let (message, blessed_by) = match (found.goes_wrong(), pattern::shows_failure(&expected)) {
        (true, false) if failed => {
            (format!("'{command}' fails, but the file shows no error"), Bless::All)
        }
        (true, false) => {
            (format!("'{command}' breaks a property, but the file does not show it"), Bless::All)
        }
        (false, true) => (format!("'{command}' succeeds, but the file shows an error"), Bless::All),
        _ => (format!("the output of '{command}' differs"), Bless::Differing),
    };
    let mend = found.mend(&expected);
    let mut failure = failure(Status::Expectation, message);
    failure.blessed_by = Some(blessed_by);
    failure.diff = difference::unified(&place, &expected, &mend, exchange.output.start + 1);
    Some((failure, Some(mend)))
}
