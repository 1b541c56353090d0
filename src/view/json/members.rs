//! The configurations that nodes use.

use serde::Serialize;

use crate::raft::{NodeId, NodeSet};
use crate::sim::World;
use crate::view::members::used;

#[derive(Serialize)]
struct Members {
    node: NodeId,
    voters: NodeSet,
    /// Only while one set of voters replaces another.
    outgoing: Option<NodeSet>,
    learners: NodeSet,
    /// The entry that set it, as index@term.
    entry: Option<String>,
    committed: bool,
}

/// `members`: the configuration that each node uses.
pub fn members(world: &World, nodes: NodeSet) -> impl Serialize {
    let of = |node| {
        let used = used(world, node);
        let group = used.group;
        Members {
            node,
            voters: group.voters,
            outgoing: Some(group.outgoing).filter(|outgoing| !outgoing.is_empty()),
            learners: group.learners,
            entry: used.entry.map(|entry| entry.to_string()),
            committed: used.committed,
        }
    };
    nodes.iter().map(of).collect::<Vec<_>>()
}
