//! Breaks Ongaro's thesis, §6.4.1: a lease has to be shorter than an election timeout, because
//! clocks run at different speeds.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "lease-without-allowance",
    does: "a leader's lease lasts as long as the least election timeout, whatever `lease-drift` says",
    source: "tikv/tikv#1127: a lease that takes no drift of clocks into account",
    bends: &[FlawEffect::Rules(|rules| rules.lease_lasts = |_, least_timeout_us| least_timeout_us)],
};
