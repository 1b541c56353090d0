//! Breaks figure 2, RequestVote, rule 2, and §5.4.1.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "vote-without-log-check",
    does: "a voter does not compare logs",
    source: "Ongaro's thesis, §3.6.1; etcd TestVoter",
    bends: &[FlawEffect::Rules(|rules| rules.up_to_date = |_, _| true)],
};
