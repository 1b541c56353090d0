//! `raftsh sweep`: one script under many seeds, and how what it measures is distributed.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::ValueHint;

use super::hunt::jobs;
use crate::console::{Interrupt, Output, diagnostic, file, json};
use crate::language::{Error, Statement, Status};
use crate::parallel;
use crate::script::guarded::{self, Guard, GuardedEnd, ScriptText};
use crate::search::plan::SEEDS;
use crate::search::sweep::{SeedRun, SweepTally, text};
use crate::search::{Seeds, Shard};
use crate::session::{Session, Start};

/// The most bytes of the script.
const BYTES: usize = 64 * 1024 * 1024;

/// What `raftsh sweep` was told on the command line.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// The script, which measures something and names no seed; - is standard input
    #[arg(value_name = "SCRIPT", value_hint = ValueHint::FilePath)]
    script: OsString,

    /// The seeds to run it with, both ends included [default: 1..1000]
    #[arg(long, value_name = "A..B", value_parser = Seeds::read)]
    seeds: Option<RangeInclusive<u64>>,

    /// How many threads to use; the report is the same for any number
    #[arg(long, value_name = "N", value_parser = jobs)]
    jobs: Option<usize>,

    /// Run only part I of M of the seeds, for a sweep on several machines
    #[arg(long, value_name = "I/M", value_parser = Shard::read)]
    shard: Option<Shard>,

    /// Draw each distribution
    #[arg(long)]
    plot: bool,

    /// Write each measured value to FILE as a line `seed,name,value`; durations are in microseconds
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    csv: Option<PathBuf>,
}

impl Arguments {
    /// Whether the script is standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        file::is_stdin(&self.script)
    }
}

/// Runs the script with each seed; returns the worst status of its runs.
pub(super) fn run(arguments: &Arguments, start: Start, out: &mut Output) -> Status {
    sweep(arguments, start, out).unwrap_or_else(|error| {
        out.error(&diagnostic::render_bare(&error));
        error.status
    })
}

fn sweep(arguments: &Arguments, start: Start, out: &mut Output) -> Result<Status, Error> {
    let script = ScriptText::read(&arguments.script, BYTES)?;
    if let Some(csv) = &arguments.csv {
        file::write(csv, "")?;
    }
    Interrupt::watch();
    let seeds = Seeds { all: arguments.seeds.clone().unwrap_or(1..=SEEDS), shard: arguments.shard };
    let (planned, width) = (seeds.count(), out.page().width);
    let mut tally = SweepTally::new(&seeds, arguments.csv.is_some());
    let (mut stopped, mut is_interrupted, mut done) = (None, false, 0);
    let jobs = arguments.jobs.unwrap_or_else(parallel::threads);
    let run = |nth| run_seed(&script, Start { seed: seeds.at(nth), ..start }, width);
    parallel::in_order(jobs, planned, run, |ran| {
        match ran {
            Ok(Some(ran)) => tally.add(ran),
            Ok(None) => is_interrupted = true,
            Err(error) => stopped = Some(error),
        }
        done += 1;
        let failed = tally.failed();
        out.show_parts(done, planned, || format!("{done} of {planned} seeds, {failed} failed …"));
        stopped.is_none() && !is_interrupted
    });
    out.show_parts(planned, planned, String::new);
    if let Some(error) = stopped {
        return Err(error);
    }
    let (report, worst, lines) = tally.finish();
    match out.is_json() {
        true => out.write(&json::line(&report)),
        false => out.emit(&text::document(&report, arguments.plot)),
    }
    if let Some(csv) = &arguments.csv {
        file::write(csv, &lines)?;
    }
    Ok(match is_interrupted {
        true => Status::Interrupted,
        false => worst,
    })
}

/// Runs the script with one seed; none if somebody pressed Ctrl-C.
///
/// # Errors
/// If the script contains a command that no sweep can run.
fn run_seed(script: &ScriptText, start: Start, width: usize) -> Result<Option<SeedRun>, Error> {
    if Interrupt::raised() {
        return Ok(None);
    }
    let mut session = Session::new(start);
    let mut guard = OneSeed { name: &script.name };
    let end = guarded::run(script, &mut session, &mut guard, width);
    let GuardedEnd { status, failure, stopped, .. } = end;
    match (stopped, status) {
        (Some(error), _) => Err(error),
        (None, Status::Interrupted) => Ok(None),
        (None, _) => {
            let error = failure.map_or_else(String::new, |failure| {
                let place = &failure.statement.place;
                let source = place.source.as_deref().unwrap_or(&script.name);
                format!("{source}:{}: {}", place.line, failure.error.message)
            });
            let (seed, measures) = (start.seed, session.take_measures());
            Ok(Some(SeedRun { seed, status, error, measures }))
        }
    }
}

/// Lets commands run that name no seed and write no file: runs with different seeds must not
/// depend on each other.
struct OneSeed<'a> {
    name: &'a str,
}

impl Guard for OneSeed<'_> {
    fn before(&mut self, statement: &Statement, _session: &Session) -> Result<(), Error> {
        let is_seed = |word: &&str| *word == "--seed" || word.starts_with("--seed=");
        let name = self.name;
        match statement.word() {
            "cluster" if statement.words().iter().any(is_seed) => {
                Err(Error::usage(format!("{name} names a seed, and a sweep runs many"))
                    .help("leave --seed out of `cluster`; --seeds A..B says which are run"))
            }
            "load" => Err(Error::usage(format!(
                "{name} loads a session, which has a seed of its own, and a sweep runs many"
            ))
            .help("`save FILE.raft` writes a session as a script")),
            word @ ("save" | "export" | "shrink" | "find" | "hunt") => {
                Err(Error::usage(format!("{name} contains `{word}`, which no sweep runs")))
            }
            _ => Ok(()),
        }
    }
}
