//! The report of a hunt from those of its shards.

use super::coverage::Coverage;
use super::report::{BrokenProperty, FORMAT, Report, SeedRange, ShardOf, counted};

/// The most shards. A report names its own number, which anybody can edit.
const SHARDS_MAX: u64 = 100_000;

/// The report of the whole hunt: byte for byte as if it had not been divided. Each report comes
/// with the name of its file.
///
/// # Errors
/// If a report belongs to another hunt or another version, if one is unfinished, if one is there
/// twice, or if one is missing.
pub fn merge(reports: &[(String, Report)]) -> Result<Report, String> {
    let Some((first_name, first)) = reports.first() else {
        return Err("there is no report to merge".to_owned());
    };
    let of = shard_of(first_name, first)?.of;
    if of > SHARDS_MAX {
        return Err(format!("{first_name} is of {of} shards, and {SHARDS_MAX} are the most"));
    }
    let mut found = vec![None; of as usize];
    for (name, report) in reports {
        let ShardOf { is, .. } = shard_of(name, report)?;
        if head(report) != head(first) {
            return Err(format!("{name} and {first_name} are not of the same hunt: {}", {
                difference(report, first)
            }));
        }
        let (done, planned) = (report.seeds.done, report.planned());
        if done != planned {
            return Err(format!("{name} is unfinished: {done} of {planned} seeds were tried"));
        }
        let place = is.checked_sub(1).and_then(|nth| found.get_mut(nth as usize));
        let Some(place) = place else {
            return Err(format!("{name} is shard {is} of {of}, which does not exist"));
        };
        if place.replace(name).is_some() {
            return Err(format!("shard {is}/{of} is there twice"));
        }
    }
    if let Some(missing) = found.iter().position(Option::is_none) {
        return Err(format!("shard {}/{of} is missing", missing + 1));
    }
    whole(reports, first)
}

fn whole(reports: &[(String, Report)], first: &Report) -> Result<Report, String> {
    let mut whole = Report { findings: Vec::new(), shard: None, ..first.clone() };
    let mut coverage = Coverage::default();
    let (mut done, mut simulated_us, mut not_judged) = (0u64, 0u64, 0u64);
    for (name, report) in reports {
        done = done.saturating_add(report.seeds.done);
        simulated_us = simulated_us.saturating_add(report.simulated_us);
        not_judged = not_judged.saturating_add(report.not_judged);
        whole.progress_bound_us = whole.progress_bound_us.max(report.progress_bound_us);
        let counts = report.coverage();
        coverage.join(&counts.ok_or_else(|| format!("{name} counts other things"))?);
        for finding in &report.findings {
            match whole.findings.iter_mut().find(|known| known.property == finding.property) {
                Some(known) => join(known, finding, whole.all),
                None => whole.findings.push(finding.clone()),
            }
        }
    }
    whole.seeds.done = done;
    (whole.simulated_us, whole.not_judged) = (simulated_us, not_judged);
    whole.coverage = counted(&coverage);
    whole.sort();
    Ok(whole)
}

/// Adds what another shard found about the same property.
fn join(known: &mut BrokenProperty, other: &BrokenProperty, all: bool) {
    let count = known.count.saturating_add(other.count);
    let mut seeds = std::mem::take(&mut known.seeds);
    seeds.extend(&other.seeds);
    seeds.sort_unstable();
    if !all {
        seeds.truncate(1);
    }
    if other.seed < known.seed {
        *known = other.clone();
    }
    (known.seeds, known.count) = (seeds, count);
}

fn shard_of(name: &str, report: &Report) -> Result<ShardOf, String> {
    let FORMAT = report.report else {
        return Err(format!(
            "{name} is of version {} of the format, and this is version {FORMAT}",
            report.report
        ));
    };
    report.shard.ok_or_else(|| format!("{name} is a whole report, not one of a shard"))
}

/// What all shards of a hunt share.
fn head(report: &Report) -> Report {
    Report {
        seeds: SeedRange { done: 0, ..report.seeds },
        shard: report.shard.map(|shard| ShardOf { is: 0, ..shard }),
        findings: Vec::new(),
        coverage: Vec::new(),
        simulated_us: 0,
        progress_bound_us: None,
        not_judged: 0,
        ..report.clone()
    }
}

/// What differs between the heads of two reports, in words.
fn difference(one: &Report, other: &Report) -> &'static str {
    let (one, other) = (head(one), head(other));
    match () {
        () if one.version != other.version => "their versions of raftsh differ",
        () if one.settings != other.settings => "their settings differ",
        () if one.flaws != other.flaws => "their flaws differ",
        () if one.nodes != other.nodes => "their numbers of nodes differ",
        () if one.seeds != other.seeds => "their seeds differ",
        () if one.shard != other.shard => "their numbers of shards differ",
        () if one.faults != other.faults => "their faults differ",
        () => "their durations, clients or options differ",
    }
}
