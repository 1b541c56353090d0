//! Nodes, links, disks and timers that keep others from being reached.

use super::table::claims;
use crate::raft::{NodeId, NodeSet};
use crate::sim::{HaltReason, LinkFault};

claims! {
    /// Claims about what does not run, and what does not get through.
    ReachClaim;

    /// These nodes are up.
    NodesUp { nodes: NodeSet } "nodes_up" => .nodes(nodes);
    /// The node is up.
    NodeUp { node: NodeId } "node_up" => .node(node);
    /// The node was killed, or was never started.
    NodeDown { node: NodeId } "node_down" => .node(node);
    /// The node is paused: it keeps its memory, and messages wait.
    NodePaused { node: NodeId } "node_paused" => .node(node);
    /// The node stopped itself.
    NodeHalted { node: NodeId, reason: HaltReason } "node_halted" => .node(node);
    /// The links between two nodes are cut, both ways.
    LinksCut { left: NodeId, right: NodeId } "links_cut" => .node(left).node(right);
    /// The link from one node to another is cut, and the way back is not.
    LinkCut { from: NodeId, to: NodeId } "link_cut" => .node(from).node(to);
    /// The node is cut off from all these nodes, both ways.
    CutOff { node: NodeId, from: NodeSet } "cut_off" => .node(node).nodes(from);
    /// Messages from one node to another are held; this many are.
    LinkHeld { from: NodeId, to: NodeId, count: u32 } "link_held" => .node(from).node(to);
    /// The link has a delay, a loss or a duplication of its own.
    LinkFaulty { from: NodeId, to: NodeId, fault: LinkFault } "link_faulty" => .node(from).node(to);
    /// The node has no access to its disk.
    DiskCut { node: NodeId } "disk_cut" => .node(node);
    /// The node's disk is full.
    DiskFull { node: NodeId } "disk_full" => .node(node);
    /// Every write of the node takes this long.
    DiskSlow { node: NodeId, latency_us: u64 } "disk_slow" => .node(node);
    /// The timers of these nodes do not fire by themselves.
    TimersOff { nodes: NodeSet } "timers_off" => .nodes(nodes);
    /// Nothing keeps these nodes from reaching each other.
    AllReach { nodes: NodeSet } "all_reach" => .nodes(nodes);
}
