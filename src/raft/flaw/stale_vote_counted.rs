//! Breaks §5.1: "if a server receives a request with a stale term number, it rejects".

use super::bend::{Body, Description, FlawEffect, renew};

pub(super) const FLAW: Description = Description {
    name: "stale-vote-counted",
    does: "a candidate counts votes that were given to it in an earlier term",
    source: "xnnyygn/xraft#33; eliben/raft#27; Students' Guide to Raft",
    bends: &[FlawEffect::Message(|server, message| {
        renew(server, message, |body| matches!(body, Body::RequestVoteReply { .. }));
    })],
};
