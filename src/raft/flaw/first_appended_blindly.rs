//! Breaks figure 2, AppendEntries, rule 4: only "entries not already in the log".

use super::bend::{Description, FlawEffect, Index, Rules};

pub(super) const FLAW: Description = Description {
    name: "first-appended-blindly",
    does: "a follower appends entries that begin at index 1 to its log although it has them \
        already",
    source: "willemt/raft#118; RedisLabs/raft#148",
    bends: &[FlawEffect::Rules(|rules| {
        rules.conflict = |log, prev_index, entries| match prev_index {
            Index(0) => None,
            _ => (Rules::FIGURE_2.conflict)(log, prev_index, entries),
        };
        rules.entries_present = |log, last, prev_index, entries| match prev_index {
            Index(0) if log.agrees_with(Index(1), entries) < entries.len() => 0,
            _ => (Rules::FIGURE_2.entries_present)(log, last, prev_index, entries),
        };
    })],
};
