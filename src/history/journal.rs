//! The list of moves that rebuilds a world.

use crate::quantity::MAX_DURATION_US;
use crate::sim::{Action, Applied, Settings};

/// Where a world came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// How many nodes it has.
    pub nodes: usize,
    /// The seed of its dice.
    pub seed: u64,
    /// The settings it began with.
    pub settings: Settings,
    actions: Vec<Action>,
    /// The positions of those moves that gave up before their end, in order.
    gave_up: Vec<usize>,
}

impl Journal {
    /// A world in which nothing was done yet.
    pub fn new(nodes: usize, seed: u64, settings: Settings) -> Journal {
        Journal { nodes, seed, settings, actions: Vec::new(), gave_up: Vec::new() }
    }

    /// The moves, in order. Steps in a row are one move, and so is waiting in a row, as long as it can be typed.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The moves, in order, and whether each gave up before its end: it was made all the same, but its command fails.
    pub fn moves(&self) -> impl Iterator<Item = (&Action, bool)> {
        let mut gave_up = self.gave_up.iter().copied().peekable();
        self.actions.iter().enumerate().map(move |(nth, action)| (action, gave_up.next_if_eq(&nth).is_some()))
    }

    /// One more step: by far the most frequent move.
    pub(super) fn push_step(&mut self) {
        match self.actions.last_mut() {
            Some(Action::Step(total)) => *total = total.saturating_add(1),
            _ => self.actions.push(Action::Step(1)),
        }
    }

    pub(super) fn push(&mut self, action: Action, applied: &Applied) {
        match (self.actions.last_mut(), action) {
            (Some(Action::Step(total)), Action::Step(count)) => *total = total.saturating_add(count),
            (Some(Action::Wait(total_us)), Action::Wait(duration_us))
                if total_us.saturating_add(duration_us) <= MAX_DURATION_US =>
            {
                *total_us += duration_us;
            }
            (_, action) => {
                // Where a violation ended it, it ends when it is made again, violation or not.
                let action = match action {
                    Action::Settle(nodes, _) if applied.stopped => Action::Settle(nodes, Some(applied.steps)),
                    action => action,
                };
                if applied.unsettled {
                    self.gave_up.push(self.actions.len());
                }
                self.actions.push(action);
            }
        }
    }
}
