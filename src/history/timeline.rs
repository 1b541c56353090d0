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
    /// What came of the latest move, all of it, however few events are kept.
    latest: Vec<Event>,
}

impl Timeline {
    /// A fresh cluster.
    pub fn new(nodes: usize, seed: u64) -> Timeline {
        Timeline {
            world: World::new(nodes, seed),
            journal: Journal::new(nodes, seed),
            events: EventLog::default(),
            latest: Vec::new(),
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
        self.latest.clear();
        let applied = self.world.apply(&action, &mut self.latest)?;
        self.events.extend(&self.latest);
        self.events.keep(self.world.settings().history);
        self.journal.push(action);
        Ok(applied)
    }

    /// Lets the next event happen, if it is due by `until_us`; false if nothing was.
    pub fn step(&mut self, until_us: u64) -> bool {
        self.latest.clear();
        let stepped = self.world.step(until_us, &mut self.latest);
        if stepped {
            self.events.extend(&self.latest);
            self.journal.push(Action::Step(1));
        }
        stepped
    }

    /// All that came of the latest move.
    pub fn latest(&self) -> &[Event] {
        &self.latest
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
