//! What a node knows of its own disk: which part of its persistent state would survive a crash now.

use std::collections::VecDeque;

use super::io::{HardState, Write};
use super::types::Index;

/// Finished and unfinished writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Durability {
    /// The term and vote on the disk.
    pub(super) hard_state: HardState,
    /// The last entry of the present log that is on the disk.
    pub(super) last_index: Index,
    /// Writes in the order in which they will finish.
    in_flight: VecDeque<InFlight>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct InFlight {
    hard_state: Option<HardState>,
    /// The last entry of the present log that will be on the disk; 0 if the write makes no difference to that.
    last_index: Index,
}

impl Durability {
    /// Everything up to here is on the disk: a node that has just started.
    pub(super) fn new(hard_state: HardState, last_index: Index) -> Durability {
        Durability { hard_state, last_index, in_flight: VecDeque::new() }
    }

    /// A write was handed to the disk; the log ends at `last_index` with it.
    pub(super) fn issued(&mut self, write: &Write, last_index: Index) {
        let last_index = if write.append.is_empty() { Index(0) } else { last_index };
        self.in_flight.push_back(InFlight { hard_state: write.hard_state, last_index });
    }

    /// The oldest write is on the disk.
    pub(super) fn written(&mut self) {
        let Some(write) = self.in_flight.pop_front() else { return };
        self.hard_state = write.hard_state.unwrap_or(self.hard_state);
        self.last_index = self.last_index.max(write.last_index);
    }

    /// The log was cut: a write that finishes later says nothing about entries which have since been replaced, even
    /// where others stand at the same index again. Unless that is forgotten, which is a flaw.
    pub(super) fn truncated(&mut self, from: Index, forgotten: bool) {
        let last = from.previous();
        self.last_index = self.last_index.min(last);
        if forgotten {
            return;
        }
        for write in &mut self.in_flight {
            write.last_index = write.last_index.min(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::types::Entry;

    /// Index 1 is written, replaced and written again: only the second write makes the entry there durable.
    #[test]
    fn a_write_says_nothing_about_replaced_entries() {
        let append =
            |count: usize| Write { append: vec![Entry::default(); count].into(), ..Write::default() };
        let mut durability = Durability::default();
        durability.issued(&append(2), Index(2));
        durability.truncated(Index(2), false);
        durability.issued(&append(1), Index(2));
        durability.written();
        assert_eq!(durability.last_index, Index(1));
        durability.written();
        assert_eq!(durability.last_index, Index(2));
    }
}
