//! Breaks figure 2, leaders: "if AppendEntries fails because of log inconsistency: decrement
//! nextIndex" is about the latest attempt. A refusal that arrives after a later acknowledgement
//! says nothing any more.

use super::bend::{Body, Description, FlawEffect, Role};

pub(super) const FLAW: Description = Description {
    name: "late-refusal-believed",
    does: "a late refusal moves nextIndex back, and no acknowledgement of what is known moves it \
        forward again",
    source: "etcd-io/etcd#1366; etcd-io/etcd#1207",
    bends: &[
        FlawEffect::Rules(|rules| {
            rules.back_off = |row, _, prev_log_index, hint| {
                let back = hint.index.min(prev_log_index.previous()).next();
                (prev_log_index.0 > 0).then_some(back.min(row.next_index))
            };
        }),
        FlawEffect::Hearing(|server, message, _| {
            let Body::AppendEntriesAccepted { match_index, .. } = message.body else { return true };
            let Role::Leader { progress } = &server.role else { return true };
            let known = progress.get(message.from).map(|row| row.match_index);
            message.term > server.current_term() || known.is_none_or(|known| match_index > known)
        }),
    ],
};
