//! The logs of nodes, and two logs compared.

use serde::Serialize;

use crate::raft::{Entry, Index, Log, NodeId, NodeSet, Payload, Position, Term};
use crate::sim::{Host, Ops, World};
use crate::view::logs::{Cell, Place, cell};
use crate::view::words;

/// A node's log, with the term and vote on its disk.
#[derive(Serialize)]
struct NodeLog {
    node: NodeId,
    term: Term,
    vote: Option<NodeId>,
    /// Whether the latest record of term and vote cannot be read.
    vote_damaged: bool,
    /// The numbers of damaged marks, of 1 and 2.
    marks_damaged: Vec<usize>,
    /// Where its snapshot ends.
    snapshot: Option<Position>,
    first_index: Index,
    entries: Vec<Row>,
}

/// An entry of a node's log.
#[derive(Serialize)]
struct Row {
    index: Index,
    term: Term,
    /// `command`, `noop` or `configuration`.
    kind: &'static str,
    command: String,
    durable: bool,
    committed: bool,
    applied: bool,
    damaged: bool,
}

/// `logs`: the `last` entries of the log that each node uses; of a node that does not run, of the
/// log on its disk.
pub fn logs(world: &World, nodes: NodeSet, last: Option<u64>) -> impl Serialize {
    nodes.iter().map(|node| log(world.ops(), world.host(node), last)).collect::<Vec<_>>()
}

fn log(ops: &Ops, host: &Host, last: Option<u64>) -> NodeLog {
    let longest = host.log().last_index().0;
    let skipped =
        last.map_or(0, |last| longest.saturating_sub(u32::try_from(last).unwrap_or(u32::MAX)));
    let row = |index| {
        let Cell { entry, place, damaged, committed, applied } = cell(host, index)?;
        let (term, command) = (entry.term, words::command(ops, index, entry));
        Some(Row {
            index,
            term,
            kind: kind(entry),
            command,
            durable: place != Place::Memory,
            committed,
            applied,
            damaged,
        })
    };
    let (state, _) = host.disk.durable();
    NodeLog {
        node: host.id,
        term: state.current_term,
        vote: state.voted_for,
        vote_damaged: host.disk.state_damaged(),
        marks_damaged: host.disk.unreadable().marks.clone(),
        snapshot: host.snapshot(),
        first_index: host.log().first_index(),
        entries: (skipped.max(host.log().base().index.0) + 1..=longest)
            .map(Index)
            .filter_map(row)
            .collect(),
    }
}

fn kind(entry: Entry) -> &'static str {
    match entry.payload {
        Payload::Command(_) => "command",
        Payload::Noop => "noop",
        Payload::Configuration(_) => "configuration",
    }
}

/// Two logs compared.
#[derive(Serialize)]
struct Comparison {
    /// The last index up to which they agree.
    same_through: Index,
    /// The entries of both logs after it.
    differences: Vec<Difference>,
}

/// The entries of two logs at an index; null where a log has ended.
#[derive(Serialize)]
struct Difference {
    index: Index,
    a: Option<EntryJson>,
    b: Option<EntryJson>,
}

/// An entry without its index.
#[derive(Serialize)]
struct EntryJson {
    term: Term,
    command: String,
}

/// `diff A B`: the index up to which two logs agree, and the entries of both after it.
pub fn diff(world: &World, a: NodeId, b: NodeId) -> impl Serialize {
    let [a, b] = [a, b].map(|node| world.host(node).log());
    let longest = a.last_index().max(b.last_index()).0;
    let same = a.same_through(&b);
    let brief = |log: &Log, index| {
        let entry = log.get(index)?;
        Some(EntryJson { term: entry.term, command: words::command(world.ops(), index, entry) })
    };
    let difference = |index| Difference { index, a: brief(&a, index), b: brief(&b, index) };
    let differences = (same.next().0..=longest).map(Index).map(difference).collect();
    Comparison { same_through: same, differences }
}
