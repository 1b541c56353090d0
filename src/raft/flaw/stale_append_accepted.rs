//! Breaks figure 2, AppendEntries, rule 1.

use super::{Bend, Description};
use crate::raft::io::Output;
use crate::raft::message::{Body, Message};
use crate::raft::node::Node;

pub(super) const FLAW: Description = Description {
    name: "stale-append-accepted",
    does: "a follower takes entries from the leader of an earlier term",
    source: "willemt/raft 75b0104, 3fc7f32",
    bends: &[Bend::Hearing(renew)],
};

/// Entries of an earlier term are heard as those of this term.
fn renew(node: &mut Node, message: &mut Message, _out: &mut Vec<Output>) -> bool {
    if matches!(message.body, Body::AppendEntries { .. }) {
        message.term = message.term.max(node.current_term());
    }
    true
}
