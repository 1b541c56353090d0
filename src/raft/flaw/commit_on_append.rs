//! Breaks figure 2, leaders: "a majority of matchIndex ≥ N".

use super::bend::{Description, FlawEffect, commit_at_append};

pub(super) const FLAW: Description = Description {
    name: "commit-on-append",
    does: "a leader commits an entry as soon as it has appended it",
    source: "openraft beb0302b; willemt/raft 30e4688",
    bends: &[FlawEffect::Outputs(|server, out| {
        commit_at_append(server, out, |server, out| {
            if server.log.last_index() > server.commit_index {
                server.set_commit(server.log.last_index(), out);
            }
        });
    })],
};
