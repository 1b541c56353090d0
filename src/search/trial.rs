//! One seed: a fresh cluster, a storm over it, the end of all faults, and the judgement.
//!
//! A trial ends with its first violation. What a broken cluster breaks next says little about the
//! mistake, and judging its clients can take very long.

use super::coverage::{Coverage, Mark, Observer};
use super::mend::{self, Mender, Waited};
use super::plan::Plan;
use super::stage::{Arena, Stage};
use super::storm::Storm;
use crate::check::Checker;
use crate::history::Timeline;
use crate::session::mend::progress_bound;
use crate::sim::{Action, EventId, World};

/// The most steps of a trial, for each second of virtual time of the storm. A flaw can make
/// messages breed without end.
const STEPS_A_SECOND: u64 = 20_000;

/// The most steps until progress. Where messages take no time, a flaw can make two nodes answer
/// each other for ever at one moment.
const MEND_STEPS_MAX: u64 = 2_000_000;

/// The most entries that nodes read again when they start, during the storm. A start applies the
/// whole log again, so a storm that crashes nodes at every event would take hours under long logs.
const READ_AGAIN_MAX: u64 = 300_000;

/// The most moves that follow from one step. A storm that forces something at each of its own moves
/// would not end.
const MOVES_MAX: usize = 64;

/// How many steps are made between two looks at whether to stop.
const STEPS_A_LOOK: u64 = 4_096;

/// What one seed has shown.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) seed: u64,
    /// The properties that broke, all in the same step or move.
    pub(super) broken: Vec<Broken>,
    pub(super) coverage: Coverage,
    /// The virtual time that passed, in microseconds.
    pub(super) simulated_us: u64,
    /// Within what time the cluster had to make progress; none if that was not judged.
    pub(super) bound_us: Option<u64>,
    /// Whether progress was not judged, though no property was violated before.
    pub(super) not_judged: bool,
    /// How an engine broke the protocol, if one did.
    pub(super) engine: Option<String>,
}

/// The first violation of a property.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    pub(super) property: &'static str,
    pub(super) event: EventId,
    pub(super) time_us: u64,
    pub(super) detail: String,
}

/// Runs a seed, fast; none if `stop` says that nobody wants to know any more.
pub(super) fn run(plan: &Plan, seed: u64, stop: &dyn Fn() -> bool) -> Option<Verdict> {
    let storm = Storm::new(plan, seed);
    let profile = storm.profile();
    let arena = Arena::new(profile.nodes, seed, profile.settings);
    let trial = Trial::new(arena, storm, plan);
    trial.run(stop).map(|(verdict, _)| {
        let engine = verdict.engine.map(|what| format!("seed {seed}: {what}"));
        Verdict { seed, engine, ..verdict }
    })
}

/// Runs a seed again with its history, up to its first violation. Returns also the number of moves
/// before the end of all faults, if it came so far.
pub(super) fn record(plan: &Plan, seed: u64) -> (Timeline<Checker>, Option<usize>) {
    let storm = Storm::new(plan, seed);
    let profile = storm.profile();
    let timeline = Timeline::with_settings(profile.nodes, seed, profile.settings);
    let mut trial = Trial::new(timeline, storm, plan);
    if trial.begin().and_then(|()| trial.storm(&|| false)).is_err() {
        return (trial.stage, None);
    }
    let before_mend = trial.stage.journal().len();
    let _ = trial.mend(&|| false);
    (trial.stage, Some(before_mend))
}

struct Trial<'a, S> {
    stage: S,
    storm: Storm,
    plan: &'a Plan,
    observer: Observer,
    moves: Vec<Action>,
    steps: u64,
    /// How many entries crashed nodes had in their logs, all crashes together.
    read_again: u64,
    bound_us: Option<u64>,
    not_judged: bool,
}

/// Why a trial ended before it was over.
enum Ended {
    /// A property was violated.
    Violated,
    /// Nobody wants to know any more.
    Stopped,
}

impl<'a, S: Stage> Trial<'a, S> {
    fn new(stage: S, storm: Storm, plan: &'a Plan) -> Trial<'a, S> {
        let observer = Observer::new(stage.world().cluster_size());
        Trial {
            stage,
            storm,
            plan,
            observer,
            moves: Vec::new(),
            steps: 0,
            read_again: 0,
            bound_us: None,
            not_judged: false,
        }
    }

    fn run(mut self, stop: &dyn Fn() -> bool) -> Option<(Verdict, S)> {
        if matches!(self.play(stop), Err(Ended::Stopped)) {
            return None;
        }
        let world = self.stage.world();
        let broken = world.violations().iter().map(|violation| {
            let (property, event) = (violation.property, violation.event);
            let time_us = world.now_us();
            Broken { property, event, time_us, detail: violation.detail.to_string() }
        });
        let verdict = Verdict {
            seed: 0,
            broken: broken.collect(),
            coverage: self.observer.coverage,
            simulated_us: world.now_us(),
            bound_us: self.bound_us,
            not_judged: self.not_judged,
            engine: world
                .protocol_breaks()
                .next()
                .map(|(node, fault)| format!("the engine of {node} {fault}")),
        };
        Some((verdict, self.stage))
    }

    fn play(&mut self, stop: &dyn Fn() -> bool) -> Result<(), Ended> {
        self.begin()?;
        self.storm(stop)?;
        self.mend(stop)
    }

    /// Makes the moves with which the cluster and the storm begin.
    fn begin(&mut self) -> Result<(), Ended> {
        for action in self.plan.beginning().chain(self.storm.begin()) {
            self.act(action)?;
        }
        Ok(())
    }

    fn world(&self) -> &World {
        self.stage.world()
    }

    /// Lets time pass under the storm.
    fn storm(&mut self, stop: &dyn Fn() -> bool) -> Result<(), Ended> {
        let end_us = self.plan.for_us;
        let most = STEPS_A_SECOND.saturating_mul(1 + end_us / 1_000_000);
        // The storm has a clock of its own, for the times when nothing is due in the world.
        let mut clock_us = 0;
        while self.steps < most {
            let wake_us = self.storm.wake_us().min(end_us);
            if self.step(wake_us, stop)? {
                clock_us = clock_us.max(self.world().now_us());
                let (storm, stage) = (&mut self.storm, &self.stage);
                storm.after(clock_us, stage.latest(), stage.world(), &mut self.moves);
            } else if wake_us >= end_us {
                return Ok(());
            } else {
                clock_us = clock_us.max(wake_us);
                self.storm.wake(clock_us, self.stage.world(), &mut self.moves);
            }
            if !self.moves.is_empty() {
                self.make_moves(clock_us)?;
            }
        }
        Ok(())
    }

    /// Makes the moves of the storm, and those that their events trigger.
    fn make_moves(&mut self, clock_us: u64) -> Result<(), Ended> {
        let mut made = 0;
        while made < self.moves.len() && made < MOVES_MAX {
            let action = self.moves[made].clone();
            made += 1;
            if self.is_affordable(&action) && self.act(action)? {
                let (storm, stage) = (&mut self.storm, &self.stage);
                storm.after(clock_us, stage.latest(), stage.world(), &mut self.moves);
            }
        }
        self.moves.clear();
        Ok(())
    }

    /// Whether the nodes that crash by this move may read their logs again.
    fn is_affordable(&mut self, action: &Action) -> bool {
        let (Action::Kill(nodes) | Action::Restart(nodes)) = action else { return true };
        let world = self.stage.world();
        let running = nodes.iter().filter_map(|node| world.host(node).record());
        let logs = running.map(|record| u64::from(record.log.last_index().0));
        let read_again = self.read_again + logs.sum::<u64>();
        let is_affordable = read_again <= READ_AGAIN_MAX;
        if is_affordable {
            self.read_again = read_again;
        }
        is_affordable
    }

    fn step(&mut self, until_us: u64, stop: &dyn Fn() -> bool) -> Result<bool, Ended> {
        if !self.stage.step(until_us) {
            return Ok(false);
        }
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_A_LOOK) && stop() {
            return Err(Ended::Stopped);
        }
        self.look()?;
        Ok(true)
    }

    /// Makes a move; returns whether it was possible.
    fn act(&mut self, action: Action) -> Result<bool, Ended> {
        self.observer.before(&action, self.stage.world());
        let is_made = self.stage.act(action).is_ok();
        if is_made {
            self.look()?;
        }
        Ok(is_made)
    }

    /// Looks at the events of the latest step or move.
    fn look(&mut self) -> Result<(), Ended> {
        self.observer.see(self.stage.latest(), self.stage.world());
        match self.stage.world().violations().is_empty() {
            true => Ok(()),
            false => Err(Ended::Violated),
        }
    }

    /// Ends all faults, and judges whether the cluster makes progress.
    fn mend(&mut self, stop: &dyn Fn() -> bool) -> Result<(), Ended> {
        self.storm.end(self.stage.world(), &mut self.moves);
        for action in std::mem::take(&mut self.moves) {
            self.act(action)?;
        }
        // Ending a fault can bring another one to light: a node that halts as it resumes.
        mend::end_faults(&mut Mended { trial: self, stop })?;
        if progress_bound(self.world()).is_err() {
            for action in self.storm.soothe(self.stage.world()) {
                self.act(action)?;
            }
        }
        let Ok(bound) = progress_bound(self.world()) else {
            self.not_judged = true;
            return Ok(());
        };
        self.bound_us = Some(bound.us);
        match mend::await_progress(&mut Mended { trial: self, stop }, bound.us, MEND_STEPS_MAX)? {
            Waited::Progress => self.observer.coverage.add(Mark::Mended),
            Waited::AtLimit => self.not_judged = true,
            Waited::TooLate => {}
        }
        Ok(())
    }
}

/// A trial whose faults end, unless `stop` says that nobody wants to know any more.
struct Mended<'t, 'a, S> {
    trial: &'t mut Trial<'a, S>,
    stop: &'t dyn Fn() -> bool,
}

impl<S: Stage> Mender for Mended<'_, '_, S> {
    type Stage = S;
    type Ended = Ended;

    fn stage(&self) -> &S {
        &self.trial.stage
    }

    fn act(&mut self, action: Action) -> Result<bool, Ended> {
        self.trial.act(action)
    }

    fn step(&mut self, until_us: u64) -> Result<bool, Ended> {
        self.trial.step(until_us, self.stop)
    }
}
