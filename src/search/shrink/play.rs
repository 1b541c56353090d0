//! Plays a scene up to its goal.

use super::super::moves::{Move, Scene, Tags};
use super::super::stage::{Arena, Stage};
use super::goal::Goal;

/// What became of a scene.
pub(super) struct Played {
    /// The moves that were possible and changed something, up to the goal.
    pub(super) made: Vec<Move>,
    /// Whether the goal was reached.
    pub(super) reached: bool,
}

/// Plays a scene up to its goal.
pub(super) fn play(scene: &Scene, goal: &Goal) -> Played {
    play_on(scene.arena(), &scene.moves, goal)
}

/// Makes moves on an arena up to their goal.
pub(super) fn play_on(mut arena: Arena, moves: &[Move], goal: &Goal) -> Played {
    let (mut made, mut tags) = (Vec::new(), Tags::default());
    let before = arena.world().violations().len();
    for one in moves {
        if !one.make(&mut arena, &mut tags) {
            continue;
        }
        made.push(one.clone());
        if arena.world().ends(before)
            && let Some(reached) = goal.after_move(arena.world())
        {
            return Played { made, reached };
        }
    }
    let reached = goal.at_end(arena.world());
    Played { made, reached }
}
