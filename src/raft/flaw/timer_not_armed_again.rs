//! Breaks figure 2, followers: "if election timeout elapses …: convert to candidate", for those
//! that led before.

use super::bend::{Description, FlawEffect, Output, Timer};

pub(super) const FLAW: Description = Description {
    name: "timer-not-armed-again",
    does: "a leader that steps down does not arm its election timer",
    source: "redpanda-data/redpanda#21345",
    bends: &[FlawEffect::Outputs(|_, out| {
        // A server that stops its heartbeats steps down. It sets its election timer next.
        let stops = |output: &Output| *output == Output::CancelTimer(Timer::Heartbeat);
        if let Some(at) = out.iter().position(stops)
            && out.get(at + 1) == Some(&Output::SetTimer(Timer::Election))
        {
            out.remove(at + 1);
        }
    })],
};
