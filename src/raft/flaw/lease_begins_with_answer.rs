//! Breaks Ongaro's thesis, §6.4.1: a lease runs from the sending of a round, however late the
//! answers come.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "lease-begins-with-answer",
    does: "a leader's lease runs from when a majority has answered, not from when it sent",
    source: "Ongaro's thesis, §6.4.1; apache/ratis#928 and yugabyte/yugabyte-db#16 say why it is the sending",
    bends: &[FlawEffect::Rules(|rules| rules.lease_begins = |_, answered_us| answered_us)],
};
