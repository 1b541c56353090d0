//! Breaks InstallSnapshot, rules 5 to 7: the snapshot is saved before the log is discarded.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "log-gone-before-snapshot",
    does: "a node deletes its log on the disk before the snapshot that replaces it is there",
    source: "eBay/NuRaft 8d4d5f1 (#590); etcd-io/etcd f1f74e0",
    bends: &[FlawEffect::Rules(|rules| rules.snapshot_is_one_write = || false)],
};
