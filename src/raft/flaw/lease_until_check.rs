//! Breaks Ongaro's thesis, §6.4.1: check-quorum alone lets a replaced leader lead on for up to two
//! election timeouts.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "lease-until-check",
    does: "a leader reads as if it held a lease until check-quorum makes it step down",
    source: "etcd-io/raft#166; tikv/tikv#964; sofastack/sofa-jraft#25: a leader with check-quorum counts as one with a lease",
    bends: &[FlawEffect::Rules(|rules| rules.lease_holds = |_| true)],
};
