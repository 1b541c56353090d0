//! Breaks figure 2: votedFor is cleared by a new term, and by nothing else.

use super::bend::{Description, FlawEffect, forget_vote, leader_speaks};

pub(super) const FLAW: Description = Description {
    name: "vote-cleared-on-step-down",
    does: "a candidate that gives up for its term's leader forgets its vote for itself",
    source: "microsoft/CCF#5891",
    bends: &[FlawEffect::Hearing(|server, message, _| {
        if leader_speaks(server, message) && server.is_candidate() {
            forget_vote(server);
        }
        true
    })],
};
