//! Runs a script as a test: it must succeed, and its output must match `NAME.out` beside it, if
//! that file exists.

use std::path::Path;

use super::options::{MAX_BYTES, TestOptions, lines, too_much};
use super::outcome::{Bless, Failure, Outcome};
use crate::console::{Output, file};
use crate::language::{Error, Status};
use crate::script::{Runner, runner};
use crate::session::Session;
use crate::suite::transcript::difference;
use crate::suite::transcript::pattern::ActualOutput;
use crate::suite::transcript::play::MOST_SAID;

/// Runs the script at this path as a test.
///
/// # Errors
/// If the expected output beside it cannot be read or written.
pub fn run(path: &Path, options: &TestOptions, outcome: &mut Outcome) -> Result<(), Error> {
    // A broken link counts as an expected output, too: reading it then fails.
    let beside =
        Some(path.with_extension("out")).filter(|beside| beside.symlink_metadata().is_ok());
    let mut out = match beside {
        Some(_) => Output::captured_up_to(MOST_SAID, options.width),
        None => Output::discarding(options.width),
    };
    let mut session = Session::new(options.start);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.file(
        path,
        if options.keep_going {
            runner::FailurePolicy::KeepGoing
        } else {
            runner::FailurePolicy::Stop
        },
    );
    runner.finish();
    match (runner.worst, beside) {
        (Status::Interrupted, _) => {}
        _ if out.closed() => outcome.fail(outcome.name.clone(), &too_much("the script")),
        (Status::Ok, Some(beside)) => compare(&beside, &out.take(), options, outcome)?,
        (Status::Ok, None) => {}
        (status, _) => {
            let complaint = out.take_errors();
            let (place, message) = head(&complaint);
            let mut failure = Failure::new(place.unwrap_or(outcome.name.clone()), status, message);
            failure.said = Some(complaint);
            outcome.failures.push(failure);
        }
    }
    Ok(())
}

/// The place, `FILE:LINE`, and the message of an error as it was printed.
pub(super) fn head(complaint: &str) -> (Option<String>, String) {
    let first = complaint.lines().next().unwrap_or_default();
    match first.split_once(": error: ") {
        Some((place, message)) => {
            let place = place.rsplit_once(':').map_or(place, |(place, _column)| place);
            (Some(place.to_owned()), message.to_owned())
        }
        None => (None, first.strip_prefix("error: ").unwrap_or(first).to_owned()),
    }
}

/// Compares the output of a script with the expected output beside it.
fn compare(
    beside: &Path,
    said: &str,
    options: &TestOptions,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let text = file::read(beside, MAX_BYTES)?;
    let expected: Vec<&str> = text.lines().collect();
    let found = ActualOutput { lines: lines(said), failed: false };
    if found.matches(&expected) {
        return Ok(());
    }
    let mend = found.mend(&expected);
    if options.bless.is_some() {
        let text: String = mend.iter().flat_map(|line| [line, "\n"]).collect();
        file::write(beside, &text)?;
        outcome.blessed = 1;
        return Ok(());
    }
    let same = expected.iter().zip(&mend).take_while(|(a, b)| a == b).count();
    let place = format!("{}:{}", beside.display(), same + 1);
    let message = "the output of the script differs from this file";
    let mut failure = Failure::new(place.clone(), Status::Expectation, message);
    failure.blessed_by = Some(Bless::Differing);
    failure.diff = difference::unified(&place, &expected, &mend, 1);
    outcome.failures.push(failure);
    Ok(())
}
