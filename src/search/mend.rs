//! The end of all faults, and the wait for progress, wherever a search makes its moves.

use super::stage::Stage;
use crate::session::mend::{
    self, AwaitedWrite, ending_faults, ending_slow_writes, missing, progress_bound,
};
use crate::sim::{Action, Outcome};

/// The most slow writes that are finished by hand at the end.
const SLOW_WRITES_MAX: usize = 100_000;

/// What makes the moves and steps with which faults end.
pub(super) trait Mender {
    /// Where they are made.
    type Stage: Stage;
    /// Why no further move or step is to be made.
    type Ended;

    fn stage(&self) -> &Self::Stage;
    /// Makes a move; returns whether it was possible.
    fn act(&mut self, action: Action) -> Result<bool, Self::Ended>;
    /// Makes the next step, if it is due by `until_us`; false if none is.
    fn step(&mut self, until_us: u64) -> Result<bool, Self::Ended>;
}

/// How the wait for progress ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// The cluster has made progress.
    Progress,
    /// As many steps were made as may be.
    AtLimit,
    /// The time is over, and the lack of progress was judged.
    TooLate,
}

/// Ends all faults.
pub(super) fn end_faults<M: Mender>(mender: &mut M) -> Result<(), M::Ended> {
    for action in ending_faults(mender.stage().world()) {
        mender.act(action)?;
    }
    for _ in 0..SLOW_WRITES_MAX {
        let Some(action) = ending_slow_writes(mender.stage().world()) else { break };
        mender.act(action)?;
    }
    Ok(())
}

/// Waits for progress, at most this long and for this many steps.
pub(super) fn await_progress<M: Mender>(
    mender: &mut M,
    most_us: u64,
    most_steps: u64,
) -> Result<Waited, M::Ended> {
    let begun_us = mender.stage().world().now_us();
    let end_us = begun_us.saturating_add(most_us);
    let mut write: Option<AwaitedWrite> = None;
    let mut steps = 0;
    loop {
        if let Some(action) = mend::powering_off(mender.stage().world()) {
            mender.act(action)?;
        }
        if let Some((action, term)) = mend::write_to_leader(mender.stage().world(), write) {
            // A leader that hands over refuses it.
            if mender.act(action)? {
                let op = mender.stage().world().ops().latest();
                write = op.map(|op| AwaitedWrite { op, term });
            }
        }
        if has_progressed(mender.stage(), write, begun_us) {
            return Ok(Waited::Progress);
        }
        if steps == most_steps {
            return Ok(Waited::AtLimit);
        }
        if !mender.step(end_us)? {
            break;
        }
        steps += 1;
    }
    let left_us = end_us.saturating_sub(mender.stage().world().now_us());
    if left_us > 0 {
        mender.act(Action::Wait(left_us))?;
    }
    mender.act(Action::JudgeProgress(write.map(|write| write.op), most_us))?;
    Ok(Waited::TooLate)
}

fn has_progressed(stage: &impl Stage, write: Option<AwaitedWrite>, begun_us: u64) -> bool {
    let world = stage.world();
    let waited_us = world.now_us() - begun_us;
    let outcome = write.and_then(|write| world.ops().get(write.op));
    // Without the write there is no progress, and finding out what else is missing is slow.
    outcome.is_some_and(|op| op.outcome == Outcome::Ok)
        && missing(world, stage.checker(), write, waited_us).is_empty()
}

/// `mend` on a stage: ends all faults, and waits for progress until a property is violated. Returns
/// how many steps it made, at most about this many.
pub(super) fn mend(stage: &mut impl Stage, most_steps: u64) -> u64 {
    let before = stage.world().violations().len();
    let mut plain = Plain { stage, before, steps: 0 };
    if end_faults(&mut plain).is_ok()
        && let Ok(bound) = progress_bound(plain.stage.world())
    {
        let _ = await_progress(&mut plain, bound.us, most_steps);
    }
    plain.steps
}

/// A stage on which faults end, and nobody else looks.
struct Plain<'a, S> {
    stage: &'a mut S,
    before: usize,
    steps: u64,
}

/// A property was violated.
struct Violated;

impl<S: Stage> Plain<'_, S> {
    fn look(&self) -> Result<(), Violated> {
        let is_broken = self.stage.world().violations().len() > self.before;
        if is_broken { Err(Violated) } else { Ok(()) }
    }
}

impl<S: Stage> Mender for Plain<'_, S> {
    type Stage = S;
    type Ended = Violated;

    fn stage(&self) -> &S {
        self.stage
    }

    fn act(&mut self, action: Action) -> Result<bool, Violated> {
        let is_made = self.stage.act(action).is_ok();
        self.look().map(|()| is_made)
    }

    fn step(&mut self, until_us: u64) -> Result<bool, Violated> {
        let is_made = self.stage.step(until_us);
        self.steps += 1;
        self.look().map(|()| is_made)
    }
}
