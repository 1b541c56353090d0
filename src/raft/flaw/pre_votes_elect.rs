//! Breaks Ongaro's thesis, §9.6: pre-votes are no votes. They are given to any number of nodes, and
//! no disk holds them.

use super::bend::{Body, Description, FlawEffect, NodeSet, Role};

pub(super) const FLAW: Description = Description {
    name: "pre-votes-elect",
    does: "a majority of pre-votes makes a node leader, without an election",
    source: "Ongaro's thesis, §9.6",
    bends: &[FlawEffect::Hearing(|server, message, out| {
        let Role::PreCandidate { votes } = server.role else { return true };
        let granted = matches!(message.body, Body::PreVoteReply { granted: true });
        let won = granted && server.group().has_quorum(votes.union(NodeSet::one(message.from)));
        if won {
            server.become_leader(out);
        }
        !won
    })],
};
