//! Reads that are no entries of the log: what they wait for, and leases.

use super::table::claims;
use crate::raft::{Index, NodeId, NodeSet, Term};

claims! {
    /// Claims about reads that are no entries of the log.
    ReadClaim;

    /// The leader has committed no entry of its term, so it does not know what is committed.
    ReadNeedsOwnEntry { leader: NodeId, term: Term } "read_needs_own_entry"
        => .node(leader).term(term).section("thesis, §6.4");
    /// A majority has to answer a round of the leader that began with the read. These nodes answer
    /// it at the moment.
    ReadNeedsMajority { leader: NodeId, reached: NodeSet, is_lost: bool } "read_needs_majority"
        => .node(leader).nodes(reached).section("thesis, §6.4");
    /// The node has asked its leader, and has no answer.
    ReadNeedsLeader { node: NodeId, leader: NodeId } "read_needs_leader"
        => .node(node).node(leader).section("thesis, §6.4");
    /// The node has to apply this index, and has applied so much.
    ReadNeedsApply { node: NodeId, index: Index, applied: Index } "read_needs_apply"
        => .node(node).index(index).section("thesis, §6.4");
    /// The leader holds a lease until this moment, and no other node can be elected before.
    Lease { leader: NodeId, ends_us: u64 } "lease" => .node(leader).section("thesis, §6.4.1");
    /// Clients read by leases, and the leader holds none.
    NoLease { leader: NodeId, hands_over: bool } "no_lease"
        => .node(leader).section("thesis, §6.4.1");
}
