//! Breaks figure 2, AppendEntries, rule 3, for the entries after the last one of the message.

use super::bend::{Description, Entry, FlawEffect, Index, Log, Rules};

pub(super) const FLAW: Description = Description {
    name: "last-index-from-request",
    does: "after an AppendEntries the log ends where the message ended, though it was longer",
    source: "hashicorp/raft 0f31a01",
    bends: &[FlawEffect::Rules(|rules| rules.conflict = conflict)],
};

/// The entries after the last new one do not conflict, but this rule deletes them all the same.
fn conflict(log: &Log, prev_index: Index, entries: &[Entry]) -> Option<Index> {
    let behind = prev_index.plus(entries.len() as u32).next();
    let found = (Rules::FIGURE_2.conflict)(log, prev_index, entries);
    found.or_else(|| (behind <= log.last_index()).then_some(behind))
}
