//! Breaks figure 2, AppendEntries, rule 5: a follower commits what its leader has committed. The
//! restriction to entries of the current term (§5.4.2) is the leader's alone.

use super::bend::{Body, Description, FlawEffect, Index, Message, Server};

pub(super) const FLAW: Description = Description {
    name: "follower-waits-for-own-term",
    does: "a follower, too, commits an entry only if it is of the current term or one of that term \
        follows",
    source: "apache/ratis#289 (RATIS-1161)",
    bends: &[FlawEffect::Message(hide_commit)],
};

/// Hides the leader's commit index if the entry that the follower would commit up to is of an
/// earlier term.
fn hide_commit(server: &Server, message: &mut Message) {
    let Message {
        term, body: Body::AppendEntries { prev_log, entries, leader_commit, .. }, ..
    } = message
    else {
        return;
    };
    let commit = prev_log.index.plus(entries.len() as u32).min(*leader_commit);
    let sent = (commit.0 as usize).checked_sub(prev_log.index.0 as usize + 1);
    let own = || server.log.term_at(commit);
    let of = sent.and_then(|at| entries.get(at)).map(|entry| entry.term).or_else(own);
    if of.is_some_and(|of| of < *term) {
        *leader_commit = Index(0);
    }
}
