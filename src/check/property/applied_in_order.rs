//! `lastApplied` goes up by one at a time, and never beyond `commitIndex`.

use super::case::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "applied-in-order",
    says: "entries are applied in order, once each, and only when committed",
    section: "figure 2, all servers",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::EntryApplied { index, .. } = case.event.kind else { return None };
    let (node, known) = (case.node(), case.known());
    if index > known.commit {
        return Some(detail!(
            "{node} applied entry {index}, but its commit index is {}",
            known.commit
        ));
    }
    (index != known.applied.next())
        .then(|| detail!("{node} applied entry {index} after entry {}", known.applied))
}
