//! Leader append-only: a leader never overwrites or deletes entries in its log.

use super::case::{Case, Property};
use crate::raft::{Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "leader-append-only",
    says: "a leader only appends to its log, and only entries of its own term",
    section: "figure 3; §5.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let known = case.known();
    if known.role != RoleName::Leader {
        return None;
    }
    let (node, term) = (case.node(), known.term);
    match case.event.kind {
        EventKind::Note(Note::LogTruncated { from }) => {
            Some(detail!("{node}, leader of term {term}, deleted its entries from {from} on"))
        }
        EventKind::Note(Note::EntryAppended { index, entry }) if entry.term != term => {
            Some(detail!("{node}, leader of term {term}, appended {index}@{}", entry.term))
        }
        _ => None,
    }
}
