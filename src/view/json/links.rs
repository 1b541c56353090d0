//! The network: links, and the messages in flight.

use serde::Serialize;

use super::events::{Content, message};
use crate::raft::{NodeId, NodeSet};
use crate::sim::{InFlight, TransitState, World};
use crate::view::tables;

/// The link from one node to another, in one direction.
#[derive(Serialize)]
struct Link {
    from: NodeId,
    to: NodeId,
    cut: bool,
    held: bool,
    /// Added to each message's latency, in microseconds.
    delay_us: u64,
    /// The probability that a message is lost, in millionths; null if the setting `loss` applies.
    loss_ppm: Option<u32>,
    /// The probability that a message is duplicated, in millionths; null if the setting `duplicate`
    /// applies.
    duplicate_ppm: Option<u32>,
}

/// `links`: every directed link.
pub fn links(world: &World) -> impl Serialize {
    let network = world.network();
    let link = |from: NodeId, to: NodeId| {
        let fault = network.fault(from, to);
        Link {
            from,
            to,
            cut: network.is_cut(from, to),
            held: network.is_held(from, to),
            delay_us: fault.delay_us,
            loss_ppm: fault.loss_ppm,
            duplicate_ppm: fault.duplicate_ppm,
        }
    };
    let nodes = world.nodes();
    let others =
        |from: NodeId| nodes.iter().filter(move |&to| to != from).map(move |to| link(from, to));
    nodes.iter().flat_map(others).collect::<Vec<_>>()
}

/// A message in flight.
#[derive(Serialize)]
struct Message {
    message: String,
    from: NodeId,
    to: NodeId,
    #[serde(flatten)]
    content: Content,
    /// What it waits for: `underway` for its arrival time, `held` for its release, `at_paused` for
    /// its receiver to be resumed.
    travel: &'static str,
    /// When it arrives, in microseconds; null if that is not decided.
    arrives_us: Option<u64>,
    /// The event that sent it.
    sent_by: u64,
}

/// `messages`: the messages in flight to or from these nodes, oldest first.
pub fn messages(world: &World, nodes: NodeSet) -> impl Serialize {
    let shown = |one: &InFlight| {
        let (travel, arrives_us) = match world.transit_state(one) {
            TransitState::Underway => ("underway", Some(one.due_us())),
            TransitState::Held => ("held", None),
            TransitState::AtPaused => ("at_paused", None),
        };
        Message {
            message: message(one.id),
            from: one.message.from,
            to: one.message.to,
            content: Content::of(one.message.body.summary(), one.message.term),
            travel,
            arrives_us,
            sent_by: one.sent_by,
        }
    };
    tables::in_flight(world, nodes).into_iter().map(shown).collect::<Vec<_>>()
}
