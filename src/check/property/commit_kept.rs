//! The committed part of a log never changes.

use super::case::{Case, Property};
use crate::raft::Note;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "commit-kept",
    says: "a node never deletes an entry that it knows to be committed",
    section: "§5.3",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::LogTruncated { from }) = case.event.kind else { return None };
    let commit = case.known().commit;
    (from <= commit).then(|| {
        format!(
            "{} deleted its entries from {from} on, though its commit index is {commit}",
            case.node()
        )
    })
}
