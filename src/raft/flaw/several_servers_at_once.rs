//! Breaks §6: a change of several voters passes through a joint configuration.

use super::bend::{Description, FlawEffect, Group, NodeSet};

pub(super) const FLAW: Description = Description {
    name: "several-servers-at-once",
    does: "a leader replaces the voters by a single entry, without a joint configuration",
    source: "Ongaro's thesis, figure 4.2",
    bends: &[FlawEffect::Rules(|rules| {
        rules.group_entered =
            |_, changed| Group { outgoing: NodeSet::EMPTY, stays: false, ..changed };
    })],
};
