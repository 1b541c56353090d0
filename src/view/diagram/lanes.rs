//! The lanes: whose they are, and whether the nodes take part.

use super::Life;
use crate::history::EventLog;
use crate::raft::{NodeId, NodeSet};
use crate::sim::{Event, EventId, EventKind, HostState, World};

/// Of these nodes those to which most happened, as many as this.
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

/// Whether each lane's node took part just before an event.
pub(super) fn before(world: &World, log: &EventLog, first: EventId, lanes: &[NodeId]) -> Vec<Life> {
    let mut lives: Vec<Option<Life>> = vec![None; lanes.len()];
    for event in log.iter().take_while(|event| event.id < first) {
        if let (Some(lane), Some(life)) = (lane(lanes, event.node), after(&event.kind)) {
            lives[lane] = Some(life);
        }
    }
    // Where nothing earlier is known, what happens next tells what was before; else it is as it is now.
    for event in log.since(first) {
        let Some(lane) = lane(lanes, event.node) else { continue };
        if lives[lane].is_none() {
            lives[lane] = event.kind.attributes().life.map(|(before, _)| life(before));
        }
    }
    let now = |node: NodeId| life(world.host(node).state);
    lanes.iter().zip(lives).map(|(&node, life)| life.unwrap_or_else(|| now(node))).collect()
}

/// Whether a node takes part after an event, if that changes it.
pub(super) fn after(kind: &EventKind) -> Option<Life> {
    kind.attributes().life.map(|(_, after)| life(after))
}

fn life(state: HostState) -> Life {
    match state {
        HostState::Up => Life::Runs,
        HostState::Paused => Life::Paused,
        HostState::Down | HostState::Halted(_) => Life::Off,
    }
}

/// A node's lane.
pub(super) fn lane(lanes: &[NodeId], node: NodeId) -> Option<usize> {
    lanes.binary_search(&node).ok()
}
