//! The results as JUnit XML, the form that CI systems read.
//!
//! A test is a `testcase`, its folder the `classname`. It has no times: they would differ from run to run.

use std::fmt::Write;

use super::outcome::Outcome;
use crate::language::Status;

/// The document.
pub fn xml(outcomes: &[Outcome]) -> String {
    let count = |bad: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| bad(outcome)).count();
    let (failures, errors) = (count(|outcome| is_bad(outcome) && !is_error(outcome)), count(is_error));
    let skipped = count(|outcome| outcome.interrupted);
    let tests = outcomes.len();
    let counts =
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"");
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

/// Whether it could not be judged at all, because it cannot be read or understood.
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

/// Text for a place in XML, attributes included. What XML cannot hold at all is shown as in Rust.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.extend(c.escape_default()),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Error;

    #[test]
    fn the_document() {
        let outcome = |name: &str, errors: &[Error]| {
            let mut outcome = Outcome { name: name.to_owned(), ..Outcome::default() };
            for error in errors {
                outcome.fail(format!("{name}:3"), error);
            }
            outcome
        };
        let mut late = outcome("z.raft", &[]);
        late.interrupted = true;
        let outcomes = [
            outcome("a/b/good.raft", &[]),
            outcome("bad.md", &[Error::expectation("<n1> & \"n2\"\u{1b}"), Error::usage("two")]),
            outcome("worse.raft", &[Error::usage("what?")]),
            late,
        ];
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="raftsh" tests="4" failures="1" errors="1" skipped="1">
  <testsuite name="raftsh" tests="4" failures="1" errors="1" skipped="1">
    <testcase classname="a/b" name="good.raft" file="a/b/good.raft"/>
    <testcase classname="." name="bad.md" file="bad.md">
      <failure type="expectation" message="bad.md:3: &lt;n1&gt; &amp; &quot;n2&quot;\u{1b} (and 1 more)">bad.md:3: &lt;n1&gt; &amp; &quot;n2&quot;\u{1b}
bad.md:3: two
</failure>
    </testcase>
    <testcase classname="." name="worse.raft" file="worse.raft">
      <error type="usage" message="worse.raft:3: what?">worse.raft:3: what?
</error>
    </testcase>
    <testcase classname="." name="z.raft" file="z.raft">
      <skipped message="interrupted"/>
    </testcase>
  </testsuite>
</testsuites>
"#;
        assert_eq!(xml(&outcomes), expected);
    }
}
