//! The latest events, as many as the setting `history` says.
//!
//! They are a sequence that forgets its front: an event's number determines its position, and
//! copies of the history share memory. A move writes its events into one contiguous buffer, for the
//! watcher. Once the events there fill a chunk, they move into the sequence.

use crate::seq::{LARGE_CHUNK, Seq};
use crate::sim::{Event, EventId};

/// The buffer of the latest events keeps room for this many when it shrinks.
const ROOM: usize = 4 * LARGE_CHUNK;

/// Events in order; the oldest are forgotten first. A new log keeps no events until it is set how
/// many.
#[derive(Clone, Debug)]
pub struct EventLog {
    /// All events but the latest. Numbers count from 1 and have no gaps: event 1 is at position 0.
    joined: Seq<Event>,
    /// The latest events. Once they fill a chunk, they join the others, but only between moves.
    waiting: Vec<Event>,
    /// The position in `waiting` at which the latest move begins.
    latest: usize,
    /// The number of events that are forgotten for good, though some may still be in memory.
    forgotten: usize,
    /// The number of events to keep.
    keep: usize,
}

impl Default for EventLog {
    fn default() -> EventLog {
        let joined = Seq::in_large_chunks();
        EventLog { joined, waiting: Vec::new(), latest: 0, forgotten: 0, keep: 0 }
    }
}

impl EventLog {
    /// Begins a move: hands out the buffer to which its events are to be added.
    pub(super) fn begin(&mut self) -> Vec<Event> {
        if self.waiting.len() >= LARGE_CHUNK {
            self.join();
        }
        self.latest = self.waiting.len();
        std::mem::take(&mut self.waiting)
    }

    /// Ends the move: takes back the buffer that [`EventLog::begin`] handed out.
    pub(super) fn end(&mut self, events: Vec<Event>) {
        self.waiting = events;
    }

    /// All events of the latest move, however few events are kept.
    pub(super) fn latest(&self) -> &[Event] {
        &self.waiting[self.latest..]
    }

    /// Moves the events that fill chunks into the sequence, and drops those that are no longer
    /// kept.
    #[cold]
    fn join(&mut self) {
        // Each chunk gets memory of exactly its size, and the buffer keeps its own. Chunks that
        // were shrunk in place would fragment the memory.
        let full = self.waiting.len() / LARGE_CHUNK;
        let mut events = self.waiting.drain(..full * LARGE_CHUNK);
        for _ in 0..full {
            self.joined.append(events.by_ref().take(LARGE_CHUNK).collect());
        }
        drop(events);
        self.waiting.shrink_to(ROOM);
        self.joined.forget_before(self.first());
    }

    /// Keeps this many events from now on. Forgotten events do not come back.
    pub(super) fn keep(&mut self, events: u64) {
        if self.keep != capacity(events) {
            self.forgotten = self.first();
            self.keep = capacity(events);
            self.forgotten = self.first();
        }
    }

    /// The number of events before the first that is kept.
    fn first(&self) -> usize {
        let all = self.joined.end() + self.waiting.len();
        all.saturating_sub(self.keep).max(self.forgotten)
    }

    /// The events that are kept.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        self.behind(self.first())
    }

    /// The events from this number on, as far as they are kept.
    pub fn since(
        &self,
        id: EventId,
    ) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        self.behind(capacity(id.saturating_sub(1)).max(self.first()))
    }

    /// The events from a position on, which must not be before the first that is kept.
    fn behind(
        &self,
        position: usize,
    ) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator + Clone {
        let waiting = position.saturating_sub(self.joined.end()).min(self.waiting.len());
        self.joined.iter_from_with(position, &self.waiting[waiting..])
    }

    /// The event of this number, if it is kept.
    pub fn get(&self, id: EventId) -> Option<&Event> {
        self.since(id).next().filter(|event| event.id == id)
    }

    /// A log that has forgotten all events so far.
    pub(super) fn emptied(&self) -> EventLog {
        let all = self.joined.end() + self.waiting.len();
        EventLog {
            joined: self.joined.emptied_at(all),
            waiting: Vec::new(),
            latest: 0,
            forgotten: all,
            keep: self.keep,
        }
    }

    /// Adds the events of a move. They must follow those that are here.
    pub(super) fn add(&mut self, events: &[Event]) {
        let mut all = self.begin();
        all.extend_from_slice(events);
        self.end(all);
    }

    /// The events of this log, preceded by those that a longer log of the same past still keeps.
    pub(super) fn with_older(self, longer: &EventLog) -> EventLog {
        let first = self.joined.end();
        let begins_earlier = longer.first() < self.first();
        if !begins_earlier || longer.joined.end() + longer.waiting.len() < first {
            return self;
        }
        let mut joined = longer.joined.clone();
        joined.truncate(first);
        // The rest of them is still waiting there.
        let missing = first.saturating_sub(joined.end());
        joined.extend_from_slice(&longer.waiting[..missing]);
        let forgotten = longer.first();
        EventLog { joined, forgotten, ..self }
    }

    /// The number of older events that were forgotten.
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

    const LAST: u64 = 5_000;

    fn killed(id: EventId) -> Event {
        Event::new(id, 0, None, NodeId::at(0), EventKind::NodeKilled)
    }

    /// Makes a move with these events.
    fn happen(log: &mut EventLog, ids: impl IntoIterator<Item = EventId>) {
        let mut events = log.begin();
        events.extend(ids.into_iter().map(killed));
        log.end(events);
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
            happen(&mut log, [id]);
            assert_eq!(ids(&log), (Some(id.saturating_sub(9).max(1)), id.min(10) as usize));
        }
        let last = LAST;
        assert_eq!(log.forgotten(), last - 10);
        assert_eq!(log.since(last - 1).len(), 2);
        assert_eq!(log.since(1).len(), 10);
        assert_eq!((log.since(u64::MAX).len(), log.since(0).len()), (0, 10));
        let found = |id| log.get(id).map(|event| event.id);
        assert_eq!(
            [0, 1, last - 10, last - 9, last, last + 1].map(found),
            [None, None, None, Some(last - 9), Some(last), None]
        );
        assert!(log.joined.len() < 10 + LARGE_CHUNK, "what is forgotten leaves the memory");
        log.keep(100);
        assert_eq!(ids(&log).1, 10, "what was forgotten does not come back");
        happen(&mut log, [last + 1]);
        assert_eq!(ids(&log).1, 11);
    }

    /// Makes moves of many sizes: without events, and with more and less than a chunk of them.
    #[test]
    fn a_moves_events_lie_in_one_piece() {
        let mut log = EventLog::default();
        log.keep(u64::MAX);
        let mut last = 0;
        for count in [1, 0, 62, 3, 64, 65, 0, 5_000, 1, 128, 9_000, 0, 1] {
            let before = log.clone();
            happen(&mut log, last + 1..=last + count);
            assert!(
                log.latest().iter().map(|event| event.id).eq(last + 1..=last + count),
                "{count}"
            );
            assert!(before.iter().map(|event| event.id).eq(1..=last), "a copy is on its own");
            last += count;
            assert!(log.iter().map(|event| event.id).eq(1..=last), "{count}");
            assert!(log.iter().rev().map(|event| event.id).eq((1..=last).rev()), "{count}");
        }
        happen(&mut log, []);
        assert!(log.latest().is_empty());
        log.keep(1);
        happen(&mut log, [last + 1, last + 2]);
        assert_eq!((log.latest().len(), ids(&log)), (2, (Some(last + 2), 1)));
    }
}
