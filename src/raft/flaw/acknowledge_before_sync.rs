//! Breaks figure 2, state: "updated on stable storage before responding", for entries.

use super::{Bend, Description};
use crate::raft::io::Output;
use crate::raft::message::Body;
use crate::raft::node::Node;

pub(super) const FLAW: Description = Description {
    name: "acknowledge-before-sync",
    does: "a follower acknowledges entries before they are on its disk",
    source: "etcd-io/etcd#14143, #14140; Ongaro's thesis, chapter 3",
    bends: &[Bend::Outputs(hurry)],
};

fn hurry(_node: &mut Node, out: &mut Vec<Output>) {
    for output in out {
        if let Output::Send { message, after } = output
            && matches!(message.body, Body::AppendEntriesAccepted { .. })
        {
            *after = None;
        }
    }
}
