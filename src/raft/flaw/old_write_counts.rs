//! Breaks durability: a finished write may hold an entry that has been replaced since.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "old-write-counts",
    does: "a finished write counts for the entry at its index even if that entry has been \
        replaced since",
    source: "etcd-io/raft async_storage_writes_append_aba_race; openraft 2af491fb",
    bends: &[FlawEffect::Rules(|rules| {
        rules.durable_after_truncation = |last_index, _| last_index
    })],
};
