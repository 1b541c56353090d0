//! How a flaw changes the protocol, and what the flaws have in common.

pub(super) use crate::raft::group::Group;
pub(super) use crate::raft::io::{DiskSpace, HardState, Output, Timer};
pub(super) use crate::raft::log::Log;
pub(super) use crate::raft::membership::Membership;
pub(super) use crate::raft::message::{Body, Entries, Message, MessageKind};
pub(super) use crate::raft::nodes::NodeSet;
pub(super) use crate::raft::note::{Note, RoleName, VoteRefusal};
pub(super) use crate::raft::rules::Rules;
pub(super) use crate::raft::server::{Role, Server};
pub(super) use crate::raft::types::{Entry, Index};

/// A flaw: its name, its texts, and its effects.
pub(super) struct Description {
    /// Its stable name, as typed.
    pub(super) name: &'static str,
    /// What it does, in a few words.
    pub(super) does: &'static str,
    /// Where the mistake was made or described: a project and thread, or a text that warns of it.
    pub(super) source: &'static str,
    pub(super) bends: &'static [FlawEffect],
}

/// One way in which a flaw changes the protocol.
pub(super) enum FlawEffect {
    /// Replaces the functions of some rules.
    Rules(fn(&mut Rules)),
    /// Changes a message before the server receives it.
    Message(fn(&Server, &mut Message)),
    /// Acts before the server receives a message. Returns false to drop the message.
    Hearing(fn(&mut Server, &mut Message, &mut Vec<Output>) -> bool),
    /// Changes the server's outputs after a step.
    Outputs(fn(&mut Server, &mut Vec<Output>)),
    /// Makes every election timeout the shortest one. The caller applies it, because it draws the
    /// timeouts.
    ShortestTimeouts,
    /// Answers clients wrongly. The caller applies it, because it has the state machine and gives
    /// the answers.
    Client(ClientMistake),
}

/// A mistake in how clients are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientMistake {
    /// A request gets the result of whatever entry is applied at the index of its own.
    AnswerByIndex,
    /// A request is answered when its entry is appended.
    AnswerAtAppend,
    /// A leader answers a read from its own store.
    LocalReadAsLog,
    /// Requests that lost their leader are reported as failed.
    FailedForUnknown,
    /// The sessions of clients are not looked at.
    AppliedTwice,
    /// A confirmed read is answered at once, whatever the store has applied.
    ReadBeforeApplied,
    /// A leader that hands over takes reads by lease.
    LeaseReadInTransfer,
    /// Snapshots do not contain the sessions of clients.
    SessionsNotInSnapshot,
}

/// Lets a leader commit in the same step in which it appends, so that the AppendEntries of that
/// step already carry the new commit index.
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

/// Lets messages that promise durability leave before the disk holds what they promise.
pub(super) fn promise_early(out: &mut [Output], early: fn(&Body) -> bool) {
    for output in out {
        if let Output::Send { message, after } = output
            && early(&message.body)
        {
            *after = None;
        }
    }
}

/// Whether a message is an AppendEntries of the server's own term, and so from its current leader.
pub(super) fn leader_speaks(server: &Server, message: &Message) -> bool {
    matches!(message.body, Body::AppendEntries { .. }) && message.term == server.current_term()
}

/// Clears the server's vote in its current term.
pub(super) fn forget_vote(server: &mut Server) {
    server.set_hard_state(HardState { voted_for: None, ..server.hard_state });
}

/// Gives a message of an earlier term the server's current term.
pub(super) fn renew(server: &Server, message: &mut Message, which: fn(&Body) -> bool) {
    if which(&message.body) {
        message.term = message.term.max(server.current_term());
    }
}

/// Sets the leader's commit index in the AppendEntries among the outputs.
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
