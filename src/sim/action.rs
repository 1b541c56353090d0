//! The one closed list of moves: every way in which the world can move, and how it answers.

use std::fmt;

use crate::kv::Command;
use crate::quantity;
use crate::raft::{NodeId, NodeSet};
use crate::word::Word;

use super::client::OpId;
use super::host::HostState;
use super::settings::Setting;

/// A move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Let the next events happen, as many as this.
    Step(u64),
    /// Let this much time pass, in microseconds, in which nothing is due.
    Wait(u64),
    /// A client's request reaches a node.
    Invoke(NodeId, Command),
    /// Crash nodes.
    Kill(NodeSet),
    /// Start nodes from their disks; those that run crash first.
    Restart(NodeSet),
    /// Cut all ways from the first nodes to the second.
    Cut(NodeSet, NodeSet, Ways),
    /// End the cuts between the first nodes and the second, both ways.
    Heal(NodeSet, NodeSet),
    /// End all cuts.
    HealAll,
    /// Cut each of these nodes from every other.
    Isolate(NodeSet),
    /// Replace all cuts: nodes of different groups do not reach each other. A node in no group reaches all.
    Partition(Vec<NodeSet>),
    /// Damage the last entry on each node's disk.
    Corrupt(NodeSet),
    /// Take away the nodes' access to their disks.
    CutDisk(NodeSet),
    /// Give it back.
    RestoreDisk(NodeSet),
    /// Change a setting.
    Set(Setting),
}

/// As it is typed at the prompt.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Step(count) => write!(f, "step {count}"),
            Action::Wait(duration_us) => write!(f, "run {}", quantity::show_duration(*duration_us)),
            Action::Invoke(node, command) => show_request(f, *node, command),
            Action::Kill(nodes) => write!(f, "kill {nodes}"),
            Action::Restart(nodes) => write!(f, "restart {nodes}"),
            Action::Cut(from, to, Ways::Both) => write!(f, "cut {from} {to}"),
            Action::Cut(from, to, Ways::OneWay) => write!(f, "cut {from} {to} --one-way"),
            Action::Heal(from, to) => write!(f, "heal {from} {to}"),
            Action::HealAll => f.write_str("heal"),
            Action::Isolate(nodes) => write!(f, "isolate {nodes}"),
            Action::Partition(groups) => {
                f.write_str("partition")?;
                groups
                    .iter()
                    .enumerate()
                    .try_for_each(|(nth, group)| write!(f, "{} {group}", if nth == 0 { "" } else { " |" }))
            }
            Action::Corrupt(nodes) => write!(f, "corrupt {nodes}"),
            Action::CutDisk(nodes) => write!(f, "disk cut {nodes}"),
            Action::RestoreDisk(nodes) => write!(f, "disk restore {nodes}"),
            Action::Set(setting) => write!(f, "set {setting}"),
        }
    }
}

/// A request with its node behind the verb: `put n1 x=5`.
fn show_request(f: &mut fmt::Formatter<'_>, node: NodeId, command: &Command) -> fmt::Result {
    match command {
        Command::Put { key, value } => write!(f, "put {node} {}={}", Word(key), Word(value)),
        Command::Get { key } => write!(f, "get {node} {}", Word(key)),
        Command::Del { key } => write!(f, "del {node} {}", Word(key)),
        Command::Cas { key, old, new } => {
            write!(f, "cas {node} {} {} {}", Word(key), Word(old.as_deref().unwrap_or("none")), Word(new))
        }
    }
}

/// Directions of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// There and back.
    Both,
    /// There only.
    OneWay,
}

/// What a move changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The nodes that are not as they were.
    pub nodes: NodeSet,
    /// How many directed links are not as they were.
    pub links: usize,
    /// Events that happened by the passing of time.
    pub steps: u64,
    /// The number of the accepted request.
    pub op: Option<OpId>,
    /// Whether anything changed at all.
    pub changed: bool,
}

/// Why a move is impossible. The world is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A request to a node that does not run.
    #[error("{0} is {state}", state = .1.name())]
    NotUp(NodeId, HostState),
    /// A request to a node that does not lead.
    #[error("{node} is not the leader")]
    NotLeader {
        /// The node.
        node: NodeId,
        /// Whom it believes to lead.
        leader: Option<NodeId>,
    },
    /// Damage to an entry on a disk that holds none.
    #[error("{0} has no entry on its disk to corrupt")]
    NoEntry(NodeId),
    /// Cutting or healing no link at all.
    #[error("there is no link between {0} and {1}")]
    NoLink(NodeSet, NodeSet),
    /// A node in two groups of a partition.
    #[error("{0} stands in two groups")]
    InTwoGroups(NodeId),
    /// Waiting past the next event.
    #[error("an event is due before that")]
    EventDue,
    /// The cluster takes no more requests.
    #[error("the cluster has taken {max} requests and takes no more", max = super::client::MAX_OPS)]
    TooManyOps,
}
