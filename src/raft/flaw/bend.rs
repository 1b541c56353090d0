//! How a flaw bends the protocol, and what flaws are made of.

pub(super) use crate::raft::io::{DiskSpace, HardState, Output, Timer};
pub(super) use crate::raft::log::Log;
pub(super) use crate::raft::message::{Body, Entries, Message};
pub(super) use crate::raft::note::{Note, RoleName};
pub(super) use crate::raft::rules::Rules;
pub(super) use crate::raft::server::{Role, Server};
pub(super) use crate::raft::types::{Entry, Index};

/// What there is to know of a flaw.
pub(super) struct Description {
    /// Its stable name, as typed.
    pub(super) name: &'static str,
    /// What it does, in a few words.
    pub(super) does: &'static str,
    /// Where it was seen: project and thread, or the text that warns of it.
    pub(super) source: &'static str,
    pub(super) bends: &'static [FlawEffect],
}

/// How a flaw bends the protocol.
pub(super) enum FlawEffect {
    /// Other functions stand in the place of rules.
    Rules(fn(&mut Rules)),
    /// A message is changed before the server hears it.
    Message(fn(&Server, &mut Message)),
    /// Something happens before the server hears a message; false: it does not hear it at all.
    Hearing(fn(&mut Server, &mut Message, &mut Vec<Output>) -> bool),
    /// What a server puts out is changed after a step.
    Outputs(fn(&mut Server, &mut Vec<Output>)),
    /// Election timeouts are the shortest there are: a matter of whoever draws them.
    ShortestTimeouts,
}

/// Lets a leader commit something in the very step in which it appends: others are told at once.
pub(super) fn commit_at_append(
    server: &mut Server,
    out: &mut Vec<Output>,
    commit: fn(&mut Server, &mut Vec<Output>),
) {
    let appended = |output: &Output| matches!(output, Output::Note(Note::EntryAppended { .. }));
    if !server.is_leader() || !out.iter().any(appended) {
        return;
    }
    let mut early = Vec::new();
    commit(server, &mut early);
    let first =
        out.iter().position(|output| matches!(output, Output::Send { .. })).unwrap_or(out.len());
    tell_commit(&mut out[first..], server.commit_index);
    out.splice(first..first, early);
}

/// Lets what promises something leave before the disk holds it.
pub(super) fn promise_early(out: &mut [Output], early: fn(&Body) -> bool) {
    for output in out {
        if let Output::Send { message, after } = output
            && early(&message.body)
        {
            *after = None;
        }
    }
}

/// Whether a message is AppendEntries of the server's own term: its leader speaks.
pub(super) fn leader_speaks(server: &Server, message: &Message) -> bool {
    matches!(message.body, Body::AppendEntries { .. }) && message.term == server.current_term()
}

/// The server forgets whom it voted for.
pub(super) fn forget_vote(server: &mut Server) {
    server.set_hard_state(HardState { voted_for: None, ..server.hard_state });
}

/// A message of an earlier term is heard as one of this term.
pub(super) fn renew(server: &Server, message: &mut Message, which: fn(&Body) -> bool) {
    if which(&message.body) {
        message.term = message.term.max(server.current_term());
    }
}

/// Lets the AppendEntries among the outputs tell of this commit index.
pub(super) fn tell_commit(out: &mut [Output], commit_index: Index) {
    for output in out {
        if let Output::Send {
            message: Message { body: Body::AppendEntries { leader_commit, .. }, .. },
            ..
        } = output
        {
            *leader_commit = commit_index;
        }
    }
}
