//! Breaks figure 2, candidates: "if AppendEntries RPC received from new leader: convert to
//! follower".

use super::bend::{Description, FlawEffect, leader_speaks};

pub(super) const FLAW: Description = Description {
    name: "candidate-ignores-append",
    does: "a candidate does not give up when the leader of its term sends to it",
    source: "figure 2, candidates, which is easily read past",
    bends: &[FlawEffect::Hearing(|server, message, _| {
        !(leader_speaks(server, message) && server.is_candidate())
    })],
};
