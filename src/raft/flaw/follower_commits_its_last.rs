//! Breaks figure 2, AppendEntries, rule 5: "index of last new entry".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "follower-commits-its-last",
    does: "a follower commits up to the end of its own log, not up to the last entry that the \
        message compared",
    source: "microsoft/CCF#8172; openraft 9540c904",
    bends: &[FlawEffect::Rules(|rules| {
        rules.follower_commit =
            |commit, leader_commit, _, last| commit.max(leader_commit.min(last));
    })],
};
