//! Values of nodes, requests and the cluster, and what they wait for.

use super::table::claims;
use crate::raft::{Index, NodeId, NodeSet};
use crate::sim::{EventId, MessageId, OpId, Outcome};

claims! {
    /// Claims about values.
    StateClaim;

    /// A value of a node, as conditions name it: the field, and what it is.
    Value { node: NodeId, field: String, value: String } "value" => .node(node);
    /// A value of the cluster, as conditions name it.
    ClusterValue { what: String, value: String } "cluster_value" => ;
    /// The node does not run, so it has no such value.
    NotRunning { node: NodeId, field: String } "not_running" => .node(node);
    /// The node does not lead, so it knows nothing of others' logs.
    NotLeading { node: NodeId, field: String } "not_leading" => .node(node);
    /// No node is in the set.
    EmptySet { set: String } "empty_set" => ;
    /// These nodes pass a test, and those do not.
    Counted { test: String, pass: NodeSet, fail: NodeSet } "counted" => .nodes(pass).nodes(fail);
    /// The value differs from what it was when the command began; or does not.
    Compared { what: String, now: String, before: String } "compared" => ;
    /// No such event happened in the step just made.
    NoSuchEvent { kind: &'static str } "no_such_event" => ;
    /// This many messages are in flight; this many of them are held, and this many wait at nodes
    /// that are paused.
    InFlight { count: u32, held: u32, at_paused: u32, heartbeats: u32 } "in_flight" => ;
    /// A message that is in flight: the oldest.
    OldestInFlight { message: MessageId, from: NodeId, to: NodeId, kind: &'static str }
        "oldest_in_flight" => .node(from).node(to);
    /// Unfinished writes of a node's disk.
    UnfinishedWrites { node: NodeId, count: u32 } "unfinished_writes" => .node(node);
    /// The virtual time.
    Clock { now_us: u64 } "clock" => ;
    /// No property was violated, in all events up to this one.
    NothingViolated { through: EventId } "nothing_violated" => ;
    /// A property was violated, with its detail.
    Violated { property: &'static str, node: NodeId, detail: String } "violated" => .node(node);
    /// Nothing is judged any more.
    NotJudged { why: &'static str } "not_judged" => ;
    /// A flaw of the protocol is on.
    FlawOn { flaw: &'static str } "flaw_on" => ;
    /// A request with its outcome.
    Request { op: OpId, node: NodeId, command: String, outcome: Outcome } "request" => .node(node);
    /// There is no such request.
    NoSuchRequest { op: String } "no_such_request" => ;
    /// The node has not applied further than its commit index allows.
    AppliedToCommit { node: NodeId, commit: Index } "applied_to_commit"
        => .node(node).index(commit).section("§5.3");
    /// The node's store does not hold the key: no applied entry wrote it.
    KeyNeverApplied { node: NodeId, key: String, applied: Index } "key_never_applied"
        => .node(node).index(applied);
    /// A command was refused, with its message.
    Refused { command: String, message: String } "refused" => ;
}
