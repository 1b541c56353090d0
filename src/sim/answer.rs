//! How the world answers a move: what it changed, or why it is impossible.

use crate::disk::DamageTarget;
use crate::raft::{Index, NodeId, NodeSet, Term};

use super::client::OpId;
use super::event::MessageId;
use super::state::HostState;

/// What a move changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The nodes that are not as they were.
    pub nodes: NodeSet,
    /// How many directed links are not as they were.
    pub links: usize,
    /// Events that happened by the passing of time.
    pub steps: u64,
    /// A `settle` that gave up, because there was no end to it.
    pub unsettled: bool,
    /// It ended where a promise of the protocol was broken, before all of it was done.
    pub stopped: bool,
    /// Messages that were delivered, lost or copied.
    pub messages: u64,
    /// The number of the accepted request.
    pub op: Option<OpId>,
    /// Whether anything changed at all.
    pub changed: bool,
}

/// Why a move is impossible. The world is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A node that the cluster does not have.
    #[error("unknown node '{0}'")]
    NoSuchNode(NodeId),
    /// A value that a setting cannot have.
    #[error("{0}")]
    BadSetting(String),
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
    /// Firing the election timer of a leader.
    #[error("{0} is leader: its election timer does not run")]
    IsLeader(NodeId),
    /// A message that is not in flight.
    #[error("m{0} is not in flight")]
    NoMessage(MessageId),
    /// Delivering or losing the same message twice.
    #[error("m{0} is named twice: once it has arrived or is lost, it is no longer in flight")]
    NamedTwice(MessageId),
    /// Delivering over a cut link.
    #[error("m{message} cannot be delivered: the link from {from} to {to} is cut")]
    LinkIsCut {
        /// The message.
        message: MessageId,
        /// Its sender.
        from: NodeId,
        /// Its receiver.
        to: NodeId,
    },
    /// Preparing a log after the story has begun.
    #[error("logs are prepared before anything else has happened")]
    TimeHasMoved,
    /// A prepared log whose terms fall.
    #[error("terms never fall in a log, and the one at index {index} is below the one before it")]
    TermsFall {
        /// Where.
        index: Index,
    },
    /// A prepared term below the log's.
    #[error("a node in term {term} cannot hold an entry of term {last}")]
    TermBelowLog {
        /// The node's.
        term: Term,
        /// The last entry's.
        last: Term,
    },
    /// An entry of term 0, or a vote in it.
    #[error("nobody leads, and nobody votes, in term 0: terms of entries and votes begin at 1")]
    TermZero,
    /// A prepared log that no Raft could have brought about beside another one.
    #[error(
        "{other} has an entry of the same term at index {same}, but another one at index {differs} before it"
    )]
    LogsDoNotMatch {
        /// The other node.
        other: NodeId,
        /// Where both have the same term.
        same: Index,
        /// Where they differ though they must not.
        differs: Index,
    },
    /// Damage to what a disk does not hold.
    #[error("{node} has no {} on its disk to corrupt", thing(.target))]
    NotOnDisk {
        /// Whose.
        node: NodeId,
        /// What is not there.
        target: DamageTarget,
        /// How many bytes are.
        bytes: u64,
    },
    /// Bringing back an older version where there is none.
    #[error("{0} never wrote a record twice: there is no older version to come back")]
    NoOlderVersion(NodeId),
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

/// What a disk lacks.
fn thing(target: &DamageTarget) -> String {
    match target {
        DamageTarget::LastEntry => "entry".to_owned(),
        DamageTarget::Entry(index) => format!("entry {index}"),
        DamageTarget::State => "term and vote".to_owned(),
        DamageTarget::Tail => "record".to_owned(),
        DamageTarget::Byte(offset) => format!("byte {offset}"),
    }
}
