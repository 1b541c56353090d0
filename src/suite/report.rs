//! The report of a test run: lines of text, or one JSON object per test and one at the end.

use std::collections::BTreeMap;

use serde::Serialize;

use super::case::Case;
use super::outcome::{Bless, Failure, Outcome, worst};
use crate::console::{Output, diagnostic, json};
use crate::language::{Error, Status};
use crate::view;
use crate::view::document::{Document, Text, Tone};

/// Reports the tests as they end.
pub struct Report {
    /// The number of tests.
    pub count: usize,
    /// The number of tests that have ended.
    pub ended: usize,
    /// Whether progress is shown, because a user may be watching.
    pub watched: bool,
    /// Which outputs are rewritten (`--bless`).
    pub bless: Option<Bless>,
}

/// The counts over all tests.
#[derive(Default, Serialize)]
struct Summary {
    passed: usize,
    failed: usize,
    blessed: usize,
    not_run: usize,
}

/// Lists the tests.
pub fn list(cases: &[Case], out: &mut Output) {
    let tests: Vec<String> = cases.iter().map(Case::name).collect();
    if out.is_json() {
        return out.write(&json::object(
            "test --list",
            Status::Ok,
            None,
            &BTreeMap::from([("tests", tests)]),
        ));
    }
    for test in tests {
        out.emit(&test.into());
    }
}

/// Reports why no test can run.
pub fn refuse(error: &Error, out: &mut Output) {
    if out.is_json() {
        out.write(&json::object("test", error.status, Some(&error.message), &Summary::default()));
    }
    out.error(&diagnostic::render_bare(error));
}

impl Report {
    /// Reports the next test.
    pub fn tell(&mut self, outcome: &Outcome, out: &mut Output) {
        self.ended += 1;
        if outcome.interrupted {
            return;
        }
        out.wipe_progress();
        match out.is_json() {
            true => out.write(&tested(outcome)),
            false => describe(outcome, out),
        }
        self.show_progress(out);
    }

    /// Reports the totals.
    pub fn end(&mut self, outcomes: &[Outcome], out: &mut Output) {
        out.wipe_progress();
        let ended = || outcomes.iter().filter(|outcome| !outcome.interrupted);
        let failed = ended().filter(|outcome| !outcome.failures.is_empty()).count();
        let blessed = ended().map(|outcome| outcome.blessed).sum();
        let not_run = self.count - ended().count();
        let summary = Summary { passed: ended().count() - failed, failed, blessed, not_run };
        if out.is_json() {
            let error = summary.error();
            return out.write(&json::object("test", worst(outcomes), error.as_deref(), &summary));
        }
        if failed == 0 && not_run == 0 {
            return out.remark(&summary.text().into());
        }
        out.emit(&summary.text().into());
        self.advise(outcomes, out);
    }

    /// Suggests `--bless` if it could rewrite the output that caused a failure.
    fn advise(&self, outcomes: &[Outcome], out: &mut Output) {
        let failures = || outcomes.iter().flat_map(|outcome| &outcome.failures);
        let any = |by| failures().any(|failure| failure.blessed_by == Some(by));
        let help = match self.bless {
            None if any(Bless::Differing) => {
                "if the output is right, --bless writes it into the file"
            }
            None | Some(Bless::Differing) if any(Bless::All) => {
                "if the output is right, --bless=all writes it into the file, errors included"
            }
            _ => return,
        };
        out.emit(&Text::new().toned(Tone::Dim, format!("help: {help}")).into());
    }

    /// Shows how many tests have ended.
    pub fn show_progress(&self, out: &mut Output) {
        if self.watched && !out.is_json() && self.ended < self.count {
            out.show_progress(&format!("{} of {} …", self.ended, self.count));
        }
    }
}

impl Summary {
    /// What is wrong; `None` if all tests have passed.
    fn error(&self) -> Option<String> {
        let all = view::counted((self.passed + self.failed + self.not_run) as u64, "test");
        match (self.failed, self.not_run) {
            (0, 0) => None,
            (0, left) => Some(format!("{left} of {all} not run")),
            (failed, 0) => Some(format!("{failed} of {all} failed")),
            (failed, left) => Some(format!("{failed} of {all} failed, {left} not run")),
        }
    }

    fn text(&self) -> Text {
        let tone = |count, tone| if count == 0 { Tone::Plain } else { tone };
        let mut text =
            Text::new().toned(tone(self.passed, Tone::Good), format!("{} passed", self.passed));
        if self.failed > 0 {
            text = text.plain(", ").toned(Tone::Bad, format!("{} failed", self.failed));
        }
        if self.blessed > 0 {
            let blessed = view::counted(self.blessed as u64, "output");
            text = text.plain(", ").toned(Tone::Warn, format!("{blessed} rewritten"));
        }
        if self.not_run > 0 {
            text = text.plain(", ").toned(Tone::Warn, format!("{} not run", self.not_run));
        }
        text
    }
}

/// Prints a line about a test, and its failures below it.
fn describe(outcome: &Outcome, out: &mut Output) {
    let mut about = String::new();
    if let Some(commands) = outcome.commands {
        about = format!(" ({})", view::counted(commands as u64, "command"));
    }
    if outcome.blessed > 0 {
        about = format!(" ({} rewritten)", view::counted(outcome.blessed as u64, "output"));
    }
    let (mark, tone) = match (outcome.failures.is_empty(), outcome.blessed) {
        (true, 0) => ("ok      ", Tone::Good),
        (true, _) => ("blessed ", Tone::Warn),
        (false, _) => ("FAILED  ", Tone::Bad),
    };
    let head = Text::new().toned(tone, mark).plain(outcome.name.as_str()).toned(Tone::Dim, about);
    if outcome.failures.is_empty() {
        return out.remark(&head.into());
    }
    out.emit(&head.into());
    for failure in &outcome.failures {
        out.emit(&explain(failure));
    }
}

/// A failure in full, as text.
fn explain(failure: &Failure) -> Document {
    if let Some(said) = &failure.said {
        return said.lines().fold(Document::new(), Document::line);
    }
    let mut head = Text::new();
    if !failure.place.is_empty() {
        head = head.toned(Tone::Strong, format!("{}: ", failure.place));
    }
    let head = head.toned(Tone::Bad, "error: ").plain(failure.message.as_str());
    failure.diff.iter().fold(Document::from(head), |document, line| {
        let tone = match line.as_bytes().first() {
            Some(b'-') => Tone::Bad,
            Some(b'+') => Tone::Good,
            Some(b'@') => Tone::Dim,
            _ => Tone::Plain,
        };
        document.line(Text::new().toned(tone, line.as_str()))
    })
}

/// The JSON object of a test.
fn tested(outcome: &Outcome) -> String {
    let error = outcome.failures.first().map(Failure::sentence);
    json::object(&format!("test {}", outcome.name), outcome.status(), error.as_deref(), outcome)
}
