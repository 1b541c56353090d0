//! Breaks figure 2, state: "updated on stable storage before responding", for answers to
//! candidates.

use super::bend::{Body, Description, FlawEffect, promise_early};

pub(super) const FLAW: Description = Description {
    name: "vote-before-sync",
    does: "a voter answers before its vote is on its disk",
    source: "Ongaro's thesis, chapter 3; etcd-io/etcd#14143",
    bends: &[FlawEffect::Outputs(|_, out| {
        promise_early(out, |body| matches!(body, Body::RequestVoteReply { granted: true }));
    })],
};
