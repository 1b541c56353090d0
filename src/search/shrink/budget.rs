//! How much shrinking may take.

use super::super::moves::Scene;
use super::goal::Goal;
use super::play::{Played, play};

/// The most moves and steps that all runs of the reductions make together.
const EFFORT_MAX: u64 = 100_000_000;

/// What it costs to begin a run, in moves.
const RUN_EFFORT: u64 = 20;

/// How much effort runs may still take.
pub(super) struct Budget<'a> {
    /// The runs that were made.
    pub(super) runs: u64,
    /// The effort that is left: moves, steps, and what it costs to begin a run.
    left: u64,
    stop: &'a dyn Fn() -> bool,
}

impl<'a> Budget<'a> {
    pub(super) fn new(stop: &'a dyn Fn() -> bool) -> Budget<'a> {
        Budget { runs: 0, left: EFFORT_MAX, stop }
    }

    /// Does something that may take as much effort of its own; what the reductions may take stays
    /// as it was.
    pub(super) fn apart<R>(&mut self, effort: u64, act: impl FnOnce(&mut Self) -> R) -> R {
        let left = std::mem::replace(&mut self.left, effort);
        let result = act(self);
        self.left = left;
        result
    }

    /// Plays a scene; returns it without the moves that were not made, if it reaches the goal.
    pub(super) fn attempt(&mut self, scene: Scene, goal: &Goal) -> Option<Scene> {
        let moves = self.run(|| play(&scene, goal))?;
        Some(Scene { moves, ..scene })
    }

    /// Makes a run; returns the moves that were made, if it reaches the goal.
    pub(super) fn run<T>(&mut self, play: impl FnOnce() -> Played<T>) -> Option<Vec<T>> {
        if self.is_spent() {
            return None;
        }
        self.runs += 1;
        let Played { made, reached, effort } = play();
        self.left = self.left.saturating_sub(effort + RUN_EFFORT);
        reached.then_some(made)
    }

    /// Whether nothing may be tried any more.
    pub(super) fn is_spent(&self) -> bool {
        self.left == 0 || (self.stop)()
    }
}
