//! Breaks InstallSnapshot, rule 6: a log that has the last entry of the snapshot stays.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "snapshot-discards-log",
    does: "a node that gets a snapshot discards its log, though that has the snapshot's last entry and more",
    source: "etcd-io/etcd 80615be; Ongaro's thesis, §5.1",
    bends: &[FlawEffect::Rules(|rules| {
        rules.retains_log = |_, commit_index, last_included| last_included.index < commit_index;
    })],
};
