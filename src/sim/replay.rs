//! What a node applies again when it starts again.
//!
//! A start empties the state machine, and a node without a snapshot applies its whole log again.
//! What that gives is known if a node of this cluster has done it before with the same entries. So
//! the results and the state machine at the end are remembered, and the next start takes them from
//! here: it carries out only the entries that have come since. This changes nothing that can be
//! observed.

use crate::kv::{Effect, Store};
use crate::raft::{Entry, Index, Log};
use crate::seq::Seq;

use super::client::Answer;

/// The fewest entries that are worth remembering.
const LEAST: u32 = 32;

/// What applying an entry gave: the answer, if a client asked for the entry, and whether its
/// session had it carried out before.
pub(super) type ApplyResult = (Option<Answer>, Effect);

/// What applying a log from its first entry on has given. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Replay {
    /// A log that begins with the entries that were applied.
    log: Log,
    /// The result of each of them, from index 1 on.
    results: Seq<ApplyResult>,
    /// The state machine after all of them.
    pub(super) store: Store,
}

impl Replay {
    /// The index of the last entry that is remembered.
    pub(super) fn last(&self) -> Index {
        Index(self.results.end() as u32)
    }

    /// Whether something is remembered, and all of it belongs to the entries of this log up to an
    /// index.
    pub(super) fn is_beginning_of(&self, log: &Log, through: Index) -> bool {
        let last = self.last();
        last > Index(0) && last <= through && log.same_through(&self.log) >= last
    }

    /// The entries that are remembered, each with its result, in slices.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&[Entry], &[ApplyResult])> {
        let mut next = 0;
        std::iter::from_fn(move || {
            let entries = self.log.piece(Index(next as u32 + 1));
            let results = self.results.piece(next);
            let count = entries.len().min(results.len());
            next += count;
            (count > 0).then(|| (&entries[..count], &results[..count]))
        })
    }

    /// Remembers the results of a log's entries from one on up to another, with the state machine
    /// after them, if they continue what is remembered and are many enough.
    pub(super) fn extend(
        &mut self,
        (from, through): (Index, Index),
        (log, store): (&Log, &Store),
        results: impl Iterator<Item = ApplyResult>,
    ) {
        let last = self.last();
        if from != last.next() || through < last.plus(LEAST) {
            return;
        }
        (self.log, self.store) = (log.clone(), store.clone());
        self.results.extend(results);
    }
}
