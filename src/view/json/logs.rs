//! Logs: node by node, and two compared.

use serde::Serialize;

use super::{Typed, node_or_null};
use crate::raft::{Entry, Index, Log, NodeId, NodeSet};
use crate::sim::{Host, Ops, World};
use crate::view::words;

/// A node's log, under the term and vote on its disk.
#[derive(Serialize)]
struct NodeLog {
    node: Typed<NodeId>,
    term: u32,
    vote: Option<Typed<NodeId>>,
    /// Whether that record is lost.
    vote_damaged: bool,
    /// Which of the two marks are damaged.
    marks_damaged: Vec<usize>,
    entries: Vec<Row>,
}

/// An entry of a node's log.
#[derive(Serialize)]
struct Row {
    index: u32,
    term: u32,
    command: String,
    durable: bool,
    committed: bool,
    applied: bool,
    damaged: bool,
}

/// `logs`: the log that each node uses (of a node that does not run, the one on its disk), its `last` entries.
pub fn logs(world: &World, nodes: NodeSet, last: Option<u64>) -> impl Serialize {
    nodes.iter().map(|node| log(world.ops(), world.host(node), last)).collect::<Vec<_>>()
}

fn log(ops: &Ops, host: &Host, last: Option<u64>) -> NodeLog {
    let log = host.log();
    let skipped = last.map_or(0, |last| u64::from(log.last_index().0).saturating_sub(last));
    let first = Index(u32::try_from(skipped).unwrap_or(u32::MAX)).next();
    let record = host.record();
    let (_, on_disk) = host.disk.durable();
    // By the disk itself: what the node believes may be a lie.
    let durable = |index: Index, entry| on_disk.get(index.previous().0 as usize) == Some(&entry);
    let row = |(index, entry): (Index, Entry)| Row {
        index: index.0,
        term: entry.term.0,
        command: words::command(ops, index, entry),
        durable: durable(index, entry),
        // What was committed and applied is what was, whatever stands there now.
        committed: record.is_some_and(|record| record.committed(index) == Some(entry)),
        applied: record.is_some_and(|record| record.applied(index) == Some(entry)),
        damaged: durable(index, entry) && host.disk.damaged().contains(&(index.0 as usize)),
    };
    let (state, _) = host.disk.durable();
    NodeLog {
        node: Typed(host.id),
        term: state.current_term.0,
        vote: node_or_null(state.voted_for),
        vote_damaged: host.disk.state_damaged(),
        marks_damaged: host.disk.ailing().marks,
        entries: log.iter_from(first).map(row).collect(),
    }
}

/// Two logs compared.
#[derive(Serialize)]
struct Comparison {
    /// The last index up to which they agree.
    same_through: u32,
    /// What each has after it.
    differences: Vec<Difference>,
}

/// What two logs have at an index; null where a log has ended.
#[derive(Serialize)]
struct Difference {
    index: u32,
    a: Option<Brief>,
    b: Option<Brief>,
}

/// An entry.
#[derive(Serialize)]
struct Brief {
    term: u32,
    command: String,
}

/// `diff A B`: where two logs agree, and how they go on.
pub fn diff(world: &World, a: NodeId, b: NodeId) -> impl Serialize {
    let [a, b] = [a, b].map(|node| world.host(node).log());
    let longest = a.last_index().max(b.last_index()).0;
    let same = a.same_through(&b);
    let brief = |log: &Log, index| {
        log.get(index)
            .map(|entry| Brief { term: entry.term.0, command: words::command(world.ops(), index, entry) })
    };
    let differences = (same.next().0..=longest).map(Index);
    let differences =
        differences.map(|index| Difference { index: index.0, a: brief(&a, index), b: brief(&b, index) });
    Comparison { same_through: same.0, differences: differences.collect() }
}
