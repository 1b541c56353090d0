//! Breaks Ongaro's thesis, §6.4: only answers to what was sent after a read show that its leader
//! was not replaced before it.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "read-counts-earlier-answers",
    does: "a leader confirms a read by the answers to an earlier round of heartbeats",
    source: "deventlab/d-engine#381; etcd-io/etcd#20418: answers to earlier heartbeats confirm \
        later reads",
    bends: &[FlawEffect::Rules(|rules| rules.round_of_read = |_, answered| answered)],
};
