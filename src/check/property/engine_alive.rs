//! An engine whose process ends by itself.

use super::case::{Case, Property};
use crate::sim::{EngineFault, EventKind, HaltReason};

pub(super) const PROPERTY: Property = Property {
    name: "engine-alive",
    says: "an engine answers every input: its process does not end by itself",
    section: "the protocol of engines",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::NodeHalted { reason: HaltReason::Engine(fault) } = case.event.kind else {
        return None;
    };
    match fault {
        EngineFault::Crashed(exit) => {
            Some(detail!("the engine of {} crashed, {exit}", case.node()))
        }
        EngineFault::Hangs
        | EngineFault::Protocol(_)
        | EngineFault::Different(_)
        | EngineFault::Unable(_) => None,
    }
}
