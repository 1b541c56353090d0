//! Breaks the correction of 2015: a leader delays changes until it has committed an entry of its
//! own term.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "change-before-own-term",
    does: "a leader begins a change of the members before it has committed an entry of its own term",
    source: "Ongaro, raft-dev, 10 July 2015: bug in single-server membership changes",
    bends: &[FlawEffect::Rules(|rules| rules.may_begin_change = |_, _| true)],
};
