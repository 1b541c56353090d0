//! `shrink`: a shorter script that breaks what a session broke.

use serde::Serialize;

use super::rerun::rerun;
use crate::console::{Interrupt, Output};
use crate::history::saved;
use crate::language::{Error, Status};
use crate::search::shrink::{SessionShrunk, shrink_session};
use crate::session::Session;
use crate::view::counted;
use crate::view::document::{Document, Text, Tone};

/// What `shrink` has found, as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct ShrinkReport {
    /// The property, or `expect` with its condition.
    pub breaks: String,
    /// The run that was shrunk.
    pub from: Size,
    /// The script.
    pub to: Size,
    /// The script.
    pub script: String,
    /// How many runs were made.
    pub runs: u64,
}

/// The size of a script.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Size {
    /// How many commands it has.
    pub commands: usize,
    /// How many nodes its cluster has.
    pub nodes: usize,
}

/// Shrinks what a session broke. If nothing shorter breaks it, the script is the recorded run.
///
/// # Errors
/// If nothing is broken, or somebody pressed Ctrl-C.
pub fn report(session: &Session) -> Result<ShrinkReport, Error> {
    Interrupt::watch();
    let SessionShrunk { breaks, from, shrunk } =
        shrink_session(session, rerun, &Interrupt::raised)?;
    if Interrupt::raised() {
        return Err(Error::new(Status::Interrupted, "interrupted"));
    }
    let from = Size { commands: from.0, nodes: from.1 };
    let (to, script, runs) = match shrunk {
        Some(shrunk) => {
            let to = Size { commands: shrunk.commands, nodes: shrunk.nodes };
            (to, shrunk.script, shrunk.runs)
        }
        None => {
            let script = recorded(session, &breaks);
            (Size { commands: script.lines().count(), ..from }, script, 0)
        }
    };
    Ok(ShrinkReport { breaks, from, to, script, runs })
}

/// The run as it was recorded, as a script.
fn recorded(session: &Session, breaks: &str) -> String {
    let mut script = saved::script(session.journal());
    if breaks.starts_with("expect ") {
        script.push_str(breaks);
        script.push('\n');
    }
    script
}

/// The report without the script.
pub fn document(report: &ShrinkReport) -> Document {
    let ShrinkReport { breaks, from, to, runs, .. } = report;
    let text = Text::new()
        .toned(Tone::Strong, format!("{breaks}: {}", counted(to.commands as u64, "command")))
        .plain(format!(
            " on {}, of {} on {}; {}",
            counted(to.nodes as u64, "node"),
            counted(from.commands as u64, "command"),
            counted(from.nodes as u64, "node"),
            counted(*runs, "run"),
        ));
    text.into()
}

pub(super) fn run(session: &Session, out: &mut Output) -> Result<(), Error> {
    out.show_parts(0, 1, || "shrinking …".to_owned());
    let report = report(session);
    out.show_parts(1, 1, String::new);
    let report = report?;
    if out.is_json() {
        out.data("breaks", &report.breaks);
        out.data("from", &report.from);
        out.data("to", &report.to);
        out.data("script", &report.script);
        out.data("runs", &report.runs);
        return Ok(());
    }
    out.emit(&document(&report));
    out.write(&format!("\n{}", report.script));
    Ok(())
}
