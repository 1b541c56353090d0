//! Breaks figure 2: votedFor is forgotten with a new term, and with nothing else.

use super::{Bend, Description};
use crate::raft::io::{HardState, Output};
use crate::raft::message::{Body, Message};
use crate::raft::node::Node;

pub(super) const FLAW: Description = Description {
    name: "vote-cleared-by-append",
    does: "a leader's AppendEntries makes a node forget whom it voted for in that term",
    source: "etcd 9d2a465; eliben/raft#27; ktoso/akka-raft#56",
    bends: &[Bend::Hearing(forget)],
};

fn forget(node: &mut Node, message: &mut Message, _out: &mut Vec<Output>) -> bool {
    let from_leader =
        matches!(message.body, Body::AppendEntries { .. }) && message.term == node.current_term();
    if from_leader && !node.is_leader() {
        node.set_hard_state(HardState { voted_for: None, ..node.hard_state });
    }
    true
}
