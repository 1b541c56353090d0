//! Breaks figure 2, candidates: "if AppendEntries RPC received from new leader: convert to follower".

use super::{Bend, Description};
use crate::raft::io::Output;
use crate::raft::message::{Body, Message};
use crate::raft::node::{Node, Role};

pub(super) const FLAW: Description = Description {
    name: "candidate-ignores-append",
    does: "a candidate does not give way to the leader of its term",
    source: "figure 2, candidates, which is easily read past",
    bends: &[Bend::Hearing(ignore)],
};

fn ignore(node: &mut Node, message: &mut Message, _out: &mut Vec<Output>) -> bool {
    let from_leader =
        matches!(message.body, Body::AppendEntries { .. }) && message.term == node.current_term();
    !(from_leader && matches!(node.role, Role::Candidate { .. }))
}
