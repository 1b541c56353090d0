//! The lanes: which nodes have one, and the state of each node when the diagram begins.

use crate::history::EventLog;
use crate::raft::{NodeId, NodeSet};
use crate::sim::{Event, EventId, HostState, World};

/// The nodes of `nodes` with the most events, at most `most` of them.
pub fn busiest(nodes: NodeSet, events: &[&Event], most: usize) -> NodeSet {
    let mut counts: Vec<(usize, NodeId)> = nodes.iter().map(|node| (0, node)).collect();
    for event in events {
        if let Ok(at) = counts.binary_search_by_key(&event.node, |(_, node)| *node) {
            counts[at].0 += 1;
        }
    }
    counts.sort_by_key(|(count, node)| (std::cmp::Reverse(*count), *node));
    counts.into_iter().take(most).map(|(_, node)| node).collect()
}

/// The state of each lane's node just before the event `first`: the state after its last earlier
/// event, or else the state before its next later event, or else its present state.
pub(in crate::view) fn before(
    world: &World,
    log: &EventLog,
    first: EventId,
    lanes: &[NodeId],
) -> Vec<HostState> {
    let mut lives: Vec<Option<HostState>> = vec![None; lanes.len()];
    for event in log.iter() {
        if let (Some(lane), Some((before, after))) =
            (lane(lanes, event.node), event.kind.attributes().life)
        {
            match event.id < first {
                true => lives[lane] = Some(after),
                false => lives[lane] = lives[lane].or(Some(before)),
            }
        }
    }
    lanes.iter().zip(lives).map(|(&node, life)| life.unwrap_or(world.host(node).state)).collect()
}

/// The lane of a node, counted from 0 at the left; `None` if it has none.
pub(super) fn lane(lanes: &[NodeId], node: NodeId) -> Option<usize> {
    lanes.binary_search(&node).ok()
}
