//! Breaks §6: a leader that is not part of C_new steps down once C_new is committed.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "removed-leader-stays",
    does: "a leader that was removed leads on after that is committed",
    source: "etcd-io/raft, testdata/confchange_v1_remove_leader.txt",
    bends: &[FlawEffect::Rules(|rules| rules.steps_down_when_removed = || false)],
};
