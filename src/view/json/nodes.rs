//! The nodes' states, and the content of their state machines.

use serde::{Serialize, Serializer};

use crate::kv::Store;
use crate::raft::{Index, NodeId, NodeSet, RoleName, Term};
use crate::sim::{Host, HostState, World};

/// A node as `status` shows it.
#[derive(Serialize)]
struct Node {
    node: NodeId,
    state: &'static str,
    role: Option<RoleName>,
    term: Term,
    vote: Option<NodeId>,
    last_index: Index,
    last_term: Term,
    /// Whom it believes to lead.
    leader: Option<NodeId>,
    /// The last index that its snapshot includes; 0 if it has none.
    snapshot_index: Index,
    first_index: Index,
    commit: Option<Index>,
    applied: Option<Index>,
    /// The name of its engine; null if it runs raftsh's own Raft.
    engine: Option<String>,
    /// Why it halted, in one word; only if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Why it halted, in a sentence; only if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    disk: Disk,
    /// What a leader knows of the others' logs; only of a leader.
    #[serde(skip_serializing_if = "Option::is_none")]
    peers: Option<Vec<Peer>>,
}

/// The faults and the damage of a disk.
#[derive(Serialize)]
struct Disk {
    cut: bool,
    /// The indices of damaged entries.
    damaged: Vec<usize>,
    /// Whether the latest record of term and vote cannot be read.
    vote_damaged: bool,
    /// The numbers of damaged marks, of 1 and 2.
    marks_damaged: Vec<usize>,
    /// The numbers of other lost records: snapshots, and records of an unknown kind.
    records_lost: Vec<u32>,
    /// The numbers of damaged records that do not matter, because later records replace them.
    old_records_damaged: Vec<u32>,
    /// Whether a crash left torn pieces after the last record.
    torn: bool,
    /// The number of writes that have begun and not finished.
    unfinished: usize,
    /// The number of writes that the disk reported as synced and that are not.
    claimed: usize,
    /// How many more votes a full disk has room for; null if it is not full.
    full: Option<u32>,
    /// How long a write takes on a slow disk, in microseconds; null if the disk is not slow.
    slow_us: Option<u64>,
    lies: bool,
    tears: bool,
    loses: bool,
}

/// A leader's matchIndex and nextIndex for another node.
#[derive(Serialize)]
struct Peer {
    node: NodeId,
    #[serde(rename = "match")]
    matched: Index,
    next: Index,
}

/// `status`: one object for each node.
pub fn status(world: &World, nodes: NodeSet) -> impl Serialize {
    nodes.iter().map(|node| glance(world.host(node))).collect::<Vec<_>>()
}

fn glance(host: &Host) -> Node {
    let (state, last) = (host.hard_state(), host.log().last());
    let reason = match host.state {
        HostState::Halted(reason) => Some(reason),
        _ => None,
    };
    let (report, trouble, unreadable) =
        (host.report(), host.disk.trouble(), host.disk.unreadable());
    Node {
        node: host.id,
        state: host.state.name(),
        role: report.map(|report| report.role),
        term: state.current_term,
        vote: state.voted_for,
        last_index: last.index,
        last_term: last.term,
        leader: report.and_then(|report| report.leader),
        snapshot_index: host.snapshot().map_or(Index(0), |last| last.index),
        first_index: host.log().first_index(),
        commit: report.map(|report| report.commit),
        applied: report.map(|report| report.applied),
        engine: host.engine.as_ref().map(|engine| engine.engine.called().to_owned()),
        reason: reason.map(super::events::halt_reason),
        detail: reason.map(|reason| reason.to_string()),
        disk: Disk {
            cut: trouble.cut,
            damaged: unreadable.entries.iter().copied().collect(),
            vote_damaged: unreadable.state,
            marks_damaged: unreadable.marks.clone(),
            records_lost: unreadable.lost.clone(),
            old_records_damaged: unreadable.old.clone(),
            torn: host.disk.is_torn(),
            unfinished: host.disk.unfinished(),
            claimed: host.disk.claimed(),
            full: trouble.full,
            slow_us: trouble.slow_us,
            lies: trouble.lies,
            tears: trouble.tears,
            loses: trouble.loses,
        },
        peers: peers(host),
    }
}

fn peers(host: &Host) -> Option<Vec<Peer>> {
    let record = host.record().filter(|record| record.report.role == RoleName::Leader)?;
    Some(
        record
            .progress
            .iter()
            .map(|(node, row)| Peer { node, matched: row.match_index, next: row.next_index })
            .collect(),
    )
}

/// The content of a node's state machine.
#[derive(Serialize)]
struct Holds<'a> {
    node: NodeId,
    state: &'static str,
    applied: Option<Index>,
    #[serde(serialize_with = "pairs")]
    kv: &'a Store,
}

/// Writes keys and values as one object.
fn pairs<S: Serializer>(store: &Store, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(store.iter())
}

/// `kv`: the content of each node's state machine.
pub fn kv(world: &World, nodes: NodeSet) -> impl Serialize {
    let holds = |node| {
        let host = world.host(node);
        let applied = host.report().map(|report| report.applied);
        Holds { node, state: host.state.name(), applied, kv: &host.store }
    };
    nodes.iter().map(holds).collect::<Vec<_>>()
}
