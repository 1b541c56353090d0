//! Breaks §5.4.1: "the log with the later term is more up-to-date".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "vote-by-last-index",
    does: "a voter compares the lengths of logs and ignores the terms of their last entries",
    source: "etcd TestVoter; Students' Guide to Raft",
    bends: &[FlawEffect::Rules(|rules| {
        rules.up_to_date = |candidate, own| candidate.index >= own.index
    })],
};
