//! The committed part of a log never changes.

use super::case::{Case, Property};
use crate::raft::Note;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "commit-kept",
    says: "a node never deletes an entry that it knows to be committed",
    section: "§5.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let known = case.known();
    let (node, commit) = (case.node(), known.commit);
    let from = match case.event.kind {
        EventKind::Note(Note::LogTruncated { from }) => from,
        EventKind::Note(Note::SnapshotInstalled { index, .. }) => {
            return (index < commit).then(|| {
                detail!(
                    "{node} replaced its log by a snapshot up to {index}, though its commit index \
                     is {commit}"
                )
            });
        }
        EventKind::EntriesSynced { kept, .. } => {
            let starts = known.restarted.is_some() && case.event.cause() == known.restarted;
            // What a leader replaces by other entries is judged where the log changes.
            let held = known.held.min(known.log.base().index);
            return (kept < held && !starts).then(|| {
                detail!(
                    "the disk of {node} held all committed entries up to {held}, and keeps them up \
                     to {kept} only"
                )
            });
        }
        _ => return None,
    };
    (from <= commit).then(|| {
        detail!("{} deleted its entries from {from} on, though its commit index is {commit}", node)
    })
}
