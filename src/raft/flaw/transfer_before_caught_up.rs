//! Breaks Ongaro's thesis, §3.10: a leader hands over only to a node that has its whole log.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "transfer-before-caught-up",
    does: "a leader tells a node to take over before that node has its whole log",
    source: "Ongaro's thesis, §3.10",
    bends: &[FlawEffect::Rules(|rules| rules.may_hand_over = |_, _| true)],
};
