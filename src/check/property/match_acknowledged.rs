//! A reply acknowledges the entries of its own request, not those that the leader has appended
//! since.

use super::case::{Case, Property};
use crate::raft::{Index, NodeId};

pub(super) const PROPERTY: Property = Property {
    name: "match-acknowledged",
    says: "a leader's match index covers only entries that the follower acknowledged",
    section: "figure 2, leaders; §5.3",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let rows = &case.known().rows;
    let acknowledged = |peer: NodeId| rows.get(peer).map_or(Index(0), |row| row.acknowledged);
    let (peer, row) = case.progress(|peer, row| row.match_index > acknowledged(peer))?;
    Some(detail!(
        "{} has a match index of {} for {peer}, which acknowledged no more than {}",
        case.node(),
        row.match_index,
        acknowledged(peer)
    ))
}
