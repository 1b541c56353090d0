//! Events about clients' requests, as sentences.

use crate::kv::{ClientId, Command, Effect};
use crate::raft::NodeId;
use crate::sim::{Asked, Op, OpId, Ops, Outcome, ReadKind, TextId};
use crate::word::OrNone;

/// The outcome of a request, with the value that its client received: `ok`, `ok, 5`, `failed, it
/// holds none`.
pub fn outcome(op: Op<'_>) -> String {
    with_value(op.asked, op.outcome, op.value)
}

fn with_value(asked: &Asked, outcome: Outcome, value: Option<&str>) -> String {
    let value = OrNone(value);
    match (asked.command(), outcome) {
        (Some(Command::Get { .. } | Command::Incr { .. }), Outcome::Ok) => {
            format!("{outcome}, {value}")
        }
        (Some(Command::Append { .. }), Outcome::Ok) => format!("{outcome}, {value} long"),
        (Some(Command::Cas { .. } | Command::Incr { .. }), Outcome::Failed) => {
            format!("{outcome}, it holds {value}")
        }
        _ => outcome.to_string(),
    }
}

/// The answer to a request, as it was given then.
pub(super) fn answer(ops: &Ops, op: OpId, told: Outcome, value: Option<TextId>) -> String {
    let value = value.map(|text| ops.text(text));
    ops.get(op).map_or_else(|| told.to_string(), |op| with_value(op.asked, told, value))
}

/// That a node accepted a request, and how it was sent.
pub(super) fn accepted(
    ops: &Ops,
    op: OpId,
    attempt: u32,
    read: Option<ReadKind>,
    retry_of: Option<OpId>,
) -> String {
    let command = ops.get(op).map(|op| op.asked.to_string()).unwrap_or_default();
    let client = ops.call(op).and_then(|call| ops.client_name(call.client));
    let of = client.map(|name| format!(" of {name}")).unwrap_or_default();
    let again = if attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
    let repeats = retry_of.map(|first| format!(", which repeats {first}")).unwrap_or_default();
    let how = match read {
        None | Some(ReadKind::Log) => String::new(),
        Some(kind) => format!(" ({kind} read)"),
    };
    format!("accepted {op}{of}{again}{repeats}: {command}{how}")
}

/// What a session did with an applied entry, if anything.
pub(super) fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Done => "",
        Effect::Repeated => ": it was done before, so its first answer is given again",
        Effect::GivenUp => ": its client has given it up, so it was not done",
    }
}

/// That a node refused a request of a client in the background.
pub(super) fn refused(ops: &Ops, client: ClientId, node: NodeId, leader: Option<NodeId>) -> String {
    let name = ops.client_name(client).unwrap_or("a client");
    match leader.filter(|leader| *leader != node) {
        Some(leader) => format!("refused a request of {name} and named {leader} as leader"),
        None => format!("refused a request of {name}"),
    }
}

/// That a client in the background waits for an answer no longer.
pub(super) fn timed_out(ops: &Ops, client: ClientId, op: OpId) -> String {
    let name = ops.client_name(client).unwrap_or("a client");
    format!("did not answer {op} in time for {name}")
}
