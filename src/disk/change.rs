//! A change: what a disk's owner writes at once.

use crate::seq::Few;

use super::record::{Base, Content, Record};

/// Changes that reach the disk together, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change<S, E> {
    /// The new state.
    pub state: Option<S>,
    /// Then the new snapshot.
    pub snapshot: Option<NewSnapshot>,
    /// Then keep only the entries up to this index.
    pub keep: Option<usize>,
    /// Then add these entries.
    pub append: Few<E>,
}

/// A snapshot that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NewSnapshot {
    /// The snapshot, and where the log begins then.
    pub base: Base,
    /// Whether it replaces the whole log.
    pub replaces: bool,
}

impl<S: Content, E: Content> Change<S, E> {
    /// The records of the change, for a log whose last index is `last`.
    pub(super) fn records(&self, last: usize) -> impl Iterator<Item = Record<S, E>> + '_ {
        let kept = self.keep.unwrap_or(self.last_behind_snapshot(last));
        let entries = (kept as u32 + 1..)
            .zip(self.append.iter())
            .map(|(index, &entry)| Record::Entry(index, entry));
        let truncation = self.keep.map(|keep| Record::Truncation(keep as u32 + 1));
        let snapshot = self.snapshot.map(|snapshot| Record::Snapshot(snapshot.base));
        self.state.map(Record::State).into_iter().chain(snapshot).chain(truncation).chain(entries)
    }

    /// The last index of the log after the snapshot, if there is one.
    pub(super) fn last_behind_snapshot(&self, last: usize) -> usize {
        match self.snapshot {
            Some(NewSnapshot { base, replaces: true }) => base.index as usize,
            _ => last,
        }
    }

    /// The last index of the log after the change.
    pub fn last_after(&self, last: usize) -> usize {
        self.keep.unwrap_or(self.last_behind_snapshot(last)) + self.append.len()
    }
}
