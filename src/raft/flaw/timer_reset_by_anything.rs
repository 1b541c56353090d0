//! Breaks §5.2: the timer is reset by a vote or by the leader's own word.

use super::bend::{Description, FlawEffect, Output, Timer};

pub(super) const FLAW: Description = Description {
    name: "timer-reset-by-anything",
    does: "any message resets the election timer, a refused candidate's among them",
    source: "Students' Guide to Raft, \"livelocks\"; dragonboat 0045aa2",
    bends: &[FlawEffect::Hearing(|server, message, out| {
        // A leader has no such timer, unless the message ends its term.
        if !server.is_leader() || message.term > server.current_term() {
            out.push(Output::SetTimer(Timer::Election));
        }
        true
    })],
};
