//! A follower commits what its leader has committed, as far as the message compared both logs.
//! Beyond that, its log may differ from the leader's. Up to there it must not ask for more: whether
//! an entry of an earlier term may be committed is the leader's decision (§5.4.2).

use super::case::{Case, Property};
use crate::raft::{MessageSummary, Note, RoleName};
use crate::sim::{Event, EventKind};

pub(super) const PROPERTY: Property = Property {
    name: "follower-commit-verified",
    says: "a follower commits what the sender of an AppendEntries has committed, as far as the \
        message has compared their logs: no further, and no less",
    section: "figure 2, AppendEntries, rule 5",
};

#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::CommitAdvanced { commit }) = case.event.kind else { return None };
    let known = case.known();
    if known.role == RoleName::Leader {
        return None;
    }
    let started = known.restarted.is_some() && case.event.cause() == known.restarted;
    if case.by_engines && (started || !case.ledger.has_begun()) {
        // What it kept of its commit index.
        return None;
    }
    let (verified, committed) = match case.delivered() {
        Some(&EventKind::MessageDelivered {
            said: MessageSummary::Other { leader_commit, .. },
            ..
        }) if case.by_engines => (leader_commit, leader_commit),
        Some(&EventKind::MessageDelivered {
            said: MessageSummary::AppendEntries { prev_log, entries: count, leader_commit, .. },
            ..
        }) => (prev_log.index.plus(count), leader_commit),
        Some(&EventKind::MessageDelivered {
            said: MessageSummary::InstallSnapshot { snapshot },
            ..
        }) => (snapshot.last.index, snapshot.last.index),
        // Some engines say in other messages, too, what is committed.
        _ if case.by_engines => return None,
        _ => Default::default(),
    };
    let node = case.node();
    if case.by_engines && commit <= known.told.1 {
        // It may have held back until now what an earlier message said.
        return None;
    }
    if commit > verified {
        return Some(detail!(
            "{node} committed up to {commit} on a message that compared entries up to {verified} \
                only"
        ));
    }
    (commit > committed).then(|| {
        detail!(
            "{node} committed up to {commit} on a message whose sender had committed up to \
            {committed} only"
        )
    })
}

/// Checked once per batch, for the node that the message reached: what it should have committed.
#[inline(always)]
pub(super) fn judge_omission(case: &Case<'_>) -> Option<String> {
    let &EventKind::MessageDelivered {
        message,
        from,
        term,
        said: MessageSummary::AppendEntries { prev_log, entries: count, leader_commit, .. },
    } = &case.first().kind
    else {
        return None;
    };
    let known = case.known();
    let (commit, verified) = (known.commit, prev_log.index.plus(count));
    if leader_commit <= commit || verified <= commit {
        return None;
    }
    // A node that refuses or ignores the message commits nothing on it, nor does one that halts or
    // has no room for the entries.
    let accepted = (known.role, known.term) == (RoleName::Follower, term)
        && known.log.term_at(prev_log.index) == Some(prev_log.term)
        && known.log.last_index() >= verified
        && !known.full;
    let halted = |event: &Event| matches!(event.kind, EventKind::NodeHalted { .. });
    if !accepted || case.batch.iter().any(halted) {
        return None;
    }
    Some(detail!(
        "{} committed up to {commit} only, though m{message} of {from}, which had committed up to \
            {leader_commit}, compared entries up to {verified}",
        case.node()
    ))
}
