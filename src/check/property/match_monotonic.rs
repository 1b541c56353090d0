//! A late reply to an early request must not lower the match index.

use super::case::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "match-monotonic",
    says: "a leader's match index for a follower never falls within its term",
    section: "figure 2, state",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageDelivered { from, .. } = case.event.kind else { return None };
    let row = case.known().rows.get(from)?;
    (row.matched < row.before).then(|| {
        detail!(
            "the match index of {} for {from} fell from {} to {}",
            case.node(),
            row.before,
            row.matched
        )
    })
}
