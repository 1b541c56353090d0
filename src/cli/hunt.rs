//! `raftsh hunt`: a hunt outside the prompt, for one machine or for many.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ValueHint;

use super::setup::set_up;
use crate::command::hunt::{clients, duration, progress};
use crate::command::rerun::rerun;
use crate::console::{Interrupt, Output, diagnostic, file, json};
use crate::language::{Error, Status};
use crate::parallel;
use crate::quantity;
use crate::search::plan::{CLIENTS, FOR_US, SEEDS};
use crate::search::storm::trouble::Troubles;
use crate::search::{Hunted, Options, Plan, Report, Seeds, Shard, hunt, junit, merge, text};
use crate::session::Session;

/// The most bytes of a report that is merged.
const REPORT_BYTES: usize = 256 * 1024 * 1024;

/// The most threads.
const JOBS_MAX: u64 = 1_024;

/// What `raftsh hunt` was told on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// A script that sets up settings, flaws and the number of nodes; - is standard input
    #[arg(value_name = "SCRIPT", value_hint = ValueHint::FilePath)]
    script: Option<OsString>,

    /// The seeds to try, both ends included [default: 1..1000]
    #[arg(long, value_name = "A..B", value_parser = Seeds::read)]
    seeds: Option<std::ops::RangeInclusive<u64>>,

    /// How long each storm lasts, in virtual time [default: 60s]
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    for_us: Option<u64>,

    /// The faults that storms may use, with commas between them, or none. Without it, all that a
    /// correct cluster survives
    #[arg(long, value_name = "LIST|none", value_parser = Troubles::read)]
    faults: Option<Troubles>,

    /// How many clients send requests [default: 3]
    #[arg(long, value_name = "N", value_parser = clients)]
    clients: Option<u32>,

    /// Stop at the lowest seed that breaks something
    #[arg(long)]
    first: bool,

    /// List every seed that broke a property, not only the first
    #[arg(long)]
    all: bool,

    /// How many threads to use; the report is the same for any number
    #[arg(long, value_name = "N", value_parser = jobs)]
    jobs: Option<usize>,

    /// Try only part I of M of the seeds, for a hunt on several machines
    #[arg(long, value_name = "I/M", value_parser = Shard::read, conflicts_with = "first")]
    shard: Option<Shard>,

    /// Write the script of each property that broke to DIR/NAME.raft, instead of printing it
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,

    /// Write the results as JUnit XML; `-` prints them instead of the usual report
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    junit: Option<PathBuf>,

    /// Merge the JSON reports of all shards of a hunt into the report of the whole
    #[arg(
        long, value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath,
        conflicts_with_all = [
            "script", "seeds", "for_us", "faults", "clients", "first", "all", "jobs", "shard"
        ]
    )]
    merge: Vec<PathBuf>,
}

/// Reads how many threads there are.
///
/// # Errors
/// If there are none, or too many.
pub(super) fn jobs(text: &str) -> Result<usize, String> {
    match quantity::count(text)? {
        0 => Err("at least 1 thread is needed".to_owned()),
        count if count <= JOBS_MAX => Ok(count as usize),
        _ => Err(format!("{JOBS_MAX} threads are the most")),
    }
}

impl Arguments {
    /// Whether the script is standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        self.script.as_deref().is_some_and(file::is_stdin)
    }

    fn junit_alone(&self) -> bool {
        self.junit.as_deref() == Some(Path::new("-"))
    }
}

/// Hunts, or merges reports; returns the exit status. `is_size_chosen` says whether the number of
/// nodes was given.
pub(super) fn run(
    arguments: &Arguments,
    session: &mut Session,
    is_size_chosen: bool,
    out: &mut Output,
) -> Status {
    match find(arguments, session, is_size_chosen, out) {
        Ok(hunted) => {
            let written = tell(arguments, &hunted.report, out);
            let status = match hunted.is_interrupted {
                _ if !hunted.report.is_safe() => Status::Expectation,
                true => Status::Interrupted,
                false => Status::Ok,
            };
            let status = match &hunted.engine {
                Some(what) => {
                    let error = Error::usage(what.clone());
                    out.error(&diagnostic::render_bare(&error));
                    status.max(error.status)
                }
                None => status,
            };
            status.max(written)
        }
        Err(error) => {
            out.error(&diagnostic::render_bare(&error));
            error.status
        }
    }
}

fn find(
    arguments: &Arguments,
    session: &mut Session,
    is_size_chosen: bool,
    out: &mut Output,
) -> Result<Hunted, Error> {
    if arguments.junit_alone() && out.is_json() {
        return Err(Error::usage("--junit - and --format json both write to standard output")
            .help("--junit FILE writes the results to a file"));
    }
    if !arguments.merge.is_empty() {
        let report = merged(&arguments.merge)?;
        writable(arguments)?;
        return Ok(Hunted { report, is_interrupted: false, engine: None });
    }
    writable(arguments)?;
    Interrupt::watch();
    if is_size_chosen {
        session.choose_size();
    }
    if let Some(script) = &arguments.script {
        set_up(script, session, out)?;
    }
    let plan = Plan::of(session);
    let plan = Plan {
        for_us: arguments.for_us.unwrap_or(FOR_US),
        troubles: arguments.faults.unwrap_or(plan.troubles),
        clients: arguments.clients.unwrap_or(CLIENTS),
        ..plan
    };
    let seeds = Seeds { all: arguments.seeds.clone().unwrap_or(1..=SEEDS), shard: arguments.shard };
    let jobs = arguments.jobs.unwrap_or_else(parallel::threads);
    let options = Options { first: arguments.first, all: arguments.all, jobs, rerun: Some(rerun) };
    let planned = seeds.count();
    let hunted = hunt(&plan, &seeds, options, &Interrupt::raised, |done, broken| {
        out.show_parts(done, planned, || progress(done, planned, broken));
    });
    out.show_parts(planned, planned, String::new);
    Ok(hunted)
}

/// Finds out before any work whether the results can be written.
fn writable(arguments: &Arguments) -> Result<(), Error> {
    if let Some(directory) = &arguments.out {
        file::prepare_directory(directory)?;
    }
    match &arguments.junit {
        Some(junit) if !arguments.junit_alone() => file::write(junit, ""),
        _ => Ok(()),
    }
}

fn merged(files: &[PathBuf]) -> Result<Report, Error> {
    let mut reports = Vec::new();
    for path in files {
        let name = path.to_string_lossy().into_owned();
        let text = file::read(path, REPORT_BYTES)?;
        let report: Report = json::read(&text)
            .map_err(|why| Error::usage(format!("{name} is no report of a hunt: {why}")))?;
        reports.push((name, report));
    }
    merge(&reports).map_err(Error::usage)
}

/// Writes the report and the scripts. What cannot be written to a file is printed.
fn tell(arguments: &Arguments, report: &Report, out: &mut Output) -> Status {
    let mut status = Status::Ok;
    let mut failed = |error: Error, out: &mut Output| {
        out.error(&diagnostic::render_bare(&error));
        status = error.status;
    };
    let xml = arguments.junit.as_ref().map(|_| junit::document(report));
    if let (Some(path), Some(xml)) = (&arguments.junit, &xml)
        && !arguments.junit_alone()
        && let Err(error) = file::write(path, xml)
    {
        failed(error, out);
    }
    let is_alone = arguments.junit_alone();
    match (is_alone, out.is_json()) {
        (true, _) => out.write(&xml.unwrap_or_default()),
        (false, true) => out.write(&json::line(report)),
        (false, false) => out.emit(&text::document(report)),
    }
    let prints = !is_alone && !out.is_json();
    for finding in &report.findings {
        let file = arguments.out.as_ref().map(|out| out.join(format!("{}.raft", finding.property)));
        match file.map(|path| file::write(&path, &finding.script).map(|()| path)) {
            Some(Ok(path)) if prints => {
                let commands = crate::view::counted(finding.commands as u64, "command");
                out.emit(&format!("{}: {commands}", path.to_string_lossy()).into());
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                failed(error, out);
                if prints {
                    out.write(&format!("\n{}", finding.script));
                }
            }
            None if prints => out.write(&format!("\n{}", finding.script)),
            None => {}
        }
    }
    status
}
