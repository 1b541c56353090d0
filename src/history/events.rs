//! The latest events, as many as are kept.

use std::collections::VecDeque;

use crate::sim::{Event, EventId, Settings};

/// Events in order, the oldest forgotten first.
#[derive(Clone, Debug)]
pub struct EventLog {
    events: VecDeque<Event>,
    keep: usize,
}

impl Default for EventLog {
    fn default() -> EventLog {
        EventLog { events: VecDeque::new(), keep: capacity(Settings::default().history) }
    }
}

impl EventLog {
    pub(super) fn extend(&mut self, events: &[Event]) {
        self.events.extend(events);
        self.forget();
    }

    /// Keeps so many events from now on.
    pub(super) fn keep(&mut self, events: u64) {
        self.keep = capacity(events);
        self.forget();
    }

    fn forget(&mut self) {
        let surplus = self.events.len().saturating_sub(self.keep);
        self.events.drain(..surplus);
    }

    /// All events that are kept.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        self.events.iter()
    }

    /// The events from this number on, as far as they are kept.
    pub fn since(&self, id: EventId) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        // Numbers have no gaps, so the place follows from the first one kept.
        let first = self.events.front().map_or(id, |event| event.id);
        let start = usize::try_from(id.saturating_sub(first)).unwrap_or(usize::MAX);
        self.events.range(start.min(self.events.len())..)
    }

    /// How many older events were forgotten.
    pub fn forgotten(&self) -> u64 {
        self.events.front().map_or(0, |event| event.id - 1)
    }
}

fn capacity(events: u64) -> usize {
    usize::try_from(events).unwrap_or(usize::MAX)
}
