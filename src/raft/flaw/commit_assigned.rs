//! Breaks figure 2, AppendEntries, rule 5: "if leaderCommit > commitIndex".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "commit-assigned",
    does: "a follower sets its commit index to the leader's even if its own is higher",
    source: "bakwc/PySyncObj#166; dragonboat f6b92a2; etcd 8ecce32",
    bends: &[FlawEffect::Rules(|rules| {
        rules.follower_commit = |_, leader_commit, last_new, _| leader_commit.min(last_new);
    })],
};
