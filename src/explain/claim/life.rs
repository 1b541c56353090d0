//! The lives of single things: an event, a request, a message, an entry, a node.

use super::table::claims;
use crate::raft::NodeId;

claims! {
    /// Claims about the life of one thing.
    LifeClaim;

    /// This event happened at the node. The sentence is that of the event.
    Happened { node: NodeId } "happened" => .node(node);
}
