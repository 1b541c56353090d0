//! Breaks figure 2, AppendEntries, rule 2.

use super::bend::{Bend, Description};

pub(super) const FLAW: Description = Description {
    name: "no-previous-check",
    does: "a follower appends whatever the entry before it is, or is not",
    source: "figure 2, rule 2; etcd TestFollowerCheckMsgApp",
    bends: &[Bend::Rules(|rules| rules.attaches = |_, _| true)],
};
