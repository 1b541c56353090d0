//! `raftsh export`: what a script, a tutorial or a saved session does, as files for people without
//! raftsh.

use std::ffi::OsString;
use std::path::Path;

use clap::ValueHint;

use crate::command::export::{format_of, whole, write};
use crate::console::file::is_stdin;
use crate::console::{FileKind, Interrupt, Output, diagnostic, file, json};
use crate::export::Format;
use crate::language::{Error, Status};
use crate::script::{FailurePolicy, Runner, Script};
use crate::session::{Session, Start};
use crate::suite::options::MAX_BYTES;
use crate::suite::transcript::markdown::{Exchange, Tutorial};
use crate::suite::transcript::play;
use crate::word::InQuotes;

/// What `raftsh export` was told on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// The script, tutorial or saved session to run; - is a script from standard input
    #[arg(value_name = "SCRIPT", value_hint = ValueHint::FilePath)]
    script: OsString,

    /// The files to write; the suffix of each chooses its format: .html, .svg, .mmd, .shiviz or
    /// .jsonl
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<String>,
}

impl Arguments {
    /// Whether the script comes from standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        is_stdin(&self.script)
    }
}

/// Runs the script and writes the files, though the script may fail: a failure is what somebody may
/// want to look at. Returns the worst status.
pub(super) fn run(arguments: &Arguments, session: Session, out: &mut Output) -> Status {
    match export(arguments, session, out) {
        Ok(status) => status,
        Err(error) => {
            out.error(&diagnostic::render_bare(&error));
            error.status
        }
    }
}

fn export(
    Arguments { script, files }: &Arguments,
    mut session: Session,
    out: &mut Output,
) -> Result<Status, Error> {
    let formats: Vec<(&String, Format)> = files
        .iter()
        .map(|file| format_of(file, None).map(|format| (file, format)))
        .collect::<Result<_, Error>>()?;
    let mut before = Vec::new();
    let status = match FileKind::at(Path::new(script)) {
        Some(FileKind::Tutorial) => {
            before = tutorial(Path::new(script), session.start(), out)?;
            session = before.pop().unwrap_or(session);
            Status::Ok
        }
        Some(FileKind::Session) => {
            let command = format!("load {}", InQuotes(&script.to_string_lossy()));
            script_of(&mut Script::text(None, command), None, &mut session, out)
        }
        _ => {
            let is_file = !is_stdin(script);
            let (name, text) = match is_file {
                true => (script.to_string_lossy(), file::read(script, MAX_BYTES)?),
                false => ("<stdin>".into(), file::read_stdin(MAX_BYTES)?),
            };
            let mut lines = Script::text(Some(&name), text);
            script_of(&mut lines, is_file.then(|| Path::new(script)), &mut session, out)
        }
    };
    if status == Status::Interrupted || Interrupt::raised() {
        return Err(Error::new(Status::Interrupted, "interrupted"));
    }
    let name = Path::new(script).file_name().unwrap_or(script).to_string_lossy();
    for (file, format) in formats {
        let exported = whole(format, &before, &session, &name, out)?;
        let written = write(file, format, &exported, out)?;
        if out.is_json() {
            out.write(&json::line(&written));
        }
    }
    Ok(status)
}

/// Runs a script without its output; its errors are shown.
fn script_of(
    script: &mut Script,
    path: Option<&Path>,
    session: &mut Session,
    out: &mut Output,
) -> Status {
    let mut silent = Output::discarding(out.page().width);
    let mut runner = Runner::new(session, &mut silent);
    if let Some(path) = path {
        runner.within(path);
    }
    runner.run(script, FailurePolicy::Stop);
    runner.finish();
    let worst = runner.worst;
    out.write_error(&silent.take_errors());
    worst
}

/// Runs the sessions of a tutorial. What they do is what the tutorial shows, failures included.
fn tutorial(path: &Path, start: Start, out: &mut Output) -> Result<Vec<Session>, Error> {
    let name = path.to_string_lossy();
    let tutorial = Tutorial::read(&file::read(path, MAX_BYTES)?)
        .map_err(|fault| Error::usage(format!("{name}:{}: {}", fault.line, fault.message)))?;
    if tutorial.exchanges().next().is_none() {
        let message = format!("no fence of '{name}' that is marked `raftsh` contains a command");
        return Err(Error::usage(message));
    }
    let run = |exchanges: &Vec<Exchange>| {
        let mut session = Session::new(start);
        play::play_on(&mut session, exchanges, path, out.page().width);
        session
    };
    Ok(tutorial.sessions.iter().map(run).collect())
}
