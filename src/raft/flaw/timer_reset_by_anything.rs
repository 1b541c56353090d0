//! Breaks §5.2: the timer is reset by a vote or by the leader's own word.

use super::{Bend, Description};
use crate::raft::io::{Output, Timer};
use crate::raft::message::Message;
use crate::raft::node::Node;

pub(super) const FLAW: Description = Description {
    name: "timer-reset-by-anything",
    does: "any message resets the election timer, a refused candidate's among them",
    source: "Students' Guide to Raft, \"livelocks\"; dragonboat 0045aa2",
    bends: &[Bend::Hearing(reset)],
};

fn reset(node: &mut Node, message: &mut Message, out: &mut Vec<Output>) -> bool {
    // A leader has no such timer, unless the message ends its term.
    if !node.is_leader() || message.term > node.current_term() {
        out.push(Output::SetTimer(Timer::Election));
    }
    true
}
