//! The latest events, as many as are kept.
//!
//! They lie in chunks of one size, so that an event's place follows from its number, old ones are forgotten in lots, and the
//! memory of those is used again. A move writes its events where they stay: each is written once, and all that came of the
//! latest move lies in one piece.

use std::collections::VecDeque;
use std::ops::Range;

use crate::sim::{Event, EventId};

/// So many events lie in a chunk. Forgetting in lots is cheaper than forgetting one by one.
const CHUNK: usize = 1024;

/// Room behind a chunk, so that a move which passes its end need not move what is in it.
const MARGIN: usize = 256;

/// Events in order, the oldest forgotten first. None is kept before it is said how many.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    /// Chunks that are full, oldest first.
    full: VecDeque<Vec<Event>>,
    /// Where events are added. It is cut to the size of a chunk between moves only.
    open: Vec<Event>,
    /// Where in it the latest move begins.
    latest: usize,
    /// How many events lay in chunks that are gone.
    gone: usize,
    /// How many events are forgotten for good, though some may still lie in memory.
    forgotten: usize,
    keep: usize,
    /// A chunk that is gone, kept for its memory.
    spare: Vec<Event>,
}

impl EventLog {
    /// A move begins: returns where its events are to be added.
    pub(super) fn begin(&mut self) -> &mut Vec<Event> {
        if self.open.len() >= CHUNK {
            self.close();
        }
        self.latest = self.open.len();
        &mut self.open
    }

    /// The move is over: takes the list back that [`EventLog::begin`] gave away.
    pub(super) fn end(&mut self, open: Vec<Event>) {
        self.open = open;
    }

    /// All that came of the latest move, however few events are kept.
    pub(super) fn latest(&self) -> &[Event] {
        &self.open[self.latest..]
    }

    /// Puts full chunks away, and forgets those that nobody sees any more.
    #[cold]
    fn close(&mut self) {
        let mut next = std::mem::take(&mut self.spare);
        next.clear();
        next.reserve(CHUNK + MARGIN);
        next.extend(self.open.drain(self.open.len() / CHUNK * CHUNK..));
        let mut chunk = std::mem::replace(&mut self.open, next);
        if chunk.len() > CHUNK {
            self.full.extend(chunk.chunks_exact(CHUNK).map(<[Event]>::to_vec));
        } else {
            if chunk.capacity() > 4 * CHUNK {
                chunk.shrink_to(CHUNK + MARGIN);
            }
            self.full.push_back(chunk);
        }
        while self.gone + CHUNK <= self.first()
            && let Some(chunk) = self.full.pop_front()
        {
            self.gone += CHUNK;
            self.spare = chunk;
        }
    }

    /// Keeps so many events from now on. What is forgotten once does not come back.
    pub(super) fn keep(&mut self, events: u64) {
        if self.keep != capacity(events) {
            self.forgotten = self.first();
            self.keep = capacity(events);
            self.forgotten = self.first();
        }
    }

    /// How many events there ever were.
    fn len(&self) -> usize {
        self.gone + self.full.len() * CHUNK + self.open.len()
    }

    /// How many events come before the first that is kept.
    fn first(&self) -> usize {
        self.len().saturating_sub(self.keep).max(self.forgotten)
    }

    /// The event before which there were so many others; it lies in memory still.
    fn at(&self, position: usize) -> &Event {
        let place = position - self.gone;
        match self.full.get(place / CHUNK) {
            Some(chunk) => &chunk[place % CHUNK],
            None => &self.open[place - self.full.len() * CHUNK],
        }
    }

    /// All events that are kept.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        self.range(self.first()..self.len())
    }

    /// The events from this number on, as far as they are kept.
    pub fn since(&self, id: EventId) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        // Numbers count from 1 and have no gaps, so the place follows from the number.
        self.range(capacity(id.saturating_sub(1)).clamp(self.first(), self.len())..self.len())
    }

    fn range(
        &self,
        positions: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        positions.map(|position| self.at(position))
    }

    /// The event of this number, if it is kept.
    pub fn get(&self, id: EventId) -> Option<&Event> {
        self.since(id).next().filter(|event| event.id == id)
    }

    /// How many older events were forgotten.
    pub fn forgotten(&self) -> u64 {
        self.first() as u64
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

    const LAST: u64 = 5 * CHUNK as u64 + 7;

    fn killed(id: EventId) -> Event {
        Event::new(id, 0, None, NodeId::at(0), EventKind::NodeKilled)
    }

    fn ids(log: &EventLog) -> (Option<u64>, usize) {
        assert!(log.iter().map(|event| event.id).is_sorted());
        (log.iter().next().map(|event| event.id), log.iter().len())
    }

    #[test]
    fn as_many_as_asked_for_are_seen() {
        let mut log = EventLog::default();
        log.keep(10);
        for id in 1..=LAST {
            log.begin().push(killed(id));
            assert_eq!(ids(&log), (Some(id.saturating_sub(9).max(1)), id.min(10) as usize));
        }
        assert!(log.full.len() < 2, "what is forgotten leaves the memory");
        let last = LAST;
        assert_eq!(log.forgotten(), last - 10);
        assert_eq!(log.since(last - 1).len(), 2);
        assert_eq!(log.since(1).len(), 10);
        log.keep(100);
        assert_eq!(ids(&log).1, 10, "what was forgotten does not come back");
    }

    /// Moves of every size around that of a chunk.
    #[test]
    fn a_moves_events_lie_in_one_piece() {
        let chunk = CHUNK as u64;
        let mut log = EventLog::default();
        log.keep(u64::MAX);
        let mut last = 0;
        for count in [1, 0, chunk - 1, 3, chunk, chunk + 1, 0, 3 * chunk + 5, chunk - 2, 1, 2 * chunk] {
            log.begin().extend((last + 1..=last + count).map(killed));
            assert!(log.latest().iter().map(|event| event.id).eq(last + 1..=last + count), "{count}");
            last += count;
            assert!(log.iter().map(|event| event.id).eq(1..=last), "{count}");
            assert!(log.iter().rev().map(|event| event.id).eq((1..=last).rev()), "{count}");
        }
        log.begin();
        assert!(log.latest().is_empty());
        log.keep(1);
        log.begin().extend([last + 1, last + 2].map(killed));
        assert_eq!((log.latest().len(), ids(&log)), (2, (Some(last + 2), 1)));
    }
}
