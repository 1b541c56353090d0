//! Breaks figure 2, state: "updated on stable storage before responding", for answers to candidates.

use super::{Bend, Description};
use crate::raft::io::Output;
use crate::raft::message::Body;
use crate::raft::node::Node;

pub(super) const FLAW: Description = Description {
    name: "vote-before-sync",
    does: "a voter answers before its vote is on its disk",
    source: "Ongaro's thesis, chapter 3; etcd-io/etcd#14143",
    bends: &[Bend::Outputs(hurry)],
};

fn hurry(_node: &mut Node, out: &mut Vec<Output>) {
    for output in out {
        if let Output::Send { message, after } = output
            && matches!(message.body, Body::RequestVoteReply { granted: true })
        {
            *after = None;
        }
    }
}
