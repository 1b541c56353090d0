//! Beyond the entries that the message compared, a follower's log may differ from the leader's.

use super::case::{Case, Property};
use crate::raft::{MessageSummary, Note, RoleName};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "follower-commit-verified",
    says: "a follower commits no further than the AppendEntries has compared and its sender has \
        committed",
    section: "figure 2, AppendEntries, rule 5",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::CommitAdvanced { commit }) = case.event.kind else { return None };
    if case.known().role == RoleName::Leader {
        return None;
    }
    let (verified, committed) = match case.delivered() {
        Some(&EventKind::MessageDelivered {
            said: MessageSummary::AppendEntries { prev_log, entries: count, leader_commit },
            ..
        }) => (prev_log.index.plus(count), leader_commit),
        _ => Default::default(),
    };
    let node = case.node();
    if commit > verified {
        return Some(format!(
            "{node} committed up to {commit} on a message that compared entries up to {verified} \
                only"
        ));
    }
    (commit > committed).then(|| {
        format!(
            "{node} committed up to {commit} on a message whose sender had committed up to \
            {committed} only"
        )
    })
}
