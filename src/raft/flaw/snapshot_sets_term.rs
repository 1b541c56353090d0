//! Breaks figure 2: currentTerm increases monotonically.

use super::bend::{Description, FlawEffect, HardState, Note, Output};

pub(super) const FLAW: Description = Description {
    name: "snapshot-sets-term",
    does: "a node that installs a snapshot sets its term to that of the snapshot's last entry",
    source: "willemt/raft#118; RedisLabs/raft (SandTable WRaft#4)",
    bends: &[FlawEffect::Outputs(|server, out| {
        let term = |output: &Output| {
            let Output::Note(Note::SnapshotInstalled { term, .. }) = output else { return None };
            Some(*term)
        };
        if let Some(term) = out.iter().find_map(term) {
            server.set_hard_state(HardState { current_term: term, voted_for: None });
        }
    })],
};
