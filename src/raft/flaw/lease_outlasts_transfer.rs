//! Breaks Ongaro's thesis, §6.4.1: a leader gives its lease up before it hands over, because nodes
//! that hear it then vote for another.

use super::bend::{ClientMistake, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "lease-outlasts-transfer",
    does: "a leader keeps its lease, and reads by it, while it hands over and afterwards",
    source: "databendlabs/openraft#1747; etcd-io/etcd#12704; etcd-io/raft#99",
    bends: &[
        FlawEffect::Rules(|rules| rules.lease_outlasts_transfer = || true),
        FlawEffect::Client(ClientMistake::LeaseReadInTransfer),
    ],
};
