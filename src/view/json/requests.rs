//! Clients' requests.

use serde::Serialize;

use super::Typed;
use crate::raft::NodeId;
use crate::sim::{Op, OpId, Outcome, World};

/// A request and what became of it.
#[derive(Serialize)]
struct Request<'a> {
    op: Typed<OpId>,
    node: Typed<NodeId>,
    command: Typed<&'a crate::kv::Command>,
    outcome: Typed<Outcome>,
    value: Option<&'a str>,
}

/// `ops`: the latest `count` requests.
pub fn ops(world: &World, count: usize) -> impl Serialize {
    let request = |(id, op)| request(id, op);
    world.ops().last(count).map(request).collect::<Vec<_>>()
}

fn request(id: OpId, op: &Op) -> Request<'_> {
    Request {
        op: Typed(id),
        node: Typed(op.node),
        command: Typed(&op.command),
        outcome: Typed(op.outcome),
        value: op.value.as_deref(),
    }
}
