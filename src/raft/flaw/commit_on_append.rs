//! Breaks figure 2, leaders: "a majority of matchIndex ≥ N".

use super::bend::{Description, FlawEffect, commit_at_append};

pub(super) const FLAW: Description = Description {
    name: "commit-on-append",
    does: "a leader commits what it has appended, without waiting for anybody",
    source: "openraft beb0302b; willemt/raft 30e4688",
    bends: &[FlawEffect::Outputs(|server, out| {
        commit_at_append(server, out, |server, out| {
            if server.log.last_index() > server.commit_index {
                server.set_commit(server.log.last_index(), out);
            }
        });
    })],
};
