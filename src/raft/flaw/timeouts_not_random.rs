//! Breaks §5.2: "election timeouts are chosen randomly".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "timeouts-not-random",
    does: "every election timeout is the shortest one",
    source: "hashicorp/raft#50 (cda1ee8); Ongaro's thesis, §9.3",
    bends: &[FlawEffect::ShortestTimeouts],
};
