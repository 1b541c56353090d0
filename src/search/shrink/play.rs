//! Plays a scene up to its goal.

use super::super::mend::mend;
use super::super::moves::{Move, Scene, Tags};
use super::super::stage::{Arena, Stage};
use super::goal::Goal;

/// What became of a scene.
pub(super) struct Played {
    /// The moves that were possible and changed something, up to the goal.
    pub(super) made: Vec<Move>,
    /// Whether the goal was reached.
    pub(super) reached: bool,
    /// How many moves and steps it took to find out.
    pub(super) effort: u64,
}

/// A move among this many messages in flight costs twice as much as one without any.
const IN_FLIGHT: u64 = 64;

/// What it costs to find out within what time a cluster must make progress, in moves.
const MEND_EFFORT: u64 = 3_000;

/// The most steps in which a cluster without faults is to make progress. Longer ones tell nothing
/// that can be read.
pub(super) const MEND_STEPS_MAX: u64 = 200_000;

/// Plays a scene up to its goal.
pub(super) fn play(scene: &Scene, goal: &Goal) -> Played {
    play_on(scene.arena(), &scene.moves, goal)
}

/// Makes moves on an arena up to their goal.
pub(super) fn play_on(mut arena: Arena, moves: &[Move], goal: &Goal) -> Played {
    let (mut made, mut tags) = (Vec::new(), Tags::default());
    let before = arena.world().violations().len();
    let mut effort = 0;
    for one in moves {
        effort += 1 + arena.world().network().len() as u64 / IN_FLIGHT;
        if !one.make(&mut arena, &mut tags) {
            continue;
        }
        made.push(one.clone());
        if arena.world().ends(before)
            && let Some(reached) = goal.after_move(arena.world())
        {
            return Played { made, reached, effort };
        }
    }
    let reached = match goal.mends() {
        true => {
            effort += MEND_EFFORT + mend(&mut arena, MEND_STEPS_MAX);
            goal.is_reached(arena.world())
        }
        false => goal.at_end(arena.world()),
    };
    Played { made, reached, effort }
}
