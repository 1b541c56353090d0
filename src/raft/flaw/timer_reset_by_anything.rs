//! Breaks §5.2: only a granted vote or the leader's AppendEntries resets the election timer.

use super::bend::{Description, FlawEffect, Output, Timer};
use crate::seq::InPlace;

pub(super) const FLAW: Description = Description {
    name: "timer-reset-by-anything",
    does: "any message resets the election timer, even that of a candidate whose vote is refused",
    source: "Students' Guide to Raft, \"livelocks\"; dragonboat 0045aa2",
    bends: &[FlawEffect::Hearing(|server, message, out| {
        // A leader has no election timer, unless the message's later term makes it step down.
        if !server.is_leader() || message.term > server.current_term() {
            out.place(Output::SetTimer(Timer::Election));
        }
        true
    })],
};
