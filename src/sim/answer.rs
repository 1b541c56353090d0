//! The world's answer to a move: what it changed, or why it is impossible.

use crate::disk::DamageTarget;
use crate::kv::Str;
use crate::raft::{ChangeRefusal, Index, NodeId, NodeSet, Term};

use super::client::OpId;
use super::event::MessageId;
use super::state::HostState;

/// What a move changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The nodes that changed.
    pub nodes: NodeSet,
    /// How many directed links changed.
    pub links: usize,
    /// How many steps were taken: messages, timers and writes that were due.
    pub steps: u64,
    /// Whether `settle` stopped at its limit of steps.
    pub unsettled: bool,
    /// Whether the move stopped early because a property was violated.
    pub stopped: bool,
    /// How many messages were delivered, dropped or duplicated.
    pub messages: u64,
    /// The number of the accepted request.
    pub op: Option<OpId>,
    /// Whether anything changed at all.
    pub changed: bool,
}

/// Why a move is impossible. The world has not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The cluster has no such node.
    #[error("unknown node '{0}'")]
    NoSuchNode(NodeId),
    /// The setting does not take this value, for this reason.
    #[error("{0}")]
    BadSetting(String),
    /// The move needs a node that runs, and this one does not.
    #[error("{0} is {state}", state = .1.name())]
    NotUp(NodeId, HostState),
    /// The move needs a leader, and this node does not lead.
    #[error("{node} is not the leader{}", belief(.leader))]
    NotLeader {
        /// The node.
        node: NodeId,
        /// The node that it believes to be the leader.
        leader: Option<NodeId>,
    },
    /// A leader takes no requests while it hands over to another node.
    #[error("{node} hands over to {to}, and takes no requests until that is over")]
    HandsOver {
        /// The leader.
        node: NodeId,
        /// The node that is to lead.
        to: NodeId,
    },
    /// Leases need check-quorum at every node, and it is off at this one.
    #[error("reads by lease need check-quorum on at every node, and it is off at {0}")]
    LeaseNeedsCheckQuorum(NodeId),
    /// Check-quorum stays on while clients read by leases.
    #[error("check-quorum has to stay on while `reads` is lease")]
    ReadsAreByLease,
    /// The leader refuses a change to the members of the cluster.
    #[error("{node} refuses the change: {why}")]
    Change {
        /// The leader.
        node: NodeId,
        /// Why.
        why: ChangeRefusal,
    },
    /// A node that is no voter never campaigns.
    #[error("{0} is no voter, so it never campaigns")]
    NeverCampaigns(NodeId),
    /// The cluster would have more nodes than a cluster can have.
    #[error(
        "the cluster has {before} nodes, and {} is the most that it can have",
        crate::raft::MAX_NODES
    )]
    TooManyNodes {
        /// How many nodes the cluster has.
        before: usize,
        /// How many more were to be started.
        more: usize,
    },
    /// A change to the members cannot be sent again.
    #[error("{0} is a change to the members, which `retry` does not send again: use `member`")]
    ChangeAgain(OpId),
    /// A leader cannot hand over to itself.
    #[error("{0} leads already")]
    TransferToItself(NodeId),
    /// A node without a vote cannot lead.
    #[error("{0} is no voter, so it cannot lead")]
    NoVoter(NodeId),
    /// The engines of the cluster do not heed this setting.
    #[error("the engine does not heed {0}: its hello does not list it")]
    NotAnOption(&'static str),
    /// This is not for nodes that run engines.
    #[error("{0} is not for engines: their protocol has no word for it")]
    NotForEngines(&'static str),
    /// The move is for nodes that run an engine.
    #[error("{0} runs no engine, so it has only an election timer and a heartbeat timer")]
    NoEngine(NodeId),
    /// A leader's election timer does not run, so it cannot fire.
    #[error("{0} is leader: its election timer does not run")]
    IsLeader(NodeId),
    /// No message with this number is in flight.
    #[error("m{0} is not in flight")]
    NoMessage(MessageId),
    /// A message to deliver or drop is named twice.
    #[error("m{0} is named twice, and after the first time it is no longer in flight")]
    NamedTwice(MessageId),
    /// A message cannot be delivered over a cut link.
    #[error("m{message} cannot be delivered: the link from {from} to {to} is cut")]
    LinkIsCut {
        /// The message's number.
        message: MessageId,
        /// Its sender.
        from: NodeId,
        /// Its receiver.
        to: NodeId,
    },
    /// A log can be preloaded only before anything else has happened.
    #[error("too late: logs can be prepared only before anything else has happened")]
    TimeHasMoved,
    /// The terms of a preloaded log decrease.
    #[error("the term at index {index} is below the one before it, and terms never fall in a log")]
    TermsFall {
        /// The first entry whose term is below the one before it.
        index: Index,
    },
    /// A preloaded term is below the term of the log's last entry.
    #[error("a node in term {term} cannot hold an entry of term {last}")]
    TermBelowLog {
        /// The node's term.
        term: Term,
        /// The last entry's term.
        last: Term,
    },
    /// A preloaded entry has term 0, or a vote is given in term 0.
    #[error("there are no leaders and no votes in term 0: terms of entries and votes begin at 1")]
    TermZero,
    /// A preloaded log violates the Log Matching Property (§5.3) with another node's log.
    #[error(
        "{other} has the same term at index {same}, but another one at index {differs} before it"
    )]
    LogsDoNotMatch {
        /// The other node.
        other: NodeId,
        /// An index at which both logs have the same term.
        same: Index,
        /// A lower index at which their terms differ.
        differs: Index,
    },
    /// The disk does not hold what is to be damaged.
    #[error("{node} has no {} on its disk to corrupt", thing(.target))]
    NotOnDisk {
        /// The disk's node.
        node: NodeId,
        /// What is not on the disk.
        target: DamageTarget,
        /// How many bytes are on the disk.
        bytes: u64,
    },
    /// The disk has no older version of a record to bring back.
    #[error("{0} has no older version of a record on its disk")]
    NoOlderVersion(NodeId),
    /// The two sets name the same single node, so there is no link between them.
    #[error("there is no link between {0} and {1}")]
    NoLink(NodeSet, NodeSet),
    /// A node is in two groups of a partition.
    #[error("{0} is in two groups")]
    InTwoGroups(NodeId),
    /// A step is due before the wait ends.
    #[error("a step is due before that")]
    EventDue,
    /// No request has this number.
    #[error("there is no {0}")]
    NoSuchRequest(OpId),
    /// A client has one request at a time, and this one has not got its answer yet.
    #[error("{client} waits for {op}, and a client has one request at a time")]
    ClientIsBusy {
        /// The client's name.
        client: Str,
        /// The request that is pending.
        op: OpId,
    },
    /// A client has given a request of its session up by sending a later one.
    #[error("{op} was given up when its client sent {later}")]
    GivenUp {
        /// The request.
        op: OpId,
        /// The client's latest request.
        later: OpId,
    },
    /// The cluster has accepted its maximum of requests.
    #[error("the cluster has accepted {max} requests, which is the most", max = super::client::MAX_OPS)]
    TooManyOps,
}

/// Whom a node that does not lead believes to lead, in words.
fn belief(leader: &Option<NodeId>) -> String {
    match leader {
        Some(leader) => format!("; it believes that {leader} is"),
        None => "; it knows no leader".to_owned(),
    }
}

/// What is to be damaged, in words.
fn thing(target: &DamageTarget) -> String {
    match target {
        DamageTarget::LastEntry => "entry".to_owned(),
        DamageTarget::Entry(index) => format!("entry {index}"),
        DamageTarget::State => "term and vote".to_owned(),
        DamageTarget::Snapshot => "snapshot".to_owned(),
        DamageTarget::Tail => "record".to_owned(),
        DamageTarget::Byte(offset) => format!("byte {offset}"),
    }
}
