//! The list of moves that rebuilds a world.

use crate::quantity::MAX_DURATION_US;
use crate::sim::Action;

/// Where a world came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// How many nodes it has.
    pub nodes: usize,
    /// The seed of its dice.
    pub seed: u64,
    actions: Vec<Action>,
}

impl Journal {
    /// A world in which nothing was done yet.
    pub fn new(nodes: usize, seed: u64) -> Journal {
        Journal { nodes, seed, actions: Vec::new() }
    }

    /// The moves, in order. Steps in a row are one move, and so is waiting in a row, as long as it can be typed.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    pub(super) fn push(&mut self, action: Action) {
        match (self.actions.last_mut(), action) {
            (Some(Action::Step(total)), Action::Step(count)) => *total = total.saturating_add(count),
            (Some(Action::Wait(total_us)), Action::Wait(duration_us))
                if total_us.saturating_add(duration_us) <= MAX_DURATION_US =>
            {
                *total_us += duration_us;
            }
            (_, action) => self.actions.push(action),
        }
    }
}
