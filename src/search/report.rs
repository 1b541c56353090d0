//! The report of a hunt: what was tried, what broke, and what happened. It holds no time of day, no
//! host and no number of threads, so the same hunt gives the same bytes everywhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::coverage::Coverage;
use super::plan::{Plan, Seeds, Shard};
use crate::check::property;
use crate::sim::EventId;

/// The version of the format. It changes when an existing field changes its meaning.
pub const FORMAT: u32 = 1;

/// The report of a hunt, or of one of its shards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The version of the format.
    pub report: u32,
    /// The version of raftsh.
    pub version: String,
    /// How many nodes each cluster had; none if each seed drew that.
    pub nodes: Option<usize>,
    /// The settings that somebody chose; those of single nodes are named `heartbeat n1`.
    pub settings: BTreeMap<String, String>,
    /// The flaws that were on.
    pub flaws: Vec<String>,
    /// Which seeds there were, and how many of them were tried.
    pub seeds: SeedRange,
    /// Which part of the hunt this is; none if it is all of it.
    pub shard: Option<ShardOf>,
    /// How long each storm lasted, in microseconds of virtual time.
    pub for_us: u64,
    /// The troubles that storms could use.
    pub faults: Vec<String>,
    /// How many clients sent requests.
    pub clients: u32,
    /// Whether `seeds` of each finding holds all seeds that broke the property.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
    /// What broke: the property of the lowest seed first.
    pub findings: Vec<BrokenProperty>,
    /// What happened, and how often.
    pub coverage: Vec<Counted>,
    /// The virtual time of all seeds together, in microseconds.
    pub simulated_us: u64,
    /// The longest time that a cluster had for its progress; none if none was judged.
    pub progress_bound_us: Option<u64>,
    /// In how many seeds progress was not judged, though nothing else had broken.
    pub not_judged: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// The seeds of a hunt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRange {
    /// The first.
    pub from: u64,
    /// The last.
    pub to: u64,
    /// How many were tried.
    pub done: u64,
}

/// One part of a hunt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardOf {
    /// How many parts there are.
    pub of: u64,
    /// Which one this is, from 1.
    pub is: u64,
}

/// A property that broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokenProperty {
    /// Its name.
    pub property: String,
    /// The lowest seed that broke it.
    pub seed: u64,
    /// The seeds that broke it: this one, or all.
    pub seeds: Vec<u64>,
    /// How many seeds broke it.
    pub count: u64,
    /// The event that broke it in the lowest seed.
    pub event: EventId,
    /// When that was, in microseconds of virtual time.
    pub time_us: u64,
    /// What was wrong.
    pub detail: String,
    /// The script that breaks it again.
    pub script: String,
    /// How many commands that script has.
    pub commands: usize,
}

/// How often something happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Its name.
    pub name: String,
    /// How often.
    pub count: u64,
}

impl Report {
    /// The report of a hunt that has tried nothing yet.
    pub fn new(plan: &Plan, seeds: &Seeds, all: bool) -> Report {
        let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let chosen = plan.chosen.iter().map(|one| (one.name().to_owned(), one.value()));
        let own =
            plan.own.iter().map(|(one, nodes)| (format!("{} {nodes}", one.name()), one.value()));
        Report {
            report: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            nodes: plan.nodes,
            settings: chosen.chain(own).collect(),
            flaws: plan.flaws.iter().map(|flaw| flaw.name().to_owned()).collect(),
            seeds: SeedRange { from: *seeds.all.start(), to: *seeds.all.end(), done: 0 },
            shard: seeds.shard.map(|Shard { is, of }| ShardOf { of, is }),
            for_us: plan.for_us,
            faults: names(plan.troubles.names()),
            clients: plan.clients,
            all,
            findings: Vec::new(),
            coverage: counted(&Coverage::default()),
            simulated_us: 0,
            progress_bound_us: None,
            not_judged: 0,
        }
    }

    /// Whether nothing broke.
    pub fn is_safe(&self) -> bool {
        self.findings.is_empty()
    }

    /// What happened.
    pub(super) fn coverage(&self) -> Option<Coverage> {
        let known = Coverage::default();
        let counts: Vec<u64> = self.coverage.iter().map(|one| one.count).collect();
        let same = known.iter().map(|(name, _)| name).eq(self.coverage.iter().map(|one| &one.name));
        Coverage::from_counts(&counts).filter(|_| same)
    }

    /// How many seeds the whole hunt, or this shard of it, has.
    pub(super) fn planned(&self) -> u64 {
        let shard = self.shard.map(|ShardOf { of, is }| Shard { is, of });
        Seeds { all: self.seeds.from..=self.seeds.to, shard }.count() as u64
    }

    /// Puts the findings in their order: by seed, then as they happened.
    pub(super) fn sort(&mut self) {
        let place = |name: &str| property::ALL.iter().position(|known| known.name == name);
        self.findings.sort_by_key(|found| (found.seed, found.event, place(&found.property)));
    }
}

/// Coverage as it is reported.
pub(super) fn counted(coverage: &Coverage) -> Vec<Counted> {
    coverage.iter().map(|(name, count)| Counted { name: name.to_owned(), count }).collect()
}
