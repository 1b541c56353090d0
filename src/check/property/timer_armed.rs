//! A node that waits for nothing does nothing ever again: each role has the timer that ends its
//! wait.
//!
//! No event says that a timer is set or stopped, so this compares what the ledger knows of the role
//! with the node's report. A timer counts as armed from the moment at which the node sets it until
//! it fires or the node stops it. Switching timers off, or pausing the node, stops only the clock.

use super::case::{Case, Property};
use crate::raft::RoleName;

pub(super) const PROPERTY: Property = Property {
    name: "timer-armed",
    says: "a follower or candidate that runs has an armed election timer, and a leader an armed \
        heartbeat timer",
    section: "§5.2; figure 2, rules for servers",
};

/// Checked once per batch, for its node.
#[inline(always)]
pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (known, account) = (case.known(), case.account?);
    let leads = known.role == RoleName::Leader;
    let armed = if leads { account.heartbeat_armed } else { account.election_armed };
    (!armed).then(|| detail(case, known.role))
}

#[cold]
fn detail(case: &Case<'_>, role: RoleName) -> String {
    let (timer, without) = match role {
        RoleName::Follower => ("election", "starts no election"),
        RoleName::PreCandidate => ("election", "never asks for pre-votes again"),
        RoleName::Candidate => ("election", "starts no new election"),
        RoleName::Leader => ("heartbeat", "sends no heartbeats"),
    };
    let (node, term) = (case.node(), case.known().term);
    detail!("{node} is a {role} in term {term} without an armed {timer} timer: it {without}")
}
