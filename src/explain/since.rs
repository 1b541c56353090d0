//! Since when a condition holds, or does not: the branch is walked backwards, from one checkpoint
//! to the one before it, until a moment is found at which it was otherwise.

use crate::check::condition::{Condition, Fact};
use crate::check::evaluate::{self, Situation, Undecided};
use crate::history::Position;

use super::answer::Since;
use super::case::Case;
use super::effort;

/// The most stretches between two checkpoints that are walked, each some thousand steps long. What
/// became so before them is not dated.
const STRETCHES: usize = 12;

/// The most entries and nodes that are looked at on the way.
const EFFORT: u64 = 500_000;

/// Since when a condition is as it is; `None` if that was long ago, or if the condition compares
/// with the past.
pub(super) fn since(
    case: &Case<'_>,
    condition: &Condition,
    holds: bool,
) -> Result<Option<Since>, Undecided> {
    let looks_at_steps =
        condition.facts().any(|(fact, _)| matches!(fact, Fact::Changes(_) | Fact::Event { .. }));
    if looks_at_steps {
        return Ok(None);
    }
    let tree = case.tree;
    let here = tree.here();
    let mut to = here.moment.at;
    let mut effort = 0;
    for from in tree.checkpoint_positions(here.branch, to).into_iter().take(STRETCHES) {
        let (mut was, mut latest) = (None, None);
        tree.visit(here.branch, from, to, |timeline, _| {
            let world = timeline.world();
            let is_same = was.is_some() && !effort::may_change(condition, timeline.latest());
            if is_same || effort > EFFORT {
                return Ok(());
            }
            effort += effort::of_judging(world, condition);
            // Before a node was booted, nothing was true or false of it.
            let now = match evaluate::holds(Situation::now(world), condition) {
                Err(Undecided::UnknownNode(_)) => false,
                known => known? == holds,
            };
            if now && was == Some(false) {
                latest = Some(Since { event: world.event_count(), time_us: world.now_us() });
            } else if !now {
                latest = None;
            }
            was = Some(now);
            Ok(())
        })?;
        if effort > EFFORT {
            return Ok(None);
        }
        let ended_otherwise = was == Some(false);
        if latest.is_some() {
            return Ok(latest);
        }
        if ended_otherwise {
            // It became so in the passing of time after the last step.
            let world = case.world();
            return Ok(Some(Since { event: world.event_count(), time_us: world.now_us() }));
        }
        if from == Position::default() {
            return Ok(Some(Since { event: 0, time_us: 0 }));
        }
        to = from;
    }
    Ok(None)
}
