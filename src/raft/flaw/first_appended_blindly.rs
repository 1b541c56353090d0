//! Breaks figure 2, AppendEntries, rule 4: only "entries not already in the log".

use super::bend::{Description, FlawEffect, Index, Rules};

pub(super) const FLAW: Description = Description {
    name: "first-appended-blindly",
    does: "entries from the log's beginning are appended to its end, though they are there already",
    source: "willemt/raft#118; RedisLabs/raft#148",
    bends: &[FlawEffect::Rules(|rules| {
        rules.conflict = |log, prev_index, entries| match prev_index {
            Index(0) => None,
            _ => (Rules::FIGURE_2.conflict)(log, prev_index, entries),
        };
        rules.already_there = |log, last, prev_index, entries| match prev_index {
            Index(0) if log.agrees_with(Index(1), entries) < entries.len() => 0,
            _ => (Rules::FIGURE_2.already_there)(log, last, prev_index, entries),
        };
    })],
};
