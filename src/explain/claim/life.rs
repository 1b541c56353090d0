//! The lives of single things: an event, a request, a message, an entry, a node.

use super::table::claims;
use crate::raft::{Index, NodeId, NodeSet, Position, Term};
use crate::sim::{EventId, MessageId, TransitState};

claims! {
    /// Claims about the life of one thing.
    LifeClaim;

    /// The node's heartbeat timer ran out again and again, each time set by the time before: this
    /// often between the first and the last event.
    Heartbeats { node: NodeId, count: u64 } "heartbeats" => .node(node).section("§5.2");
    /// What caused this event is not looked up: too many events would have to be made again.
    ChainCut { at: EventId } "chain_cut" => ;
    /// The message is in flight; this is what it waits for, and when it is due.
    StillInFlight { message: MessageId, from: NodeId, to: NodeId, due_us: u64, waits: TransitState }
        "still_in_flight" => .node(from).node(to);
    /// This many further events were caused by the delivery.
    MoreEffects { message: MessageId, count: u64 } "more_effects" => ;
    /// The node is in this term and gave this vote; its log ends here, and it knows that entries up
    /// to this one are committed.
    NodeState {
        node: NodeId,
        term: Term,
        vote: Option<NodeId>,
        last: Position,
        commit: Option<Index>,
    }
        "node_state" => .node(node).entry(last).term(term);
    /// Unless it hears from a leader first, the node starts an election at this moment.
    ElectionTimer { node: NodeId, due_us: u64 } "election_timer" => .node(node).section("§5.2");
    /// This many messages of the node wait for its disk.
    Unsent { node: NodeId, count: u64 } "unsent" => .node(node);
    /// The node has all entries of the leader's log, and knows which are committed.
    UpToDate { node: NodeId, leader: NodeId, last: Position } "up_to_date"
        => .node(node).node(leader).entry(last);
    /// Entries of the same index and term differ, which no correct cluster has: on these nodes they
    /// are these.
    Twins { entry: Position, found: Vec<(NodeSet, String)> } "twins"
        => .nodes(found.iter().flat_map(|(nodes, _)| nodes.iter()).collect()).entry(entry).section("§5.3");
    /// Another entry is committed in the entry's place, or before it in the log.
    Superseded { entry: Position, by: Position } "superseded" => .entry(entry).section("§5.3");
    /// No log and no disk has the entry any more; one of these messages in flight may still bring
    /// it, if there is one.
    Gone { entry: Position, message: Option<MessageId> } "gone" => .entry(entry);
    /// If these nodes are killed now, this node, which does not have the entry, could be elected by
    /// these voters. `sure` if all nodes have kept the rules.
    CouldLose { entry: Position, killed: NodeSet, elected: NodeId, voters: NodeSet, sure: bool }
        "could_lose" => .nodes(killed).node(elected).nodes(voters).entry(entry).section("§5.4.1");
    /// There are this many further sets of nodes that could lose the entry.
    OtherSets { entry: Position, count: u64, sampled: bool } "other_sets" => .entry(entry);
    /// No nodes that are killed now could lose the entry. `sampled` if not all sets were tried.
    NoneCouldLose { entry: Position, sampled: bool, sure: bool } "none_could_lose"
        => .entry(entry).section("§5.4.1");
}
