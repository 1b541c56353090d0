//! State machine safety: clients can see a violation of this property.

use super::case::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "state-machine-safety",
    says: "no two nodes apply different entries at the same index",
    section: "figure 3; §5.4.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::EntryApplied { index, entry, .. } = case.event.kind else { return None };
    let first = case.ledger.applied(index)?;
    (first != entry).then(|| match first.term == entry.term {
        true => {
            detail!(
                "{} applied an entry {index}@{} that differs from the one that was applied first",
                case.node(),
                entry.term
            )
        }
        false => {
            detail!(
                "{} applied {index}@{}, where {index}@{} was applied first",
                case.node(),
                entry.term,
                first.term
            )
        }
    })
}
