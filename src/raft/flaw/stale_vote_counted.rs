//! Breaks §5.1: "if a server receives a request with a stale term number, it rejects".

use super::{Bend, Description};
use crate::raft::io::Output;
use crate::raft::message::{Body, Message};
use crate::raft::node::Node;

pub(super) const FLAW: Description = Description {
    name: "stale-vote-counted",
    does: "a candidate counts votes that were given to it in an earlier term",
    source: "xnnyygn/xraft#33; eliben/raft#27; Students' Guide to Raft",
    bends: &[Bend::Hearing(renew)],
};

/// An answer of an earlier term is heard as one of this term.
fn renew(node: &mut Node, message: &mut Message, _out: &mut Vec<Output>) -> bool {
    if matches!(message.body, Body::RequestVoteReply { .. }) {
        message.term = message.term.max(node.current_term());
    }
    true
}
