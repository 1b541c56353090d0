//! How long a hunt takes to find each flaw, and how fast it tries a correct cluster.

use raftsh::check::caught::{Caught, caught};
use raftsh::raft::Flaw;
use raftsh::search::{Plan, broken_by};

use super::timing::{Table, timed};

/// The CPU seconds after which a flaw counts as not found.
const PATIENCE: f64 = 60.0;

/// The seeds of a correct cluster that are tried: as many as `RAFTSH_SEEDS` says, or 200.
fn correct_seeds() -> u64 {
    std::env::var("RAFTSH_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(200)
}

/// Prints, for each flaw, how many seeds it takes to find it, and how many CPU seconds.
pub(crate) fn flaws() {
    let columns = ["property", "seeds until found", "CPU s"];
    let table = Table::new("hunt: flaws, storms of 60 s", &columns);
    for &flaw in Flaw::ALL {
        let plan = Plan { flaws: vec![flaw], ..Plan::default() };
        let (mut spent, mut seed, mut found) = (0.0, 0, None);
        while found.is_none() && spent < PATIENCE {
            seed += 1;
            let (seconds, broken) = timed(|| broken_by(&plan, seed));
            spent += seconds;
            found = broken.first().copied();
        }
        let kind = match found {
            Some(property) => property,
            None if caught(flaw) == Some(Caught::Progress) => "none, as `mend` ends it",
            None => "not found",
        };
        table.words(flaw.name(), &[kind.to_owned(), seed.to_string(), format!("{spent:.2}")]);
    }
}

/// Prints how fast correct clusters are tried. Any violation is a bug in the core, in the checker
/// or in the storms.
pub(crate) fn correct() {
    let table =
        Table::new("hunt: correct clusters, storms of 60 s", &["seeds", "broken", "seeds a CPU s"]);
    let (plan, seeds) = (Plan::default(), correct_seeds());
    let mut broken = Vec::new();
    let (seconds, ()) = timed(|| {
        for seed in 1..=seeds {
            if !broken_by(&plan, seed).is_empty() {
                broken.push(seed);
            }
        }
    });
    let rate = seeds as f64 / seconds;
    table.words("correct", &[seeds.to_string(), format!("{broken:?}"), format!("{rate:.1}")]);
}
