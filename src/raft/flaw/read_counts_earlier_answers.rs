//! Breaks Ongaro's thesis, §6.4: only answers to what was sent after a read show that its leader
//! was not replaced before it.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "read-counts-earlier-answers",
    does: "a leader confirms a read by answers to an earlier round of heartbeats",
    source: "etcd-io/etcd#20418, etcd-io/raft#397: late answers to heartbeats confirm reads that came after them",
    bends: &[FlawEffect::Rules(|rules| rules.round_of_read = |latest| latest)],
};
