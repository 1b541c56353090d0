//! Breaks §6: a server uses the latest configuration in its log, committed or not.

use super::bend::{Description, FlawEffect, Membership};

pub(super) const FLAW: Description = Description {
    name: "configuration-at-commit",
    does: "a node uses a configuration only once it knows it to be committed, not from its log on",
    source: "etcd-io/etcd#11284, #7280, #5004; etcd e6ce296",
    bends: &[
        FlawEffect::Rules(|rules| rules.group_in_use = Membership::group_at),
        FlawEffect::Outputs(|server, out| server.update_peers(out)),
    ],
};
