//! The results as JUnit XML, the format that CI systems read.
//!
//! Each test is a `testcase`, and its folder is the `classname`. No times are written, because they
//! would differ from run to run.

use std::fmt::Write;

use super::outcome::Outcome;
use crate::language::Status;

/// The report as an XML document.
pub fn xml(outcomes: &[Outcome]) -> String {
    let count = |bad: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| bad(outcome)).count();
    let (failures, errors) =
        (count(|outcome| is_bad(outcome) && !is_error(outcome)), count(is_error));
    let skipped = count(|outcome| outcome.interrupted);
    let tests = outcomes.len();
    let counts = format!(
        "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\""
    );
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(xml, "<testsuites name=\"raftsh\" {counts}>");
    let _ = writeln!(xml, "  <testsuite name=\"raftsh\" {counts}>");
    for outcome in outcomes {
        write_case(&mut xml, outcome);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn is_bad(outcome: &Outcome) -> bool {
    !outcome.interrupted && !outcome.failures.is_empty()
}

/// Whether the test could not be judged, because its file cannot be read or parsed.
fn is_error(outcome: &Outcome) -> bool {
    is_bad(outcome) && outcome.status() == Status::Usage
}

fn write_case(xml: &mut String, outcome: &Outcome) {
    let (folder, name) = outcome.name.rsplit_once('/').unwrap_or((".", &outcome.name));
    let (folder, name, file) = (escaped(folder), escaped(name), escaped(&outcome.name));
    let _ = write!(xml, "    <testcase classname=\"{folder}\" name=\"{name}\" file=\"{file}\"");
    if outcome.interrupted {
        xml.push_str(">\n      <skipped message=\"interrupted\"/>\n    </testcase>\n");
        return;
    }
    let Some(first) = outcome.failures.first() else {
        xml.push_str("/>\n");
        return;
    };
    let element = if is_error(outcome) { "error" } else { "failure" };
    let kind = match outcome.status() {
        Status::Failed => "command",
        Status::Usage => "usage",
        _ => "expectation",
    };
    let more = match outcome.failures.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let message = escaped(&format!("{}{more}", first.sentence()));
    let _ = write!(xml, ">\n      <{element} type=\"{kind}\" message=\"{message}\">");
    for failure in &outcome.failures {
        match &failure.said {
            Some(said) => xml.push_str(&escaped(said)),
            None => {
                let lines = std::iter::once(failure.sentence()).chain(failure.diff.iter().cloned());
                lines.for_each(|line| xml.push_str(&escaped(&(line + "\n"))));
            }
        }
    }
    let _ = write!(xml, "</{element}>\n    </testcase>\n");
}

/// Escapes text for XML, attributes included. A character that XML cannot contain is written as a
/// Rust escape.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                safe.extend(c.escape_default())
            }
            c => safe.push(c),
        }
    }
    safe
}
