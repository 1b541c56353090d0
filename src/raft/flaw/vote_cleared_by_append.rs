//! Breaks figure 2: votedFor is cleared by a new term, and by nothing else.

use super::bend::{Description, FlawEffect, forget_vote, leader_speaks};

pub(super) const FLAW: Description = Description {
    name: "vote-cleared-by-append",
    does: "a leader's AppendEntries makes a node forget whom it voted for in that term",
    source: "etcd 9d2a465; eliben/raft#27; ktoso/akka-raft#56",
    bends: &[FlawEffect::Hearing(|server, message, _| {
        if leader_speaks(server, message) && !server.is_leader() {
            forget_vote(server);
        }
        true
    })],
};
