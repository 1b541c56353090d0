//! Breaks figure 2, leaders: matchIndex is what the acknowledged AppendEntries has verified.

use super::bend::{Body, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "match-is-leaders-last",
    does: "a leader takes any acknowledgement to cover its whole log",
    source: "Students' Guide to Raft, \"term confusion\"",
    bends: &[FlawEffect::Message(|server, message| {
        if let Body::AppendEntriesAccepted { match_index, .. } = &mut message.body {
            *match_index = server.log.last_index();
        }
    })],
};
