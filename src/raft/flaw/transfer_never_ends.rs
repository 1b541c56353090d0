//! Breaks Ongaro's thesis, §3.10: a leader gives a transfer up after an election timeout, and takes
//! requests again.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "transfer-never-ends",
    does: "a leader never gives a transfer up, so that it takes no requests any more when the \
        other node cannot be reached",
    source: "Ongaro's thesis, §3.10",
    bends: &[FlawEffect::Rules(|rules| rules.gives_up_transfer = || false)],
};
