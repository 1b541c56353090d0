//! Clients' requests.

use serde::Serialize;

use crate::raft::NodeId;
use crate::sim::{Op, OpId, World};

/// A request and its outcome.
#[derive(Serialize)]
struct Request<'a> {
    op: String,
    node: NodeId,
    command: String,
    outcome: String,
    value: Option<&'a str>,
}

/// `ops`: the latest `count` requests.
pub fn ops(world: &World, count: usize) -> impl Serialize {
    world.ops().last(count).map(request).collect::<Vec<_>>()
}

fn request((id, op): (OpId, Op<'_>)) -> Request<'_> {
    Request {
        op: id.to_string(),
        node: op.node,
        command: op.command.to_string(),
        outcome: op.outcome.to_string(),
        value: op.value,
    }
}
