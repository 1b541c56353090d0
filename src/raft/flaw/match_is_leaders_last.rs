//! Breaks figure 2, leaders: matchIndex is what the answer's own question verified.

use super::{Bend, Description};
use crate::raft::io::Output;
use crate::raft::message::{Body, Message};
use crate::raft::node::Node;

pub(super) const FLAW: Description = Description {
    name: "match-is-leaders-last",
    does: "any acknowledgement makes the leader believe that the follower holds its whole log",
    source: "Students' Guide to Raft, \"term confusion\"",
    bends: &[Bend::Hearing(exaggerate)],
};

fn exaggerate(node: &mut Node, message: &mut Message, _out: &mut Vec<Output>) -> bool {
    if let Body::AppendEntriesAccepted { match_index } = &mut message.body {
        *match_index = node.log.last_index();
    }
    true
}
