//! `hunt`: sends storms over fresh clusters with the present settings, and tells what they broke.

use clap::Subcommand;

use super::rerun::rerun;
use super::shared::format;
use super::shrink;
use crate::check::condition::Condition;
use crate::console::{Interrupt, Output};
use crate::language::condition::Scope;
use crate::language::{Error, Statement, Status};
use crate::parallel;
use crate::quantity;
use crate::search::find::{self, MoveKinds};
use crate::search::plan::{CLIENTS_MAX, FOR_US, SEEDS};
use crate::search::storm::trouble::Troubles;
use crate::search::{Options, Plan, Report, Seeds, hunt, text};
use crate::session::Session;
use crate::view::counted;

/// The most seeds of one hunt at the prompt.
const SEEDS_MAX: u64 = 1_000_000_000;

/// The most moves of a way.
const DEPTH_MAX: usize = 1_000;

/// Commands that search.
#[derive(Clone, Debug, Subcommand)]
pub enum Search {
    /// Send storms of faults over fresh clusters, and list the properties that broke
    ///
    /// Each of N seeds (1,000) makes a fresh cluster with the present settings and flaws, and a
    /// storm over it: which faults it uses, and how strongly, is drawn from the seed. So are the
    /// size and the settings, as far as nobody chose them. Clients send requests all the time.
    /// Every property is judged after every event. At the end all faults end, as `mend` ends them,
    /// and the cluster must make progress.
    ///
    /// A storm ends with the first violation. `hunt` changes nothing in the present cluster. If a
    /// property broke, it prints the script that breaks it again, and fails with status 3. `help
    /// storms` lists the faults; `raftsh hunt` runs the same outside, with more options.
    #[command(arg = format(), after_help = "hunt 20 --for 5s\nhunt 10 --for 3s --faults \
            kill,cut\nhunt 5 --for 5s --faults none --clients 5")]
    Hunt {
        /// How many seeds to try, from 1 on
        #[arg(value_name = "N", value_parser = seeds, allow_hyphen_values = true)]
        seeds: Option<u64>,
        /// How long each storm lasts, in virtual time
        #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
        for_us: Option<u64>,
        /// The faults that storms may use, with commas; none for no faults
        #[arg(long, value_name = "FAULTS|none", value_parser = Troubles::read)]
        faults: Option<Troubles>,
        /// How many clients send requests
        #[arg(long, value_name = "N", value_parser = clients)]
        clients: Option<u32>,
    },
    /// Find a shorter script that breaks the same property, or fails the same `expect`
    ///
    /// Leaves out moves, nodes and settings, as long as the property is still violated, and names
    /// what is left by hand: which message arrives, whose timer fires. Each line says what it is
    /// for. Without FILE it is about what this session has broken; with FILE, about what that
    /// script breaks on a cluster of its own. Nothing changes in the present cluster. Fails if
    /// nothing is broken.
    #[command(arg = format(), after_help = "cluster 3; flaw on vote-twice; timeout n1,n2; settle; \
            expect violated vote-once; shrink")]
    Shrink {
        /// A script; without it, the present session
        #[arg(value_name = "FILE")]
        file: Option<String>,
    },
    /// Look for moves that make a condition true
    ///
    /// From the present moment, tries random ways of at most --depth moves by hand, then all ways,
    /// the shortest first. No time passes on a way: messages arrive, timers fire and writes finish
    /// because a move says so. A way has at most --faults faults (kill, cut, drop, dup), and stops
    /// at a violation. The way that is found is shortened and printed; nothing changes in the
    /// present cluster. If none is found, the command fails with status 3, which proves nothing.
    ///
    /// Moves are deliver, drop, dup, timeout (of a leader: its heartbeat), sync, kill, restart,
    /// cut, heal and put; without --moves, all but dup and put.
    #[command(
        arg = format(),
        after_help = "find leaders >= 2\nfind any.term >= 3 and no-leader --faults 0\nrun until \
            leader; put x=1; find committed x=1 --moves deliver,sync --go"
    )]
    Find {
        /// How many random ways to try first; 0 for none [default: 10000]
        #[arg(long, value_name = "N", value_parser = tries, allow_hyphen_values = true)]
        tries: Option<u64>,
        /// The most moves of a way [default: 40]
        #[arg(long, value_name = "N", value_parser = depth, allow_hyphen_values = true)]
        depth: Option<usize>,
        /// The moves that a way may have, with commas
        #[arg(long, value_name = "MOVES", value_parser = MoveKinds::read)]
        moves: Option<MoveKinds>,
        /// The most faults of a way [default: 3]
        #[arg(long, value_name = "N", value_parser = depth, allow_hyphen_values = true)]
        faults: Option<usize>,
        /// Make the moves, as one command for `undo`
        #[arg(long)]
        go: bool,
        /// Write a script that begins with the cluster, leads here and goes the way
        #[arg(long, value_name = "FILE")]
        out: Option<String>,
        /// The condition, to the end of the command
        #[arg(value_name = "COND", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// The condition in the words; `None` until they are read.
        #[arg(skip)]
        condition: Option<Condition>,
    },
}

fn seeds(text: &str) -> Result<u64, String> {
    match quantity::count(text)? {
        0 => Err("a hunt tries at least 1 seed".to_owned()),
        SEEDS_MAX.. => Err(format!("a hunt tries fewer than {SEEDS_MAX} seeds")),
        count => Ok(count),
    }
}

/// Reads how long a storm lasts.
///
/// # Errors
/// If it is no duration.
pub fn duration(text: &str) -> Result<u64, String> {
    match quantity::duration(text)? {
        0 => Err("a storm lasts longer than 0; write 60s".to_owned()),
        us => Ok(us),
    }
}

/// Reads how many clients there are.
///
/// # Errors
/// If there are too many.
pub fn clients(text: &str) -> Result<u32, String> {
    let count = quantity::count(text)?;
    let fits = u32::try_from(count).ok().filter(|count| *count <= CLIENTS_MAX);
    fits.ok_or_else(|| format!("{CLIENTS_MAX} clients are the most"))
}

fn tries(text: &str) -> Result<u64, String> {
    match quantity::count(text)? {
        SEEDS_MAX.. => Err(format!("fewer than {SEEDS_MAX} ways are tried")),
        count => Ok(count),
    }
}

fn depth(text: &str) -> Result<usize, String> {
    let count = usize::try_from(quantity::count(text)?).unwrap_or(usize::MAX);
    match count <= DEPTH_MAX {
        true => Ok(count),
        false => Err(format!("a way has at most {DEPTH_MAX} moves")),
    }
}

impl Search {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        if let Search::Find { condition, .. } = self {
            *condition =
                Some(super::condition(statement, 1..statement.tokens.len(), Scope::Moment)?);
        }
        Ok(())
    }

    /// Whether it may change the present cluster.
    pub(super) fn moves(&self) -> bool {
        matches!(self, Search::Find { go: true, .. })
    }

    /// The script that is run first, on a cluster of its own.
    pub(super) fn script(&self) -> Option<&str> {
        match self {
            Search::Shrink { file } => file.as_deref(),
            Search::Hunt { .. } | Search::Find { .. } => None,
        }
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Search::Hunt { seeds, for_us, faults, clients } => {
                let plan = Plan::of(session);
                let plan = Plan {
                    for_us: for_us.unwrap_or(FOR_US),
                    troubles: faults.unwrap_or(plan.troubles),
                    clients: clients.unwrap_or(plan.clients),
                    ..plan
                };
                hunt_seeds(&plan, &Seeds::first(seeds.unwrap_or(SEEDS)), out)
            }
            Search::Shrink { .. } => shrink::run(session, out),
            Search::Find { tries, depth, moves, faults, go, out: file, condition, .. } => {
                let Some(condition) = condition else { return Ok(()) };
                let search = find::Search {
                    condition,
                    tries: tries.unwrap_or(find::TRIES),
                    depth: depth.unwrap_or(find::DEPTH),
                    kinds: moves.unwrap_or_default(),
                    faults: faults.unwrap_or(find::FAULTS),
                    shapes: find::SHAPES,
                    jobs: parallel::threads(),
                };
                super::find::run(&search, go, file.as_deref(), session, out)
            }
        }
    }
}

fn hunt_seeds(plan: &Plan, seeds: &Seeds, out: &mut Output) -> Result<(), Error> {
    Interrupt::watch();
    let planned = seeds.count();
    let options = Options { rerun: Some(rerun), ..Options::default() };
    let hunted = hunt(plan, seeds, options, &Interrupt::raised, |done, broken| {
        out.show_parts(done, planned, || progress(done, planned, broken));
    });
    out.show_parts(planned, planned, String::new);
    show(&hunted.report, out);
    match hunted.is_interrupted {
        _ if hunted.report.is_safe() && hunted.engine.is_some() => {
            Err(Error::usage(hunted.engine.unwrap_or_default()))
        }
        _ if !hunted.report.is_safe() => Err(broken(&hunted.report)),
        true => Err(Error::new(Status::Interrupted, "interrupted")),
        false => Ok(()),
    }
}

/// The line of progress: `412 of 1000 seeds, 2 properties broken`.
pub fn progress(done: usize, planned: usize, broken: usize) -> String {
    let broken = match broken {
        0 => "nothing broke".to_owned(),
        1 => "1 property broke".to_owned(),
        count => format!("{count} properties broke"),
    };
    format!("{done} of {planned} seeds, {broken} …")
}

fn show(report: &Report, out: &mut Output) {
    if out.is_json() {
        tell(report, out);
        return;
    }
    out.emit(&text::document(report));
    for finding in &report.findings {
        out.write(&format!("\n{}", finding.script));
    }
}

/// The report as the data of the command.
fn tell(report: &Report, out: &mut Output) {
    out.data("report", &report.report);
    out.data("version", &report.version);
    out.data("nodes", &report.nodes);
    out.data("settings", &report.settings);
    out.data("flaws", &report.flaws);
    out.data("seeds", &report.seeds);
    out.data("shard", &report.shard);
    out.data("for_us", &report.for_us);
    out.data("faults", &report.faults);
    out.data("clients", &report.clients);
    out.data("findings", &report.findings);
    out.data("coverage", &report.coverage);
    out.data("simulated_us", &report.simulated_us);
    out.data("progress_bound_us", &report.progress_bound_us);
    out.data("not_judged", &report.not_judged);
}

/// The failure of a hunt that broke something.
fn broken(report: &Report) -> Error {
    let names: Vec<&str> = report.findings.iter().map(|found| found.property.as_str()).collect();
    let seeds = counted(report.seeds.done, "seed");
    Error::expectation(format!("{seeds} broke {}", names.join(", ")))
        .help("a script that breaks each again is above; `raftsh hunt --out DIR` writes files")
}
