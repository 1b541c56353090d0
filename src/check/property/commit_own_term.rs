//! An entry of an earlier term may still be overwritten even if a majority stores it, so a leader
//! must not commit it by counting replicas.

use super::case::{Case, Property};
use crate::raft::{Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "commit-own-term",
    says: "a leader commits by counting only entries of its own term",
    section: "§5.4.2; figure 8",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::CommitAdvanced { commit }) = case.event.kind else { return None };
    let known = case.known();
    if known.role != RoleName::Leader {
        return None;
    }
    let term = case.log().term_at(commit)?;
    (term != known.term).then(|| {
        detail!("{}, leader of term {}, committed up to {commit}@{term}", case.node(), known.term)
    })
}
