//! Breaks what `leader-writes-first` promises: a leader sends entries only when they are on its own
//! disk.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "sends-before-write",
    does: "with leader-writes-first on, a leader sends entries that are not on its own disk yet",
    source: "hashicorp/raft#503, #612; Ongaro's thesis, §10.2.1",
    bends: &[FlawEffect::Rules(|rules| rules.last_to_send = |_, last| last)],
};
