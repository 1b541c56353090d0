//! Where snapshots end, and where logs begin.

use serde::Serialize;

use crate::raft::{Index, NodeId, NodeSet, Term};
use crate::sim::World;

#[derive(Serialize)]
struct Snapshot {
    node: NodeId,
    /// The last index that it includes, whether it is on the disk or not; 0 if there is none.
    index: Index,
    term: Term,
    /// The first index of the log once the snapshot is on the disk.
    first: Index,
    changed: bool,
}

/// `snapshot`: the latest snapshot of each node, of which some have changed.
pub fn snapshots(world: &World, nodes: NodeSet, changed: NodeSet, keep: u32) -> impl Serialize {
    let of = |node| {
        let record = world.host(node).record()?;
        let index = record.begun_snapshot();
        let first = Index(index.0.saturating_sub(keep)).next().max(record.log.first_index());
        let changed = changed.contains(node);
        Some(Snapshot {
            node,
            index,
            term: record.term_of_snapshot().unwrap_or_default(),
            first: if changed { first } else { record.log.first_index() },
            changed,
        })
    };
    nodes.iter().filter_map(of).collect::<Vec<_>>()
}
