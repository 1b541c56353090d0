//! An answer speaks of the entries of its own question, not of what the leader's log has come to since.

use super::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "match-acknowledged",
    says: "a leader takes a follower to hold only what that follower said it holds",
    section: "figure 2, leaders; §5.3",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::MessageDelivered { from, .. } = case.event.kind else { return None };
    let row = case.known()?.rows.get(from.position())?;
    (row.matched > row.acknowledged).then(|| {
        format!(
            "{} takes {from} to hold entries up to {}, and {from} never told it of more than {}",
            case.node(),
            row.matched,
            row.acknowledged
        )
    })
}
