//! Lines from a source, and the runner on an interpreter that knows a handful of words.

use raftsh::console::Output;
use raftsh::console::json::Standing;
use raftsh::language::line::MAX_LINE;
use raftsh::language::{Error, Statement, Status};
use raftsh::script::{FailurePolicy, Input, Interpreter, Lines, Runner, Script};
use raftsh::view::document::Document;

/// Knows `say TEXT`, `fail` (status 1), `expect` (3) and `stop` (130); all else is a syntax error.
struct Words;

impl Interpreter for Words {
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error> {
        self.check(statement)?;
        match statement.word() {
            "say" => out.emit(&Document::from(statement.tokens[1].text.clone())),
            "fail" => return Err(Error::failed("refused")),
            "expect" => return Err(Error::expectation("found otherwise")),
            _ => return Err(Error::new(Status::Interrupted, "interrupted")),
        }
        Ok(())
    }

    fn check(&self, statement: &Statement) -> Result<(), Error> {
        let known = ["say", "fail", "expect", "stop"].contains(&statement.word());
        if known { Ok(()) } else { Err(Error::usage("unknown")) }
    }

    fn reset(&mut self) {}

    fn standing(&self) -> Standing<'_> {
        Standing { time_us: 0, ..Standing::default() }
    }
}

/// The output without source lines and carets, joined by ` | `, then how the script ended and with
/// which status.
fn ran(text: &str, manner: FailurePolicy) -> String {
    let (mut words, mut out) = (Words, Output::captured(80));
    let mut runner = Runner::new(&mut words, &mut out);
    let ending = runner.run(&mut Script::text(Some("t"), text), manner);
    let worst = runner.worst as u8;
    let said = out.take();
    let lines: Vec<&str> =
        said.lines().filter(|line| !line.contains('^') && !text.contains(line.trim())).collect();
    format!("{} | {ending:?} {worst}", lines.join(" | ")).trim_start_matches(" | ").to_owned()
}

#[test]
fn a_script_stops_at_its_first_failure() {
    for (text, expected) in [
        ("", "End 0"),
        ("say one; fail; say 2", "t:1:10: error: refused | Failed 1"),
        ("\n\n  expect\nsay two", "t:3:3: error: found otherwise | Failed 3"),
        ("klil", "t:1:1: error: unknown | Failed 2"),
        ("fail 'x", "t:1:6: error: this quote is never closed | Failed 2"),
        ("stop", "t:1:1: error: interrupted | Failed 130"),
        ("quit; fail", "Quit 0"),
        ("quit now", "t:1:6: error: `quit` takes no arguments | Failed 2"),
        (
            "repeat 2 {\nsay a",
            "t:1:10: error: this block is never closed | help: close it with '}', which must be a \
             separate word | Failed 2",
        ),
    ] {
        assert_eq!(ran(text, FailurePolicy::Stop), expected, "{text}");
    }
}

#[test]
fn keep_going_remembers_the_worst() {
    for (text, expected) in [
        (
            "fail; klil\nexpect\nfail",
            "t:1:1: error: refused | t:1:7: error: unknown | t:2:1: error: found otherwise | t:3:1: error: refused | End 3",
        ),
        ("repeat 2 { fail }; quit", "t:1:12: error: refused | t:1:12: error: refused | Quit 1"),
        ("fail; stop; fail", "t:1:1: error: refused | t:1:7: error: interrupted | Failed 130"),
        (
            "repeat 2 { 'x\n}\nfail",
            "t:1:12: error: this quote is never closed | t:3:1: error: refused | End 2",
        ),
    ] {
        assert_eq!(ran(text, FailurePolicy::KeepGoing), expected, "{text}");
    }
}

#[test]
fn the_prompt_drops_the_rest_of_a_line() {
    let said = ran("fail; say unsaid\nexpect", FailurePolicy::Prompt);
    assert_eq!(said, "t:1:1: error: refused | t:2:1: error: found otherwise | End 0");
}

#[test]
fn a_bang_expects_a_refusal() {
    for (text, expected) in [
        (
            "!fail; ! expect",
            "failed as expected: refused | failed as expected: found otherwise | End 0",
        ),
        ("!say hi", "t:1:2: error: 'say hi' succeeded, but was expected to fail | Failed 3"),
        ("!klil", "t:1:2: error: unknown | Failed 2"),
        ("!stop", "t:1:2: error: interrupted | Failed 130"),
        ("!quit", "t:1:2: error: `quit` never fails, so `!` cannot expect it to | Failed 2"),
        ("!repeat 3 { fail }", "failed as expected: refused | End 0"),
        (
            "!repeat 0 { fail }",
            "t:1:2: error: 'repeat 0' succeeded, but was expected to fail | Failed 3",
        ),
    ] {
        assert_eq!(ran(text, FailurePolicy::Stop), expected, "{text}");
        if !text.contains("stop") {
            let going = expected.replace("Failed", "End");
            assert_eq!(ran(text, FailurePolicy::KeepGoing), going, "{text}");
        }
    }
}

#[test]
fn blocks_are_checked_before_they_run() {
    assert_eq!(
        ran("repeat 3 { fail; klil }", FailurePolicy::Stop),
        "t:1:18: error: unknown | Failed 2"
    );
    assert_eq!(
        ran("repeat 3 { repeat 0 { source } }", FailurePolicy::Stop),
        "t:1:23: error: `source` needs a file | help: source FILE | Failed 2"
    );
    assert_eq!(
        ran("repeat 999999999999 { repeat 999999999999 { } }", FailurePolicy::Stop),
        "End 0"
    );
}

#[test]
fn echo_shows_what_was_typed() {
    let (mut words, mut out) = (Words, Output::captured(80));
    let mut runner = Runner::new(&mut words, &mut out);
    runner.echo = true;
    runner.run(
        &mut Script::text(Some("t"), "repeat 2 { say  'a b' }; !fail # no"),
        FailurePolicy::Stop,
    );
    assert_eq!(
        out.take(),
        "raft> say  'a b'\na b\nraft> say  'a b'\na b\nraft> !fail\nfailed as expected: refused\n"
    );
}

#[test]
fn long_lines_do_not_end_a_script_that_keeps_going() {
    let text = format!("{}\nfail", "x".repeat(MAX_LINE * 3));
    let said = ran(&text, FailurePolicy::KeepGoing);
    assert!(said.contains("t:1:65537: error: line longer than 64 KiB"), "{said}");
    assert!(said.ends_with("t:2:1: error: refused | End 2"), "{said}");
}

fn read(bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let mut script = Script::text(Some("t"), bytes);
    let mut out = Output::captured(80);
    let mut read = Vec::new();
    loop {
        read.push(match script.next(0, &mut out) {
            Input::Line(line) if line.len() > 99 => format!("{} bytes", line.len()),
            Input::Line(line) | Input::Redirected(line, _) => line,
            Input::Bad(failure) => format!(
                "{}:{:?} {}",
                failure.statement.place.line,
                failure.error.at.unwrap_or_default(),
                failure.error.message
            ),
            Input::Dropped => "dropped".into(),
            Input::End => return read,
        });
    }
}

#[test]
fn line_ends() {
    assert_eq!(read("a\r\nb\n\nc\r"), ["a", "b", "", "c\r"]);
    assert_eq!(read("\u{feff}a\n\u{feff}b"), ["a", "\u{feff}b"]);
    assert!(read("").is_empty());
}

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(read(b"a\n\xc3\xa9\xffb\nc"), ["a", "2:2..5 byte 0xff is not UTF-8 text", "c"]);
}

#[test]
fn overlong_lines_are_passed_over() {
    let too_long = "1:65536..65536 line longer than 64 KiB";
    for (length, end, expected) in [
        (MAX_LINE, "\n", "65536 bytes"),
        (MAX_LINE, "\r\n", "65536 bytes"),
        (MAX_LINE, "", "65536 bytes"),
        (MAX_LINE + 1, "\n", too_long),
        (MAX_LINE + 1, "\r\n", too_long),
        (MAX_LINE + 2, "\n", too_long),
        (10 * MAX_LINE, "\n", too_long),
    ] {
        let mut lines = read(format!("{}{end}", "a".repeat(length)));
        assert_eq!(lines, [expected], "{length} {end:?}");
        lines = read(format!("{}{end}b\n", "a".repeat(length)));
        if !end.is_empty() {
            assert_eq!(lines, [expected, "b"], "{length} {end:?}");
        }
    }
}
