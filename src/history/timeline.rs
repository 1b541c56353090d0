//! A world with its past.

use crate::sim::{Action, Applied, Event, Refused, World};

use super::events::EventLog;
use super::journal::Journal;

/// A world, how it came to be, and what happened in it.
#[derive(Clone, Debug)]
pub struct Timeline {
    world: World,
    journal: Journal,
    events: EventLog,
    /// Used again for each move.
    scratch: Vec<Event>,
}

impl Timeline {
    /// A fresh cluster.
    pub fn new(nodes: usize, seed: u64) -> Timeline {
        Timeline {
            world: World::new(nodes, seed),
            journal: Journal::new(nodes, seed),
            events: EventLog::default(),
            scratch: Vec::new(),
        }
    }

    /// The present.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// How it came to be.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What happened.
    pub fn events(&self) -> &EventLog {
        &self.events
    }

    /// Makes a move.
    ///
    /// # Errors
    /// If it is impossible; then nothing has changed.
    pub fn act(&mut self, action: Action) -> Result<Applied, Refused> {
        let applied = self.world.apply(&action, &mut self.scratch);
        self.keep_events();
        if applied.is_ok() {
            self.journal.push(action);
        }
        applied
    }

    /// Lets the next event happen, if it is due by `until_us`. Returns what happened; `None` if nothing was due.
    pub fn step(&mut self, until_us: u64) -> Option<impl ExactSizeIterator<Item = &Event>> {
        if self.world.next_due_us().is_none_or(|due_us| due_us > until_us) {
            return None;
        }
        let before = self.world.event_count();
        self.world.step(&mut self.scratch);
        self.keep_events();
        self.journal.push(Action::Step(1));
        Some(self.events.since(before + 1))
    }

    fn keep_events(&mut self) {
        self.events.extend(self.scratch.drain(..));
    }

    /// The world built anew from the journal: equal to the present one, event for event.
    pub fn replay(&self) -> Timeline {
        let mut again = Timeline::new(self.journal.nodes, self.journal.seed);
        for action in self.journal.actions() {
            // What was possible once is possible again: the same moves lead to the same worlds.
            let _ = again.act(action.clone());
        }
        again
    }
}
