//! Breaks Ongaro's thesis, §6.4: only answers to what was sent after a read show that its leader
//! was not replaced before it.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "read-counts-earlier-answers",
    does: "a leader takes late answers to earlier heartbeats as the answers that confirm a read",
    source: "etcd-io/etcd#20418, etcd-io/raft#397: answers of before a pause confirm later reads",
    bends: &[FlawEffect::Rules(|rules| rules.round_confirmed = |_, latest| latest)],
};
