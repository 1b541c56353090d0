//! Breaks figure 2: currentTerm increases monotonically.

use super::bend::{Description, FlawEffect, HardState, Note, Output};

pub(super) const FLAW: Description = Description {
    name: "snapshot-sets-term",
    does: "a node that installs a snapshot sets its term to that of the snapshot's last entry",
    source: "willemt/raft#118; RedisLabs/raft (SandTable WRaft#4)",
    bends: &[FlawEffect::Outputs(|server, out| {
        let installed = out.iter().find_map(|output| match output {
            Output::Note(Note::SnapshotInstalled { term, .. }) => Some(*term),
            _ => None,
        });
        if let Some(term) = installed {
            server.set_hard_state(HardState { current_term: term, voted_for: None });
        }
    })],
};
