//! The latest events, as many as are kept.

use std::collections::VecDeque;

use crate::sim::{Event, EventId, Settings};

/// So many events more than asked for may lie in memory: forgetting in lots is cheaper than forgetting one by one.
const SLACK: usize = 4096;

/// Events in order, the oldest forgotten first.
#[derive(Clone, Debug)]
pub struct EventLog {
    /// The events that are kept, and up to [`SLACK`] older ones that nobody sees any more.
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
        if self.surplus() > SLACK {
            self.forget();
        }
    }

    /// Keeps so many events from now on. What is forgotten once does not come back.
    pub(super) fn keep(&mut self, events: u64) {
        if self.keep != capacity(events) {
            self.forget();
            self.keep = capacity(events);
            self.forget();
        }
    }

    fn surplus(&self) -> usize {
        self.events.len().saturating_sub(self.keep)
    }

    fn forget(&mut self) {
        self.events.drain(..self.surplus());
    }

    /// All events that are kept.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        self.events.range(self.surplus()..)
    }

    /// The events from this number on, as far as they are kept.
    pub fn since(&self, id: EventId) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        // Numbers have no gaps, so the place follows from the first one in memory.
        let first = self.events.front().map_or(id, |event| event.id);
        let start = usize::try_from(id.saturating_sub(first)).unwrap_or(usize::MAX);
        self.events.range(start.clamp(self.surplus(), self.events.len())..)
    }

    /// The event of this number, if it is kept.
    pub fn get(&self, id: EventId) -> Option<&Event> {
        self.since(id).next().filter(|event| event.id == id)
    }

    /// How many older events were forgotten.
    pub fn forgotten(&self) -> u64 {
        self.iter().next().map_or(0, |event| event.id - 1)
    }
}

fn capacity(events: u64) -> usize {
    usize::try_from(events).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::NodeId;
    use crate::sim::EventKind;

    fn ids(log: &EventLog) -> (Option<u64>, usize) {
        assert!(log.iter().map(|event| event.id).is_sorted());
        (log.iter().next().map(|event| event.id), log.iter().len())
    }

    #[test]
    fn as_many_as_asked_for_are_seen() {
        let mut log = EventLog::default();
        log.keep(10);
        for id in 1..=3 * SLACK as u64 {
            log.extend(&[Event::new(id, 0, None, NodeId::at(0), EventKind::NodeKilled)]);
            assert_eq!(ids(&log), (Some(id.saturating_sub(9).max(1)), id.min(10) as usize));
        }
        let last = 3 * SLACK as u64;
        assert_eq!(log.forgotten(), last - 10);
        assert_eq!(log.since(last - 1).len(), 2);
        assert_eq!(log.since(1).len(), 10);
        log.keep(100);
        assert_eq!(ids(&log).1, 10, "what was forgotten does not come back");
    }
}
