//! A hunt: seeds in parallel, their verdicts in the order of the seeds, and one report.

use super::coverage::Coverage;
use super::plan::{Plan, Seeds};
use super::report::{BrokenProperty, Report, counted};
use super::script;
use super::shrink::RerunLines;
use super::trial::{self, Broken, Verdict};
use crate::parallel;

/// How a hunt runs. Nothing of it but `first` and `all` can be seen in the report.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether to stop at the lowest seed that breaks something.
    pub first: bool,
    /// Whether to list every seed that broke a property.
    pub all: bool,
    /// The number of threads.
    pub jobs: usize,
    /// How command lines are run again, for scripts of findings that need time to pass.
    pub rerun: Option<RerunLines>,
}

impl Default for Options {
    fn default() -> Options {
        Options { first: false, all: false, jobs: parallel::threads(), rerun: None }
    }
}

/// What a hunt has found.
#[derive(Clone, Debug)]
pub struct Hunted {
    /// The report.
    pub report: Report,
    /// Whether it was stopped before it had tried all seeds.
    pub is_interrupted: bool,
    /// How an engine broke the protocol, if one did, or that it is not deterministic.
    pub engine: Option<String>,
}

/// Tries the seeds. Each time some were tried, `told` hears how many that are, and how many
/// properties broke. `stop` says whether to stop, which it may be asked on any thread; then the
/// report is about the unbroken run of seeds from the first.
pub fn hunt(
    plan: &Plan,
    seeds: &Seeds,
    options: Options,
    stop: &(dyn Fn() -> bool + Sync),
    mut told: impl FnMut(usize, usize),
) -> Hunted {
    let mut tally = Tally::new(plan, seeds, options.all);
    let mut is_interrupted = false;
    let try_seed = |nth: usize| match stop() {
        true => None,
        false => trial::run(plan, seeds.at(nth), stop),
    };
    let mut done = 0;
    parallel::in_order(options.jobs, seeds.count(), try_seed, |verdict| {
        let Some(verdict) = verdict else {
            is_interrupted = true;
            return false;
        };
        let found = !verdict.broken.is_empty();
        tally.add(verdict);
        done += 1;
        told(done, tally.report.findings.len());
        !(found && options.first)
    });
    let (report, engine) = tally.finish(plan, options.rerun, stop);
    Hunted { report, is_interrupted, engine }
}

/// The properties that one seed breaks, in the order in which they break. It runs on this thread.
pub fn broken_by(plan: &Plan, seed: u64) -> Vec<&'static str> {
    let verdict = trial::run(plan, seed, &|| false);
    verdict.iter().flat_map(|verdict| &verdict.broken).map(|broken| broken.property).collect()
}

/// Collects verdicts into a report.
struct Tally {
    report: Report,
    coverage: Coverage,
    engine: Option<String>,
}

impl Tally {
    fn new(plan: &Plan, seeds: &Seeds, all: bool) -> Tally {
        let report = Report::new(plan, seeds, all);
        Tally { report, coverage: Coverage::default(), engine: None }
    }

    fn add(&mut self, verdict: Verdict) {
        let Verdict { seed, broken, coverage, simulated_us, bound_us, not_judged, engine } =
            verdict;
        self.engine = self.engine.take().or(engine);
        let report = &mut self.report;
        report.seeds.done += 1;
        report.simulated_us = report.simulated_us.saturating_add(simulated_us);
        report.progress_bound_us = report.progress_bound_us.max(bound_us);
        report.not_judged += u64::from(not_judged);
        self.coverage.join(&coverage);
        for Broken { property, event, time_us, detail } in broken {
            match report.findings.iter_mut().find(|known| known.property == property) {
                Some(known) => {
                    known.count += 1;
                    if report.all {
                        known.seeds.push(seed);
                    }
                }
                None => report.findings.push(BrokenProperty {
                    property: property.to_owned(),
                    seed,
                    seeds: vec![seed],
                    count: 1,
                    event,
                    time_us,
                    detail,
                    script: String::new(),
                    commands: 0,
                }),
            }
        }
    }

    /// Adds what is known only at the end: the scripts of what was found.
    fn finish(
        mut self,
        plan: &Plan,
        rerun: Option<RerunLines>,
        stop: &dyn Fn() -> bool,
    ) -> (Report, Option<String>) {
        self.report.coverage = counted(&self.coverage);
        for finding in &mut self.report.findings {
            let different = script::write(plan, finding, rerun, stop);
            self.engine = self.engine.take().or(different);
        }
        self.report.sort();
        (self.report, self.engine)
    }
}
