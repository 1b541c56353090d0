//! Breaks figure 2, all servers: "if commitIndex > lastApplied".

use super::bend::{Bend, Description};

pub(super) const FLAW: Description = Description {
    name: "apply-before-commit",
    does: "entries are given to the state machine when they are appended",
    source: "etcd-io/raft 437bcb8, 8ecce32",
    bends: &[Bend::Rules(|rules| rules.applies_through = |_, last| last)],
};
