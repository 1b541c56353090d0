//! The results as JUnit XML, the format that CI systems read.
//!
//! Each test is a `testcase`, and its folder is the `classname`.

use super::outcome::Outcome;
use crate::console::junit::{self, Case, Trouble};
use crate::language::Status;

/// The report as an XML document.
pub fn xml(outcomes: &[Outcome]) -> String {
    junit::xml(&outcomes.iter().map(case).collect::<Vec<_>>())
}

fn case(outcome: &Outcome) -> Case {
    let (class, name) = outcome.name.rsplit_once('/').unwrap_or((".", &outcome.name));
    Case {
        class: class.to_owned(),
        name: name.to_owned(),
        file: Some(outcome.name.clone()),
        trouble: trouble(outcome),
    }
}

/// What went wrong, if anything did.
fn trouble(outcome: &Outcome) -> Option<Trouble> {
    if outcome.interrupted {
        return Some(Trouble::Skipped("interrupted"));
    }
    let first = outcome.failures.first()?;
    let kind = match outcome.status() {
        Status::Failed => "command",
        Status::Usage => "usage",
        Status::Ok | Status::Expectation | Status::Interrupted => "expectation",
    };
    let more = match outcome.failures.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let message = format!("{}{more}", first.sentence());
    let mut text = String::new();
    for failure in &outcome.failures {
        match &failure.said {
            Some(said) => text.push_str(said),
            None => {
                let lines = std::iter::once(failure.sentence()).chain(failure.diff.iter().cloned());
                lines.for_each(|line| text.push_str(&(line + "\n")));
            }
        }
    }
    // Such a test could not be judged, because its file cannot be read or parsed.
    Some(match outcome.status() == Status::Usage {
        true => Trouble::Error { kind, message, text },
        false => Trouble::Failure { kind, message, text },
    })
}
