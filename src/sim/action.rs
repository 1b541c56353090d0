//! The one closed list of moves: every way in which the world can move, and how it answers.

use crate::kv::Command;
use crate::raft::{NodeId, NodeSet};

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
