//! A log for ShiViz: each event with the vector clock of its node.
//!
//! The file begins with the expression by which ShiViz reads the rest, and an empty line: all that
//! follows is one execution. A node's own entry rises by 1 with each of its events that the file
//! holds. A delivery also takes over the clock that the message carries, of the moment at which it
//! was sent; so does the delivery of a copy. What a dropped message carried reaches nobody.
//!
//! Nodes that are not exported have no entry of their own, but what they learn passes through them.

use std::collections::BTreeMap;

use super::markup::visible;
use super::part::{Exported, Part};
use crate::quantity;
use crate::raft::{NodeId, NodeSet};
use crate::sim::{Event, EventId, EventKind, MessageId, Stage};
use crate::view::event;

/// The expression that ShiViz proposes: an event, then its host and clock.
const EXPRESSION: &str = r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})";

/// How many events of each node are known somewhere, by the node's position.
type Clock = Vec<u64>;

/// The log.
pub(super) fn write(part: &Part<'_>, events: &[&Event]) -> Exported {
    let mut text = format!("{EXPRESSION}\n\n");
    let mut clocks = Clocks::new(part.nodes, part.world.cluster_size());
    let mut listed = events.iter().peekable();
    let (first, last) = match events {
        [first, .., last] => (first.id, last.id),
        [only] => (only.id, only.id),
        [] => (EventId::MAX, 0),
    };
    // The events of nodes that are not listed carry what they know to others.
    for event in part.log.since(first).take_while(|event| event.id <= last) {
        let is_listed = listed.next_if(|next| next.id == event.id).is_some();
        clocks.happen(event, is_listed);
        if is_listed {
            let (_, words) = event::sentence(part.world, event);
            let time = quantity::time(event.time_us);
            text.push_str(&visible(&format!("#{} {time} {words}", event.id)));
            text.push_str(&format!("\n{} {}\n", event.node, clocks.shown(event.node)));
        }
    }
    Exported { text, events: events.len(), left_out: 0 }
}

/// The clocks of all nodes, and those that messages carry.
struct Clocks {
    nodes: NodeSet,
    known: Vec<Clock>,
    carried: BTreeMap<MessageId, Clock>,
}

impl Clocks {
    fn new(nodes: NodeSet, size: usize) -> Clocks {
        Clocks { nodes, known: vec![vec![0; size]; size], carried: BTreeMap::new() }
    }

    fn happen(&mut self, event: &Event, is_listed: bool) {
        let here = event.node.position();
        let passage = event.kind.attributes().message();
        if let Some(passage) = passage
            && passage.stage != Stage::Sent
            && let Some(carried) = self.carried.remove(&passage.message)
            && passage.stage == Stage::Delivered
        {
            let both = self.known[here].iter_mut().zip(carried);
            both.for_each(|(known, carried)| *known = carried.max(*known));
        }
        self.known[here][here] += u64::from(is_listed);
        if let Some(passage) = passage.filter(|passage| passage.stage == Stage::Sent) {
            self.carried.insert(passage.message, self.known[here].clone());
        }
        if let EventKind::MessageDuplicated { message, copy } = event.kind
            && let Some(carried) = self.carried.get(&message).cloned()
        {
            self.carried.insert(copy, carried);
        }
    }

    /// The clock of a node in JSON. Entries of 0 are left out, as ShiViz wants it.
    fn shown(&self, node: NodeId) -> String {
        let entries = self.nodes.iter().filter_map(|other| {
            let count = self.known[node.position()][other.position()];
            (count > 0).then(|| format!("\"{other}\":{count}"))
        });
        format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
    }
}
