//! Breaks figure 2, state: "updated on stable storage before responding", for entries.

use super::bend::{Body, Description, FlawEffect, promise_early};

pub(super) const FLAW: Description = Description {
    name: "acknowledge-before-sync",
    does: "a follower acknowledges entries before they are on its disk",
    source: "etcd-io/etcd#14143, #14140; Ongaro's thesis, chapter 3",
    bends: &[FlawEffect::Outputs(|_, out| {
        promise_early(out, |body| matches!(body, Body::AppendEntriesAccepted { .. }));
    })],
};
