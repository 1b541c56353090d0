//! An answer speaks of the entries of its own question, not of what the leader's log has come to since.

use super::{Case, Property};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "match-acknowledged",
    says: "a leader takes a follower to hold only what that follower said it holds",
    section: "figure 2, leaders; §5.3",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (EventKind::MessageDelivered { from: peer, .. } | EventKind::MessageSent { to: peer, .. }) = case.event.kind
    else {
        return None;
    };
    let acknowledged = case.known()?.rows.get(peer.position())?.acknowledged;
    let matched = case.progress(peer)?.match_index;
    (matched > acknowledged).then(|| {
        format!(
            "{} takes {peer} to hold entries up to {matched}, and {peer} never told it of more than {acknowledged}",
            case.node()
        )
    })
}
