//! `raftsh test`: scripts and tutorials as tests.
//!
//! ```text
//! paths ─▶ find ─▶ cases ─▶ run on several threads ─▶ outcomes, in path order ─▶ report, junit
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`find`] | finds the scripts and tutorials below the paths on the command line |
//! | [`case`] | one of them; [`script`](mod@script) and [`tutorial`] run, judge and bless it as [`options`] say |
//! | [`outcome`] | the result of a test |
//! | [`report`] | the report of a run, as text or as JSON |
//! | [`junit`] | the report as JUnit XML |
//! | [`transcript`] | the sessions in a Markdown text: reading, running, comparing and recording them |
//!
//! # What holds
//!
//! - Each test has its own cluster, and a thread runs one test at a time, so tests do not affect
//!   each other. The same files give the same report, byte for byte, whatever the number of
//!   threads.
//! - A fault in one file is the outcome of that file; the other tests run all the same.
//! - A call that finds no tests fails. Otherwise, a typing error in a path would pass for ever.
//! - Only `--bless` and `--junit` write files.
//!
//! # What is not here
//!
//! How a script runs: a test runs it through [`script`](crate::script), as `raftsh run` does.
//!
//! To add a kind of test, start at [`case`]; to change how outputs are compared, at
//! `transcript/pattern.rs`.

pub mod case;
pub mod find;
pub mod junit;
pub mod options;
pub mod outcome;
pub mod report;
pub mod script;
pub mod transcript;
pub mod tutorial;

use std::path::{Path, PathBuf};

use clap::ValueHint;

use self::case::Case;
use self::options::TestOptions;
use self::outcome::{Bless, Outcome, worst};
use self::report::Report;
use crate::console::{Interrupt, Output, Terminal, diagnostic, file};
use crate::language::{Error, Status};
use crate::parallel;

/// What `raftsh test` was told on the command line.
#[derive(Clone, Debug, clap::Args)]
pub struct Arguments {
    /// Scripts (.raft), tutorials (.md), and directories that contain them
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    /// Rewrite the outputs that differ. With `--bless=all`, also those of commands that fail now
    /// but did not before, or the reverse
    #[arg(
        long, value_name = "all", num_args = 0..=1, require_equals = true, default_missing_value = "differing",
        hide_possible_values = true
    )]
    pub bless: Option<Bless>,

    /// Write the results as JUnit XML; `-` prints them instead of the usual report
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    junit: Option<PathBuf>,

    /// Run only the tests whose path contains this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// List the tests without running them
    #[arg(long)]
    list: bool,
}

impl Arguments {
    /// Whether the XML goes to standard output (`--junit -`), and nothing else does.
    fn junit_alone(&self) -> bool {
        self.junit.as_deref() == Some(Path::new("-"))
    }
}

/// Runs the tests, and returns the worst status.
pub fn run(
    arguments: &Arguments,
    options: &TestOptions,
    terminal: &Terminal,
    out: &mut Output,
) -> Status {
    match find(arguments, terminal, out) {
        Err(error) => {
            report::refuse(&error, out);
            error.status
        }
        Ok(cases) if arguments.list => {
            report::list(&cases, out);
            Status::Ok
        }
        Ok(cases) => {
            let outcomes = run_all(&cases, arguments, options, terminal, out);
            let status = if Interrupt::raised() { Status::Interrupted } else { worst(&outcomes) };
            status.max(write_junit(arguments, &outcomes, out))
        }
    }
}

fn find(arguments: &Arguments, terminal: &Terminal, out: &Output) -> Result<Vec<Case>, Error> {
    if arguments.junit_alone() && out.is_json() {
        return Err(Error::usage("--junit - and --format json both write to standard output")
            .help("--junit FILE writes the results to a file"));
    }
    // On a CI machine, `--bless` must not change what people have written.
    if arguments.bless.is_some() && terminal.variables.ci.is_some() {
        return Err(Error::usage("--bless rewrites files, and is refused where CI is set")
            .help("bless on your own machine, read what has changed, and commit it"));
    }
    let mut cases = find::all(&arguments.paths);
    if cases.is_empty() {
        let places: Vec<_> = arguments.paths.iter().map(|path| path.to_string_lossy()).collect();
        return Err(Error::usage(format!("there is nothing to test in {}", places.join(", ")))
            .help(
                "tests are scripts, NAME.raft, and Markdown with a fence that is marked `raftsh`",
            ));
    }
    if let Some(filter) = &arguments.filter {
        let count = cases.len();
        cases.retain(|case| case.name().contains(filter.as_str()));
        if cases.is_empty() {
            let filter = crate::quantity::shown(filter);
            return Err(Error::usage(format!("none of {count} paths contains {filter}"))
                .help("`--list` names the tests"));
        }
    }
    Ok(cases)
}

fn run_all(
    cases: &[Case],
    arguments: &Arguments,
    options: &TestOptions,
    terminal: &Terminal,
    out: &mut Output,
) -> Vec<Outcome> {
    Interrupt::watch();
    let mut discarding = Output::discarding(options.width);
    let out = if arguments.junit_alone() { &mut discarding } else { out };
    // A user at a terminal wants to see the progress.
    let mut report =
        Report { count: cases.len(), ended: 0, watched: terminal.stdout, bless: options.bless };
    report.show_progress(out);
    let mut outcomes = Vec::new();
    parallel::in_order(
        parallel::threads(),
        cases.len(),
        |nth| cases[nth].run(options),
        |outcome| {
            report.tell(&outcome, out);
            outcomes.push(outcome);
            // If nobody reads the report any more, the remaining tests need not run.
            out.check_stop().is_ok()
        },
    );
    report.end(&outcomes, out);
    outcomes
}

fn write_junit(arguments: &Arguments, outcomes: &[Outcome], out: &mut Output) -> Status {
    let Some(file) = &arguments.junit else { return Status::Ok };
    let xml = junit::xml(outcomes);
    if arguments.junit_alone() {
        out.write(&xml);
        return Status::Ok;
    }
    match file::write(file, &xml) {
        Ok(()) => Status::Ok,
        Err(error) => {
            out.error(&diagnostic::render_bare(&error));
            error.status
        }
    }
}
