//! Clients' requests.

use serde::Serialize;

use crate::raft::NodeId;
use crate::sim::{Call, Op, OpId, WorkerState, World};

/// A request and its outcome.
#[derive(Serialize)]
struct Request<'a> {
    op: String,
    node: NodeId,
    command: String,
    outcome: String,
    value: Option<&'a str>,
    /// None if the request has a client of its own.
    client: Option<&'a str>,
    serial: u32,
    attempts: u32,
    retry_of: Option<String>,
    read: Option<String>,
    invoked_us: u64,
    returned_us: Option<u64>,
}

/// A client in the background.
#[derive(Serialize)]
struct Client<'a> {
    client: &'a str,
    asks: NodeId,
    waits_for: Option<String>,
}

/// `clients`: the clients in the background.
pub fn clients(world: &World) -> impl Serialize {
    let client = |WorkerState { name, believes, waits_for }| {
        let waits_for = waits_for.map(|op: OpId| op.to_string());
        Client { client: name, asks: believes, waits_for }
    };
    world.workers().map(client).collect::<Vec<_>>()
}

/// `ops`: the latest `count` requests.
pub fn ops(world: &World, count: usize) -> impl Serialize {
    let request = |(id, op)| request(world, id, op);
    world.ops().last(count).map(request).collect::<Vec<_>>()
}

fn request<'a>(world: &'a World, id: OpId, op: Op<'a>) -> Request<'a> {
    let Call { client, serial, read, retry_of, invoked_us, .. } = *op.call;
    Request {
        op: id.to_string(),
        node: op.node,
        command: op.asked.to_string(),
        outcome: op.outcome.to_string(),
        value: op.value,
        client: world.ops().client_name(client),
        serial,
        attempts: op.attempts,
        retry_of: retry_of.map(|first| first.to_string()),
        read: read.map(|kind| kind.to_string()),
        invoked_us,
        returned_us: op.returned_us,
    }
}
