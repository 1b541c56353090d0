//! Plays a scene up to its goal.

use super::super::mend::mend;
use super::super::moves::{Move, Scene, Tags};
use super::super::stage::{Arena, Stage};
use super::goal::Goal;

/// What became of a scene.
pub(super) struct Played<T = Move> {
    /// The moves that were possible and changed something, up to the goal.
    pub(super) made: Vec<T>,
    /// Whether the goal was reached.
    pub(super) reached: bool,
    /// How many moves and steps it took to find out.
    pub(super) effort: u64,
}

/// A move among this many messages in flight costs twice as much as one without any.
const IN_FLIGHT: u64 = 512;

/// What it costs to find out within what time a cluster must make progress, in moves.
const MEND_EFFORT: u64 = 3_000;

/// The most steps in which a cluster without faults is to make progress. Longer ones tell nothing
/// that can be read.
pub(super) const MEND_STEPS_MAX: u64 = 200_000;

/// The effort of the next move.
pub(super) fn effort(arena: &Arena) -> u64 {
    1 + arena.world().network().len() as u64 / IN_FLIGHT
}

/// Plays a scene up to its goal.
pub(super) fn play(scene: &Scene, goal: &Goal) -> Played {
    play_on(scene.arena(), &scene.moves, goal)
}

/// Makes moves on an arena up to their goal.
pub(super) fn play_on(arena: Arena, moves: &[Move], goal: &Goal) -> Played {
    let mut tags = Tags::default();
    play_with(arena, moves, goal, |arena, one| one.make(arena, &mut tags))
}

/// Makes moves on an arena up to their goal. `make` makes one; it says whether that was possible
/// and changed something.
pub(super) fn play_with<T: Clone>(
    mut arena: Arena,
    moves: &[T],
    goal: &Goal,
    mut make: impl FnMut(&mut Arena, &T) -> bool,
) -> Played<T> {
    let mut made = Vec::new();
    let before = arena.world().violations().len();
    let mut effort = 0;
    for one in moves {
        effort += self::effort(&arena);
        if !make(&mut arena, one) {
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
