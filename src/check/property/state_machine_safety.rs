//! State machine safety: what clients can see.

use super::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "state-machine-safety",
    says: "no two nodes apply different entries at the same index",
    section: "figure 3; §5.4.3",
    judge,
};

fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::EntryApplied { index, entry } = case.event.kind else { return None };
    let committed = case.ledger.committed(index)?;
    (committed.entry != entry).then(|| {
        format!(
            "{} applied {index}@{}, where {index}@{} was committed in term {}",
            case.node(),
            entry.term,
            committed.entry.term,
            committed.term
        )
    })
}
