//! The commit index is volatile, but it never falls while the node runs.

use super::case::{Case, Property};
use crate::raft::Note;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "commit-monotonic",
    says: "a commit index never falls while its node runs",
    section: "figure 2, state",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::CommitAdvanced { commit }) = case.event.kind else { return None };
    let before = case.known().commit;
    (commit < before)
        .then(|| detail!("the commit index of {} fell from {before} to {commit}", case.node()))
}
