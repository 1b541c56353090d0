//! JUnit XML, the format in which CI systems read results.
//!
//! No times are written, because they would differ from run to run.

use std::fmt::Write;

/// The result of one test.
pub struct Case {
    /// What it belongs to: a folder, or what was run.
    pub class: String,
    /// Its name.
    pub name: String,
    /// The file that it ran, if it ran one.
    pub file: Option<String>,
    /// What went wrong; none if it passed.
    pub trouble: Option<Trouble>,
}

/// What went wrong with a test.
pub enum Trouble {
    /// It was not run, for this reason.
    Skipped(&'static str),
    /// It was run, and failed.
    Failure {
        /// A word for what failed.
        kind: &'static str,
        /// What is wrong, in a sentence.
        message: String,
        /// More lines about it.
        text: String,
    },
    /// It could not be judged, because its file cannot be read or parsed.
    Error {
        /// A word for what failed.
        kind: &'static str,
        /// What is wrong, in a sentence.
        message: String,
        /// More lines about it.
        text: String,
    },
}

/// The results as an XML document.
pub fn xml(cases: &[Case]) -> String {
    let count = |such: fn(&Trouble) -> bool| {
        cases.iter().filter_map(|case| case.trouble.as_ref()).filter(|one| such(one)).count()
    };
    let failures = count(|trouble| matches!(trouble, Trouble::Failure { .. }));
    let errors = count(|trouble| matches!(trouble, Trouble::Error { .. }));
    let skipped = count(|trouble| matches!(trouble, Trouble::Skipped(_)));
    let tests = cases.len();
    let counts = format!(
        "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\""
    );
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(xml, "<testsuites name=\"raftsh\" {counts}>");
    let _ = writeln!(xml, "  <testsuite name=\"raftsh\" {counts}>");
    for case in cases {
        write_case(&mut xml, case);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn write_case(xml: &mut String, case: &Case) {
    let (class, name) = (escaped(&case.class), escaped(&case.name));
    let _ = write!(xml, "    <testcase classname=\"{class}\" name=\"{name}\"");
    if let Some(file) = &case.file {
        let _ = write!(xml, " file=\"{}\"", escaped(file));
    }
    let (element, kind, message, text) = match &case.trouble {
        None => return xml.push_str("/>\n"),
        Some(Trouble::Skipped(why)) => {
            let _ = write!(xml, ">\n      <skipped message=\"{why}\"/>\n    </testcase>\n");
            return;
        }
        Some(Trouble::Failure { kind, message, text }) => ("failure", kind, message, text),
        Some(Trouble::Error { kind, message, text }) => ("error", kind, message, text),
    };
    let (message, text) = (escaped(message), escaped(text));
    let _ = write!(xml, ">\n      <{element} type=\"{kind}\" message=\"{message}\">");
    let _ = write!(xml, "{text}</{element}>\n    </testcase>\n");
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
