//! Breaks figure 2: votedFor is forgotten with a new term, and with nothing else.

use super::{Bend, Description};
use crate::raft::io::{HardState, Output};
use crate::raft::message::{Body, Message};
use crate::raft::node::{Node, Role};

pub(super) const FLAW: Description = Description {
    name: "vote-cleared-on-step-down",
    does: "a candidate that gives way to its term's leader forgets its vote for itself",
    source: "microsoft/CCF#5891",
    bends: &[Bend::Hearing(forget)],
};

fn forget(node: &mut Node, message: &mut Message, _out: &mut Vec<Output>) -> bool {
    let from_leader =
        matches!(message.body, Body::AppendEntries { .. }) && message.term == node.current_term();
    if from_leader && matches!(node.role, Role::Candidate { .. }) {
        node.set_hard_state(HardState { voted_for: None, ..node.hard_state });
    }
    true
}
