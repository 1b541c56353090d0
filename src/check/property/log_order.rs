//! The order within a log: its indices are consecutive, and its terms never fall.

use super::case::{Case, Property};
use crate::raft::Note;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "log-order",
    says: "a log has no gaps, its terms never fall, and none is above the node's term",
    section: "§5.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::EntryAppended { index, entry }) = case.event.kind else {
        return None;
    };
    let (node, known) = (case.node(), case.known());
    if index != known.log.last_index().next() {
        return Some(detail!(
            "{node} appended index {index} to a log that ends at {}",
            known.log.last_index()
        ));
    }
    let previous = known.log.last().term;
    if entry.term < previous {
        return Some(detail!(
            "{node} appended {index}@{} after an entry of term {previous}",
            entry.term
        ));
    }
    (entry.term > known.term).then(|| {
        detail!("{node}, in term {}, appended {index}@{}, of a later term", known.term, entry.term)
    })
}
