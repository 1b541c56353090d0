//! Sweeps: one script under many seeds, and how the values that it measures are distributed.
//!
//! | file | what |
//! |---|---|
//! | this one | the report: percentiles by nearest rank, all integers, durations in microseconds |
//! | [`text`] | the report for people, the distributions drawn in text, the values as CSV |
//!
//! The caller runs the seeds and adds each [`SeedRun`] in their order, so the report is
//! the same on any number of threads.

pub mod text;

use std::collections::BTreeMap;

use serde::Serialize;

use super::plan::Seeds;
use super::report::{SeedRange, ShardOf};
use crate::language::Status;
use crate::session::measures::{Measure, Unit};

/// What the script did under one seed.
#[derive(Clone, Debug)]
pub struct SeedRun {
    /// The seed.
    pub seed: u64,
    /// How the script ended.
    pub status: Status,
    /// Why it failed, if it did.
    pub error: String,
    /// What it measured.
    pub measures: Vec<Measure>,
}

/// The report of a sweep, or of one of its shards.
#[derive(Clone, Debug, Serialize)]
pub struct SweepReport {
    /// Which seeds there were, and how many of them were run.
    pub seeds: SeedRange,
    /// Which part of the sweep this is; none if it is all of it.
    pub shard: Option<ShardOf>,
    /// The seeds under which the script failed. What it measured there is left out.
    pub failed: Vec<FailedSeed>,
    /// The distribution of each measure, in the order in which their names were first noted.
    pub measures: Vec<Distribution>,
}

/// A seed under which the script failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedSeed {
    /// The seed.
    pub seed: u64,
    /// The exit status of the script.
    pub status: Status,
    /// Why it failed.
    pub error: String,
}

/// How the values of one measure are distributed. Durations are in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Distribution {
    /// The name of the measure.
    pub name: String,
    /// How many values there are.
    pub count: u64,
    /// The least value.
    pub least: u64,
    /// The median.
    pub p50: u64,
    /// The least value that at least 90 of 100 values do not exceed.
    pub p90: u64,
    /// The same of 99 of 100 values.
    pub p99: u64,
    /// The largest value.
    pub most: u64,
    /// The mean, rounded half up.
    pub mean: u64,
    /// All values, from the least to the largest.
    #[serde(skip)]
    pub values: Vec<u64>,
    /// Whether all of them are durations.
    #[serde(skip)]
    pub is_duration: bool,
}

impl Distribution {
    /// The distribution of these values; none without any.
    pub fn of(name: String, mut values: Vec<u64>, is_duration: bool) -> Option<Distribution> {
        values.sort_unstable();
        let (&least, &most) = (values.first()?, values.last()?);
        let count = values.len() as u64;
        let sum: u128 = values.iter().map(|value| u128::from(*value)).sum();
        let mean = (2 * sum + u128::from(count)) / (2 * u128::from(count));
        let rank = |percent: u64| {
            let rank = (u128::from(count) * u128::from(percent)).div_ceil(100);
            values[usize::try_from(rank.max(1) - 1).unwrap_or(usize::MAX)]
        };
        Some(Distribution {
            name,
            count,
            least,
            p50: rank(50),
            p90: rank(90),
            p99: rank(99),
            most,
            mean: u64::try_from(mean).unwrap_or(u64::MAX),
            values,
            is_duration,
        })
    }
}

/// Collects what the script did under each seed.
#[derive(Debug)]
pub struct SweepTally {
    report: SweepReport,
    worst: Status,
    names: Vec<String>,
    values: BTreeMap<String, (Vec<u64>, bool)>,
    keeps_lines: bool,
    lines: String,
}

impl SweepTally {
    /// Collects nothing yet. `keeps_lines` says whether the values are written as CSV.
    pub fn new(seeds: &Seeds, keeps_lines: bool) -> SweepTally {
        let report = SweepReport {
            seeds: SeedRange { from: *seeds.all.start(), to: *seeds.all.end(), done: 0 },
            shard: seeds.shard.map(|shard| ShardOf { of: shard.of, is: shard.is }),
            failed: Vec::new(),
            measures: Vec::new(),
        };
        let (names, values) = (Vec::new(), BTreeMap::new());
        SweepTally { report, worst: Status::Ok, names, values, keeps_lines, lines: String::new() }
    }

    /// How many seeds failed.
    pub fn failed(&self) -> usize {
        self.report.failed.len()
    }

    /// Adds what the script did under the next seed.
    pub fn add(&mut self, run: SeedRun) {
        let SeedRun { seed, status, error, measures } = run;
        self.report.seeds.done += 1;
        self.worst = self.worst.max(status);
        if status != Status::Ok {
            self.report.failed.push(FailedSeed { seed, status, error });
            return;
        }
        for Measure { name, value, unit } in measures {
            if self.keeps_lines {
                self.lines.push_str(&format!("{seed},{name},{value}\n"));
            }
            let (values, is_duration) = self.values.entry(name).or_insert_with_key(|name| {
                self.names.push(name.clone());
                (Vec::new(), true)
            });
            values.push(value);
            *is_duration &= unit == Unit::Duration;
        }
    }

    /// The report, the worst status of all runs, and the values as CSV.
    pub fn finish(mut self) -> (SweepReport, Status, String) {
        for name in self.names {
            let (values, is_duration) = self.values.remove(&name).unwrap_or_default();
            self.report.measures.extend(Distribution::of(name, values, is_duration));
        }
        (self.report, self.worst, self.lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        for (values, [least, p50, p90, p99, most, mean]) in [
            (vec![7], [7, 7, 7, 7, 7, 7]),
            (vec![2, 1], [1, 1, 2, 2, 2, 2]),
            (vec![3, 1, 2], [1, 2, 3, 3, 3, 2]),
            ((1..=10).collect(), [1, 5, 9, 10, 10, 6]),
            ((1..=100).rev().collect(), [1, 50, 90, 99, 100, 51]),
            ((1..=101).collect(), [1, 51, 91, 100, 101, 51]),
            (vec![u64::MAX, u64::MAX], [u64::MAX; 6]),
        ] {
            let of = Distribution::of("a".to_owned(), values, true).unwrap();
            let found = [of.least, of.p50, of.p90, of.p99, of.most, of.mean];
            assert_eq!(found, [least, p50, p90, p99, most, mean]);
        }
        assert_eq!(Distribution::of("a".to_owned(), Vec::new(), true), None);
    }
}
