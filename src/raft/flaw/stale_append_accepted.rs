//! Breaks figure 2, AppendEntries, rule 1.

use super::bend::{Body, Description, FlawEffect, renew};

pub(super) const FLAW: Description = Description {
    name: "stale-append-accepted",
    does: "a follower takes entries from the leader of an earlier term",
    source: "willemt/raft 75b0104, 3fc7f32",
    bends: &[FlawEffect::Message(|server, message| {
        renew(server, message, |body| matches!(body, Body::AppendEntries { .. }));
    })],
};
