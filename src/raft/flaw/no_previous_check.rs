//! Breaks figure 2, AppendEntries, rule 2.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "no-previous-check",
    does: "a follower appends without comparing the previous entry",
    source: "figure 2, rule 2; etcd TestFollowerCheckMsgApp",
    bends: &[FlawEffect::Rules(|rules| rules.prev_log_matches = |_, _| true)],
};
