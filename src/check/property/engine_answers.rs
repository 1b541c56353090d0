//! An engine that does not answer in time.

use super::case::{Case, Property};
use crate::sim::{EngineFault, EventKind, HaltReason};

pub(super) const PROPERTY: Property = Property {
    name: "engine-answers",
    says: "an engine answers every input in time",
    section: "the protocol of engines",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::NodeHalted { reason: HaltReason::Engine(fault) } = case.event.kind else {
        return None;
    };
    match fault {
        EngineFault::Hangs => Some(detail!("the engine of {} gave no answer in time", case.node())),
        EngineFault::Crashed(_)
        | EngineFault::Protocol(_)
        | EngineFault::Different(_)
        | EngineFault::Unable(_) => None,
    }
}
