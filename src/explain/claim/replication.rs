//! Which nodes hold an entry, and what the others wait for.

use super::table::claims;
use crate::raft::{Index, NodeId, NodeSet, Position, Term};
use crate::sim::{MessageId, OpId};

/// What a node that does not hold an entry durably waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyMissing {
    /// It is down or halted.
    Down,
    /// It is paused.
    Paused,
    /// The link from the leader is cut.
    Cut,
    /// The message with the entry is in flight.
    InFlight(MessageId),
    /// The message with the entry is held.
    Held(MessageId),
    /// It has another entry there, of this term.
    Conflict(Term),
    /// Its log ends earlier, here.
    Behind(Index),
    /// It has the entry in memory, and the write is not finished.
    Writing,
    /// Its disk is full.
    DiskFull,
    /// Its copy on the disk is damaged.
    Damaged,
    /// Its disk reported it as synced, and does not hold it.
    Lied,
}

claims! {
    /// Claims about entries and their copies.
    ReplicationClaim;

    /// These voters hold the entry durably, and a quorum takes this many.
    HeldBy { entry: Position, on: NodeSet, needed: u32, voters: u32 } "held_by"
        => .nodes(on).entry(entry).section("§5.3");
    /// These nodes do not hold the entry durably, for the same reason.
    CopyMissing { nodes: NodeSet, entry: Position, why: CopyMissing } "copy_missing"
        => .nodes(nodes).entry(entry);
    /// A quorum holds the entry, but it is of an earlier term than its leader's.
    NeedsOwnTerm { entry: Position, leader: NodeId, term: Term } "needs_own_term"
        => .node(leader).entry(entry).section("§5.4.2");
    /// A quorum holds the entry, and the leader has no answer of these nodes that says so.
    AnswerMissing { leader: NodeId, from: NodeSet, entry: Position } "answer_missing"
        => .node(leader).nodes(from).entry(entry).section("§5.3");
    /// No running leader has the entry, so nothing can commit it now.
    NoLeaderHas { entry: Position, holders: NodeSet } "no_leader_has"
        => .nodes(holders).entry(entry);
    /// No log holds the entry any more.
    EntryGone { entry: Position, op: OpId } "entry_gone" => .entry(entry);
    /// This request is in that entry.
    RequestEntry { op: OpId, entry: Position } "request_entry" => .entry(entry);
    /// No request writes this value.
    NeverRequested { key: String, value: String } "never_requested" => ;
    /// The entry is within the commit index of these nodes.
    CommittedOn { entry: Position, nodes: NodeSet } "committed_on"
        => .nodes(nodes).entry(entry).section("§5.3");
    /// The node's commit index is this, and it has not learnt of more: the leader knows of this.
    CommitUnknown { node: NodeId, commit: Index, leader: NodeId, known: Index } "commit_unknown"
        => .node(node).node(leader).index(known).section("§5.3");
    /// Nothing after this index is in the leader's log, so nothing more can be committed.
    NothingToCommit { leader: NodeId, last: Index } "nothing_to_commit"
        => .node(leader).index(last);
    /// The logs of two nodes differ first at this index.
    LogsDiffer { left: NodeId, right: NodeId, index: Index, terms: (Option<Term>, Option<Term>) }
        "logs_differ" => .node(left).node(right).index(index).section("§5.3");
    /// Two nodes have the same log, and commit indices that differ.
    CommitsDiffer { left: NodeId, right: NodeId, commits: (Index, Index) } "commits_differ"
        => .node(left).node(right).index(commits.0).section("§5.3");
    /// All live nodes have the same log and commit index.
    AllAgree { nodes: NodeSet, last: Position, commit: Index } "all_agree"
        => .nodes(nodes).entry(last);
}
