//! What happens to an engine.

use crate::raft::{Label, MessageKind, NodeId, Term, Ticket};
use crate::sim::client::OpId;

/// An input of an engine other than its start.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) enum EngineInput<'a> {
    /// A message, with its body as it was sent.
    Message { from: NodeId, body: &'a str, kind: MessageKind, term: Term },
    /// A timer ran out.
    Timer(Label),
    /// A write and all before it are on the disk.
    Written(Ticket),
    /// A client's request.
    Request(OpId),
    /// A message to this node could not be delivered.
    Unreachable(NodeId),
}

/// Through what an engine came to say what it says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Through {
    /// Its start, in a cluster that is just being made or from a disk that was used before.
    Start { first: bool, empty: bool },
    /// A message.
    Message { from: NodeId, kind: MessageKind, term: Term },
    /// A timer.
    Timer,
    /// Anything else.
    Other,
}
