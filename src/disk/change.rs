//! A change: what a disk's owner writes at once.

use std::sync::Arc;

use super::record::{Content, Record};

/// Changes that reach the disk together, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change<S, E> {
    /// The new state.
    pub state: Option<S>,
    /// Then keep only the entries up to this index.
    pub keep: Option<usize>,
    /// Then add these entries.
    pub append: Option<Arc<[E]>>,
}

impl<S: Content, E: Content> Change<S, E> {
    /// The records of the change, for a log whose last index is `last`.
    pub(super) fn records(&self, last: usize) -> impl Iterator<Item = Record<S, E>> + '_ {
        let kept = self.keep.unwrap_or(last);
        let entries = self.append.iter().flat_map(|entries| entries.iter());
        let entries =
            (kept as u32 + 1..).zip(entries).map(|(index, &entry)| Record::Entry(index, entry));
        let truncation = self.keep.map(|keep| Record::Truncation(keep as u32 + 1));
        self.state.map(Record::State).into_iter().chain(truncation).chain(entries)
    }

    /// The last index of the log after the change.
    pub(super) fn last_after(&self, last: usize) -> usize {
        self.keep.unwrap_or(last) + self.append.as_ref().map_or(0, |entries| entries.len())
    }
}
