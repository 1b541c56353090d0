//! The latest events, as many as are kept.

use std::collections::VecDeque;

use crate::sim::{Event, EventId};

/// So many events are kept unless the user wants otherwise.
pub(super) const KEPT: usize = 1_000_000;

/// Events in order, the oldest forgotten first.
#[derive(Clone, Debug)]
pub struct EventLog {
    events: VecDeque<Event>,
    keep: usize,
}

impl Default for EventLog {
    fn default() -> EventLog {
        EventLog { events: VecDeque::new(), keep: KEPT }
    }
}

impl EventLog {
    pub(super) fn extend(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            if self.events.len() == self.keep {
                self.events.pop_front();
            }
            self.events.push_back(event);
        }
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
