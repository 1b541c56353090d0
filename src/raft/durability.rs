//! What a node knows of its own disk: which part of its persistent state would survive a crash now.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

use super::image::SnapshotWrite;
use super::io::{HardState, Write};
use super::types::{Index, Ticket};

/// The durable state, and the writes in flight.
///
/// Invariant: `last_index` is not greater than the last index of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Durability {
    /// The term and vote on the disk.
    pub(super) hard_state: HardState,
    /// The last entry of the current log that is on the disk.
    pub(super) last_index: Index,
    /// In the order in which they will finish.
    in_flight: VecDeque<InFlight>,
    /// The ticket of the latest write.
    latest: Ticket,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct InFlight {
    ticket: Ticket,
    hard_state: Option<HardState>,
    /// The last entry of the current log that this write makes durable; 0 if it appends nothing.
    last_index: Index,
    snapshot: Option<SnapshotWrite>,
}

/// Tickets are hashed by their distance from the latest one, because the number of earlier writes
/// does not affect what a node does.
impl Hash for Durability {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Durability { hard_state, last_index, in_flight, latest } = self;
        (hard_state, last_index, in_flight.len()).hash(state);
        for InFlight { ticket, hard_state, last_index, snapshot } in in_flight {
            (latest.0.wrapping_sub(ticket.0), hard_state, last_index).hash(state);
            snapshot.iter().for_each(|snapshot| snapshot.hash(state));
        }
    }
}

impl Durability {
    /// The durability of a node that has just started: all of its state is on the disk.
    pub(super) fn new(hard_state: HardState, last_index: Index) -> Durability {
        Durability { hard_state, last_index, ..Durability::default() }
    }

    /// A write is handed to the disk; with it, the log ends at `last_index`. Returns the write's
    /// ticket.
    pub(super) fn issued(&mut self, write: &Write, last_index: Index) -> Ticket {
        self.latest.0 += 1;
        let last_index = match (write.append.is_empty(), write.snapshot) {
            (true, Some(SnapshotWrite { snapshot, installed: true, .. })) => snapshot.last.index,
            (true, _) => Index(0),
            (false, _) => last_index,
        };
        self.in_flight.push_back(InFlight {
            ticket: self.latest,
            hard_state: write.hard_state,
            last_index,
            snapshot: write.snapshot,
        });
        self.latest
    }

    /// The latest write in flight, for a message that promises durability to wait for; `None` if
    /// all writes have finished.
    pub(super) fn latest(&self) -> Option<Ticket> {
        self.in_flight.back().map(|write| write.ticket)
    }

    /// The writes up to this ticket are on the disk. Returns the latest snapshot among them.
    pub(super) fn written(&mut self, ticket: Ticket) -> Option<SnapshotWrite> {
        let mut snapshot = None;
        while let Some(write) = self.in_flight.pop_front_if(|write| write.ticket <= ticket) {
            self.hard_state = write.hard_state.unwrap_or(self.hard_state);
            self.last_index = self.last_index.max(write.last_index);
            snapshot = write.snapshot.or(snapshot);
        }
        snapshot
    }

    /// The log was truncated from an index on. `durable_after_truncation` says how much of the
    /// current log each write in flight still makes durable.
    pub(super) fn truncated(
        &mut self,
        from: Index,
        durable_after_truncation: fn(Index, Index) -> Index,
    ) {
        self.last_index = self.last_index.min(from.previous());
        for write in &mut self.in_flight {
            write.last_index = durable_after_truncation(write.last_index, from);
        }
    }

    /// A snapshot replaces the whole log: no write in flight makes any entry of it durable.
    pub(super) fn replaced(&mut self) {
        self.last_index = Index(0);
        self.in_flight.iter_mut().for_each(|write| write.last_index = Index(0));
    }

    /// Takes back the latest write: it will not be made.
    pub(super) fn withdraw(&mut self) {
        if self.in_flight.pop_back().is_some() {
            self.latest.0 -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::rules::Rules;
    use crate::raft::types::Entry;

    /// Index 2 is written, truncated and written again: only the second write makes the entry
    /// there durable.
    #[test]
    fn a_write_says_nothing_about_replaced_entries() {
        let append = |count: usize| Write {
            append: vec![Entry::default(); count].into(),
            ..Write::default()
        };
        let mut durability = Durability::default();
        let first = durability.issued(&append(2), Index(2));
        durability.truncated(Index(2), Rules::FIGURE_2.durable_after_truncation);
        let second = durability.issued(&append(1), Index(2));
        durability.written(first);
        assert_eq!((durability.last_index, durability.latest()), (Index(1), Some(second)));
        durability.written(second);
        assert_eq!((durability.last_index, durability.latest()), (Index(2), None));
    }
}
