//! A leader sends neither entries that it knows the follower to have, unless the follower refused
//! them, nor entries that would leave a gap after its own log.

use super::case::{Case, Property};
use crate::raft::{Index, NodeId};

pub(super) const PROPERTY: Property = Property {
    name: "next-index",
    says: "a leader's next index lies after the match index, or at a refused entry, and at most \
        one after its own last entry",
    section: "figure 2, state, leaders",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let last = case.log().last_index();
    // A follower that refuses what it had acknowledged has lost it, so the leader sends it again.
    let refused = |peer: NodeId, at: Index| {
        let row = case.known().rows.get(peer);
        row.and_then(|row| row.refused).is_some_and(|refused| refused <= at)
    };
    let (peer, row) = case.progress(|peer, row| {
        let sends_what_is_held =
            row.match_index >= row.next_index && !refused(peer, row.match_index);
        sends_what_is_held || row.next_index > last.next()
    })?;
    let (node, matched, next) = (case.node(), row.match_index, row.next_index);
    Some(detail!(
        "{node}, whose log ends at {last}, has match index {matched} and next index {next} for \
            {peer}"
    ))
}
