//! `raftsh shrink`: a shorter script that breaks what a script breaks.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueHint;

use crate::command::shrink::{ShrinkReport, document, report};
use crate::console::{Output, diagnostic, file, json};
use crate::language::{Error, Status};
use crate::script::guarded::broken_session;
use crate::session::Start;

/// What `raftsh shrink` was told on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// The script; - is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: OsString,

    /// Write the shorter script to FILE, instead of printing it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

impl Arguments {
    /// Whether the script is standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        file::is_stdin(&self.file)
    }
}

/// Shrinks the script; returns the exit status: 1 if it breaks nothing.
pub(super) fn run(arguments: &Arguments, start: Start, out: &mut Output) -> Status {
    match shrunk(arguments, start, out) {
        Ok(()) => Status::Ok,
        Err(error) => {
            out.error(&diagnostic::render_bare(&error));
            error.status
        }
    }
}

fn shrunk(arguments: &Arguments, start: Start, out: &mut Output) -> Result<(), Error> {
    let session = broken_session(&arguments.file, start, out.page().width)?;
    // An existing file is not emptied before there is something to write.
    if let Some(path) = arguments.out.as_ref().filter(|path| !path.exists()) {
        file::write(path, "")?;
    }
    out.show_parts(0, 1, || "shrinking …".to_owned());
    let report = report(&session);
    out.show_parts(1, 1, String::new);
    let report: ShrinkReport = report?;
    if let Some(path) = &arguments.out {
        file::write(path, &report.script)?;
    }
    match out.is_json() {
        true => out.write(&json::line(&report)),
        false => out.emit(&document(&report)),
    }
    if arguments.out.is_none() && !out.is_json() {
        out.write(&format!("\n{}", report.script));
    }
    Ok(())
}
