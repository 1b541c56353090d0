//! Words that several views need: entries, roles, states.

use crate::raft::{Entry, Index, NOOP, NodeId, RoleName};
use crate::sim::{Host, HostState, Ops};
use crate::view::document::Tone;

/// An entry's command as typed: `put x=5`.
pub(super) fn command(ops: &Ops, entry: Entry) -> String {
    match ops.command(entry.payload) {
        Some(command) => command.to_string(),
        None if entry.payload == NOOP => "noop".to_owned(),
        None => format!("payload {}", entry.payload.0),
    }
}

/// An entry with its place: `3@2 put x=5`.
pub(super) fn entry(ops: &Ops, index: Index, entry: Entry) -> String {
    format!("{index}@{} {}", entry.term, command(ops, entry))
}

/// A node or nothing.
pub(super) fn node_or(node: Option<NodeId>, none: &str) -> String {
    node.map_or_else(|| none.to_owned(), |node| node.to_string())
}

/// `1 node`, `2 nodes`.
pub fn counted(count: u64, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn role_tone(role: RoleName) -> Tone {
    match role {
        RoleName::Leader => Tone::Leader,
        RoleName::Candidate => Tone::Candidate,
        RoleName::Follower => Tone::Follower,
    }
}

/// A host's state in full: `halted: entry 3 on its disk is damaged`.
pub(super) fn state(host: &Host) -> String {
    match host.state {
        HostState::Halted(fault) => format!("halted: {fault}"),
        state => state.name().to_owned(),
    }
}

pub(super) fn state_tone(state: HostState) -> Tone {
    match state {
        HostState::Up => Tone::Good,
        HostState::Down | HostState::Halted(_) => Tone::Bad,
    }
}
