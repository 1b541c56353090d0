//! `hunt`: sends storms over fresh clusters with the present settings, and tells what they broke.

use clap::Subcommand;

use super::shared::format;
use crate::console::{Interrupt, Output};
use crate::language::{Error, Status};
use crate::quantity;
use crate::search::plan::{CLIENTS_MAX, FOR_US, SEEDS};
use crate::search::storm::trouble::Troubles;
use crate::search::{Options, Plan, Report, Seeds, hunt, text};
use crate::session::Session;
use crate::view::counted;

/// The most seeds of one hunt at the prompt.
const SEEDS_MAX: u64 = 1_000_000_000;

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

impl Search {
    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let Search::Hunt { seeds, for_us, faults, clients } = self;
        let plan = Plan::of(session);
        let plan = Plan {
            for_us: for_us.unwrap_or(FOR_US),
            troubles: faults.unwrap_or(plan.troubles),
            clients: clients.unwrap_or(plan.clients),
            ..plan
        };
        let seeds = Seeds::first(seeds.unwrap_or(SEEDS));
        Interrupt::watch();
        let planned = seeds.count();
        let stop = Interrupt::raised;
        let hunted = hunt(&plan, &seeds, Options::default(), &stop, |done, broken| {
            out.show_parts(done, planned, || progress(done, planned, broken));
        });
        out.show_parts(planned, planned, String::new);
        show(&hunted.report, out);
        match hunted.is_interrupted {
            _ if !hunted.report.is_safe() => Err(broken(&hunted.report)),
            true => Err(Error::new(Status::Interrupted, "interrupted")),
            false => Ok(()),
        }
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
