//! Breaks figure 2, AppendEntries, rule 4: only "entries not already in the log".

use super::bend::{Bend, Description, Index};

pub(super) const FLAW: Description = Description {
    name: "first-appended-blindly",
    does: "entries from the log's beginning are appended to its end, though they are there already",
    source: "willemt/raft#118; RedisLabs/raft#148",
    bends: &[Bend::Rules(|rules| {
        rules.already_there = |last, prev_index, count| {
            let there = count.min(last.0.saturating_sub(prev_index.0) as usize);
            if prev_index == Index(0) && there < count { 0 } else { there }
        };
    })],
};
