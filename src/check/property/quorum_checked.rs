//! With check-quorum, a leader counts the nodes that have answered it since its last check, and
//! steps down if they are no majority. One that counts others leads on although nobody follows it.

use super::case::{Case, Property};
use crate::raft::{NodeSet, Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "quorum-checked",
    says: "a leader that checks its majority counts only nodes that have answered since the last \
        check, and steps down without one",
    section: "Ongaro's thesis, §6.2",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::QuorumChecked { heard, .. }) = case.event.kind else { return None };
    let (node, known) = (case.node(), case.known());
    let answered = known.answered.union(NodeSet::one(node));
    let voters = answered.intersection(known.electorate().voters());
    (heard as usize > voters.len()).then(|| {
        detail!("{node} counted {heard} nodes that hear it, but only {voters} have answered it")
    })
}

/// Checked once the ledger has all events of a batch: the check that fails ends the leadership.
#[inline(always)]
pub(super) fn judge_at_rest(case: &Case<'_>) -> Option<String> {
    let known = case.known();
    (known.out_of_touch && known.role == RoleName::Leader).then(|| {
        detail!("{} leads term {} although no majority has answered it", case.node(), known.term)
    })
}
