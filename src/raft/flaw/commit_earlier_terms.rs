//! Breaks §5.4.2: "only log entries from the leader's current term are committed by counting
//! replicas".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "commit-earlier-terms",
    does: "a leader commits entries of earlier terms by counting",
    source: "bakwc/PySyncObj#169; async-raft#106; figure 8",
    bends: &[FlawEffect::Rules(|rules| rules.may_commit = |_, _| true)],
};
